"""The superior's agreement: asked by a signed link, given or refused without an account, reminded, over after some days.

It is asked where a session or an employer wants it, never elsewhere (issue 4). A seat that was free is held meanwhile.
"""

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from campus.accounts.limits import allows
from enrolments import rules
from enrolments.emails import agreements as emails
from enrolments.emails import moves
from enrolments.enums import EnrolmentState
from enrolments.models import Agreement, Enrolment
from enrolments.transitions.base import EnrolmentRefused, give_on, lock_both, move, write

SALT = "superior agreement"


def ask_agreement(enrolment: Enrolment, superior_email: str, by, *, hold: bool) -> Enrolment:
    """Take a request and write to the superior, in the transaction of `enrol`. `hold`: keep a seat until they answer."""
    email = superior_email.strip().lower()
    if not email:
        raise EnrolmentRefused("Donnez l'adresse de votre supérieur : son accord est demandé.", "superior_email")
    if email == enrolment.agent.email:
        raise EnrolmentRefused("Donnez l'adresse de votre supérieur, pas la vôtre.", "superior_email")
    if not (allows("agreement_agent", enrolment.agent.email) and allows("agreement_superior", email)):
        raise EnrolmentRefused("Trop d'accords ont été demandés : réessayez dans une heure.", "superior_email")
    ends_at = rules.agreement_end(enrolment.session, timezone.now())
    event = write(enrolment, EnrolmentState.REQUESTED, by, held_until=ends_at if hold else None)
    agreement = Agreement.objects.create(enrolment=enrolment, superior_email=email, expires_at=ends_at)
    moves.tell(enrolment, event)  # it says who is asked
    emails.ask(agreement, token_of(enrolment))
    return enrolment


def token_of(enrolment: Enrolment) -> str:
    """What the link to the superior ends with: it names the request, and nobody can make another."""
    return signing.dumps(enrolment.pk, salt=SALT)


def agreement_of(token: str) -> Agreement | None:
    """The agreement that a link asks for, with its enrolment, agent and session; None for a link that is not ours."""
    try:
        pk = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return (
        Agreement.objects.select_related("enrolment__agent", "enrolment__session__module", "enrolment__session__place")
        .filter(enrolment=pk)
        .first()
    )


@transaction.atomic
def answer_agreement(*, agreement: Agreement, is_given: bool, reason: str = "") -> Enrolment:
    """Write the superior's answer. Yes: the held seat, a free one, or a rank; where staff select, the request goes on.

    Raises EnrolmentRefused when it was answered otherwise, is over, or is a no without a reason.
    """
    enrolment = lock_both(agreement.enrolment)
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if agreement.is_given is is_given:
        return enrolment  # a double click
    if agreement.answered_at:
        raise EnrolmentRefused("Vous avez déjà répondu à cette demande.")
    if enrolment.state != EnrolmentState.REQUESTED:
        raise EnrolmentRefused("Cette demande n'attend plus de réponse : elle a été retirée ou annulée.")
    if not agreement.is_awaited:
        raise EnrolmentRefused("Le délai pour répondre est passé.")
    reason = reason.strip()
    if not is_given and not reason:
        raise EnrolmentRefused("Dites pourquoi vous ne donnez pas votre accord : la personne le lira.", "reason")
    agreement.is_given, agreement.answered_at, agreement.reason = is_given, timezone.now(), reason
    agreement.save(update_fields=["is_given", "answered_at", "reason"])
    session = enrolment.session
    if not is_given:
        enrolment = move(enrolment, EnrolmentState.REFUSED, None, f"Sans l'accord du supérieur : {reason}"[:300])
        give_on(session)
        return enrolment
    if session.is_selective:
        emails.tell_given(agreement, enrolment)
        return enrolment
    if not enrolment.held_until:
        enrolment.quota_id = rules.Terms(session, enrolment.agent).quota
    has_seat = enrolment.held_until or enrolment.quota_id or not rules.is_full_for_newcomers(session)
    return move(enrolment, EnrolmentState.ENROLLED if has_seat else EnrolmentState.WAITING, None)


@transaction.atomic
def remind(*, agreement: Agreement) -> None:
    """Write once more to a superior who has not answered. Once; nothing when they answered meanwhile."""
    enrolment = lock_both(agreement.enrolment)
    agreement = Agreement.objects.select_for_update().get(pk=agreement.pk)
    if agreement.reminded_at or not agreement.is_awaited or enrolment.state != EnrolmentState.REQUESTED:
        return
    agreement.reminded_at = timezone.now()
    agreement.save(update_fields=["reminded_at"])
    agreement.enrolment = enrolment
    emails.remind(agreement, token_of(enrolment))


def to_remind():
    """Agreements to remind of: those awaited for half of their time, that of each."""
    now = timezone.now()
    return Agreement.objects.annotate(waited=now - F("asked_at"), left=F("expires_at") - now).filter(
        answered_at=None,
        reminded_at=None,
        waited__gte=F("left"),
        expires_at__gt=now,
        enrolment__state=EnrolmentState.REQUESTED,
    )
