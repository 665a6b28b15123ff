"""A cursor for the statements written by hand that the most visited pages run: PostgreSQL plans them once a connection.

With a hundred trainings, planning takes them two thirds of their time. Django's own cursor writes the parameters into the
statement, so that each is new to PostgreSQL; this one sends them apart, and psycopg prepares what comes a fifth time
(settings: prepare_threshold). A pooler between the two must know prepared statements: PgBouncer does from 1.21.
"""

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


def prepared_cursor() -> CursorWrapper:
    """A context manager like `connection.cursor()`, on the same connection and in the same transaction."""
    with connection.cursor():  # connects, checks the connection's health
        pass
    return connection._prepare_cursor(ServerBindingCursor(connection.connection))
