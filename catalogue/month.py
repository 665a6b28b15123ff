"""A month of sessions, as a calendar shows it."""

import calendar
import datetime
from collections import defaultdict
from typing import NamedTuple

from django.utils import timezone

from catalogue import wording
from catalogue.agenda import Entry, entries_of
from catalogue.enums import SessionState, TimeZone
from catalogue.models import Slot
from catalogue.session_filters import bounds_of_month

SHOWN_A_DAY = 4
TOLD = {SessionState.FULL.label, SessionState.CANCELLED.label}
WEEKDAYS = ["Lundi", "Mardi", "Mercredi", "Jeudi", "Vendredi", "Samedi", "Dimanche"]


class Presence(NamedTuple):
    """A session on one of its days."""

    session: Entry
    time: str
    """When it begins that day, in Paris."""
    state: str
    """Why one should not count on it, or ""."""


class Day(NamedTuple):
    date: datetime.date
    entries: list[Presence]
    more: int
    """How many sessions of that day are not in `entries`."""
    is_outside: bool
    """It belongs to the month before or after."""


def weeks_of(first_day: datetime.date, sessions) -> list[list[Day]]:
    """The weeks of a month, from Monday to Sunday, with the sessions (a queryset) that meet on each day, in Paris."""
    start, end = bounds_of_month(first_day)
    slots = Slot.objects.filter(session__in=sessions.order_by(), starts_at__gte=start, starts_at__lt=end)
    days = defaultdict(dict)  # of each day, when each of its sessions begins
    for pk, starts_at in slots.order_by("starts_at", "session_id").values_list("session_id", "starts_at"):
        local = timezone.localtime(starts_at)
        days[local.date()].setdefault(pk, local)
    shown = {pk for of_day in days.values() for pk in list(of_day)[:SHOWN_A_DAY]}
    entries = {entry["id"]: entry for entry in entries_of(list(shown))}
    return [
        [
            Day(
                date,
                [
                    _presence(entries[pk], local)
                    for pk, local in list(days[date].items())[:SHOWN_A_DAY]
                    if pk in entries
                ],
                max(len(days[date]) - SHOWN_A_DAY, 0),
                date.month != first_day.month,
            )
            for date in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first_day.year, first_day.month)
    ]


def _presence(entry: Entry, local: datetime.datetime) -> Presence:
    zone = "" if entry["time_zone"] == TimeZone.PARIS else " (heure de Paris)"
    return Presence(entry, wording.time_in_words(local) + zone, entry["state"] if entry["state"] in TOLD else "")
