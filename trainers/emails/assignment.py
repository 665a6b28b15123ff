"""What trainers are told of sessions, and who proposed them of their answers. Each once, in its transaction."""

from django.conf import settings

from campus.mailing import outbox
from catalogue import wording
from trainers.models import Assignment
from trainers.wording import deadline_in_words


def tell_proposed(assignment: Assignment) -> None:
    _tell(assignment, "assignment_proposed", assignment.trainer.user.email, is_urgent=True)


def tell_cancelled(assignment: Assignment) -> None:
    _tell(assignment, "assignment_cancelled", assignment.trainer.user.email)


def tell_staff_of_answer(assignment: Assignment) -> None:
    if assignment.proposed_by_id:
        _tell(assignment, "assignment_answered", assignment.proposed_by.email)


def tell_taken_back(assignment: Assignment, by, reason: str) -> None:
    """To the other side; to both when it came by itself."""
    trainer, staff = assignment.trainer.user, assignment.proposed_by
    for person in {trainer, staff} - {by, None}:
        _tell(assignment, "assignment_taken_back", person.email, reason=reason)


def _tell(assignment, template, to, *, is_urgent=False, **context) -> None:
    session = assignment.session
    due = assignment.answer_due_at
    outbox.write(
        key=f"assignment event {assignment.events.last().pk} {to}"[:200],
        to=to,
        template=f"trainers/emails/{template}",
        context={
            "assignment": assignment,
            "title": str(session.subject),
            "dates": wording.session_dates_in_words(session.starts_at, session.ends_at, session.time_zone),
            "deadline": deadline_in_words(due) if due else "",
            "cancel_reason": session.cancel_reason,
            "site": settings.SITE_URL,
            **context,
        },
        is_urgent=is_urgent,
    )
