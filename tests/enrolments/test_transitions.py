"""A seat is given once: enrolling, waiting, offering, leaving, and the rules that are said."""

import datetime
import threading
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campus.accounts.models import Organisation
from campus.mailing.models import Message
from catalogue.models import Session
from catalogue.transitions import cancel_session
from enrolments import tasks
from enrolments.enums import ATTENDED, ENROLMENT_MOVES, LIVE, EnrolmentState
from enrolments.models import Enrolment, EnrolmentEvent
from enrolments.transitions import EnrolmentRefused, accept, base, enrol, rank_of, seats, withdraw
from tests.mail import worded_messages

pytestmark = pytest.mark.django_db
S = EnrolmentState


def states(session):
    """In the order of arrival."""
    return [S(state) for state in session.enrolments.order_by("queued_at", "pk").values_list("state", flat=True)]


def seats_taken(session):
    return Session.objects.get(pk=session.pk).seats_taken


@pytest.fixture
def full(new_session, new_agent):
    """A session of two seats, taken, with three agents who wait; its enrolments in their order."""
    session = new_session(seats=2)
    return session, [enrol(agent=new_agent(), session=session, by=None) for _ in range(5)]


def test_seats_go_to_the_first_the_others_wait_in_their_order(full):
    session, enrolments = full

    assert states(session) == [S.ENROLLED, S.ENROLLED, S.WAITING, S.WAITING, S.WAITING]
    assert [rank_of(enrolment) for enrolment in enrolments] == [None, None, 1, 2, 3]
    assert seats_taken(session) == 2


def test_a_double_click_enrols_once_and_writes_once(new_session, new_agent):
    session, agent = new_session(), new_agent()

    first, second = (enrol(agent=agent, session=session, by=agent) for _ in range(2))

    assert first == second and Message.objects.count() == 1 and seats_taken(session) == 1


def test_a_freed_seat_is_offered_to_the_first_who_waits(full):
    session, enrolments = full
    withdraw(enrolment=enrolments[0], by=enrolments[0].agent)

    assert states(session) == [S.WITHDRAWN, S.ENROLLED, S.OFFERED, S.WAITING, S.WAITING]
    assert seats_taken(session) == 2
    offered = Enrolment.objects.get(pk=enrolments[2].pk)
    assert offered.offer_expires_at > timezone.now() + datetime.timedelta(hours=47)
    assert worded_messages().filter(to=offered.agent.email, subject__startswith="Une place vous est proposée").exists()

    assert accept(enrolment=offered, by=offered.agent).state == S.ENROLLED
    assert accept(enrolment=offered, by=offered.agent).state == S.ENROLLED  # a double click
    assert seats_taken(session) == 2


def test_five_who_leave_make_five_offers_to_the_first_five(new_session, new_agent):
    session = new_session(seats=6)
    enrolments = [enrol(agent=new_agent(), session=session, by=None) for _ in range(14)]

    for enrolment in enrolments[:5]:
        withdraw(enrolment=enrolment, by=enrolment.agent)

    assert states(session) == [S.WITHDRAWN] * 5 + [S.ENROLLED] + [S.OFFERED] * 5 + [S.WAITING] * 3


def test_an_offer_that_is_over_goes_to_the_next(full):
    session, enrolments = full
    withdraw(enrolment=enrolments[0], by=enrolments[0].agent)
    Enrolment.objects.filter(state=S.OFFERED).update(offer_expires_at=timezone.now())

    with pytest.raises(EnrolmentRefused, match="n'est plus proposée"):
        accept(enrolment=enrolments[2], by=enrolments[2].agent)
    tasks.expire_what_is_over()
    tasks.expire_what_is_over()

    assert states(session) == [S.WITHDRAWN, S.ENROLLED, S.EXPIRED, S.OFFERED, S.WAITING]


def test_an_offer_declined_goes_to_the_next(full):
    session, enrolments = full
    for enrolment in (enrolments[0], enrolments[2]):
        withdraw(enrolment=enrolment, by=enrolment.agent)

    assert states(session) == [S.WITHDRAWN, S.ENROLLED, S.WITHDRAWN, S.OFFERED, S.WAITING]


