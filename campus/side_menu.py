"""The menu beside the pages of a space, for templates/components/side_menu.html."""

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse


class Entry(NamedTuple):
    label: str
    url: str
    is_current: bool


def menu(context, title: str, entries: Iterable[tuple[str, str]]) -> dict:
    """What the component draws: `entries`, (label, name of the page), the first page of the space first.

    context: of the page; its `spaces`, which every page has, are the other spaces that one may go to.
    """
    path = context["request"].path
    drawn = [Entry(label, url := reverse(name), path == url) for label, name in entries]
    others = [space for space in context["spaces"]() if space.url != drawn[0].url]
    return {"title": title, "entries": drawn, "others": others}
