"""Rows read and written by plain prepared statements are those that the ORM reads and writes."""

import pytest
from django.db import IntegrityError, connection, transaction

from campus.accounts.models import User
from campus.mailing.models import Message
from campus.prepared import insert_row, read_row

pytestmark = pytest.mark.django_db


def a_message(key: str) -> Message:
    return Message(key=key, to="camille@exemple.fr", subject="Bonjour", text="Bonjour.", html="<p>Bonjour.</p>")


def test_a_row_is_read_as_the_orm_reads_it():
    user = User.objects.create_user("camille@exemple.fr", first_name="Camille")
    found = read_row(User, id=user.pk)
    assert {field.attname: getattr(found, field.attname) for field in User._meta.concrete_fields} == {
        field.attname: getattr(user, field.attname) for field in User._meta.concrete_fields
    }
    found.first_name = "Claude"
    found.save()
    assert read_row(User, email="camille@exemple.fr").first_name == "Claude"
    assert read_row(User, id=user.pk + 1) is None


def test_a_row_is_locked_and_no_lock_is_waited_for_longer_than_said():
    user = User.objects.create_user("camille@exemple.fr")
    with transaction.atomic(), connection.cursor() as cursor:
        assert read_row(User, lock_seconds=3, id=user.pk) == user
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("3s",)
        cursor.execute("SELECT FROM accounts_user WHERE id = %s AND xmax::text <> '0'", [user.pk])
        assert cursor.rowcount == 1


def test_a_row_is_written_with_its_defaults():
    message = a_message("one")
    insert_row(message)
    stored = Message.objects.get()
    assert stored.pk == message.pk and not message._state.adding
    assert (stored.state, stored.attempts, stored.calendar, stored.created_at) == (
        "en-attente", 0, message.calendar, message.created_at,
    )  # fmt: skip
    message.subject = "Bonsoir"
    message.save()
    assert Message.objects.get().subject == "Bonsoir"


def test_a_row_that_exists_is_refused_or_left_out():
    insert_row(a_message("one"))
    again = a_message("one")
    insert_row(again, once=True)
    assert again.pk is None and Message.objects.count() == 1
    with pytest.raises(IntegrityError):
        insert_row(a_message("one"))
