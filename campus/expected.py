"""What is expected of somebody, said on their first page: each app gives rows of one shape, read together in one query."""

import datetime
from typing import NamedTuple

from django.db.models import CharField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast


class Row(NamedTuple):
    kind: str
    key: str
    title: str
    at: datetime.datetime | None
    until: datetime.datetime | None
    detail: str


class Expected(NamedTuple):
    text: str
    action: str
    """What the button says."""
    url: str
    title: str = ""
    """What it is about, when that has a page of its own: `title_url`."""
    title_url: str = ""
    detail: str = ""


def rows_of(queryset: QuerySet, **columns) -> QuerySet:
    """The rows of `queryset` as Row reads them; columns: expressions, or names of fields, by name of Row."""
    texts = {name: columns.get(name, Value("")) for name in ("kind", "key", "title", "detail")}
    instants = {name: columns.get(name, Value(None)) for name in ("at", "until")}
    shaped = {name: Cast(_expression(each), CharField()) for name, each in texts.items()}
    shaped |= {name: Cast(_expression(each), DateTimeField()) for name, each in instants.items()}
    return queryset.order_by().values_list(*(shaped[name] for name in Row._fields))


def read(querysets: list[QuerySet]) -> list[Row]:
    """All their rows, the first due first, in one query."""
    first, *others = querysets
    rows = [Row(*row) for row in first.union(*others, all=True)]
    return sorted(rows, key=lambda row: (row.at is None, row.at))


def _expression(column):
    return F(column) if isinstance(column, str) else column
