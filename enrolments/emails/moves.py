"""What people are told of their enrolments: a message a move, whose data are written in its transaction."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from campus.accounts.enums import Role
from campus.accounts.memberships import organisations_of
from campus.mailing import outbox
from campus.mailing.models import CalendarMethod
from catalogue import wording
from enrolments import calendars, rules
from enrolments.announcements import Period, announced_of, periods_of
from enrolments.emails.facts import other_sessions, session_facts
from enrolments.enums import ATTENDED, LIVE, EnrolmentState
from enrolments.models import Agreement, Announced, CohortMember, Enrolment, EnrolmentEvent
from enrolments.navigation import home_url

S = EnrolmentState
TEMPLATES = {
    ("", S.REQUESTED): "requested",
    ("", S.WAITING): "waiting",
    ("", S.ENROLLED): "enrolled",
    (S.REQUESTED, S.WAITING): "request_waits",
    (S.REQUESTED, S.ENROLLED): "request_accepted",
    (S.REQUESTED, S.WITHDRAWN): "request_withdrawn",
    (S.REQUESTED, S.REFUSED): "refused",
    (S.REQUESTED, S.EXPIRED): "request_expired",
    (S.REQUESTED, S.CANCELLED): "cancelled",
    (S.WAITING, S.OFFERED): "offered",
    (S.WAITING, S.ENROLLED): "promoted",
    (S.WAITING, S.WITHDRAWN): "list_left",
    (S.WAITING, S.REFUSED): "refused",
    (S.WAITING, S.EXPIRED): "list_expired",
    (S.WAITING, S.CANCELLED): "cancelled",
    (S.OFFERED, S.ENROLLED): "offer_taken",
    (S.OFFERED, S.WITHDRAWN): "offer_left",
    (S.OFFERED, S.EXPIRED): "offer_expired",
    (S.OFFERED, S.CANCELLED): "cancelled",
    (S.ENROLLED, S.WITHDRAWN): "withdrawn",
    (S.ENROLLED, S.CANCELLED): "cancelled",
}
"""What is told depends on where one comes from."""

OVER = [S.REFUSED, S.EXPIRED, S.CANCELLED]
"""Then, one is shown other sessions."""


def tell(enrolment: Enrolment, event: EnrolmentEvent) -> None:
    """Queue the message of a move to its agent, once, with what it changes in their agenda. Under the session's lock.

    Attendance is noted without a message.
    """
    if event.to_state in ATTENDED:
        return
    session = enrolment.session
    by_another = event.happened_by_id not in (None, enrolment.agent_id)
    periods = periods_of(session)
    announced = announced_of(session, periods)
    events, method = calendar_of(enrolment, event, periods, announced)
    outbox.write_data(
        key=f"enrolment event {event.pk}",
        to=enrolment.agent.email,
        template=f"enrolments/emails/{TEMPLATES[event.from_state, event.to_state]}",
        context=context_of(enrolment, periods)
        | {
            "reason": event.reason,
            "by_staff": by_another and event.happened_by.is_staff,
            "by_school": by_another and not event.happened_by.is_staff,
            "school": _school_of(enrolment, event) if by_another and not event.happened_by.is_staff else "",
            "has_calendar": bool(events),
            "rank": rank_of(enrolment) if event.to_state == S.WAITING else None,
            "superior": superior_of(enrolment) if S.REQUESTED in (event.to_state, event.from_state) else "",
            "others": other_sessions(session) if event.to_state in OVER else [],
        },
        is_urgent=event.to_state == S.OFFERED,
        events=events,
        calendar_method=method,
    )


def _school_of(enrolment: Enrolment, event: EnrolmentEvent) -> str:
    """The school of a référent who acts for a student of one of its promotions; "" when it cannot be told which."""
    mine = organisations_of(event.happened_by, Role.REFERENT)
    students = CohortMember.objects.accepted().filter(user=enrolment.agent_id, cohort__archived_at=None)
    schools = mine.filter(pk__in=students.values("cohort__organisation")).values_list("name", flat=True)[:2]
    return schools[0] if len(schools) == 1 else ""


def context_of(enrolment: Enrolment, periods: list[Period]) -> dict:
    """What every message about an enrolment may say."""
    session = enrolment.session
    deadline = rules.withdrawal_deadline(session) if session.starts_at else None
    return {
        "session": session_facts(
            session,
            periods,
            agent=enrolment.agent,
            is_over=enrolment.state not in LIVE,
            with_link=enrolment.state == S.ENROLLED,
        ),
        "state": enrolment.state,
        "first_name": enrolment.agent.first_name,
        "accepts_direct": enrolment.accepts_direct,
        "expires": wording.instant_in_words(enrolment.offer_expires_at) if enrolment.offer_expires_at else "",
        "held": wording.instant_in_words(enrolment.held_until) if enrolment.held_until else "",
        "is_selective": session.is_selective,
        "deadline": wording.instant_in_words(deadline) if deadline and deadline > timezone.now() else "",
        "home_url": home_url(),
        "leave_url": settings.SITE_URL + reverse("enrolments:withdraw", args=[enrolment.pk]),
    }


def rank_of(enrolment: Enrolment) -> int:
    return Enrolment.objects.with_rank().get(pk=enrolment.pk).rank


def superior_of(enrolment: Enrolment) -> str:
    """Who is asked for their agreement and has not answered; "" when nobody is."""
    return (
        Agreement.objects.filter(enrolment=enrolment, answered_at=None).values_list("superior_email", flat=True).first()
        or ""
    )


def calendar_of(
    enrolment: Enrolment, event: EnrolmentEvent, periods: list[Period], announced: Announced
) -> tuple[list[dict] | None, str]:
    """The events of the calendar of a move and its method; none when the agenda of the agent does not change."""
    if event.to_state == S.ENROLLED:
        return calendars.invitation(enrolment, periods, announced.sequence), CalendarMethod.REQUEST
    if event.from_state == S.ENROLLED:
        known = announced.periods if len(announced.slots) > len(periods) else periods
        return calendars.cancellation(enrolment, known, announced.sequence + 1), CalendarMethod.CANCEL
    return None, ""
