"""Two hundred agents post at once, over HTTP, on a session of ten seats: served by real processes, on real connections."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from campus.mailing.models import Message
from catalogue.models import Session
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment, EnrolmentEvent
from enrolments.transitions import enrol
from tests.serving import Visitor, holding, served, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
S = EnrolmentState
SEATS, AGENTS = 10, 200


@pytest.fixture
def session(new_session):
    return new_session(seats=SEATS)


def everybody_asks(site, session, agents) -> Counter:
    """Have all post at the same instant, each on a connection of their own; how many answers of each status."""
    path = reverse("enrolments:enrol", args=[session.pk])
    visitors = [Visitor(site, agent) for agent in agents]
    start = threading.Barrier(len(visitors))

    def ask(visitor):
        start.wait()
        return visitor.post(path, ask="oui").status

    with ThreadPoolExecutor(len(visitors)) as threads:
        return Counter(threads.map(ask, visitors))


def states(session):
    """In the order of arrival."""
    return [S(state) for state in session.enrolments.order_by("queued_at", "pk").values_list("state", flat=True)]


@pytest.mark.parametrize(("workers", "threads"), [(2, 4), (16, 1)])
def test_ten_seats_go_to_the_first_ten_the_others_wait_in_the_order_of_arrival(session, new_agent, workers, threads):
    agents = [new_agent() for _ in range(AGENTS)]

    with served(connection.settings_dict, workers=workers, threads=threads) as site:
        assert everybody_asks(site, session, agents) == {302: AGENTS}

        assert states(session) == [S.ENROLLED] * SEATS + [S.WAITING] * (AGENTS - SEATS)
        assert Session.objects.get(pk=session.pk).seats_taken == SEATS
        line = Enrolment.objects.waiting().with_rank()
        assert [enrolment.rank for enrolment in line] == list(range(1, AGENTS - SEATS + 1))
        # Numbered under the lock: it is the order in which the transactions were kept.
        arrivals = EnrolmentEvent.objects.order_by("pk").values_list("enrolment", flat=True)
        assert list(arrivals) == list(session.enrolments.order_by("queued_at", "pk").values_list("pk", flat=True))
        assert Message.objects.count() == Message.objects.values("to").distinct().count() == AGENTS

        leaving = session.enrolments.filter(state=S.ENROLLED).select_related("agent")[:5]
        leavers = [(Visitor(site, each.agent), reverse("enrolments:withdraw", args=[each.pk])) for each in leaving]
        with ThreadPoolExecutor(5) as together:
            left = together.map(lambda leaver: leaver[0].post(leaver[1], reason="Empêchement").status, leavers)
            assert list(left) == [302] * 5

    assert Counter(states(session)[:SEATS]) == {S.ENROLLED: 5, S.WITHDRAWN: 5}
    assert states(session)[SEATS:] == [S.OFFERED] * 5 + [S.WAITING] * (AGENTS - SEATS - 5)
    assert Message.objects.count() == AGENTS + 10


def test_without_the_lock_the_same_stampede_goes_wrong(session, new_agent):
    """The control: it is the lock that makes the test above pass. Forty agents are enough."""
    agents = [new_agent() for _ in range(40)]

    with served(connection.settings_dict, workers=16, threads=1, application="tests.serving_without_lock") as site:
        answers = everybody_asks(site, session, agents)

    assert answers != {302: 40} or states(session) != [S.ENROLLED] * SEATS + [S.WAITING] * 30


def test_one_s_place_in_the_line_is_that_of_one_s_turn_not_of_one_s_click(session, new_agent):
    """Who clicks first may wait longer for the lock: `queued_at` is read once one has it."""
    agent = new_agent()

    def ask():
        enrol(agent=agent, session=session, by=agent)
        connection.close()

    with holding(connection.settings_dict, "catalogue_session") as somebody_waits:
        clicking = threading.Thread(target=ask)
        clicking.start()
        wait_for(somebody_waits)
        released_at = timezone.now()
    clicking.join()

    assert Enrolment.objects.get().queued_at > released_at
