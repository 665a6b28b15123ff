"""What the database refuses, and the facts that models derive."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campus.accounts.models import Organisation
from catalogue import transitions
from catalogue.enums import PUBLICATION_MOVES, PublicationState, SessionState
from catalogue.models import Domain, Module, Parcours, Place, Prerequisite, Session, Slot, Step, Training

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 3, 10, 9, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def new_parcours(domain):
    def create(title="Du tableau à la carte", **fields):
        return Parcours.objects.create(
            **{
                "title": title,
                "domain": domain,
                "summary": "Trois temps.",
                "description": "…",
                "objectives": ["Lire"],
                "level": "debutant",
                "modalities": ["en-ligne"],
                "pace": "mixte",
                "languages": ["fr"],
                **fields,
            }
        )

    return create


@pytest.fixture
def new_session(new_module):
    organiser = Organisation.objects.create(name="Dinum", kind="ministere")

    def create(**fields):
        return Session.objects.create(
            **{
                "module": fields.pop("module", None) or new_module(),
                "organiser": organiser,
                "modality": "en-ligne",
                "seats": 12,
                "enrolment_opens_at": NOW - 10 * DAY,
                "enrolment_closes_at": NOW + 5 * DAY,
                **fields,
            }
        )

    return create


def refused(function, *args, **kwargs):
    with pytest.raises(IntegrityError), transaction.atomic():
        function(*args, **kwargs)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return True


def test_titles_sort_as_a_french_reader_expects(new_module):
    for title in ["Zèbre", "« Été »", "Œuvre", "L'eau", "data"]:
        new_module(title)

    assert [m.title for m in Module.objects.all()] == ["data", "« Été »", "L'eau", "Œuvre", "Zèbre"]


@pytest.mark.parametrize(
    "fields",
    [
        {"access": ""},
        {"access": "externe", "access_url": ""},
        {"duration_minutes": None},
        {"modalities": []},
        {"modalities": ["par-pigeon"]},
        {"state": "publie"},
        {"archived_on": "2026-01-01"},
    ],
)
def test_the_database_refuses_an_incoherent_module(new_module, fields):
    assert refused(new_module, **fields)


def test_a_parcours_has_no_access_of_its_own(new_parcours):
    assert refused(new_parcours, access="campus")


def test_modules_and_parcours_stay_apart(new_module, new_parcours):
    module, parcours = new_module(), new_parcours()

    assert list(Module.objects.all()) == [Module.objects.get(pk=module.pk)]
    assert list(Parcours.objects.all()) == [Parcours.objects.get(pk=parcours.pk)]
    assert Training.objects.count() == 2


def test_a_cycle_of_prerequisites_is_refused(new_module):
    a, b, c = new_module("A"), new_module("B"), new_module("C")
    Prerequisite.objects.create(module=a, requires=b)
    Prerequisite.objects.create(module=b, requires=c)

    assert refused(Prerequisite.objects.create, module=c, requires=a)
    assert refused(Prerequisite.objects.create, module=a, requires=a)
    assert Module.objects.required_ids(a.pk) == {b.pk, c.pk}


def test_no_module_twice_and_no_position_twice_in_a_parcours(new_module, new_parcours):
    parcours, a, b = new_parcours(), new_module("A"), new_module("B")
    Step.objects.create(parcours=parcours, module=a, position=1)

    assert refused(Step.objects.create, parcours=parcours, module=a, position=2)
    assert refused(Step.objects.create, parcours=parcours, module=b, position=1)


def test_the_duration_of_a_parcours_is_that_of_its_required_published_steps(new_module, new_parcours):
    parcours = new_parcours()
    published = {"state": "publie", "published_on": "2026-01-05"}
    Step.objects.create(parcours=parcours, module=new_module("A", duration_minutes=60, **published), position=1)
    Step.objects.create(parcours=parcours, module=new_module("B", duration_minutes=90, **published), position=2)
    Step.objects.create(parcours=parcours, module=new_module("C", **published), position=3, is_required=False)
    Step.objects.create(parcours=parcours, module=new_module("Un brouillon"), position=4)

    assert Training.objects.with_total_minutes().get(pk=parcours.pk).total_minutes == 150

    unknown = new_module("D", duration_minutes=None, duration_label="6 semaines", **published)
    Step.objects.create(parcours=parcours, module=unknown, position=5)
    assert Training.objects.with_total_minutes().get(pk=parcours.pk).total_minutes is None


def test_slots_of_a_session_do_not_overlap(new_session):
    session = new_session()
    Slot.objects.create(session=session, starts_at=NOW, ends_at=NOW + 3 * HOUR)
    Slot.objects.create(session=session, starts_at=NOW + 3 * HOUR, ends_at=NOW + 6 * HOUR)

    assert refused(Slot.objects.create, session=session, starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    assert refused(Slot.objects.create, session=session, starts_at=NOW + DAY, ends_at=NOW + DAY - HOUR)


def test_the_dates_of_a_session_follow_its_slots(new_session):
    session = new_session()
    slot = Slot.objects.create(session=session, starts_at=NOW + DAY, ends_at=NOW + DAY + HOUR)
    Slot.objects.bulk_create([Slot(session=session, starts_at=NOW, ends_at=NOW + HOUR)])
    session.refresh_from_db()
    assert (session.starts_at, session.ends_at) == (NOW, NOW + DAY + HOUR)

    slot.delete()
    session.refresh_from_db()
    assert session.ends_at == NOW + HOUR

    session.slots.all().delete()
    session.refresh_from_db()
    assert session.starts_at is None


@pytest.mark.parametrize(
    "fields",
    [
        {"module": None, "programme": None},
        {"seats": 0},
        {"seats_taken": 13},
        {"minimum_seats": 13},
        {"enrolment_closes_at": NOW - 20 * DAY},
        {"modality": "presentiel"},
        {"cancelled_at": NOW},
    ],
)
def test_the_database_refuses_an_incoherent_session(new_session, fields):
    session = new_session()

    assert refused(Session.objects.filter(pk=session.pk).update, **fields)


@pytest.mark.parametrize(
    ("fields", "start", "expected"),
    [
        ({}, 8 * DAY, SessionState.OPEN),
        ({"enrolment_opens_at": NOW + DAY}, 8 * DAY, SessionState.SCHEDULED),
        ({"seats_taken": 12}, 8 * DAY, SessionState.FULL),
        ({"enrolment_closes_at": NOW - DAY}, 8 * DAY, SessionState.CLOSED),
        ({}, -HOUR, SessionState.CLOSED),
        ({}, -4 * DAY, SessionState.FINISHED),
        ({"cancelled_at": NOW, "cancel_reason": "Grève"}, -4 * DAY, SessionState.CANCELLED),
    ],
)
def test_the_state_of_a_session_is_derived(new_session, monkeypatch, fields, start, expected):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    session = new_session(**fields)
    Slot.objects.create(session=session, starts_at=NOW + start, ends_at=NOW + start + 3 * HOUR)
    session.refresh_from_db()

    assert session.state == expected


@pytest.mark.parametrize("from_state", PublicationState)
@pytest.mark.parametrize("to_state", PublicationState)
def test_only_the_moves_of_the_table_are_allowed(new_module, from_state, to_state):
    published = from_state in {PublicationState.PUBLISHED, PublicationState.ARCHIVED}
    archived = from_state == PublicationState.ARCHIVED
    module = new_module(
        state=from_state,
        published_on="2026-01-01" if published else None,
        archived_on="2026-02-01" if archived else None,
    )
    move = {
        PublicationState.DRAFT: transitions.back_to_draft,
        PublicationState.IN_REVIEW: transitions.submit_for_review,
        PublicationState.PUBLISHED: transitions.publish,
        PublicationState.ARCHIVED: transitions.archive,
    }[to_state]

    if to_state in PUBLICATION_MOVES[from_state]:
        assert move(item=module, by=None).state == to_state
        event = module.publication_events.get()
        assert (event.from_state, event.to_state) == (from_state, to_state)
    else:
        with pytest.raises(transitions.TransitionRefused):
            move(item=module, by=None)
        assert not module.publication_events.exists()


def test_a_parcours_without_a_published_step_stays_offline(new_parcours, new_module):
    parcours = new_parcours()
    Step.objects.create(parcours=parcours, module=new_module(), position=1)

    with pytest.raises(transitions.TransitionRefused, match="aucune étape publiée"):
        transitions.publish(item=parcours, by=None)


def test_merging_a_domain_moves_its_trainings_and_not_its_past(domain, new_module, new_session):
    into = Domain.objects.create(name="IA", description="…", pictogram="digital/ai", valid_from="2025-01-01")
    past, future = new_session(module=new_module("A")), new_session(module=new_module("B"))
    Slot.objects.create(session=past, starts_at=NOW - 9 * DAY, ends_at=NOW - 9 * DAY + HOUR)
    Slot.objects.create(session=future, starts_at=NOW + 9 * DAY, ends_at=NOW + 9 * DAY + HOUR)

    transitions.merge_domain(source=domain, into=into, on=NOW.date())

    assert set(Module.objects.values_list("domain__name", flat=True)) == {"IA"}
    past.refresh_from_db()
    future.refresh_from_db()
    assert (past.domain, future.domain) == (domain, into)
    assert list(Domain.objects.in_force(NOW.date())) == [into]


def test_a_domain_is_not_merged_into_itself(domain):
    with pytest.raises(transitions.TransitionRefused):
        transitions.merge_domain(source=domain, into=domain, on=NOW.date())


def test_a_place_reads_with_its_city():
    assert str(Place(name="Tour Ségur", city="Paris")) == "Tour Ségur, Paris"
