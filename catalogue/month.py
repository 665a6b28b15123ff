"""A month of sessions, as a calendar shows it."""

import calendar
import datetime
from collections import defaultdict
from typing import NamedTuple

from django.utils import timezone

from catalogue.agenda import Entry, entries_of

SHOWN_A_DAY = 4
WEEKDAYS = ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche"]


class Day(NamedTuple):
    date: datetime.date
    entries: list[Entry]
    more: int
    """How many sessions of that day are not in `entries`."""
    is_outside: bool
    """It belongs to the month before or after."""


def weeks_of(first_day: datetime.date, sessions) -> list[list[Day]]:
    """The weeks of a month, from Monday to Sunday, with the sessions (a queryset) that begin on each day, in Paris."""
    ids = defaultdict(list)
    for pk, starts_at in sessions.values_list("pk", "starts_at"):
        ids[timezone.localdate(starts_at)].append(pk)
    shown = [pk for of_day in ids.values() for pk in of_day[:SHOWN_A_DAY]]
    entries = {entry["id"]: entry for entry in entries_of(shown)}
    return [
        [
            Day(
                date,
                [entries[pk] for pk in ids[date][:SHOWN_A_DAY] if pk in entries],
                max(len(ids[date]) - SHOWN_A_DAY, 0),
                date.month != first_day.month,
            )
            for date in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first_day.year, first_day.month)
    ]
