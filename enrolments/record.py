"""What an agent has learned already, as the campus knows it."""

from typing import NamedTuple

from campus.accounts.models import User
from catalogue.enums import PrerequisiteKind
from catalogue.models import Module
from enrolments.enums import EnrolmentState, FollowState
from enrolments.models import Enrolment, ExternalFollow


class PrerequisiteLine(NamedTuple):
    """A module to follow before another. `kind` is of PrerequisiteKind."""

    title: str
    url: str
    kind: PrerequisiteKind
    is_acquired: bool


def acquired_module_ids(agent: User) -> set[int]:
    """Ids of the modules of which `agent` attended a session, or that they say they have finished elsewhere. One query."""
    attended = Enrolment.objects.filter(
        agent=agent, state=EnrolmentState.PRESENT, session__module__isnull=False
    ).order_by()
    finished = ExternalFollow.objects.filter(agent=agent, state=FollowState.DONE).order_by()
    return set(attended.values_list("session__module", flat=True).union(finished.values_list("module", flat=True)))


def prerequisites_of(module: Module, agent: User) -> list[PrerequisiteLine]:
    """The published modules that `module` asks for, the required ones first, each acquired or not. Two queries at most."""
    asked = module.prerequisites.select_related("requires").filter(requires__in=Module.objects.published())
    required_first = sorted(asked, key=lambda asked: asked.kind != PrerequisiteKind.REQUIRED)
    acquired = acquired_module_ids(agent) if required_first else set()
    return [
        PrerequisiteLine(
            title=asked.requires.title,
            url=asked.requires.get_absolute_url(),
            kind=PrerequisiteKind(asked.kind),
            is_acquired=asked.requires_id in acquired,
        )
        for asked in required_first
    ]
