"""What waits for the référents of a partner, on the first page of their space."""

from typing import NamedTuple

from catalogue.models import Partner


class Task(NamedTuple):
    text: str
    action: str
    """What the link says."""
    url: str


sources = []
"""What floors above add: functions of (partner=) that return a list of Task."""


def tasks_of(partner: Partner) -> list[Task]:
    return [task for source in sources for task in source(partner=partner)]