def test_an_offer_ends_with_the_start_of_the_session(new_session, new_agent):
    session = new_session(seats=1, in_days=1, enrolment_closes_at=timezone.now() + datetime.timedelta(hours=1))
    first, second = (enrol(agent=new_agent(), session=session, by=None) for _ in range(2))

    withdraw(enrolment=first, by=first.agent, reason="Réunion imprévue")

    assert Enrolment.objects.get(pk=second.pk).offer_expires_at == session.starts_at


def test_seats_that_are_added_are_offered_those_taken_away_evict_nobody(full):
    session, _enrolments = full
    Session.objects.filter(pk=session.pk).update(seats=4)

    tasks.offer_free_seats()

    assert states(session) == [S.ENROLLED, S.ENROLLED, S.OFFERED, S.OFFERED, S.WAITING]
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(seats=3)


def test_after_the_deadline_one_says_why_and_after_the_start_one_cannot_leave(new_session, new_agent):
    closing = timezone.now() + datetime.timedelta(minutes=5)
    session, agent = new_session(in_days=1, enrolment_closes_at=closing), new_agent()
    enrolment = enrol(agent=agent, session=session, by=agent)

    with pytest.raises(EnrolmentRefused, match="dites pourquoi") as refusal:
        withdraw(enrolment=enrolment, by=agent, reason=" ")
    assert refusal.value.argument == "reason"
    session.slots.update(starts_at=timezone.now() - datetime.timedelta(hours=1))
    with pytest.raises(EnrolmentRefused, match="a commencé"):
        withdraw(enrolment=enrolment, by=agent, reason="Malade")


def test_a_cancelled_session_tells_everyone_once(full):
    session, _enrolments = full
    cancel_session(session=session, by=None, reason="Formatrice empêchée")

    assert states(session) == [S.CANCELLED] * 5 and seats_taken(session) == 0
    told = worded_messages().filter(subject__startswith="Session annulée")
    assert told.count() == 5 and "Formatrice empêchée" in told[0].text


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"enrolment_opens_at": timezone.now() + datetime.timedelta(days=1)}, "ouvrent le"),
        ({"enrolment_closes_at": timezone.now() - datetime.timedelta(days=1)}, "closes"),
        ({"cancelled_at": timezone.now(), "cancel_reason": "Panne"}, "annulée"),
    ],
)
def test_what_is_not_open_refuses_and_says_why(new_session, new_agent, fields, reason):
    with pytest.raises(EnrolmentRefused, match=reason):
        enrol(agent=new_agent(), session=new_session(**fields), by=None)
    assert not Enrolment.objects.exists() and not Message.objects.exists()


def test_a_draft_or_outside_module_is_not_enrolled_in_here(new_session, new_agent, published_module):
    session = new_session()
    for change in ({"state": "brouillon"}, {"state": "publie", "access": "externe", "access_url": "https://a.fr"}):
        type(published_module).objects.filter(pk=published_module.pk).update(**change)
        with pytest.raises(EnrolmentRefused, match="sa page dit comment"):
            enrol(agent=new_agent(), session=session, by=None)


def test_a_session_kept_for_an_employer_takes_its_agents_and_those_below(new_session, new_agent, organisation):
    session = new_session()
    session.restricted_to.add(organisation)
    below = Organisation.objects.create(name="Service", kind="operateur", parent=organisation)

    assert enrol(agent=new_agent(organisation=below), session=session, by=None).state == S.ENROLLED
    for agent in (new_agent(), new_agent(organisation=Organisation.objects.create(name="Ailleurs", kind="autre"))):
        with pytest.raises(EnrolmentRefused, match="réservée"):
            enrol(agent=agent, session=session, by=None)


def test_two_sessions_of_one_module_or_of_one_morning_are_refused_by_name(new_session, new_module, new_agent):
    agent = new_agent()
    other = new_module("Écrire une donnée", state="publie", published_on="2026-01-05")
    mine = new_session(in_days=30)
    enrol(agent=agent, session=mine, by=agent)

    for clash, why in (
        (new_session(in_days=40), "une autre session de cette formation"),
        (new_session(in_days=30, module=other), "au même moment « Lire une donnée »"),
    ):
        with pytest.raises(EnrolmentRefused, match=why):
            enrol(agent=agent, session=clash, by=agent)
    assert enrol(agent=agent, session=new_session(in_days=41, module=other), by=agent).state == S.ENROLLED


