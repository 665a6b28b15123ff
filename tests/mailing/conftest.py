import os
import socket

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from campus.mailing import outbox
from campus.mailing.models import Message
from tests.serving import url_of

CONTEXT = {"code": "123 456", "link": "https://campus.example/l", "minutes": 15}
EVENT = {
    "uid": "1@campus",
    "start": "2027-03-30T09:00:00+02:00",
    "end": "2027-03-30T12:00:00+02:00",
    "sequence": 2,
    "status": "CONFIRMED",
    "summary": "Lire une donnée",
    "url": "https://campus.example/",
    "location": "Rennes",
    "description": "Ascenseur au fond du hall.",
    "attendee": {"name": "Camille", "email": "agent@exemple.gouv.fr"},
}


@pytest.fixture
def write():
    """A function that writes a message of the sign-in; keyword arguments replace its own."""

    def write_message(key="code 1", **options):
        outbox.write(
            **{"key": key, "to": "agent@exemple.gouv.fr", "template": "accounts/emails/sign_in", "context": CONTEXT}
            | options
        )

    return write_message


@pytest.fixture
def write_data():
    """A function that writes a message of data, and gives it back; keyword arguments replace its own."""

    def write_message(key="lettre", **options):
        outbox.write_data(
            **{"key": key, "to": "agent@exemple.gouv.fr", "template": "accounts/emails/sign_in", "context": CONTEXT}
            | options
        )
        return Message.objects.get(key=key)

    return write_message


def send_all():
    """What a worker does of the messages that are due."""
    while outbox.send_next():
        pass


class Mailbox:
    """A real mail server on loopback. `received`: what it took, as bytes; `before_answer` runs before it says so."""

    def __init__(self):
        self.received = []
        self.before_answer = lambda: None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._controller = None

    async def handle_DATA(self, server, session, envelope):
        self.before_answer()
        self.received.append(envelope.content)
        return "250 OK"

    def start(self):
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self):
        if self._controller:
            self._controller.stop()
            self._controller = None


@pytest.fixture
def mailbox():
    """A Mailbox that runs."""
    mailbox = Mailbox()
    mailbox.start()
    yield mailbox
    mailbox.stop()


@pytest.fixture
def environment():
    """That of a worker on the database of the tests, which writes its e-mails on its output."""
    return {
        **os.environ,
        "CAMPUS_ENV": "local",
        "DATABASE_URL": url_of(connection.settings_dict),
        "EMAIL_URL": "console://",
    }
