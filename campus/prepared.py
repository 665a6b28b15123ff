"""A cursor for the statements written by hand that the most visited pages run: PostgreSQL plans them once a connection.

With a hundred trainings, planning takes them two thirds of their time. Django's own cursor writes the parameters into the
statement, so that each is new to PostgreSQL; this one sends them apart, and psycopg prepares what comes a fifth time
(settings: prepare_threshold). A pooler between the two must know prepared statements: PgBouncer does from 1.21.
"""

from functools import cache
from typing import TypeVar

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault

Row = TypeVar("Row", bound=Model)


def prepared_cursor() -> CursorWrapper:
    """A context manager like `connection.cursor()`, on the same connection and in the same transaction."""
    own = connections[connection.alias]  # Each access to `connection` looks for that of the thread.
    own.close_if_health_check_failed()  # as Django does for each cursor
    own.ensure_connection()
    return own._prepare_cursor(ServerBindingCursor(own.connection))


def read_row(model: type[Row], *, lock_seconds: int | None = None, **values) -> Row | None:
    """The row of `model` with these values in these fields, which are unique together; None when there is none.

    What the ORM takes half a millisecond to build is built once. lock_seconds: also lock it until the end of the transaction,
    foreign keys to it apart, and wait no longer than that for this lock and for all that come after.
    """
    is_locked = lock_seconds is not None
    parameters = [f"{lock_seconds}s", *values.values()] if is_locked else list(values.values())
    with prepared_cursor() as cursor:
        cursor.execute(_statement(model, tuple(values), is_locked), parameters)
        row = cursor.fetchone()
    if row is None:
        return None
    names, converted = _read(model)
    values = list(row)
    for place, field in converted:
        values[place] = field.from_db_value(values[place], None, connection)
    return model.from_db(connection.alias, names, values)


def insert_row(row: Model, *, once: bool = False) -> None:
    """Insert a new `row` and give it its key, as `save` does, without signals.

    once: nothing is written, and the key stays None, where a unique constraint has one already.
    """
    own = connections[connection.alias]
    with prepared_cursor() as cursor:
        cursor.execute(_insertion(type(row), once), [_value(row, field, own) for field in _written(type(row))])
        written = cursor.fetchone()
    if written:
        (row.pk,) = written
        row._state.adding, row._state.db = False, connection.alias


@cache
def _read(model: type[Model]) -> tuple[list[str], list[tuple[int, Field]]]:
    """The names of the fields, and the place of those whose value is not that of the database."""
    fields = model._meta.concrete_fields
    converted = [(place, field) for place, field in enumerate(fields) if hasattr(field, "from_db_value")]
    return [field.attname for field in fields], converted


@cache
def _written(model: type[Model]) -> list[Field]:
    """The fields that an insertion gives: neither the key nor what the database makes of the others."""
    return [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]


def _value(row: Model, field: Field, own: BaseDatabaseWrapper):
    value = field.pre_save(row, add=True)
    if isinstance(value, DatabaseDefault):  # the value of a field that was not given
        value = field.db_default
        setattr(row, field.attname, value)
    return field.get_db_prep_save(value, own)


@cache
def _statement(model: type[Model], names: tuple[str, ...], is_locked: bool) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(f"found.{quote(field.column)}" for field in model._meta.concrete_fields)
    conditions = " AND ".join(f"found.{quote(model._meta.get_field(name).column)} = %s" for name in names)
    # Rows are locked once they are found, hence once the limit is set: a statement less than SET LOCAL.
    limit, lock = (", set_config('lock_timeout', %s, true)", "FOR NO KEY UPDATE OF found") if is_locked else ("", "")
    table = quote(model._meta.db_table)
    return f"SELECT {columns} FROM {table} AS found{limit} WHERE {conditions} {lock}"  # noqa: S608 (names of ours)


@cache
def _insertion(model: type[Model], once: bool) -> str:
    quote = connection.ops.quote_name
    fields = _written(model)
    columns, values = ", ".join(quote(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({values}) "  # noqa: S608 (names of ours)
        f"{'ON CONFLICT DO NOTHING' if once else ''} RETURNING {quote(model._meta.pk.column)}"
    )
