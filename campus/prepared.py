"""A cursor for the statements written by hand that the most visited pages run: PostgreSQL plans them once a connection.

With a hundred trainings, planning takes them two thirds of their time. Django's own cursor writes the parameters into the
statement, so that each is new to PostgreSQL; this one sends them apart, and psycopg prepares what comes a fifth time
(settings: prepare_threshold). A pooler between the two must know prepared statements: PgBouncer does from 1.21.
"""

from functools import cache
from typing import TypeVar

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault

Row = TypeVar("Row", bound=Model)


def prepared_cursor() -> CursorWrapper:
    """A context manager like `connection.cursor()`, on the same connection and in the same transaction."""
    connection.close_if_health_check_failed()  # as Django does for each cursor
    connection.ensure_connection()
    return connection._prepare_cursor(ServerBindingCursor(connection.connection))


def read_row(model: type[Row], lock: str = "", **values) -> Row | None:
    """The row of `model` with these values in these fields, which are unique together; None when there is none.

    What the ORM takes half a millisecond to build is built once. lock: « FOR NO KEY UPDATE ».
    """
    with prepared_cursor() as cursor:
        cursor.execute(_statement(model, tuple(values), lock), list(values.values()))
        row = cursor.fetchone()
    if row is None:
        return None
    fields = model._meta.concrete_fields
    return model.from_db(
        connection.alias,
        [field.attname for field in fields],
        [
            field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
            for field, value in zip(fields, row, strict=True)
        ],
    )


def insert_row(row: Model, *, once: bool = False) -> None:
    """Insert a new `row` and give it its key, as `save` does, without signals.

    once: nothing is written, and the key stays None, where a unique constraint has one already.
    """
    with prepared_cursor() as cursor:
        cursor.execute(_insertion(type(row), once), [_value(row, field) for field in _written(row)])
        written = cursor.fetchone()
    if written:
        (row.pk,) = written
        row._state.adding, row._state.db = False, connection.alias


def _written(model: type[Model] | Model) -> list[Field]:
    """The fields that an insertion gives: neither the key nor what the database makes of the others."""
    return [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]


def _value(row: Model, field: Field):
    value = field.pre_save(row, add=True)
    if isinstance(value, DatabaseDefault):  # the value of a field that was not given
        value = field.db_default
        setattr(row, field.attname, value)
    return field.get_db_prep_save(value, connection)


@cache
def _statement(model: type[Model], names: tuple[str, ...], lock: str) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in model._meta.concrete_fields)
    conditions = " AND ".join(f"{quote(model._meta.get_field(name).column)} = %s" for name in names)
    return f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE {conditions} {lock}"  # noqa: S608 (names of ours)


@cache
def _insertion(model: type[Model], once: bool) -> str:
    quote = connection.ops.quote_name
    fields = _written(model)
    columns, values = ", ".join(quote(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({values}) "  # noqa: S608 (names of ours)
        f"{'ON CONFLICT DO NOTHING' if once else ''} RETURNING {quote(model._meta.pk.column)}"
    )
