"""Durations and dates as a person says them, in French."""

import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format

from catalogue.enums import Language, Modality, TimeZone

MINUTES_A_DAY = 420
"""A day of training is 7 hours."""

NBSP = "\u00a0"


def duration_in_words(minutes: int | None, label: str = "") -> str:
    """Say a duration: "45 min", "3 h 30", "2 jours (14 h)"; `label`, when there is one, says it better than numbers.

    From two days on, whole half-days are counted in days of 7 hours. Returns "" when nothing is known.
    """
    if label:
        return label
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    in_hours = f"{hours}{NBSP}h{NBSP}{rest:02}" if rest else f"{hours}{NBSP}h"
    days, over = divmod(minutes, MINUTES_A_DAY)
    if days < 1 or over not in (0, MINUTES_A_DAY // 2):
        return in_hours
    half = ",5" if over else ""
    return f"{days}{half}{NBSP}jour{'s' if days > 1 else ''} ({in_hours})"


def time_in_words(instant: datetime.datetime) -> str:
    """The time of day of an aware instant already in its zone: "9 h", "14 h 30"."""
    minutes = f"{NBSP}{instant.minute:02}" if instant.minute else ""
    return f"{instant.hour}{NBSP}h{minutes}"


@lru_cache(maxsize=1024)
def dates_in_words(starts_at: datetime.datetime, ends_at: datetime.datetime, zone: ZoneInfo) -> str:
    """Say when a session is, in the time of its place: "mardi 14 mars 2027, de 9 h 30 à 12 h 30",
    "du 14 au 16 mars 2027", "du 30 novembre au 2 décembre 2026"."""
    start, end = timezone.localtime(starts_at, zone), timezone.localtime(ends_at, zone)
    if start.date() == end.date():
        return f"{day_in_words(start, 'l j F Y')}, de {time_in_words(start)} à {time_in_words(end)}"
    if (start.year, start.month) == (end.year, end.month):
        opening = "1er" if start.day == 1 else str(start.day)
    elif start.year == end.year:
        opening = day_in_words(start, "j F")
    else:
        opening = day_in_words(start, "j F Y")
    return f"du {opening} au {day_in_words(end, 'j F Y')}"


def day_in_words(day: datetime.date, form: str) -> str:
    """Format a date, or an instant already in its zone, with Django's letters; the first of the month is said « 1er »."""
    # Two instants that are equal are so in any zone: as keys of a cache, they would share the day of the first zone asked.
    return _date_in_words(day.date() if isinstance(day, datetime.datetime) else day, form)


@lru_cache(maxsize=1024)
def _date_in_words(day: datetime.date, form: str) -> str:
    return date_format(day, form.replace("j", r"1\e\r") if day.day == 1 else form)


def first_day_in_words(starts_at: datetime.datetime, time_zone: str) -> str:
    """The day something begins in its own time zone: "14 mars 2027"."""
    return day_in_words(timezone.localtime(starts_at, ZoneInfo(time_zone)), "j F Y")


def zone_in_words(time_zone: str) -> str:
    """What to add to a time that is not that of Paris: "heure locale : La Réunion"; "" for Paris."""
    return "" if time_zone == TimeZone.PARIS else f"heure locale : {TimeZone(time_zone).label}"


def session_dates_in_words(starts_at: datetime.datetime, ends_at: datetime.datetime, time_zone: str) -> str:
    """The dates of a session in the time of its place, which is named when it is not Paris."""
    zone = zone_in_words(time_zone)
    dates = dates_in_words(starts_at, ends_at, ZoneInfo(time_zone))
    return f"{dates} ({zone})" if zone else dates


def days_until_in_words(instant: datetime.datetime, time_zone: str, now: datetime.datetime | None = None) -> str:
    """How far an instant to come is, in the days of its time zone: "aujourd'hui", "demain", "dans 7 jours"."""
    zone = ZoneInfo(time_zone)
    days = (timezone.localdate(instant, zone) - timezone.localdate(now, zone)).days
    return ["aujourd'hui", "demain"][days] if 0 <= days < 2 else f"dans {days} jours"


def instant_day_in_words(instant: datetime.datetime) -> str:
    """The day of an instant, in Paris: "1er mars 2027"."""
    return day_in_words(timezone.localtime(instant), "j F Y")


def instant_in_words(instant: datetime.datetime) -> str:
    """An instant, in Paris: "1er mars 2027 à 9 h 30"."""
    local = timezone.localtime(instant)
    return f"{day_in_words(local, 'j F Y')} à {time_in_words(local)}"


def modalities_in_words(modalities: list[str]) -> str:
    """Say Modality values: "en ligne, présentiel"."""
    return ", ".join(Modality(modality).label.lower() for modality in modalities)


def languages_in_words(languages: list[str]) -> str:
    """Say Language values: "français, anglais"."""
    return ", ".join(Language(language).label.lower() for language in languages)


def price_in_words(cents: int | None) -> str:
    """Say a price in euros: "1 200 €", "49,90 €"; what costs nothing is free for public agents."""
    if not cents:
        return "Gratuit pour les agents publics"
    euros, rest = divmod(cents, 100)
    decimals = f",{rest:02}" if rest else ""
    return f"{euros:,}".replace(",", NBSP) + f"{decimals}{NBSP}€"


def whom_private_in_words(is_for_employers: bool) -> str:
    """Whom a private session is open to, after « ouverte qu' ». is_for_employers: also to all agents of some, not named."""
    agents = "aux agents de l'administration pour laquelle elle est conçue et " if is_for_employers else ""
    return f"{agents}aux personnes invitées"
