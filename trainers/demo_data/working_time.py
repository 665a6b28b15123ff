"""Instants as people at work leave them: on weekdays, between half past eight and six, each at a minute of its own."""

import datetime
import hashlib

from django.utils import timezone

from trainers.demo_data.reading import DAY

OPENS = datetime.time(8, 30)
CLOSES = datetime.time(18)
MINUTES = 9 * 60 + 20
"""Those after OPENS among which an instant falls."""


def at_work(instant: datetime.datetime, key: str) -> datetime.datetime:
    """An instant of the last working day up to `instant`, never after it; the same for the same `key`."""
    minutes = int(hashlib.sha256(key.encode()).hexdigest(), 16) % MINUTES
    day = timezone.localtime(instant).date()
    while (moved := _opening(day) + datetime.timedelta(minutes=minutes)) > instant or day.weekday() > 4:
        day -= DAY
    return moved


def in_turn(instants: list[datetime.datetime], key: str) -> list[datetime.datetime]:
    """`instants`, each later than the one before, moved to working hours and still in this order."""
    moved = [at_work(instant, f"{key} {number}") for number, instant in enumerate(instants)]
    for number in range(1, len(moved)):
        if moved[number] <= moved[number - 1]:
            moved[number] = min(moved[number - 1] + datetime.timedelta(minutes=20), instants[number])
    return moved


def after(instant: datetime.datetime, hours: float) -> datetime.datetime:
    """So many working hours later; now at the latest."""
    at, left = timezone.localtime(instant), datetime.timedelta(hours=hours)
    while (closing := _at(at.date(), CLOSES)) < at + left or at.weekday() > 4:
        if at.weekday() < 5:
            left -= max(closing - at, datetime.timedelta())
        at = _opening(at.date() + DAY)
    return min(at + left, timezone.now())


def _opening(day: datetime.date) -> datetime.datetime:
    return _at(day, OPENS)


def _at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, time))
