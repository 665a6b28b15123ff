"""The main menu: the same list draws the header and the site map. Who is signed in has spaces.py besides."""

from functools import cache
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse

ENTRIES = [
    ("Catalogue", "catalogue:training_list"),
    ("Sessions", "catalogue:session_list"),
    ("Sur-mesure", "catalogue:programme_list"),
    ("Partenaires", "catalogue:partner_list"),
    ("Formateurs", "trainers:directory"),
    ("Devenir formateur", "trainers:become"),
]


class Entry(NamedTuple):
    label: str
    url: str
    current: str
    """What `aria-current` says: "page" on the very page, "true" below it, "" elsewhere."""


@cache
def address(name: str) -> str:
    return reverse(name)


def main_menu(path: str) -> list[Entry]:
    """The entries of the menu, for a visitor at `path`. A page that is not installed is left out.

    Error pages draw this menu too: an address that cannot be resolved must not make a second fault.
    """
    entries = []
    for label, name in ENTRIES:
        try:
            url = address(name)
        except NoReverseMatch:
            continue
        current = "page" if path == url else "true" if path.startswith(url) else ""
        entries.append(Entry(label, url, current))
    return entries
