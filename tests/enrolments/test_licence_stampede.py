"""A hundred and twenty agents ask at once for forty licences, ten of them kept for a ministry, each with its code."""

from collections import Counter

import pytest

from campus.accounts.models import Organisation
from campus.mailing.models import Message
from enrolments.enums import LicenceState
from enrolments.models import Allotment, Licence, LicenceCode, LicenceEvent, LicencePool
from enrolments.transitions import licence as transitions
from tests.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
L = LicenceState
SEATS, KEPT, AGENTS, THREADS = 40, 10, 120, 16


@pytest.fixture
def crowd(new_pool, new_agent):
    """The pool, and its agents: every third is of the ministry."""
    ministry = Organisation.objects.create(name="Ministère des essais", kind="ministere")
    pool = new_pool(seats=SEATS, access="codes", campaign_code="")
    Allotment.objects.create(pool=pool, organisation=ministry, seats=KEPT)
    LicenceCode.objects.bulk_create(LicenceCode(pool=pool, value=f"C{number}") for number in range(AGENTS))
    return pool, [new_agent(organisation=None if number % 3 else ministry) for number in range(AGENTS)]


def everybody_asks(pool, agents) -> list:
    """Each thread, on a connection of its own, asks for its share of the agents; what each raised, if anything."""

    def ask_for(share):
        for agent in share:
            transitions.ask(agent=agent, pool=pool, by=agent)

    return at_once(*(lambda share=agents[number::THREADS]: ask_for(share) for number in range(THREADS)))


def test_forty_licences_go_to_the_first_the_others_wait_in_the_order_of_arrival(crowd):
    pool, agents = crowd

    assert everybody_asks(pool, agents) == [None] * THREADS

    pool, in_order = LicencePool.objects.get(), Licence.objects.order_by("queued_at", "pk")
    assert Counter(licence.state for licence in in_order) == {L.GIVEN: SEATS, L.REQUESTED: AGENTS - SEATS}
    assert (pool.given, pool.common_given, Allotment.objects.get().given) == (SEATS, SEATS - KEPT, KEPT)
    assert Licence.objects.exclude(code=None).values("code").distinct().count() == SEATS
    first_common = [licence for licence in in_order if licence.allotment_id is None][: SEATS - KEPT]
    assert all(licence.state == L.GIVEN for licence in first_common)
    # Numbered under the lock: it is the order in which the transactions were kept.
    arrivals = LicenceEvent.objects.order_by("pk").values_list("licence", flat=True)
    assert list(arrivals) == [licence.pk for licence in in_order]
    assert [licence.rank for licence in Licence.objects.in_line().with_rank()] == list(range(1, AGENTS - SEATS + 1))
    assert Message.objects.count() == Message.objects.values("to").distinct().count() == AGENTS

    def leave(licence):
        return lambda: transitions.leave(licence=licence, by=licence.agent).state

    assert at_once(*map(leave, first_common[:5])) == [L.TAKEN_BACK] * 5
    waiting_before = list(in_order.filter(state=L.REQUESTED).values_list("pk", flat=True))
    assert len(waiting_before) == AGENTS - SEATS - 5 and LicencePool.objects.get().given == SEATS


def test_without_the_lock_the_same_stampede_goes_wrong(crowd, monkeypatch):
    """The control: it is the lock that makes the test above pass."""
    pool, agents = crowd
    monkeypatch.setattr(transitions, "lock", lambda pk: LicencePool.objects.get(pk=pk))

    assert everybody_asks(pool, agents) != [None] * THREADS
    assert LicencePool.objects.get().given <= SEATS  # the database keeps that, whoever forgets to lock
