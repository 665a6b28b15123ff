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


def side_menu(context, title: str, entries: Iterable[tuple[str, str]], args: Sequence = ()) -> dict:
    """What the component draws on the page of `context`: `entries` of a space, its first page first, and the other spaces
    of who reads (campus.pages.spaces, which every page has as `spaces`). args: what the addresses of all the pages take.
    """
    drawn = menu(entries, context["request"].path, args)
    others = [space for space in context["spaces"]() if not drawn[0].url.startswith(space.url)]
    return {"title": title, "entries": drawn, "others": others}
