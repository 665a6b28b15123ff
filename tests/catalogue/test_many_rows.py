"""Lists at the size of a large campus: as many queries as with three rows."""

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campus.kept import forget_all
from catalogue.models import Module, Session

pytestmark = pytest.mark.django_db

ROWS = 10_000
LISTS = [
    "/catalogue/",
    "/catalogue/?q=lire&niveau=debutant",
    "/catalogue/?page=400",
    "/sessions/",
    "/sessions/?page=400",
]


def copies_of(row, count, **fields_of):
    """Store `count` copies of a row; `fields_of` are functions of a number."""
    model = type(row)
    values = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated
    }
    model.objects.bulk_create(
        [model(**values | {name: make(number) for name, make in fields_of.items()}) for number in range(count)],
        batch_size=1000,
    )


def queries_of(client, path) -> int:
    for each in caches.all():
        each.clear()
    forget_all()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_a_list_asks_as_many_queries_of_10000_rows_as_of_3(client, published_module, new_session):
    session = new_session()
    copies_of(published_module, 2, slug="lire-{}".format, title="Lire {}".format)
    copies_of(session, 2)
    few = {path: queries_of(client, path) for path in LISTS}

    copies_of(published_module, ROWS, slug="lire-une-donnee-{}".format, title="Lire une donnée {}".format)
    copies_of(session, ROWS)
    many = {path: queries_of(client, path) for path in LISTS}

    assert Module.objects.count() > ROWS and Session.objects.count() > ROWS
    assert many == few
    assert max(many.values()) <= 8
    assert "10 003 formations" in client.get("/catalogue/").text.replace("\u202f", " ").replace("\xa0", " ")