def test_one_may_come_back_after_leaving(new_session, new_agent):
    session, agent = new_session(), new_agent()
    withdraw(enrolment=enrol(agent=agent, session=session, by=agent), by=agent)

    assert enrol(agent=agent, session=session, by=agent).state == S.ENROLLED
    assert seats_taken(session) == 1 and Enrolment.objects.count() == 2


@pytest.mark.parametrize(("before", "after"), list(product([None, *S], S)))
def test_every_pair_of_states_is_allowed_or_refused(new_session, new_agent, before, after):
    enrolment = Enrolment(agent=new_agent(), session=new_session(), state=before or "")
    end = timezone.now() if after == S.OFFERED else None
    if before:
        enrolment.offer_expires_at = timezone.now() if before == S.OFFERED else None
        enrolment.save()

    if after in ENROLMENT_MOVES[before]:
        base.move(enrolment, after, None, offer_expires_at=end)
        assert EnrolmentEvent.objects.get().to_state == after
        assert Message.objects.count() == (after not in ATTENDED)
    else:
        with pytest.raises(EnrolmentRefused):
            base.move(enrolment, after, None, offer_expires_at=end)
        assert not EnrolmentEvent.objects.exists()


def test_the_database_refuses_two_live_enrolments_and_a_seat_too_many(new_session, new_agent):
    session, agent = new_session(seats=1), new_agent()
    Enrolment.objects.create(agent=agent, session=session, state=S.ENROLLED)

    for other in (agent, new_agent()):
        with pytest.raises(IntegrityError), transaction.atomic():
            Enrolment.objects.create(agent=other, session=session, state=S.ENROLLED)
    assert all(state in LIVE for state in states(session))


# --- Many at once, with real connections ------------------------------------------------------------------------------


def in_threads(work, items, count=16):
    """Call `work` on each item, `count` at a time, each thread with its connection; return the exceptions."""
    waiting, errors, lock = list(items), [], threading.Lock()

    def run():
        try:
            while True:
                with lock:
                    if not waiting:
                        return
                    item = waiting.pop(0)
                try:
                    work(item)
                except Exception as error:
                    errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.django_db(transaction=True)
def test_two_hundred_agents_on_ten_seats(new_session, new_agent):
    session = new_session(seats=10)
    agents = [new_agent() for _ in range(200)]

    assert in_threads(lambda agent: enrol(agent=agent, session=session, by=agent), agents) == []

    assert states(session) == [S.ENROLLED] * 10 + [S.WAITING] * 190
    ranks = [rank_of(enrolment) for enrolment in Enrolment.objects.waiting()]
    assert ranks == list(range(1, 191)) and seats_taken(session) == 10
    assert Message.objects.count() == 200

    leaving = Enrolment.objects.filter(state=S.ENROLLED)[:5]
    assert in_threads(lambda enrolment: withdraw(enrolment=enrolment, by=enrolment.agent), leaving) == []
    assert [states(session).count(state) for state in (S.ENROLLED, S.OFFERED, S.WAITING)] == [5, 5, 185]
    first_in_line = session.enrolments.order_by("queued_at", "pk")[10:15]
    assert {enrolment.state for enrolment in first_in_line} == {S.OFFERED}


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_stampede_goes_wrong(new_session, new_agent, monkeypatch):
    """The control: it is the lock that makes the test above pass."""
    session = new_session(seats=10)
    agents = [new_agent() for _ in range(200)]
    monkeypatch.setattr(seats, "lock", lambda pk: Session.objects.select_related("module", "programme").get(pk=pk))

    errors = in_threads(lambda agent: enrol(agent=agent, session=session, by=agent), agents)

    assert errors or states(session) != [S.ENROLLED] * 10 + [S.WAITING] * 190


@pytest.mark.django_db(transaction=True)
def test_two_tabs_do_not_enrol_in_two_sessions_of_one_morning(new_session, new_module, new_agent):
    other = new_module("Écrire une donnée", state="publie", published_on="2026-01-05")
    for day in range(10, 20):
        agent = new_agent()
        sessions = [new_session(in_days=day), new_session(in_days=day, module=other)]

        errors = in_threads(lambda session, agent=agent: enrol(agent=agent, session=session, by=agent), sessions, 2)

        assert [type(error) for error in errors] == [EnrolmentRefused]
        assert agent.enrolments.count() == 1
