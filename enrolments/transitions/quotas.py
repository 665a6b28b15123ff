"""Seats kept for the promotions and the agents of an organisation, until a day; then they are everybody's.

Each takes the session's lock first: a quota only ever takes seats that are free and that nobody waits for.
"""

import datetime
from collections.abc import Collection
from typing import NamedTuple

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

RELEASED = "Ces places ont été rendues à tous : réservez-en d'autres."


class Room(NamedTuple):
    """How many seats of a session an organisation may have reserved, and why no more."""

    kept: int
    """Those that it has already."""
    free: int
    """How many more nobody has, nor waits for."""
    share: int
    """How many more may be reserved, all organisations together; less than none where staff went beyond."""
    others: int
    """How many are already, but for those."""
    is_waited_for: bool

    @property
    def most(self) -> int:
        return self.kept + max(0, min(self.free, self.share))

    @property
    def told(self) -> str:
        """In one sentence: the number, and what it comes from."""
        if self.share < self.free:
            because = (
                f"{settings.RESERVED_PERCENT} % des places d'une session ouverte à tous peuvent être réservées, "
                f"{self._told_of_the_share}"
            )
        elif self.is_waited_for:
            because = "des personnes attendent une place dans cette session"
        else:
            because = "il n'y a pas d'autre place libre"
        if not self.most:
            return f"Vous ne pouvez pas réserver de places ici : {because}."
        return f"Vous pouvez en réserver {self.most} au plus{' en tout' if self.kept else ''} : {because}."

    @property
    def _told_of_the_share(self) -> str:
        if self.kept + self.share + self.others == 0:
            return "ce qui fait ici moins d'une place"
        if not self.others:
            return "toutes organisations confondues"
        one, several = "dont une l'est", f"dont {self.others} le sont"
        if self.kept:
            one, several = "et une autre l'est", f"et {self.others} autres le sont"
        return f"toutes organisations confondues, {one if self.others == 1 else several} déjà"


def rooms_in(sessions: Collection[Session], kept: int = 0) -> dict[int, Room]:
    """What may be reserved in each of `sessions`, by primary key; whole in a private one. Two queries.

    kept: how many seats the organisation has reserved there already.
    """
    reserved = SeatQuota.objects.seats_by_session(sessions)
    waiting = Enrolment.objects.filter(session__in=sessions, state=EnrolmentState.WAITING)
    waited_for = set(waiting.order_by().values_list("session", flat=True).distinct())
    rooms = {}
    for session in sessions:
        percent = 100 if session.is_private else settings.RESERVED_PERCENT
        taken, waits = reserved.get(session.pk, 0), session.pk in waited_for
        rooms[session.pk] = Room(
            kept=kept,
            free=0 if waits else session.seats_left,
            share=session.seats * percent // 100 - taken,
            others=taken - kept,
            is_waited_for=waits,
        )
    return rooms


def room_in(session: Session, kept: int = 0) -> Room:
    """The same in one session."""
    return rooms_in([session], kept)[session.pk]


def end_of(day: datetime.date, session: Session) -> datetime.datetime:
    """Until when seats reserved until `day` are kept: its end, in Paris; the closing of the enrolments if it is that day.

    Raises EnrolmentRefused for the last day that there is.
    """
    closing = timezone.localtime(session.enrolment_closes_at)
    if day == closing.date():
        return closing
    try:
        return timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time()))
    except OverflowError as error:
        raise EnrolmentRefused("Choisissez un jour plus proche.", "reserved_until") from error


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

    Raises EnrolmentRefused when it is over, cancelled or closed, when the organisation has a quota there already, and
    beyond what `room_in` allows.
    exceeds_because: why staff go beyond that share, "" when they do not say; None for who may not.
    """
    session = lock(session)
    _check(session, seats, reserved_until)
    if SeatQuota.objects.in_force().filter(session=session, organisation=organisation).exists():
        raise EnrolmentRefused(
            f"Des places de cette session sont déjà réservées pour {organisation.short_name} : "
            "changez-en le nombre dans la liste des réservations."
        )
    give_on(session)
    why = _check_room(session, seats, exceeds_because)
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
        raise EnrolmentRefused(RELEASED)
    _check(session, seats, reserved_until)
    if seats < quota.used:
        raise EnrolmentRefused(f"{quota.used} de ces places sont prises : gardez-en au moins autant.", "seats")
    if seats > quota.seats:
        give_on(session)
    quota.exceeds_because = _check_room(session, seats, exceeds_because, quota)
    quota.seats, quota.reserved_until = seats, reserved_until
    quota.save(update_fields=["seats", "reserved_until", "exceeds_because"])
    session.__dict__.pop("seats_reserved", None)
    give_on(session)
    return quota


@transaction.atomic
def correct_quota(
    *,
    quota: SeatQuota,
    seats: int | None = None,
    reserved_until: datetime.date | None = None,
    exceeds_because: str = "",
) -> SeatQuota:
    """Change what staff say, until the end of a day; what they do not say stays as it is, whatever it has become.

    Raises EnrolmentRefused as `change_quota` does, and when nothing would change.
    """
    session, quota = _lock_quota(quota)
    is_kept = reserved_until in {None, quota.last_day}
    now = {"seats": quota.seats, "reserved_until": quota.reserved_until, "exceeds_because": quota.exceeds_because}
    then = {
        "seats": seats or quota.seats,
        "reserved_until": quota.reserved_until if is_kept else end_of(reserved_until, session),
        "exceeds_because": exceeds_because or quota.exceeds_because,
    }
    if then == now:
        raise EnrolmentRefused("Rien n'a changé : la réservation est déjà ainsi.")
    return change_quota(quota=quota, **then)


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


def _check_room(session: Session, seats: int, exceeds_because: str | None, quota: SeatQuota | None = None) -> str:
    """Why the share is exceeded, "" when it is not: a quota that comes back within it needs no reason any more."""
    kept = quota.seats if quota else 0
    room = room_in(session, kept)
    if seats <= kept:  # nothing more is asked
        is_beyond = seats > kept + room.share
        return (exceeds_because or quota.exceeds_because) if is_beyond else ""
    if seats <= room.most:
        return ""
    if exceeds_because:
        if seats <= kept + room.free:
            return exceeds_because
        room = room._replace(share=room.free)  # the share is not what refuses
    elif exceeds_because is not None and room.share < room.free:
        beyond = f"Pour aller au-delà, jusqu'à {kept + room.free}, dites pourquoi."
        raise EnrolmentRefused(f"{room.told} {beyond}", "exceeds_because")
    raise EnrolmentRefused(room.told, "seats")
