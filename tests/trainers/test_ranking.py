"""Who could teach a session, in which order, and why."""

import datetime

import pytest
from django.utils import timezone

from catalogue.models import Place, Skill
from tests.catalogue.conftest import new_programme  # noqa: F401
from trainers import transitions
from trainers.enums import TrainerState
from trainers.ranking import candidates_for

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def session(new_session, published_module, skill):
    """A session online of a module that develops two skills."""
    published_module.skills.add(skill, Skill.objects.create(slug="donnees", name="Données"))
    return new_session()


@pytest.fixture
def rennes(session):
    """The same, on site."""
    session.place = Place.objects.create(
        name="Cité", address="1 rue", postcode="35000", city="Rennes", region="bretagne"
    )
    session.modality = "presentiel"
    session.save()
    return session


def ranked(session):
    return [candidate.trainer for candidate in candidates_for(session)]


def said_of(trainer, session):
    (candidate,) = [each for each in candidates_for(session) if each.trainer == trainer]
    return dict(candidate.reasons)


def test_who_masters_the_module_comes_first(session, new_trainer):
    others = [new_trainer() for _ in range(2)]
    master = new_trainer()
    master.modules.add(session.module)

    assert ranked(session) == [master, *others]
    assert said_of(master, session)["Maîtrise le module"] == 40
    assert "Maîtrise le module" not in said_of(others[0], session)


def test_skills_count_by_level_among_those_of_the_module(session, new_trainer, skill):
    expert, novice, other = new_trainer(), new_trainer(), new_trainer()
    expert.skills.create(skill=skill, level="expert")
    novice.skills.create(skill=skill, level="novice")
    other.skills.create(skill=Skill.objects.create(slug="git", name="Git"), level="expert")

    assert ranked(session) == [expert, novice, other]
    assert said_of(expert, session)["Compétences : Design (expert)"] == 12
    assert not any("Git" in reason for reason in said_of(other, session))


def test_on_site_the_region_counts_and_online_whether_one_teaches_remotely(session, new_trainer):
    away, remote = new_trainer(can_teach_remotely=False, regions=["bretagne"]), new_trainer()

    assert ranked(session) == [remote, away]
    assert said_of(away, session)["Ne forme pas à distance"] < 0


def test_who_comes_to_the_place_is_before_who_does_not(rennes, new_trainer):
    elsewhere, near = new_trainer(regions=["corse"]), new_trainer(regions=["bretagne", "normandie"])

    assert ranked(rennes) == [near, elsewhere]
    assert said_of(near, rennes)["Se déplace : Bretagne"] == 15
    assert said_of(elsewhere, rennes)["Ne dit pas se déplacer : Bretagne"] == 0


def test_availabilities_count_on_each_day_of_the_session(session, new_trainer):
    start = session.slots.get()
    session.slots.create(starts_at=start.starts_at + DAY, ends_at=start.ends_at + DAY)
    first = timezone.localtime(start.starts_at).date()
    free, half, silent, busy = (new_trainer() for _ in range(4))
    for trainer, kind, days in [(free, "disponible", 2), (half, "disponible", 1), (busy, "indisponible", 1)]:
        transitions.add_availability(
            trainer=trainer, kind=kind, starts_on=first, ends_on=first + (days - 1) * DAY, note="Congés"
        )
    transitions.add_availability(
        trainer=silent, kind="indisponible", starts_on=first + 5 * DAY, ends_on=first + 6 * DAY
    )

    assert ranked(session) == [free, half, silent, busy]
    assert "Se dit disponible à ces dates" in said_of(free, session)
    assert any(reason.startswith("Indisponible du") and "Congés" in reason for reason in said_of(busy, session))


def test_usual_days_count(session, new_trainer):
    day = timezone.localtime(session.starts_at).isoweekday()
    off = new_trainer(weekdays=[each for each in range(1, 6) if each != day])
    usual = new_trainer(weekdays=[day]) if day <= 5 else new_trainer()

    assert ranked(session) == [usual, off]
    assert any(reason.startswith("Hors de ses jours habituels") for reason in said_of(off, session))


def test_who_does_much_already_comes_after(session, new_trainer, new_assignment, new_session):
    idle, loaded, full = new_trainer(hours_a_month=20), new_trainer(hours_a_month=20), new_trainer(hours_a_month=4)
    for trainer in (loaded, full):
        other = new_session()
        other.slots.update(
            starts_at=session.starts_at + datetime.timedelta(hours=5),
            ends_at=session.ends_at + datetime.timedelta(hours=5),
        )
        new_assignment("proposee", trainer=trainer, session=other)

    assert ranked(session) == [idle, loaded, full]
    assert said_of(loaded, session)["1 autre session ce mois-là"] < 0
    assert (
        said_of(full, session)["Trop chargé : 3\u00a0h prises sur 4\u00a0h ce mois-là, 3\u00a0h pour cette session"]
        == -20
    )


@pytest.mark.parametrize(
    ("state", "words"), [("proposee", "Sa réponse est attendue"), ("acceptee", "A accepté cette session")]
)
def test_who_is_asked_already_is_not_to_be_asked_again(session, new_trainer, new_assignment, state, words):
    asked, other = new_trainer(), new_trainer()
    asked.modules.add(session.module)
    new_assignment(state, trainer=asked, session=session)

    candidates = candidates_for(session)

    assert [(each.trainer, each.refusal) for each in candidates] == [(other, ""), (asked, words)]


def test_who_teaches_elsewhere_then_is_refused_by_name(session, new_trainer, new_assignment, new_session):
    taken, other = new_trainer(), new_trainer()
    taken.modules.add(session.module)
    new_assignment("acceptee", trainer=taken, session=new_session())

    first, last = candidates_for(session)

    assert (first.trainer, last.trainer) == (other, taken)
    assert last.refusal == "Anime déjà « Lire une donnée » à ce moment"


def test_who_declined_may_be_asked_again_after_the_others(session, new_trainer, new_assignment):
    declined, other = new_trainer(), new_trainer()
    new_assignment("declinee", trainer=declined, session=session)

    assert ranked(session) == [other, declined]
    assert not candidates_for(session)[1].refusal


@pytest.mark.parametrize("state", [state for state in TrainerState if state != TrainerState.ACTIVE])
def test_only_who_is_active_is_a_candidate(session, new_trainer, state):
    new_trainer(state)

    assert ranked(session) == []


def test_a_programme_asks_for_who_masters_one_of_its_modules(
    new_session,
    new_programme,  # noqa: F811
    new_trainer,
    published_module,
):
    programme = new_programme()
    programme.modules.add(published_module)
    session = new_session(module=None, programme=programme)
    other, master = new_trainer(), new_trainer()
    master.modules.add(published_module)

    assert ranked(session) == [master, other]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_as_many_queries_whatever_the_number_of_trainers(
    session, new_trainer, new_assignment, new_session, skill, count, django_assert_num_queries
):
    for number in range(count):
        trainer = new_trainer(hours_a_month=8, weekdays=[1], regions=["bretagne"])
        trainer.modules.add(session.module)
        trainer.skills.create(skill=skill, level="expert")
        day = timezone.localtime(session.starts_at).date()
        transitions.add_availability(trainer=trainer, kind="disponible", starts_on=day, ends_on=day)
        if number < 3:
            new_assignment("acceptee", trainer=trainer, session=new_session())

    with django_assert_num_queries(8):
        assert len(candidates_for(session)) == count
