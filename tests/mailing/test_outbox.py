"""Messages are written with what they tell, and sent once by the worker."""

import datetime
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import User
from campus.mailing import outbox, worker
from campus.mailing.models import RETRY_MINUTES, Message, MessageState, Worker
from tests.mailing.conftest import send_all
from tests.threads import at_once

pytestmark = pytest.mark.django_db


class RefusingBackend(BaseEmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError("le serveur de courriel ne répond pas")


class GreylistingBackend(BaseEmailBackend):
    code = 450

    def send_messages(self, messages):
        raise SMTPRecipientsRefused({"agent@exemple.gouv.fr": (self.code, b"come back later")})


class UnknownBackend(GreylistingBackend):
    code = 550


@pytest.mark.parametrize(
    ("backend", "state"), [("GreylistingBackend", MessageState.WAITING), ("UnknownBackend", MessageState.FAILED)]
)
def test_a_server_that_only_asks_to_come_back_is_asked_again(write, settings, backend, state):
    settings.EMAIL_BACKEND = f"{__name__}.{backend}"
    write()

    outbox.send_next()

    assert Message.objects.get().state == state


def test_a_message_is_sent_once_in_text_and_html(write):
    write()

    assert outbox.send_next() is True
    assert outbox.send_next() is False
    (sent,) = mail.outbox
    assert sent.to == ["agent@exemple.gouv.fr"] and "123 456" in sent.subject
    assert "https://campus.example/l" in sent.body
    assert sent.alternatives[0].mimetype == "text/html" and '<html lang="fr">' in sent.alternatives[0].content
    assert sent.extra_headers["Message-ID"].endswith("@exemple.gouv.fr>")
    assert Message.objects.get().state == MessageState.SENT


def test_one_event_is_told_once_to_one_person(write):
    for key in ("code 1", "code 1", "code 2"):
        write(key)

    assert set(Message.objects.values_list("key", flat=True)) == {"code 1", "code 2"}


def test_a_message_dies_with_the_transaction_that_wrote_it(write):
    with pytest.raises(RuntimeError), transaction.atomic():
        write()
        raise RuntimeError

    assert not Message.objects.exists()


def test_urgent_messages_pass_before_the_others(write):
    write("lettre")
    write("code", is_urgent=True)

    outbox.send_next()

    assert Message.objects.get(state=MessageState.SENT).key == "code"


def test_a_failure_is_tried_again_later_and_later_then_given_up(write, settings):
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    write()

    for minutes in RETRY_MINUTES:
        assert outbox.send_next() is True
        message = Message.objects.get()
        wait = message.next_attempt_at - timezone.now()
        assert datetime.timedelta(minutes=minutes - 1) < wait <= datetime.timedelta(minutes=minutes)
        assert outbox.send_next() is False
        Message.objects.update(next_attempt_at=timezone.now())
    outbox.send_next()

    message = Message.objects.get()
    assert (message.state, message.attempts) == (MessageState.FAILED, len(RETRY_MINUTES) + 1)
    assert "le serveur de courriel ne répond pas" in message.error


def test_the_text_of_a_secret_is_erased_once_sent_and_never_shown(write, client):
    client.force_login(User.objects.create_superuser("equipe@exemple.gouv.fr"))
    write(is_secret=True)
    page = reverse("admin:mailing_message_change", args=[Message.objects.get().pk])

    assert "https://campus.example/l" not in client.get(page).text
    outbox.send_next()

    message = Message.objects.get()
    assert "123 456" not in message.subject + message.text + message.html
    assert "123 456" in mail.outbox[-1].subject


@pytest.mark.parametrize("query", [{}, {"q": "123 456"}, {"q": "agent@exemple.gouv.fr"}, {"subject__startswith": "1"}])
def test_staff_never_read_the_code_that_a_subject_holds(write, client, query):
    client.force_login(User.objects.create_superuser("equipe@exemple.gouv.fr"))
    write("code", is_secret=True)
    message = Message.objects.get()

    page = client.get(reverse("admin:mailing_message_changelist"), query).text
    detail = client.get(reverse("admin:mailing_message_change", args=[message.pk])).text

    assert "123 456" not in page.replace('value="123 456"', "") + detail + str(message)
    assert ("agent@exemple.gouv.fr</td>" in page) == (query in ({}, {"q": "agent@exemple.gouv.fr"}))
    assert "Objet secret" in detail


def test_staff_send_again_what_failed_and_only_that(write, client):
    client.force_login(User.objects.create_superuser("equipe@exemple.gouv.fr"))
    write("parti")
    outbox.send_next()
    write("perdu")
    Message.objects.filter(key="perdu").update(state=MessageState.FAILED, attempts=6)
    everything = list(Message.objects.values_list("pk", flat=True))

    page = client.post(
        reverse("admin:mailing_message_changelist"),
        {"action": "send_again", "_selected_action": everything},
        follow=True,
    ).text

    assert "1 courriel remis en attente" in page and "1 n&#x27;a pas échoué" in page
    assert dict(Message.objects.values_list("key", "state")) == {"parti": "envoye", "perdu": "en-attente"}


@pytest.mark.parametrize("name", ["admin:index", "admin:mailing_message_changelist"])
def test_the_admin_says_when_nothing_sends(client, name):
    client.force_login(User.objects.create_superuser("equipe@exemple.gouv.fr"))
    page = reverse(name)

    assert "run_worker" in client.get(page).text
    worker.do_round("facteur")
    assert "run_worker" not in client.get(page).text
    Worker.objects.update(seen_at=timezone.now() - datetime.timedelta(minutes=5))
    assert "run_worker" in client.get(page).text


def test_the_admin_s_first_page_counts_what_is_late_and_what_failed(client, write):
    client.force_login(User.objects.create_superuser("equipe@exemple.gouv.fr"))
    for key in ("retard 1", "retard 2", "attente", "échec", "parti"):
        write(key)
    Message.objects.filter(key__startswith="retard").update(
        next_attempt_at=timezone.now() - datetime.timedelta(minutes=6)
    )
    Message.objects.filter(key="échec").update(state=MessageState.FAILED)
    Message.objects.filter(key="parti").update(state=MessageState.SENT, sent_at=timezone.now())

    page = client.get(reverse("admin:index")).text

    assert "Courriels en retard : 2." in page and "Courriels en échec : 1." in page
    Message.objects.all().delete()
    page = client.get(reverse("admin:index")).text
    assert "Courriels en retard" not in page and "en échec" not in page


def test_a_task_that_fails_stops_neither_the_others_nor_the_worker(monkeypatch, caplog):
    done = []
    monkeypatch.setattr(worker, "_tasks", [lambda: 1 / 0, lambda: done.append("fait")])

    worker.do_round("facteur")

    assert done == ["fait"] and "ZeroDivisionError" in caplog.text


def test_an_outbox_that_never_empties_does_not_keep_the_tasks_waiting(monkeypatch):
    rounds, sent = [], []
    monkeypatch.setattr(worker, "ROUND_SECONDS", 0.01)
    monkeypatch.setattr(worker, "_tasks", [lambda: rounds.append(1)])
    monkeypatch.setattr(worker, "send_next", lambda: sent.append(1) or True)

    worker.run(lambda: len(rounds) > 2 or len(sent) > 1_000_000, pause=lambda seconds: None)

    assert len(rounds) > 2 and sent


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_message_once(write):
    for number in range(20):
        write(f"lettre {number}")

    assert at_once(*[send_all] * 4) == [None] * 4

    assert len(mail.outbox) == 20
    assert set(Message.objects.values_list("state", "attempts")) == {(MessageState.SENT, 1)}
