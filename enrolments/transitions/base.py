"""What every move of an enrolment does: lock the agent when it asks for a seat, then the session, then the enrolment, in this
order; check; write the state with its event; queue the messages; all in the caller's transaction."""

from django.utils import timezone

from campus.refusal import Refused
from catalogue.models import Session
from enrolments import rules
from enrolments.emails import moves as emails
from enrolments.enums import ENROLMENT_MOVES, EnrolmentState
from enrolments.models import Enrolment, EnrolmentEvent


class EnrolmentRefused(Refused):
    """A move that the rules forbid."""


def lock(session_id: int) -> Session:
    return Session.objects.select_for_update(of=("self",)).select_related("module", "programme").get(pk=session_id)


def lock_both(enrolment: Enrolment) -> Enrolment:
    session = lock(enrolment.session_id)
    enrolment = Enrolment.objects.select_for_update(of=("self",)).select_related("agent").get(pk=enrolment.pk)
    enrolment.session = session
    return enrolment


def give_on(session: Session) -> None:
    """Under the session's lock. Nothing once it has begun or is cancelled."""
    now = timezone.now()
    if session.cancelled_at or session.starts_at is None or session.starts_at <= now:
        return
    queue = Enrolment.objects.waiting().filter(session=session).select_related("agent")[: session.seats_left]
    for enrolment in queue:
        enrolment.session = session
        move(enrolment, EnrolmentState.OFFERED, None, expires_at=rules.offer_end(session, now))


def move(enrolment: Enrolment, to_state: EnrolmentState, by, reason: str = "", expires_at=None) -> Enrolment:
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
