"""Seats kept for the promotions and the agents of an organisation, until a day; then they are everybody's.

Each takes the session's lock first: a quota only ever takes seats that are free and that nobody waits for.
"""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campus.accounts.models import Organisation, User
from catalogue.enums import SessionState
from catalogue.models import Session
from enrolments import rules
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment, SeatQuota
from enrolments.transitions.base import EnrolmentRefused, give_on, lock, lock_agent, lock_both, move


@transaction.atomic
def reserve(
    *,
    session: Session,
    organisation: Organisation,
    seats: int,
    reserved_until: datetime.datetime,
    by: User | None,
    exceeds_because: str | None = None,
) -> SeatQuota:
    """Keep `seats` of a session for the people of an organisation until an instant, before it begins.

    Raises EnrolmentRefused when it is over, cancelled or closed, when the organisation has a quota there already, when
    fewer seats are free (those who wait come first), and beyond the share of seats that may be reserved.
    exceeds_because: why staff go beyond that share, "" when they do not say; None for who may not.
    """
    session = lock(session)
    _check(session, seats, reserved_until)
    if SeatQuota.objects.in_force().filter(session=session, organisation=organisation).exists():
        raise EnrolmentRefused(
            "Des places de cette session vous sont déjà réservées : changez-en le nombre dans vos réservations."
        )
    give_on(session)
    _check_free(session, seats)
    why = _check_share(session, seats, exceeds_because)
    quota = SeatQuota.objects.create(
        session=session,
        organisation=organisation,
        seats=seats,
        reserved_until=reserved_until,
        created_by=by,
        exceeds_because=why,
    )
    session.__dict__.pop("seats_reserved", None)
    give_on(session)
    return quota


@transaction.atomic
def change_quota(
    *, quota: SeatQuota, seats: int, reserved_until: datetime.datetime, exceeds_because: str | None = None
) -> SeatQuota:
    """Keep more seats, or fewer, or until another instant; those given back go to who waits.

    Raises EnrolmentRefused as `reserve` does, once they are released, and for fewer seats than are taken.
    """
    session, quota = _lock_quota(quota)
    if quota.released_at:
        raise EnrolmentRefused("Ces places ont été rendues à tous : réservez-en d'autres.")
    _check(session, seats, reserved_until)
    if seats < quota.used:
        raise EnrolmentRefused(f"{quota.used} de ces places sont prises : gardez-en au moins autant.", "seats")
    if seats > quota.seats:
        give_on(session)
        _check_free(session, seats - quota.seats, kept=quota.seats)
        quota.exceeds_because = _check_share(session, seats - quota.seats, exceeds_because, kept=quota.seats)
    quota.seats, quota.reserved_until = seats, reserved_until
    quota.save(update_fields=["seats", "reserved_until", "exceeds_because"])
    session.__dict__.pop("seats_reserved", None)
    give_on(session)
    return quota


@transaction.atomic
def release(*, quota: SeatQuota) -> SeatQuota:
    """Give the seats that are left to all, those who wait first. Nothing when it was done."""
    session, quota = _lock_quota(quota)
    if quota.released_at is None:
        quota.released_at = timezone.now()
        quota.save(update_fields=["released_at"])
        session.__dict__.pop("seats_reserved", None)
        give_on(session)
    return quota


@transaction.atomic
def take_reserved_seat(*, enrolment: Enrolment, by: User | None) -> Enrolment:
    """Give a seat kept for them to somebody who waits in the line of all; unchanged without any, or when they do not wait.

    Raises EnrolmentRefused when they have another session then.
    """
    lock_agent(enrolment.agent)
    enrolment = lock_both(enrolment)
    terms = rules.Terms(enrolment.session, enrolment.agent)
    if enrolment.state != EnrolmentState.WAITING or terms.quota is None:
        return enrolment
    if terms.clash:
        raise EnrolmentRefused(terms.clash)
    enrolment.quota_id = terms.quota
    return move(enrolment, EnrolmentState.ENROLLED, by)


def _lock_quota(quota: SeatQuota) -> tuple[Session, SeatQuota]:
    session = lock(quota.session)
    return session, SeatQuota.objects.select_for_update().get(pk=quota.pk)


def _check(session: Session, seats: int, reserved_until: datetime.datetime) -> None:
    if session.state in {SessionState.CANCELLED, SessionState.FINISHED, SessionState.CLOSED} or not session.starts_at:
        raise EnrolmentRefused(f"On ne réserve plus de places dans cette session : {session.state.label.lower()}.")
    if seats < 1:
        raise EnrolmentRefused("Réservez au moins une place.", "seats")
    now = timezone.now()
    if reserved_until <= now:
        raise EnrolmentRefused("Choisissez un jour à venir.", "reserved_until")
    if reserved_until > min(session.starts_at, session.enrolment_closes_at):
        raise EnrolmentRefused(
            "Choisissez un jour avant la clôture des inscriptions : les places qui restent doivent pouvoir être prises.",
            "reserved_until",
        )


def reservable(session: Session) -> int | None:
    """How many more seats may be reserved, in all organisations, so that the others stay everybody's; None: all of them, in a
    private session."""
    if session.is_private:
        return None
    return max(0, session.seats * settings.RESERVED_PERCENT // 100 - SeatQuota.objects.seats_of(session))


def _check_share(session: Session, seats: int, exceeds_because: str | None, kept: int = 0) -> str:
    """Why the share is exceeded, "" when it is not."""
    left = reservable(session)
    if left is None or seats <= left:
        return ""
    if exceeds_because:
        return exceeds_because
    most = f"vous pouvez en réserver {kept + left} au plus" if kept + left else "il n'en reste aucune à réserver"
    told = (
        f"{settings.RESERVED_PERCENT} % des places d'une session ouverte à tous peuvent être réservées, "
        f"toutes organisations confondues : ici, {most}."
    )
    if exceeds_because is None:
        raise EnrolmentRefused(told, "seats")
    raise EnrolmentRefused(f"{told} Pour aller au-delà, dites pourquoi.", "exceeds_because")


def _check_free(session: Session, seats: int, kept: int = 0) -> None:
    free = 0 if rules.somebody_waits(session) else session.seats_left
    if seats > free:
        left = f"{kept + free} au plus" if kept + free else "aucune : des personnes attendent ou tout est pris"
        raise EnrolmentRefused(f"Il n'y a pas assez de places libres : vous pouvez en réserver {left}.", "seats")
