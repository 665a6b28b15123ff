"""Reminders: seven days before, then the day before, once each, to who has a seat."""

import datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from campus.mailing.models import Message
from catalogue.transitions import cancel_session
from catalogue.wording import days_until_in_words
from enrolments.announcements import facts_of, periods_of
from enrolments.enums import EnrolmentState
from enrolments.models import Announced, Enrolment, EnrolmentEvent
from enrolments.reminders import remind
from enrolments.transitions import enrol, withdraw
from tests.mail import worded_messages
from tests.threads import at_once

pytestmark = pytest.mark.django_db
S = EnrolmentState


def reminders():
    """How many days before the session each reminder was for, in the order they were written."""
    keys = Message.objects.filter(key__startswith="reminder").order_by("pk").values_list("key", flat=True)
    return [int(key.split()[1]) for key in keys]


@pytest.fixture
def seat(new_session, new_agent):
    """A function that enrols a new agent some days ago in a session that starts in so many hours."""

    def take(starts_in_hours, enrolled_days_ago=60, state=S.ENROLLED, **fields):
        session = new_session(**fields)
        start = timezone.now() + datetime.timedelta(hours=starts_in_hours)
        session.slots.update(starts_at=start, ends_at=start + datetime.timedelta(hours=3))
        since = timezone.now() - datetime.timedelta(days=enrolled_days_ago)
        enrolment = Enrolment.objects.create(agent=new_agent(), session=session, state=state, created_at=since)
        EnrolmentEvent.objects.create(enrolment=enrolment, to_state=state, happened_at=since)
        session.refresh_from_db()
        return enrolment

    return take


def pass_time(hours):
    """Everything becomes older by so many hours."""
    with connection.cursor() as cursor:
        for table, column in [
            ("catalogue_slot", "starts_at"),
            ("catalogue_slot", "ends_at"),
            ("enrolments_enrolmentevent", "happened_at"),
            ("enrolments_enrolment", "created_at"),
            ("enrolments_announced", "moved_at"),
        ]:
            cursor.execute(f"UPDATE {table} SET {column} = {column} - make_interval(hours => %s)", [hours])


def test_a_seat_is_reminded_of_twice_and_no_more(seat):
    seat(24 * 7 + 1)
    remind()
    assert reminders() == []

    pass_time(2)
    remind()
    remind()
    assert reminders() == [7]

    pass_time(24 * 6)
    remind()
    remind()
    assert reminders() == [7, 1]

    pass_time(12)
    remind()
    assert reminders() == [7, 1]


def test_a_reminder_says_where_to_go(seat):
    enrolment = seat(24)
    remind()

    when = days_until_in_words(enrolment.session.starts_at, "Europe/Paris")
    message = worded_messages().get(to=enrolment.agent.email)
    assert message.subject == f"{when.capitalize()} : Lire une donnée"
    for told in (message.text, message.html):
        assert "https://visio.exemple.fr/secret" in told and f"Votre session a lieu {when}" in told.replace(
            "&#x27;", "'"
        )
        assert f"/mon-espace/inscriptions/{enrolment.pk}/desistement/" in told


@pytest.mark.parametrize(
    ("starts_in_hours", "enrolled_days_ago", "count"),
    [
        (24 * 7 - 1, 8, 1),
        (24 * 7 - 1, 0, 0),  # enrolled less than seven days before: the confirmation has said it all
        (24 * 5, 1, 0),
        (23, 1, 1),
        (23, 0, 0),  # enrolled less than a day before
        (24 * 8, 60, 0),
    ],
)
def test_who_has_just_enrolled_is_not_reminded(seat, starts_in_hours, enrolled_days_ago, count):
    seat(starts_in_hours, enrolled_days_ago)
    remind()

    assert len(reminders()) == count


def test_who_enrolled_six_days_before_is_reminded_the_day_before(seat):
    seat(24 * 6, 0)
    remind()
    pass_time(24 * 5 + 1)
    remind()

    assert reminders() == [1]


def test_only_a_seat_in_a_session_that_is_held_is_reminded_of(seat):
    for state in (S.WAITING, S.REQUESTED):
        seat(24, state=state)
    cancelled = seat(24)
    cancel_session(session=cancelled.session, by=None, reason="Panne")
    left = seat(24)
    withdraw(enrolment=left, by=left.agent, reason="Malade")
    seat(-1)

    remind()

    assert reminders() == []


def test_a_session_moved_and_moved_back_does_not_remind_twice_of_one_start(seat):
    enrolment = seat(24 * 7)
    remind()
    Enrolment.objects.filter(pk=enrolment.pk).update(last_reminder_days=None)
    remind()

    assert len(reminders()) == 1


def test_a_session_moved_close_is_reminded_of_the_day_before_only(seat):
    enrolment = seat(24 * 3)
    session = enrolment.session
    Announced.objects.create(session=session, moved_at=timezone.now(), **facts_of(session, periods_of(session)))
    remind()
    assert reminders() == []

    pass_time(24 * 2 + 1)
    remind()
    assert reminders() == [1]


def test_a_worker_that_was_stopped_sends_the_last_reminder_only(seat):
    seat(20)
    remind()

    assert len(reminders()) == 1


def test_reminders_follow_the_settings(seat, settings):
    settings.REMINDER_DAYS = []
    seat(24 * 3)
    remind()
    assert reminders() == []

    settings.REMINDER_DAYS = [3]
    remind()
    assert reminders() == [3]


@pytest.mark.parametrize(
    ("now", "start", "time_zone", "words"),
    [
        ("2027-03-26T09:00+01:00", "2027-03-27T09:00+01:00", "Europe/Paris", "demain"),
        ("2027-03-27T23:30+01:00", "2027-03-28T09:00+02:00", "Europe/Paris", "demain"),  # the night the hour changes
        ("2027-03-28T00:30+01:00", "2027-03-28T09:00+02:00", "Europe/Paris", "aujourd'hui"),
        ("2027-03-22T08:00+01:00", "2027-03-29T09:00+02:00", "Europe/Paris", "dans 7 jours"),
        ("2027-03-28T09:00+11:00", "2027-03-29T09:00+11:00", "Pacific/Noumea", "demain"),  # both on the 28th in Paris
    ],
)
def test_days_are_those_of_the_place(now, start, time_zone, words):
    now, start = (datetime.datetime.fromisoformat(instant) for instant in (now, start))

    assert days_until_in_words(start, time_zone, now) == words


@pytest.mark.parametrize("count", [1, 3])
def test_one_statement_finds_who_is_due(seat, count, django_assert_num_queries):
    for _ in range(count):
        seat(24 * 20)

    with django_assert_num_queries(1):
        remind()


@pytest.mark.django_db(transaction=True)
def test_two_workers_remind_once(seat):
    for _ in range(10):
        seat(24)

    assert at_once(*[transaction.atomic(remind)] * 4) == [None] * 4

    assert len(reminders()) == 10


def test_an_agent_promoted_the_day_before_is_not_reminded_at_once(new_session, new_agent):
    session, agent = new_session(), new_agent()
    enrol(agent=agent, session=session, by=agent)
    start = timezone.now() + datetime.timedelta(hours=12)
    session.slots.update(starts_at=start, ends_at=start + datetime.timedelta(hours=3))
    Enrolment.objects.update(created_at=timezone.now() - datetime.timedelta(days=30))
    remind()

    assert reminders() == []
