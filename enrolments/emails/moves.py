"""What people are told of their enrolments: a message a move, written in its transaction."""

from django.conf import settings

from campus.mailing import outbox
from catalogue import wording
from enrolments.enums import ATTENDED, EnrolmentState
from enrolments.models import Enrolment, EnrolmentEvent

TEMPLATES = {
    EnrolmentState.REQUESTED: "requested",
    EnrolmentState.REFUSED: "refused",
    EnrolmentState.ENROLLED: "enrolled",
    EnrolmentState.WAITING: "waiting",
    EnrolmentState.OFFERED: "offered",
    EnrolmentState.WITHDRAWN: "withdrawn",
    EnrolmentState.EXPIRED: "expired",
    EnrolmentState.CANCELLED: "cancelled",
}


def tell(enrolment: Enrolment, event: EnrolmentEvent) -> None:
    """Queue the message of a move to its agent; once, whatever happens. Attendance is noted without a message."""
    if event.to_state in ATTENDED:
        return
    session = enrolment.session
    expires_at = enrolment.offer_expires_at
    outbox.write(
        key=f"enrolment event {event.pk}",
        to=enrolment.agent.email,
        template=f"enrolments/emails/{TEMPLATES[event.to_state]}",
        context={
            "title": str(session.subject),
            "dates": wording.session_dates_in_words(session.starts_at, session.ends_at, session.time_zone),
            "session": session,
            "reason": event.reason,
            "expires": wording.instant_in_words(expires_at) if expires_at else "",
            "site": settings.SITE_URL,
        },
        is_urgent=event.to_state == EnrolmentState.OFFERED,
    )
