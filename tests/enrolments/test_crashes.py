"""Double clicks, killed workers, a lost database, a line too long: one enrolment, one message, nothing half-written."""

import http.client
import itertools
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse

from campus.mailing.models import Message
from catalogue.models import Session
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment, EnrolmentEvent
from tests.serving import Visitor, holding, served, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
S = EnrolmentState
DIED = (OSError, http.client.HTTPException)
KILLS = 15
WRITTEN_OR_LOCKED = [
    "accounts_user",
    "catalogue_session",
    "enrolments_enrolment",
    "enrolments_enrolmentevent",
    "mailing_message",
]
"""By an enrolment."""


@pytest.fixture
def database():
    return connection.settings_dict


@pytest.fixture
def site(database):
    with served(database, workers=1, threads=4) as site:
        yield site


def page_of(session):
    return reverse("enrolments:enrol", args=[session.pk])


def counts():
    """How many enrolments, seats taken, events and messages there are."""
    taken = sum(Session.objects.values_list("seats_taken", flat=True))
    return Enrolment.objects.count(), taken, EnrolmentEvent.objects.count(), Message.objects.count()


def all_at_once(*actions):
    """The results of functions called at the same instant."""
    start = threading.Barrier(len(actions))

    def run(action):
        start.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


def test_a_double_click_and_a_form_sent_again_enrol_once(site, new_session, new_agent):
    session, visitor = new_session(), Visitor(site, new_agent())

    def click():
        return visitor.post(page_of(session), ask="oui").status

    assert [*all_at_once(click, click), click()] == [302, 302, 302]
    assert counts() == (1, 1, 1, 1)


def test_two_tabs_on_sessions_of_one_morning_give_one_seat_and_one_refusal(site, new_session, new_module, new_agent):
    other = new_module("Écrire une donnée", state="publie", published_on="2026-01-05")
    sessions, visitor = [new_session(), new_session(module=other)], Visitor(site, new_agent())

    answers = all_at_once(*[lambda each=each: visitor.post(page_of(each), ask="oui") for each in sessions])

    taken, refused = sorted(answers, key=lambda answer: answer.status)
    assert (taken.status, refused.status) == (302, 422) and "Vous avez au même moment «" in refused.text
    assert counts() == (1, 1, 1, 1)


@pytest.mark.parametrize("table", WRITTEN_OR_LOCKED)
def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_form_may_be_sent_again(
    site, database, new_session, new_agent, table
):
    session, visitor = new_session(), Visitor(site, new_agent())

    with ThreadPoolExecutor(1) as thread, holding(database, table) as somebody_waits:
        asked = thread.submit(visitor.post, page_of(session), ask="oui")
        wait_for(somebody_waits)
        [worker] = wait_for(site.workers)
        site.kill(worker)
        assert isinstance(asked.exception(), DIED)

    assert counts() == (0, 0, 0, 0)
    assert visitor.post(page_of(session), ask="oui").status == 302
    assert counts() == (1, 1, 1, 1)


def test_workers_killed_at_any_instant_lose_and_double_nothing(database, new_session, new_agent):
    session, agents, chance = new_session(seats=10), [new_agent() for _ in range(40)], random.Random(4)

    def insist(visitor):
        """As one does before an error of one's browser: send again."""
        for attempt in itertools.count():
            try:
                return attempt, visitor.post(page_of(session), ask="oui").status
            except DIED:
                assert attempt <= KILLS

    def kill(site):
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.3))
            site.kill(chance.choice(wait_for(site.workers)))

    with served(database, workers=4, threads=2) as site, ThreadPoolExecutor(9) as threads:
        visitors = [Visitor(site, agent) for agent in agents]
        killer = threads.submit(kill, site)
        answers = list(threads.map(insist, visitors))
        killer.result()

    assert {status for _attempts, status in answers} == {302} and max(attempts for attempts, _status in answers)
    in_order = session.enrolments.order_by("queued_at", "pk").values_list("state", flat=True)
    assert list(in_order) == [S.ENROLLED] * 10 + [S.WAITING] * 30
    assert counts() == (40, 10, 40, 40)


def test_who_waits_too_long_for_their_turn_is_asked_to_try_again(database, new_session, new_agent):
    session = new_session()

    with served(database, workers=1, CAMPUS_LOCK_SECONDS="1") as site:
        visitor = Visitor(site, new_agent())
        with holding(database, "catalogue_session"):
            answer = visitor.post(page_of(session), ask="oui")

        assert answer.status == 503 and answer.headers["Retry-After"] and "renvoyer" in answer.text
        assert counts() == (0, 0, 0, 0)
        assert visitor.post(page_of(session), ask="oui").status == 302
        assert counts() == (1, 1, 1, 1)
