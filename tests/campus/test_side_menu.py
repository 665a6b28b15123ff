"""The menu beside the pages of a space says where one is, on the very page and below it."""

import pytest

from campus.side_menu import menu

ENTRIES = [
    ("Chiffres", "enrolments:employer_figures"),
    ("Priorités internes", "enrolments:employer_priorities"),
    ("Places réservées", "enrolments:employer_quotas"),
]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("", {"Chiffres": "page"}),
        ("places/", {"Places réservées": "page"}),
        ("places/sessions/7/", {"Places réservées": "true"}),
        ("chiffres.csv", {"Chiffres": "true"}),  # of no entry: below the first page of the space
    ],
)
def test_the_nearest_entry_is_current(path, current):
    entries = menu(ENTRIES, f"/espace-employeur/ministere/{path}", ["ministere"])

    assert {entry.label: entry.current for entry in entries if entry.current} == current


def test_elsewhere_none_is():
    assert not any(entry.current for entry in menu(ENTRIES, "/", ["ministere"]))
