"""The life of an enrolment, one function a move. Each locks the agent when it asks for a seat, then the session, then the
enrolment, in this order; checks; writes the state with its event; queues the messages; all in one transaction."""

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from campus.refusal import Refused
from catalogue.models import Session
from enrolments import emails, rules
from enrolments.enums import ENROLMENT_MOVES, EnrolmentState
from enrolments.models import Enrolment, EnrolmentEvent


class EnrolmentRefused(Refused):
    """A move that the rules forbid."""


@transaction.atomic
def enrol(*, agent: User, session: Session, by: User | None) -> Enrolment:
    """Give `agent` a seat, or the last rank of the waiting list. The same enrolment when they have one already.

    Raises EnrolmentRefused (enrolments.rules). Whoever waits goes before whoever comes.
    """
    User.objects.select_for_update(no_key=True).get(pk=agent.pk)  # two tabs on two sessions of the same morning
    session = _lock(session.pk)
    existing = Enrolment.objects.live().filter(agent=agent, session=session).first()
    if existing:
        return existing
    if refusal := rules.refusal_for(session, agent):
        raise EnrolmentRefused(refusal)
    _promote(session)
    is_full = session.seats_left == 0 or Enrolment.objects.waiting().filter(session=session).exists()
    enrolment = Enrolment(agent=agent, session=session)
    return _move(enrolment, EnrolmentState.WAITING if is_full else EnrolmentState.ENROLLED, by)


@transaction.atomic
def accept(*, enrolment: Enrolment, by: User) -> Enrolment:
    """Take the seat that is offered. Raises EnrolmentRefused when the offer is over or clashes with another session."""
    User.objects.select_for_update(no_key=True).get(pk=enrolment.agent_id)
    enrolment = _lock_both(enrolment)
    if enrolment.state == EnrolmentState.ENROLLED:
        return enrolment  # a double click
    if enrolment.state != EnrolmentState.OFFERED or enrolment.offer_expires_at <= timezone.now():
        raise EnrolmentRefused("Cette place n'est plus proposée.")
    if conflict := rules.conflict_of(enrolment.session, enrolment.agent):
        raise EnrolmentRefused(f"Vous avez déjà « {conflict} » : désistez-vous d'abord.")
    return _move(enrolment, EnrolmentState.ENROLLED, by)


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: User, reason: str = "") -> Enrolment:
    """Leave a seat, an offer or the waiting list; a seat goes on at once.

    Raises EnrolmentRefused once the session has begun, and after the deadline when a seat is left without a reason.
    """
    enrolment = _lock_both(enrolment)
    session, reason = enrolment.session, reason.strip()
    if enrolment.state == EnrolmentState.WITHDRAWN:
        return enrolment
    if session.starts_at <= timezone.now():
        raise EnrolmentRefused("La session a commencé : écrivez au campus.")
    is_late = enrolment.state == EnrolmentState.ENROLLED and rules.withdrawal_deadline(session) <= timezone.now()
    if is_late and not reason:
        raise EnrolmentRefused("La session est proche : dites pourquoi vous vous désistez.", "reason")
    enrolment = _move(enrolment, EnrolmentState.WITHDRAWN, by, reason)
    _promote(session)
    return enrolment


@transaction.atomic
def expire_offer(*, enrolment: Enrolment) -> None:
    """End an offer that nobody took in time; it goes to the next. Nothing when it was answered meanwhile."""
    enrolment = _lock_both(enrolment)
    if enrolment.state == EnrolmentState.OFFERED and enrolment.offer_expires_at <= timezone.now():
        _move(enrolment, EnrolmentState.EXPIRED, None)
        _promote(enrolment.session)


@transaction.atomic
def promote(*, session: Session) -> None:
    """Offer what seats are free to the first who wait. To call when seats were added."""
    _promote(_lock(session.pk))


@transaction.atomic
def cancel_all(*, session: Session, by: User | None) -> None:
    """Tell all who are in a session, or wait for it, that it is cancelled. Once."""
    session = _lock(session.pk)
    for enrolment in session.enrolments.live().select_related("agent").select_for_update(of=("self",)):
        enrolment.session = session
        _move(enrolment, EnrolmentState.CANCELLED, by, session.cancel_reason)


def _lock(session_id: int) -> Session:
    return Session.objects.select_for_update(of=("self",)).select_related("module", "programme").get(pk=session_id)


def _lock_both(enrolment: Enrolment) -> Enrolment:
    session = _lock(enrolment.session_id)
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("agent").get(pk=enrolment.pk)
    enrolment.session = session
    return enrolment


def _promote(session: Session) -> None:
    """Under the session's lock. Nothing once it has begun or is cancelled."""
    now = timezone.now()
    if session.cancelled_at or session.starts_at is None or session.starts_at <= now:
        return
    queue = Enrolment.objects.waiting().filter(session=session).select_related("agent")[: session.seats_left]
    for enrolment in queue:
        enrolment.session = session
        _move(enrolment, EnrolmentState.OFFERED, None, expires_at=rules.offer_end(session, now))


def _move(enrolment: Enrolment, to_state: EnrolmentState, by, reason: str = "", expires_at=None) -> Enrolment:
    """Write a move: the only place that assigns a state. The session is locked by the caller."""
    from_state = EnrolmentState(enrolment.state) if enrolment.state else None
    if to_state not in ENROLMENT_MOVES[from_state]:
        raise EnrolmentRefused(
            f"De « {from_state.label if from_state else 'rien'} », on ne passe pas à « {to_state.label} »."
        )
    enrolment.state, enrolment.offer_expires_at = to_state, expires_at
    enrolment.save()
    event = EnrolmentEvent.objects.create(
        enrolment=enrolment, from_state=from_state or "", to_state=to_state, happened_by=by, reason=reason
    )
    # The trigger of migration 0001 has moved the counter.
    enrolment.session.refresh_from_db(fields=["seats_taken"])
    emails.tell(enrolment, event)
    return enrolment


def rank_of(enrolment: Enrolment) -> int | None:
    """The rank in the waiting list, from 1; None when not in it."""
    if enrolment.state != EnrolmentState.WAITING:
        return None
    return Enrolment.objects.with_rank().get(pk=enrolment.pk).rank
