"""A licence is given once, to the first who asks: asking, waiting, choosing, activating, giving back, taking back."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from campus.accounts.models import Organisation
from campus.mailing.models import Message
from enrolments import licence_tasks
from enrolments.enums import LICENCE_HELD, LICENCE_MOVES, LicenceState
from enrolments.models import Allotment, Licence, LicenceCode, LicenceEvent, LicencePool
from enrolments.transitions import licence as transitions
from enrolments.transitions import licence_base
from enrolments.transitions.licence import ask
from enrolments.transitions.licence_base import LicenceRefused
from tests.mail import worded_messages

pytestmark = pytest.mark.django_db
L = LicenceState


def states(pool):
    """In the order of arrival."""
    return [L(state) for state in pool.licences.order_by("queued_at", "pk").values_list("state", flat=True)]


def counters(pool):
    return LicencePool.objects.values_list("given", "common_given", "allotted").get(pk=pool.pk)


def age(licence, **days):
    """Have dates of a licence be so many days ago."""
    values = {name: timezone.now() - datetime.timedelta(days=count) for name, count in days.items()}
    Licence.objects.filter(pk=licence.pk).update(**values)


@pytest.fixture
def asked(new_pool, new_agent):
    """A pool of two licences, given, with three agents in line; its licences in their order."""
    pool = new_pool(seats=2)
    return pool, [ask(agent=new_agent(), pool=pool, by=None) for _ in range(5)]


@pytest.fixture
def ministry():
    return Organisation.objects.create(name="Ministère des essais", kind="ministere")


@pytest.fixture
def below(ministry):
    return Organisation.objects.create(name="Direction des essais", kind="ministere", parent=ministry)


def test_licences_go_to_the_first_the_others_wait_in_their_order(asked):
    pool, licences = asked

    assert states(pool) == [L.GIVEN, L.GIVEN, L.REQUESTED, L.REQUESTED, L.REQUESTED]
    assert [licence.rank for licence in Licence.objects.in_line().with_rank()] == [1, 2, 3]
    assert counters(pool) == (2, 2, 0)
    assert worded_messages().filter(subject__startswith="Votre licence Pix").count() == 2
    assert "au rang 3" in worded_messages().get(to=licences[4].agent.email).text


def test_a_double_click_gives_once_and_writes_once(new_pool, new_agent):
    pool, agent = new_pool(), new_agent()

    first, second = (ask(agent=agent, pool=pool, by=agent) for _ in range(2))

    assert first == second and Message.objects.count() == 1 and counters(pool) == (1, 1, 0)


def test_a_licence_given_back_goes_to_the_first_who_waits(asked):
    pool, licences = asked

    transitions.leave(licence=licences[0], by=licences[0].agent)
    transitions.leave(licence=licences[0], by=licences[0].agent)  # a double click

    assert states(pool) == [L.TAKEN_BACK, L.GIVEN, L.GIVEN, L.REQUESTED, L.REQUESTED]
    assert counters(pool) == (2, 2, 0)
    assert worded_messages().filter(to=licences[2].agent.email, subject__contains="est attribuée").exists()


def test_who_comes_does_not_go_before_who_waits(asked, new_agent):
    pool, _licences = asked
    LicencePool.objects.filter(pk=pool.pk).update(seats=4)

    late = ask(agent=new_agent(), pool=pool, by=None)

    assert states(pool) == [L.GIVEN] * 4 + [L.REQUESTED] * 2 and late.state == L.REQUESTED


def test_a_request_withdrawn_frees_nothing_and_one_may_ask_again_at_the_last_rank(asked):
    pool, licences = asked

    transitions.leave(licence=licences[2], by=licences[2].agent)
    again = ask(agent=licences[2].agent, pool=pool, by=None)

    assert states(pool) == [L.GIVEN, L.GIVEN, L.WITHDRAWN, L.REQUESTED, L.REQUESTED, L.REQUESTED]
    assert Licence.objects.with_rank().get(pk=again.pk).rank == 3


def test_an_allotment_serves_its_agents_first_then_they_take_from_the_rest(new_pool, new_agent, ministry, below):
    pool = new_pool(seats=3)
    allotment = Allotment.objects.create(pool=pool, organisation=ministry, seats=1)

    theirs = [ask(agent=new_agent(organisation=below), pool=pool, by=None) for _ in range(2)]
    others = [ask(agent=new_agent(), pool=pool, by=None) for _ in range(2)]

    assert [licence.allotment for licence in theirs] == [allotment, None]
    assert [licence.state for licence in others] == [L.GIVEN, L.REQUESTED]
    assert counters(pool) == (3, 2, 1)
    assert Allotment.objects.get().given == 1


def test_the_nearest_allotment_above_an_agent_serves_first(new_pool, new_agent, ministry, below):
    pool = new_pool(seats=3)
    for organisation in (ministry, below):
        Allotment.objects.create(pool=pool, organisation=organisation, seats=1)

    licences = [ask(agent=new_agent(organisation=below), pool=pool, by=None) for _ in range(3)]

    served_by = [licence.allotment.organisation if licence.allotment else None for licence in licences]
    assert served_by == [below, ministry, None]


def test_what_is_kept_for_an_organisation_is_given_to_no_other_even_to_the_first_in_line(
    new_pool, new_agent, ministry, below
):
    pool = new_pool(seats=2)
    Allotment.objects.create(pool=pool, organisation=ministry, seats=1)
    first, waiting = (ask(agent=new_agent(), pool=pool, by=None) for _ in range(2))
    declared = new_agent(organisation=ministry)
    declared.profile.chose_employer = True
    declared.profile.save()

    alone = ask(agent=declared, pool=pool, by=None)
    theirs = ask(agent=new_agent(organisation=below), pool=pool, by=None)
    next_one = ask(agent=new_agent(organisation=below), pool=pool, by=None)
    assert [each.state for each in (first, waiting, alone, theirs, next_one)] == [
        L.GIVEN, L.REQUESTED, L.REQUESTED, L.GIVEN, L.REQUESTED,
    ]  # fmt: skip
    transitions.leave(licence=theirs, by=theirs.agent)

    assert states(pool) == [L.GIVEN, L.REQUESTED, L.REQUESTED, L.TAKEN_BACK, L.GIVEN]


def test_licences_added_to_two_organisations_go_to_the_first_of_each_before_who_comes(
    new_pool, new_agent, ministry, below
):
    agency = Organisation.objects.create(name="Agence des essais", kind="ministere")
    pool = new_pool(seats=2)
    for organisation in (ministry, agency):
        Allotment.objects.create(pool=pool, organisation=organisation, seats=1)
    employers = [ministry, agency, below, ministry, ministry, agency]
    ask_all = [ask(agent=new_agent(organisation=employer), pool=pool, by=None) for employer in employers]
    assert states(pool) == [L.GIVEN, L.GIVEN, L.REQUESTED, L.REQUESTED, L.REQUESTED, L.REQUESTED]
    LicencePool.objects.update(seats=4)
    Allotment.objects.update(seats=2)

    comer = ask(agent=new_agent(organisation=agency), pool=pool, by=None)

    assert states(pool)[2:] == [L.GIVEN, L.REQUESTED, L.REQUESTED, L.GIVEN, L.REQUESTED]
    assert comer.state == L.REQUESTED
    assert Licence.objects.get(pk=ask_all[-1].pk).allotment.organisation == agency
    assert set(Allotment.objects.values_list("given", flat=True)) == {2}


def test_each_is_given_a_code_of_their_own_and_none_without(new_pool, new_agent):
    pool = new_pool(access="codes", campaign_code="")
    LicenceCode.objects.bulk_create(LicenceCode(pool=pool, value=value) for value in ("A", "B"))

    licences = [ask(agent=new_agent(), pool=pool, by=None) for _ in range(3)]
    transitions.leave(licence=licences[0], by=licences[0].agent)  # its code was seen: it is given to nobody

    assert [licence.code and licence.code.value for licence in licences] == ["A", "B", None]
    assert states(pool) == [L.TAKEN_BACK, L.GIVEN, L.REQUESTED]
    LicenceCode.objects.create(pool=pool, value="C")
    licence_tasks.give_free_licences()
    assert Licence.objects.get(pk=licences[2].pk).code.value == "C"


def test_a_request_is_chosen_by_staff_with_partial_success_when_none_is_left(new_pool, new_agent):
    pool = new_pool(seats=1, mode="sur-demande", campaigns="Printemps\nAutomne")
    staff = new_agent()
    requests = [
        ask(agent=new_agent(), pool=pool, by=None, motivation="Un projet", campaign="Automne") for _ in range(3)
    ]
    assert states(pool) == [L.REQUESTED] * 3

    chosen = [transitions.give(licence=licence, by=staff) for licence in requests[:2]]
    assert [licence.state for licence in chosen] == [L.GIVEN, L.REQUESTED]
    assert (
        worded_messages().filter(to=requests[1].agent.email, subject__startswith="Votre demande est retenue").exists()
    )
    with pytest.raises(LicenceRefused, match="Plus de licence libre"):
        transitions.give(licence=requests[1], by=staff)
    transitions.refuse(licence=requests[2], by=staff, reason="Projet trop lointain")
    transitions.take_back(licence=requests[0], by=staff, reason="Départ")

    assert states(pool) == [L.TAKEN_BACK, L.GIVEN, L.REFUSED]
    assert "trop lointain" in worded_messages().get(to=requests[2].agent.email, subject__startswith="Demande non").text


@pytest.mark.parametrize(
    ("fields", "answers", "argument"),
    [
        ({"mode": "sur-demande"}, {"motivation": "  "}, "motivation"),
        ({"mode": "sur-demande", "campaigns": "Printemps"}, {"motivation": "Oui", "campaign": "Été"}, "campaign"),
        ({"closes_at": timezone.now() - datetime.timedelta(days=1)}, {}, None),
        ({"opens_at": timezone.now() + datetime.timedelta(days=1)}, {}, None),
        ({"year": 2024}, {}, None),
        ({"is_for_known_employers": True}, {}, None),
    ],
)
def test_what_the_pool_does_not_allow_is_refused(new_pool, new_agent, fields, answers, argument):
    with pytest.raises(LicenceRefused) as refusal:
        ask(agent=new_agent(), pool=new_pool(**fields), by=None, **answers)

    assert refusal.value.argument == argument and not Licence.objects.exists()


def test_one_licence_a_person_and_pool_even_once_it_is_over(new_pool, new_agent):
    pool, agent = new_pool(), new_agent()
    transitions.finish(licence=ask(agent=agent, pool=pool, by=agent), by=agent)

    with pytest.raises(LicenceRefused, match="déjà eu"):
        ask(agent=agent, pool=pool, by=agent)

    assert [event.to_state for event in LicenceEvent.objects.all()] == [L.GIVEN, L.ACTIVATED, L.DONE]
    assert ask(agent=agent, pool=new_pool(provider="openclassrooms"), by=agent).state == L.GIVEN


def test_consent_is_the_agent_s_and_its_trace_is_kept(new_pool, new_agent):
    agent = new_agent()
    licence = ask(agent=agent, pool=new_pool(), by=agent)
    Licence.objects.filter(pk=licence.pk).update(result="512 pix")
    assert Licence.objects.get(pk=licence.pk).shared_result == ""

    licence = transitions.share(licence=licence, is_shared=True, by=agent)

    assert licence.shared_result == "512 pix" and licence.events.last().reason == "Partage son résultat"


@pytest.mark.parametrize("from_state", [None, *L])
def test_every_pair_of_states_is_allowed_or_refused_as_the_table_says(new_pool, new_agent, from_state):
    pool, given = new_pool(seats=9), {"given_at": timezone.now(), "valid_until": timezone.localdate()}
    for to_state in L:
        licence = Licence(agent=new_agent(), pool=pool, **given)
        if from_state:
            licence.state = from_state
            licence.save()
        before = LicenceEvent.objects.count(), Message.objects.count(), counters(pool)[0]

        if to_state in LICENCE_MOVES[from_state]:
            licence = licence_base.move(licence, to_state, None, "Essai")
            assert licence.events.get().from_state == (from_state or "") and licence.state == to_state
            assert counters(pool)[0] - before[2] == (to_state in LICENCE_HELD) - (from_state in LICENCE_HELD)
        else:
            with pytest.raises(LicenceRefused):
                licence_base.move(licence, to_state, None, "Essai")
            assert (LicenceEvent.objects.count(), Message.objects.count(), counters(pool)[0]) == before


# --- What time does ------------------------------------------------------------------------------------------------------


def test_what_is_not_activated_is_reminded_then_taken_back_for_the_next(asked):
    pool, licences = asked
    transitions.activate(licence=licences[1], by=licences[1].agent)
    for licence in licences[:2]:
        age(licence, given_at=22)

    licence_tasks.follow_licences()
    licence_tasks.follow_licences()
    reminder = worded_messages().get(subject__startswith="Activez votre licence")
    assert reminder.to == licences[0].agent.email and states(pool)[:2] == [L.GIVEN, L.ACTIVATED]

    age(licences[0], given_at=40, reminded_at=10)
    licence_tasks.follow_licences()
    assert states(pool) == [L.TAKEN_BACK, L.ACTIVATED, L.GIVEN, L.REQUESTED, L.REQUESTED]
    told = worded_messages().get(to=licences[0].agent.email, subject__contains="est reprise")
    assert "Son code" not in told.text  # that of the campaign is everybody's


def test_a_worker_that_slept_reminds_before_it_takes_back(new_pool, new_agent):
    licence = ask(agent=new_agent(), pool=new_pool(), by=None)
    age(licence, given_at=300)

    licence_tasks.follow_licences()

    assert Licence.objects.get().state == L.GIVEN and Licence.objects.get().taken_back_on > timezone.localdate()


def test_a_pool_that_reminds_nobody_takes_nothing_back(new_pool, new_agent):
    licence = ask(agent=new_agent(), pool=new_pool(reminder_days=None), by=None)
    age(licence, given_at=300, reminded_at=100)

    licence_tasks.follow_licences()

    assert Licence.objects.get().state == L.GIVEN and Message.objects.count() == 1


def test_a_licence_ends_after_its_last_day_and_goes_to_nobody_else(asked):
    pool, licences = asked
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    Licence.objects.filter(pk=licences[0].pk).update(valid_until=yesterday)
    Licence.objects.filter(pk=licences[1].pk).update(valid_until=timezone.localdate())

    licence_tasks.follow_licences()

    assert states(pool) == [L.EXPIRED, L.GIVEN, L.REQUESTED, L.REQUESTED, L.REQUESTED] and counters(pool)[0] == 2


def test_requests_of_a_year_that_is_past_are_answered(asked):
    pool, _licences = asked
    LicencePool.objects.filter(pk=pool.pk).update(year=2024, seats=9)

    licence_tasks.give_free_licences()
    licence_tasks.follow_licences()

    assert states(pool) == [L.GIVEN, L.GIVEN, L.REFUSED, L.REFUSED, L.REFUSED]
    assert worded_messages().filter(text__contains="L'année est finie").count() == 3


# --- What the database keeps ---------------------------------------------------------------------------------------------


def held(pool, agent, **fields):
    now = timezone.now()
    return Licence.objects.create(
        agent=agent, pool=pool, state=L.GIVEN, given_at=now, valid_until=timezone.localdate(), **fields
    )


def refused_by(name):
    """The name of the constraint is in the message."""
    return pytest.raises(IntegrityError, match=name)


def test_the_database_gives_no_more_than_the_pool(new_pool, new_agent):
    pool = new_pool(seats=1)
    held(pool, new_agent())

    with refused_by("licence_pool_"), transaction.atomic():
        held(pool, new_agent())
    with refused_by("licence_pool_"), transaction.atomic():
        LicencePool.objects.filter(pk=pool.pk).update(seats=0)


def test_the_database_gives_no_more_than_an_allotment_nor_what_is_kept_for_it(new_pool, new_agent, ministry):
    pool = new_pool(seats=2)
    allotment = Allotment.objects.create(pool=pool, organisation=ministry, seats=1)
    held(pool, new_agent(), allotment=allotment)
    with refused_by("allotment_not_oversold"), transaction.atomic():
        held(pool, new_agent(), allotment=allotment)
    held(pool, new_agent())

    other = new_pool(provider="openclassrooms", seats=2)
    Allotment.objects.create(pool=other, organisation=ministry, seats=2)
    with refused_by("licence_pool_keeps_allotments"), transaction.atomic():
        held(other, new_agent())
    with refused_by("licence_pool_keeps_allotments"), transaction.atomic():
        Allotment.objects.filter(pool=other).update(seats=3)


def test_the_database_keeps_one_licence_an_agent_and_pool_and_a_code_for_one(new_pool, new_agent):
    pool, agent = new_pool(), new_agent()
    code = LicenceCode.objects.create(pool=pool, value="A")
    held(pool, agent, code=code)

    with refused_by("licence_one_an_agent_and_pool"), transaction.atomic():
        Licence.objects.create(pool=pool, agent=agent, state=L.REQUESTED)
    with refused_by("code_id"), transaction.atomic():
        held(pool, new_agent(), code=code)
    with refused_by("licence_of_one_pool|are those of its pool"), transaction.atomic():
        held(new_pool(provider="openclassrooms"), new_agent(), code=LicenceCode.objects.create(pool=pool, value="B"))
    with refused_by("licence_held_has_dates"), transaction.atomic():
        Licence.objects.create(pool=pool, agent=new_agent(), state=L.GIVEN)
    with refused_by("licence_code_once_a_pool"), transaction.atomic():
        LicenceCode.objects.create(pool=pool, value="A")


def test_counters_follow_allotments_and_deleted_licences(new_pool, new_agent, ministry):
    pool = new_pool(seats=5)
    allotment = Allotment.objects.create(pool=pool, organisation=ministry, seats=2)
    licence = held(pool, new_agent(), allotment=allotment)
    held(pool, new_agent())
    assert counters(pool) == (2, 1, 2)

    licence.delete()
    allotment.seats = 3
    allotment.save(update_fields=["seats"])
    assert counters(pool) == (1, 1, 3)
    Allotment.objects.get().delete()
    assert counters(pool) == (1, 1, 0)
