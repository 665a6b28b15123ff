"""The menu beside the pages of a space, for templates/components/side_menu.html."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.urls import reverse


class Entry(NamedTuple):
    label: str
    url: str
    is_current: bool


def menu(entries: Iterable[tuple[str, str]], path: str, args: Sequence = ()) -> list[Entry]:
    """`entries`, (label, name of the page), for who is at `path`. args: what the addresses of all the pages take."""
    return [Entry(label, url := reverse(name, args=args), path == url) for label, name in entries]
