"""What every move of an enrolment does: lock the agent when it asks for a seat, then the session, then the enrolment, in this
order; check; write the state with its event; queue the messages; all in the caller's transaction.

Who waits longer than LOCK_SECONDS for a lock gets an OperationalError, which the site answers by « réessayez » (503).
"""

import datetime

from django.conf import settings
from django.db import connection
from django.db.models import F, Model
from django.utils import timezone

from campus.accounts.models import User
from campus.prepared import insert_row, read_row
from campus.refusal import Refused
from catalogue.models import Session
from enrolments import rules
from enrolments.emails import moves as emails
from enrolments.enums import ENROLMENT_MOVES, EnrolmentState
from enrolments.models import Enrolment, EnrolmentEvent


class EnrolmentRefused(Refused):
    """A move that the rules forbid."""


def lock_agent(agent: User) -> User:
    """The agent as they are now, against two tabs on two sessions of the same morning."""
    locked = read_row(User, lock_seconds=settings.LOCK_SECONDS, id=agent.pk)
    return _with_known(locked, agent, "profile")


def lock(session: Session) -> Session:
    """The session as it is now; foreign keys to it may still be written meanwhile."""
    locked = read_row(Session, lock_seconds=settings.LOCK_SECONDS, id=session.pk)
    if (locked.module_id, locked.programme_id) == (session.module_id, session.programme_id):
        _with_known(locked, session, "module", "programme")
    return locked


def _with_known(locked: Model, known: Model, *names: str) -> Model:
    """The row that was locked, with the related ones that were read already, which no lock is about."""
    for name in names:
        relation = known._meta.get_field(name)
        if relation.is_cached(known):
            relation.set_cached_value(locked, relation.get_cached_value(known))
    return locked


def wait_briefly() -> None:
    """Until the end of this transaction. Not for a whole connection: imports and migrations may wait."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = %s", [f"{settings.LOCK_SECONDS}s"])


def wait_as_usual() -> None:
    """Again, after `wait_briefly`."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def lock_both(enrolment: Enrolment) -> Enrolment:
    """The enrolment as it is now, its session locked before it."""
    # One that was not read is not read twice: its key is enough to lock it.
    is_read = Enrolment.session.is_cached(enrolment)
    session = lock(enrolment.session if is_read else Session(pk=enrolment.session_id))
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("agent").get(pk=enrolment.pk)
    enrolment.session = session
    return enrolment


def give_on(session: Session) -> None:
    """Give the seats kept for some of those who wait, then the free seats to the first who wait, under the session's lock.
    Nothing once it has begun or is cancelled.

    Far from the start a seat is offered, until an instant; near it, those who agreed beforehand are enrolled at once.
    """
    now = timezone.now()
    if session.cancelled_at or session.starts_at is None or session.starts_at <= now:
        return
    if not (session.seats_left or session.seats_reserved) or not rules.somebody_waits(session):
        return
    queue = Enrolment.objects.waiting().filter(session=session).select_related("agent")
    if session.seats_reserved:
        for quota in session.quotas.in_force().filter(used__lt=F("seats")).order_by("reserved_until", "pk"):
            for enrolment in queue.of_people_of(quota.organisation_id)[: quota.left]:
                enrolment.quota = quota
                _give(session, enrolment, now)
    for enrolment in queue[: session.seats_left]:
        enrolment.quota = None
        _give(session, enrolment, now)


def _give(session: Session, enrolment: Enrolment, now: datetime.datetime) -> None:
    enrolment.session = session
    is_direct = rules.is_near(session, now) and enrolment.accepts_direct
    if is_direct and not rules.Terms(session, enrolment.agent).conflict:
        move(enrolment, EnrolmentState.ENROLLED, None)
    else:
        move(enrolment, EnrolmentState.OFFERED, None, offer_expires_at=rules.offer_end(session, now))


def move(
    enrolment: Enrolment,
    to_state: EnrolmentState,
    by,
    reason: str = "",
    *,
    offer_expires_at: datetime.datetime | None = None,
    held_until: datetime.datetime | None = None,
) -> Enrolment:
    """Write a move and tell the agent. The session is locked by the caller."""
    event = write(enrolment, to_state, by, reason, offer_expires_at=offer_expires_at, held_until=held_until)
    emails.tell(enrolment, event)
    return enrolment


def write(enrolment, to_state, by, reason="", *, offer_expires_at=None, held_until=None) -> EnrolmentEvent:
    """Write a move, without its message: the only place that assigns a state."""
    from_state = EnrolmentState(enrolment.state) if enrolment.state else None
    if to_state not in ENROLMENT_MOVES[from_state]:
        raise EnrolmentRefused(
            f"De « {from_state.label if from_state else 'rien'} », on ne passe pas à « {to_state.label} »."
        )
    if to_state == EnrolmentState.WAITING:
        enrolment.priority = rules.Terms(enrolment.session, enrolment.agent).priority
    enrolment.state, enrolment.offer_expires_at, enrolment.held_until = to_state, offer_expires_at, held_until
    enrolment.present_since = timezone.now() if to_state == EnrolmentState.PRESENT else None
    insert_row(enrolment) if enrolment._state.adding else enrolment.save()
    event = log(enrolment, from_state or "", by, reason)
    # The trigger of migration 0003 has moved the counter: whoever asks for it next reads it anew.
    enrolment.session.__dict__.pop("seats_taken", None)
    if enrolment.quota_id:
        enrolment.session.__dict__.pop("seats_reserved", None)
    return event


def log(enrolment: Enrolment, from_state: str, by, reason: str) -> EnrolmentEvent:
    """Note what happened to an enrolment that has its new state already."""
    event = EnrolmentEvent(
        enrolment=enrolment, from_state=from_state, to_state=enrolment.state, happened_by=by, reason=reason
    )
    insert_row(event)
    return event
