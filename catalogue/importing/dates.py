"""Dates of the catalogue's files: absolute, or counted in weeks from the current one so that a demonstration never ages.

The forms are those of docs/import.md: `2025-03-14`, `2025-03-14 09:30`, `S+3 mardi`, `S-6 jeudi 14:00`, and for a slot
`S+3 mardi 09:30-12:30`. `S+0 lundi` is the Monday of the current ISO week.
"""

import datetime
import re
from zoneinfo import ZoneInfo

WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
_DAY = rf"(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|S(?P<weeks>[+-]\d{{1,4}}) (?P<weekday>{'|'.join(WEEKDAYS)})"
_DATE = re.compile(_DAY, re.ASCII)
_INSTANT = re.compile(rf"(?:{_DAY}) (?P<time>\d{{1,2}}:\d{{2}})", re.ASCII)
_SLOT = re.compile(rf"(?:{_DAY}) (?P<start>\d{{1,2}}:\d{{2}})-(?P<end>\d{{1,2}}:\d{{2}})", re.ASCII)


def parse_date(text: str, *, today: datetime.date) -> datetime.date:
    """Read a day. Raises ValueError with the French sentence that says what was expected."""
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError("une date comme 2025-03-14 ou « S+3 mardi »")
    return _day(match, today)


def parse_instant(text: str, *, zone: ZoneInfo, today: datetime.date) -> datetime.datetime:
    """Read an instant, in the time of `zone`; the result is aware. Raises ValueError like `parse_date`."""
    match = _INSTANT.fullmatch(text.strip())
    if match is None:
        raise ValueError("un instant comme 2025-03-14 09:30 ou « S+3 mardi 09:30 »")
    return datetime.datetime.combine(_day(match, today), _time(match["time"]), zone)


def parse_slot(text: str, *, zone: ZoneInfo, today: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """Read a slot: its start and end, aware, in the time of `zone`. Raises ValueError like `parse_date`."""
    match = _SLOT.fullmatch(text.strip())
    if match is None:
        raise ValueError("un créneau comme 2025-03-14 09:30-12:30 ou « S+3 mardi 09:30-12:30 »")
    day = _day(match, today)
    start, end = (datetime.datetime.combine(day, _time(match[name]), zone) for name in ("start", "end"))
    if end <= start:
        raise ValueError("un créneau dont la fin suit le début")
    return start, end


def _day(match: re.Match, today: datetime.date) -> datetime.date:
    if match["iso"]:
        try:
            return datetime.date.fromisoformat(match["iso"])
        except ValueError:
            raise ValueError("un jour qui existe") from None
    monday = today - datetime.timedelta(days=today.weekday())
    try:
        return monday + datetime.timedelta(weeks=int(match["weeks"]), days=WEEKDAYS.index(match["weekday"]))
    except OverflowError:
        raise ValueError("un nombre de semaines raisonnable") from None


def _time(text: str) -> datetime.time:
    hour, minute = map(int, text.split(":"))
    try:
        return datetime.time(hour, minute)
    except ValueError:
        raise ValueError("une heure entre 00:00 et 23:59") from None
