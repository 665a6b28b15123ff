"""The life of a licence: asked for, waited for, given, activated, finished, over, taken back. One function a move."""

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from enrolments import licence_rules
from enrolments.emails import licence as emails
from enrolments.enums import LICENCE_HELD, LICENCE_LIVE, LicenceState
from enrolments.models import Licence, LicencePool
from enrolments.transitions.licence_base import (
    STANDS,
    LicenceRefused,
    give_on,
    hand_over,
    lock,
    lock_both,
    log,
    move,
    write,
)

L = LicenceState
YEAR_IS_OVER = "L'année est finie sans qu'une licence ait pu vous être attribuée."
NOT_ACTIVATED = "Elle n'a pas été activée dans le délai."


@transaction.atomic
def ask(*, agent: User, pool: LicencePool, by: User | None, motivation: str = "", campaign: str = "") -> Licence:
    """Give `agent` a licence of `pool`, or the last rank of its line, or take their request where staff choose.

    The same licence when they have one already. Raises LicenceRefused (enrolments.licence_rules), and without the motivation
    or the campaign that a choice needs. Whoever waits goes before whoever comes.
    """
    pool = lock(pool.pk)
    if existing := licence_rules.kept_one(pool, agent):
        if existing.state in LICENCE_LIVE:
            return existing
        raise LicenceRefused(f"Vous avez déjà eu une licence {pool} : il y en a une par personne et par an.")
    if refusal := licence_rules.refusal_for(pool, agent):
        raise LicenceRefused(refusal)
    licence = Licence(agent=agent, pool=pool, motivation=motivation.strip())
    if not pool.is_direct:
        licence.campaign = _checked_campaign(pool, campaign)
        if not licence.motivation:
            raise LicenceRefused("Dites pourquoi : l'équipe choisit d'après votre réponse.", "motivation")
        return move(licence, L.REQUESTED, by)
    nobody_waits = give_on(pool)
    room = licence_rules.room_for(pool, agent) if nobody_waits else None
    if room:
        return hand_over(licence, room, by)
    return move(licence, L.REQUESTED, by, accepted_at=timezone.now())


def _checked_campaign(pool: LicencePool, campaign: str) -> str:
    if pool.campaign_names and campaign not in pool.campaign_names:
        raise LicenceRefused("Choisissez une campagne de la liste.", "campaign")
    return campaign


@transaction.atomic
def give(*, licence: Licence, by: User) -> Licence:
    """Choose a request: it is given a licence, or the next one to be free, at the rank of its arrival.

    Raises LicenceRefused when it waits for that already, or is no request any more.
    """
    licence = lock_both(licence)
    if licence.state == L.GIVEN:
        return licence  # a double click
    if licence.state != L.REQUESTED:
        raise LicenceRefused(STANDS[licence.state])
    if licence.pool.is_over:
        raise LicenceRefused(f"L'année de la réserve {licence.pool} est passée : on n'y attribue plus rien.")
    nobody_waits = give_on(licence.pool)
    licence.refresh_from_db(fields=["state"])
    if licence.state == L.GIVEN:
        return licence
    if nobody_waits and (room := licence_rules.room_for(licence.pool, licence.agent)):
        return hand_over(licence, room, by)
    if licence.accepted_at:
        raise LicenceRefused("Plus de licence libre : cette demande reste en file.")
    licence.accepted_at = timezone.now()
    licence.save(update_fields=["accepted_at"])
    event = log(licence, licence.state, by, "Retenue : attribuée dès qu'une licence est libre")
    emails.tell_accepted(licence, event)
    return licence


@transaction.atomic
def refuse(*, licence: Licence, by: User | None, reason: str) -> Licence:
    """Turn down a request. Raises LicenceRefused without a reason, which the agent reads."""
    licence, reason = lock_both(licence), reason.strip()
    if not reason:
        raise LicenceRefused("Dites pourquoi : la personne le lira.", "reason")
    return move(licence, L.REFUSED, by, reason)


