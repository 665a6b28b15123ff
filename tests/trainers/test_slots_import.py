"""An import moves the slots of sessions whose trainer teaches elsewhere."""

import datetime

import pytest
import yaml
from django.utils import timezone

from catalogue.importing.faults import ImportRefused
from catalogue.importing.service import import_files
from catalogue.models import Module, Session
from trainers.models import AssignedSlot

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_sessions(new_session, new_trainer, new_assignment, new_agent):
    """The sessions of one trainer, that an import knows."""
    trainer = new_trainer(user=new_agent(first_name="Dominique", last_name="Roy"))
    sessions = [new_session(in_days=days) for days in (30, 40)]
    for rank, session in enumerate(sessions):
        Session.objects.filter(pk=session.pk).update(external_id=f"s-{rank}")
        Module.objects.filter(pk=session.module_id).update(external_id=f"m-{rank}")
        new_assignment("acceptee", trainer=trainer, session=session)
    return sessions


@pytest.fixture
def move(tmp_path):
    """A function that imports new beginnings of sessions, three hours long each, by id."""

    def move_to(**starts):
        rows = [
            {"id": key.replace("_", "-"), "creneaux": [f"{start:%Y-%m-%d %H:%M}-{start + 3 * HOUR:%H:%M}"]}
            for key, start in starts.items()
        ]
        path = tmp_path / "sessions.yaml"
        path.write_text(yaml.safe_dump({"sessions": rows}), encoding="utf-8")
        return import_files([path])

    return move_to


HOUR = datetime.timedelta(hours=1)


def begins(session):
    return timezone.localtime(Session.objects.get(pk=session.pk).starts_at)


def test_onto_another_of_its_trainer_it_is_refused_in_words(two_sessions, move):
    before, taken = map(begins, two_sessions)

    with pytest.raises(ImportRefused) as refusal:
        move(s_0=taken + HOUR)

    (fault,) = refusal.value.faults
    assert fault.column == "creneaux" and "Dominique Roy anime à ce moment" in fault.expected
    assert begins(two_sessions[0]) == before


def test_two_sessions_of_a_trainer_change_places_in_one_file(two_sessions, move):
    first, second = map(begins, two_sessions)

    move(s_0=second, s_1=first)

    assert (begins(two_sessions[0]), begins(two_sessions[1])) == (second, first)
    assert AssignedSlot.objects.count() == 2
