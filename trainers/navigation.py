"""The menu of « Espace formateur », in one place."""

from typing import NamedTuple

from django.urls import reverse

ENTRIES = [
    ("Propositions et sessions", "trainers:space"),
    ("Sessions passées", "enrolments:taught_sessions"),
    ("Mes disponibilités", "trainers:availabilities"),
    ("Mes heures", "trainers:hours"),
    ("Annuaire public", "trainers:listing"),
]
"""Pages of participants are those of the floor above: named, never imported."""


class Entry(NamedTuple):
    label: str
    url: str
    is_current: bool


def menu(path: str) -> list[Entry]:
    """The entries for who is at `path`."""
    return [Entry(label, url := reverse(name), path == url) for label, name in ENTRIES]