@transaction.atomic
def leave(*, licence: Licence, by: User) -> Licence:
    """Withdraw a request, or give a licence back: it goes on at once. Raises LicenceRefused once it is over."""
    licence = lock_both(licence)
    if licence.state in {L.WITHDRAWN, L.TAKEN_BACK}:
        return licence  # a double click
    if licence.state == L.REQUESTED:
        return move(licence, L.WITHDRAWN, by)
    licence = move(licence, L.TAKEN_BACK, by)
    give_on(licence.pool)
    return licence


@transaction.atomic
def take_back(*, licence: Licence, by: User | None, reason: str) -> Licence:
    """Take a licence back from its agent, who reads why; it goes on at once. Raises LicenceRefused without a reason."""
    licence, reason = lock_both(licence), reason.strip()
    if not reason:
        raise LicenceRefused("Dites pourquoi : la personne le lira.", "reason")
    licence = move(licence, L.TAKEN_BACK, by, reason)
    give_on(licence.pool)
    return licence


@transaction.atomic
def activate(*, licence: Licence, by: User | None) -> Licence:
    """Note that the agent has begun to use it."""
    licence = lock_both(licence)
    if licence.state in {L.ACTIVATED, L.DONE}:
        return licence
    return move(licence, L.ACTIVATED, by, activated_at=timezone.now())


@transaction.atomic
def finish(*, licence: Licence, by: User | None) -> Licence:
    """Note that the agent has done what it is for."""
    licence = lock_both(licence)
    if licence.state == L.DONE:
        return licence
    if licence.state == L.GIVEN:
        write(licence, L.ACTIVATED, by, activated_at=timezone.now())
    return move(licence, L.DONE, by, finished_at=timezone.now())


@transaction.atomic
def share(*, licence: Licence, is_shared: bool, by: User) -> Licence:
    """Write down whether the agent agrees that their result is seen by others. When they said so is kept."""
    licence = lock_both(licence)
    if licence.state not in LICENCE_HELD:
        raise LicenceRefused("Il n'y a pas de résultat à partager.")
    if licence.shares_results is not is_shared:
        licence.shares_results = is_shared
        licence.save(update_fields=["shares_results"])
        log(licence, licence.state, by, "Partage son résultat" if is_shared else "Ne partage plus son résultat")
    return licence


# --- What time does: nothing when it was done, or is no longer due, meanwhile ----------------------------------------------


@transaction.atomic
def remind(*, licence: Licence) -> None:
    """Say that it is not activated, and when it will be taken back."""
    licence = lock_both(licence)
    if Licence.objects.to_remind().filter(pk=licence.pk).exists():
        licence.reminded_at = timezone.now()
        licence.save(update_fields=["reminded_at"])
        emails.remind(licence)


@transaction.atomic
def take_back_unused(*, licence: Licence) -> None:
    """Take back what was not activated in spite of the reminder, for the next who waits."""
    licence = lock_both(licence)
    if Licence.objects.to_take_back().filter(pk=licence.pk).exists():
        move(licence, L.TAKEN_BACK, None, NOT_ACTIVATED)
        give_on(licence.pool)


@transaction.atomic
def expire(*, licence: Licence) -> None:
    """End what is past its last day."""
    licence = lock_both(licence)
    if Licence.objects.over().filter(pk=licence.pk).exists():
        move(licence, L.EXPIRED, None)


@transaction.atomic
def close(*, licence: Licence) -> None:
    """Answer a request whose year is past."""
    licence = lock_both(licence)
    if Licence.objects.unanswered().filter(pk=licence.pk).exists():
        move(licence, L.REFUSED, None, YEAR_IS_OVER)


@transaction.atomic
def promote(*, pool: LicencePool) -> None:
    """Give what is free to the first who wait. To call when licences or codes were added."""
    give_on(lock(pool.pk))
