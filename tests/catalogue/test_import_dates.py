"""Dates of the catalogue's files (docs/import.md)."""

import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from catalogue.importing.dates import parse_date, parse_instant, parse_slot

DEMO_DIR = Path(__file__).parents[2] / "catalogue" / "demo"

PARIS = ZoneInfo("Europe/Paris")
REUNION = ZoneInfo("Indian/Reunion")
TUESDAY = datetime.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-14", datetime.date(2025, 3, 14)),
        ("S+0 lundi", datetime.date(2026, 11, 23)),
        ("S+3 mardi", datetime.date(2026, 12, 15)),
        ("S-1 vendredi", datetime.date(2026, 11, 20)),
        (" S+6 jeudi ", datetime.date(2027, 1, 7)),
    ],
)
def test_a_day_is_absolute_or_counted_from_this_week(text, expected):
    assert parse_date(text, today=TUESDAY) == expected


def test_every_day_of_a_week_gives_the_same_dates():
    monday = datetime.date(2026, 11, 23)
    week = [monday + datetime.timedelta(days=number) for number in range(7)]

    assert {parse_date("S+2 mercredi", today=day) for day in week} == {datetime.date(2026, 12, 9)}


def test_an_instant_is_in_the_time_of_its_zone():
    here = parse_instant("2025-07-01 09:30", zone=PARIS, today=TUESDAY)
    there = parse_instant("2025-07-01 09:30", zone=REUNION, today=TUESDAY)

    assert here.utcoffset() == datetime.timedelta(hours=2)
    assert here - there == datetime.timedelta(hours=2)


def test_a_slot_has_a_start_and_an_end():
    start, end = parse_slot("S+3 mardi 09:30-12:30", zone=PARIS, today=TUESDAY)

    assert start.isoformat() == "2026-12-15T09:30:00+01:00"
    assert end - start == datetime.timedelta(hours=3)


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_date, "14/03/2025"),
        (parse_date, "2025-02-30"),
        (parse_date, "S+3 Tuesday"),
        (parse_date, "S+9999 lundi 09:00"),
        (parse_date, "٢٠٢٥-٠٣-١٤"),
        (parse_date, ""),
    ],
)
def test_a_wrong_day_says_what_was_expected(parse, text):
    with pytest.raises(ValueError, match=r"^un"):
        parse(text, today=TUESDAY)


@pytest.mark.parametrize("text", ["2025-03-14", "2025-03-14 25:00", "S+1 lundi 9h30"])
def test_a_wrong_instant_says_what_was_expected(text):
    with pytest.raises(ValueError, match=r"^un"):
        parse_instant(text, zone=PARIS, today=TUESDAY)


@pytest.mark.parametrize("text", ["S+1 lundi 12:30-09:30", "S+1 lundi 09:30", "S+1 lundi 09:30-12:75"])
def test_a_wrong_slot_says_what_was_expected(text):
    with pytest.raises(ValueError, match=r"^un"):
        parse_slot(text, zone=PARIS, today=TUESDAY)


@pytest.mark.parametrize("path", sorted(DEMO_DIR.glob("sessions*.yaml")), ids=lambda path: path.name)
def test_every_date_of_the_demonstration_is_read(path):
    for session in yaml.safe_load(path.read_text(encoding="utf-8"))["sessions"]:
        zone = ZoneInfo(session.get("fuseau", "Europe/Paris"))
        slots = [parse_slot(text, zone=zone, today=TUESDAY) for text in session["creneaux"]]
        opens = parse_instant(str(session["inscriptions_du"]), zone=zone, today=TUESDAY)
        closes = parse_instant(str(session["inscriptions_jusquau"]), zone=zone, today=TUESDAY)

        assert opens < closes <= min(slots)[0], session["id"]
