"""Durations and dates as a person says them."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from catalogue import wording
from catalogue.wording import dates_in_words, duration_in_words

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("minutes", "label", "expected"),
    [
        (45, "", "45 min"),
        (90, "", "1 h 30"),
        (60, "", "1 h"),
        (210, "", "3 h 30"),
        (420, "", "1 jour (7 h)"),
        (630, "", "1,5 jour (10 h 30)"),
        (840, "", "2 jours (14 h)"),
        (500, "", "8 h 20"),
        (300, "6 semaines, 1 h par semaine", "6 semaines, 1 h par semaine"),
        (None, "", ""),
    ],
)
def test_a_duration_is_said_as_people_do(minutes, label, expected):
    assert duration_in_words(minutes, label).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((2027, 3, 16, 9, 30), (2027, 3, 16, 12, 0), "mardi 16 mars 2027, de 9 h 30 à 12 h"),
        ((2027, 3, 1, 9, 30), (2027, 3, 3, 12, 0), "du 1er au 3 mars 2027"),
        ((2026, 11, 30, 9, 30), (2026, 12, 1, 12, 0), "du 30 novembre au 1er décembre 2026"),
        ((2026, 12, 30, 9, 30), (2027, 1, 4, 12, 0), "du 30 décembre 2026 au 4 janvier 2027"),
    ],
)
def test_dates_are_said_in_the_time_of_the_place(start, end, expected):
    start, end = (datetime.datetime(*parts, tzinfo=PARIS).astimezone(datetime.UTC) for parts in (start, end))

    assert dates_in_words(start, end, PARIS).replace("\u00a0", " ") == expected


def test_one_instant_is_another_day_elsewhere():
    instant = datetime.datetime(2027, 3, 1, 22, tzinfo=datetime.UTC)

    assert wording.first_day_in_words(instant, "Pacific/Noumea") == "2 mars 2027"
    assert wording.instant_day_in_words(instant) == "1er mars 2027"
