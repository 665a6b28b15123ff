"""What every move does: lock the row, check the table and the rules, write the state with its event, queue the messages; all in
one transaction."""

from django.utils import timezone

from campus.refusal import Refused
from trainers.enums import (
    APPLICATION_MOVES,
    ASSIGNMENT_MOVES,
    REASONS,
    TRAINER_MOVES,
    ApplicationState,
    AssignmentState,
    ReasonCode,
    TrainerState,
)
from trainers.models import (
    Application,
    ApplicationEvent,
    Assignment,
    AssignmentEvent,
    Trainer,
    TrainerEvent,
)

NEED_A_REASON = {ApplicationState.INADMISSIBLE, ApplicationState.POOL, ApplicationState.REFUSED}
LIVES = {
    Application: (ApplicationState, APPLICATION_MOVES, ApplicationEvent),
    Trainer: (TrainerState, TRAINER_MOVES, TrainerEvent),
    Assignment: (AssignmentState, ASSIGNMENT_MOVES, AssignmentEvent),
}


class TransitionRefused(Refused):
    """A move that the rules forbid."""


def lock(application: Application, seen: str | None = None) -> Application:
    """Lock an application. Raises TransitionRefused when its state is no longer the one that the caller has read.

    seen: the state that was on the page, when it is older than `application`.
    """
    applications = Application.objects.select_for_update(of=("self",))
    locked = applications.select_related("applicant", "call", "organisation").get(pk=application.pk)
    if locked.state != (seen or application.state):
        event = locked.events.select_related("happened_by").last()
        author = f" par {event.happened_by}" if event and event.happened_by_id else ""
        raise TransitionRefused(
            f"{locked} vient de passer à « {locked.get_state_display()} »{author} : relisez-la avant de continuer."
        )
    return locked


def move(item, to_state, by, reason: str = "", reason_code: str = "", **fields):
    """Write a move of an Application, Trainer or Assignment: the only place that assigns a state. Locked by the caller.

    fields: what changes with the state. Returns the event. Raises TransitionRefused.
    """
    states, moves, event_model = LIVES[type(item)]
    from_state = states(item.state) if item.state else None
    if to_state not in moves[from_state]:
        before = from_state.label if from_state else "rien"
        raise TransitionRefused(f"De « {before} », on ne passe pas à « {states(to_state).label} ».")
    extra = {}
    if event_model is ApplicationEvent:
        check_reason(to_state, reason_code, reason)
        extra["reason_code"] = reason_code
        item.state_changed_at = timezone.now()
    item.state = to_state
    for name, value in fields.items():
        setattr(item, name, value)
    item.save()
    owner = {event_model.__name__.removesuffix("Event").lower(): item}
    return event_model.objects.create(
        **owner, **extra, from_state=from_state or "", to_state=to_state, happened_by=by, reason=reason
    )


def check_reason(to_state, reason_code: str, reason: str) -> None:
    """Raises TransitionRefused when a state needs a reason, or another one."""
    if reason_code and reason_code not in REASONS.get(to_state, []):
        raise TransitionRefused("Ce motif ne va pas avec cette décision.", "reason_code")
    if to_state in NEED_A_REASON and not reason_code:
        raise TransitionRefused("Choisissez un motif.", "reason_code")
    if reason_code == ReasonCode.OTHER and not reason.strip():
        raise TransitionRefused("Dites quel est cet autre motif.", "reason")
