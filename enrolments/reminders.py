"""Reminders before a session, to those who have a seat.

« Seven days before » is 168 hours before the start: sessions start at working hours, so do these messages, and no time zone is
asked. Who took their seat later than that, or was told of new dates later, has had all in that message.
"""

from django.conf import settings
from django.db import connection
from django.utils import timezone

from campus.mailing import outbox
from campus.mailing.worker import every_round, one_by_one
from catalogue.wording import days_until_in_words
from enrolments.announcements import periods_of
from enrolments.emails.moves import context_of
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment

A_ROUND = 200
"""Messages at most, so that they leave between two rounds."""

# A worker that was stopped for days sends the last reminder that is due, not those before.
DUE = """
    SELECT enrolment.id, due.days
    FROM catalogue_session AS session
    CROSS JOIN LATERAL (
        SELECT min(days) AS days FROM unnest(%(days)s::integer[]) AS days
        WHERE session.starts_at <= %(now)s + make_interval(hours => 24 * days)
    ) AS due
    JOIN enrolments_enrolment AS enrolment ON enrolment.session_id = session.id
    LEFT JOIN enrolments_announced AS announced ON announced.session_id = session.id
    WHERE session.cancelled_at IS NULL
      AND session.starts_at > %(now)s
      AND session.starts_at <= %(now)s + make_interval(hours => 24 * %(furthest)s)
      AND enrolment.state = %(enrolled)s
      AND (enrolment.last_reminder_days IS NULL OR enrolment.last_reminder_days > due.days)
      AND session.starts_at - make_interval(hours => 24 * due.days) >= GREATEST(
          announced.moved_at,
          enrolment.created_at,
          (SELECT max(happened_at) FROM enrolments_enrolmentevent AS event
           WHERE event.enrolment_id = enrolment.id AND event.to_state = %(enrolled)s))
    ORDER BY session.starts_at, enrolment.id
    LIMIT %(most)s
"""


@every_round
def remind() -> None:
    if not settings.REMINDER_DAYS:
        return
    one_by_one(due_reminders(), lambda due: remind_of(*due))


def due_reminders() -> list[tuple[int, int]]:
    """The ids of the enrolments to remind now, and how many days before."""
    parameters = {
        "days": settings.REMINDER_DAYS,
        "furthest": max(settings.REMINDER_DAYS),
        "now": timezone.now(),
        "enrolled": EnrolmentState.ENROLLED,
        "most": A_ROUND,
    }
    with connection.cursor() as cursor:
        cursor.execute(DUE, parameters)
        return cursor.fetchall()


def remind_of(enrolment_id: int, days: int) -> None:
    """Write a reminder to who still has the seat. Who is leaving just now is let go: it comes back next round if they stay."""
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("agent__profile", "session__module", "session__programme", "session__place")
        .filter(pk=enrolment_id, state=EnrolmentState.ENROLLED)
        .first()
    )
    if enrolment:
        write_reminder(enrolment, days)


def write_reminder(enrolment: Enrolment, days: int) -> None:
    session = enrolment.session
    outbox.write_data(
        # A session moved away and back does not remind twice of one start.
        key=f"reminder {days} enrolment {enrolment.pk} {session.starts_at.isoformat()}",
        to=enrolment.agent.email,
        template="enrolments/emails/reminder",
        context=context_of(enrolment, periods_of(session))
        | {"when": days_until_in_words(session.starts_at, session.time_zone)},
    )
    enrolment.last_reminder_days = days
    enrolment.save(update_fields=["last_reminder_days", "updated_at"])
