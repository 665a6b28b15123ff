"""The menu beside the pages of a space, for templates/components/side_menu.html."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.urls import reverse


class Entry(NamedTuple):
    label: str
    url: str
    current: str
    """What `aria-current` says: "page" on the very page, "true" on those below it, "" elsewhere."""


def menu(entries: Iterable[tuple[str, str]], path: str, args: Sequence = ()) -> list[Entry]:
    """`entries`, (label, name of the page), for who is at `path`. args: what the addresses of all the pages take.

    A page that no entry names is below the nearest: the first page of a space is above all the others.
    """
    drawn = [(label, reverse(name, args=args)) for label, name in entries]
    nearest = max((url for _label, url in drawn if path.startswith(url)), key=len, default=None)
    current = "page" if path == nearest else "true"
    return [Entry(label, url, current if url == nearest else "") for label, url in drawn]


def side_menu(context, title: str, entries: Iterable[tuple[str, str]], args: Sequence = ()) -> dict:
    """What the component draws on the page of `context`: `entries` of a space, its first page first, and the other spaces
    of who reads (campus.pages.spaces, which every page has as `spaces`), among them those of the same kind when they have
    several. args: what the addresses of all the pages take.
    """
    drawn = menu(entries, context["request"].path, args)
    others = []
    for space in context["spaces"]():
        if not drawn[0].url.startswith(space.url):
            others.append(space)
        elif space.switch:
            others.insert(0, space._replace(label=space.switch))
    return {"title": title, "entries": drawn, "others": others}
