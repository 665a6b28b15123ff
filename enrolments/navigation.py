"""The menu of « Mon espace », in one place."""

from typing import NamedTuple

from django.urls import reverse

ENTRIES = [
    ("À faire et à venir", "enrolments:home"),
    ("Mon agenda", "enrolments:calendar"),
    ("Mes favoris", "enrolments:favourites"),
    ("Mes alertes", "enrolments:alerts"),
    ("Mes formations suivies ailleurs", "enrolments:follows"),
    ("Mon historique", "enrolments:history"),
    ("Mon profil", "enrolments:profile"),
]


class Entry(NamedTuple):
    label: str
    url: str
    is_current: bool


def menu(path: str) -> list[Entry]:
    """The entries for who is at `path`."""
    pages = [(label, reverse(name)) for label, name in ENTRIES]
    return [Entry(label, url, path == url) for label, url in pages]
