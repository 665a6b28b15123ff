"""The menu of « Mon espace », in one place."""

from typing import NamedTuple

from django.urls import NoReverseMatch, reverse

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
    """The entries for who is at `path`. A page that is not installed is left out."""
    entries = []
    for label, name in ENTRIES:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        entries.append(Entry(label, url, path == url))
    return entries
