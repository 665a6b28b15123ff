"""What an agent has learned already."""

import datetime

import pytest

from catalogue.enums import PrerequisiteKind
from catalogue.models import Prerequisite
from enrolments import record
from enrolments.enums import EnrolmentState, FollowState
from enrolments.models import Enrolment, ExternalFollow

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 2)


@pytest.fixture
def new_published(new_module):
    return lambda title: new_module(title, state="publie", published_on="2026-01-05")


def test_a_module_is_acquired_by_being_there_or_by_finishing_it_elsewhere(new_agent, new_session, new_published):
    agent, other = new_agent(), new_agent()
    attended, missed, done, begun, of_another = (new_published(f"Module {number}") for number in range(5))
    for module, state in ((attended, EnrolmentState.PRESENT), (missed, EnrolmentState.ABSENT)):
        Enrolment.objects.create(agent=agent, session=new_session(module=module), state=state)
    for owner, module in ((agent, done), (other, of_another)):
        ExternalFollow.objects.create(
            agent=owner, module=module, state=FollowState.DONE, started_on=TODAY, finished_on=TODAY
        )
    ExternalFollow.objects.create(agent=agent, module=begun)

    assert record.acquired_module_ids(agent) == {attended.pk, done.pk}


def test_prerequisites_say_which_are_acquired_the_required_ones_first(
    new_agent, new_module, new_published, django_assert_num_queries
):
    agent, module = new_agent(), new_published("Modéliser")
    advised, required, draft = new_published("Compter"), new_published("Lire"), new_module("Brouillon")
    for requires, kind in ((advised, "recommande"), (required, "obligatoire"), (draft, "obligatoire")):
        Prerequisite.objects.create(module=module, requires=requires, kind=kind)
    ExternalFollow.objects.create(
        agent=agent, module=advised, state=FollowState.DONE, started_on=TODAY, finished_on=TODAY
    )

    with django_assert_num_queries(2):
        lines = record.prerequisites_of(module, agent)

    assert lines == [
        ("Lire", required.get_absolute_url(), PrerequisiteKind.REQUIRED, False),
        ("Compter", advised.get_absolute_url(), PrerequisiteKind.ADVISED, True),
    ]
    assert record.prerequisites_of(required, agent) == []
