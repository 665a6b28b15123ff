"""Some messages are written as data, in the transaction of what they tell; the worker words them, once, just before sending."""

import datetime

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.template import TemplateDoesNotExist
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from campus.accounts.models import User
from campus.mailing import outbox
from campus.mailing.models import KEPT_DAYS, RETRY_MINUTES, Message, MessageState
from campus.mailing.worker import forget_old_messages
from tests.mailing.conftest import EVENT, send_all
from tests.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    """Signed in."""
    user = User.objects.create_superuser("equipe@exemple.gouv.fr")
    client.force_login(user)
    return user


def test_nothing_is_worded_before_it_is_sent_then_all_is_kept_as_it_was_sent(write_data):
    message = write_data(events=[EVENT], calendar_method="REQUEST")
    assert (message.state, message.subject, message.text, message.html, message.calendar) == (
        MessageState.TO_WORD, "", "", "", "",
    )  # fmt: skip

    assert outbox.send_next() is True
    assert outbox.send_next() is False

    (sent,) = mail.outbox
    message.refresh_from_db()
    assert message.state == MessageState.SENT and message.context is None and message.events is None
    assert (sent.subject, sent.body) == (message.subject, message.text)
    assert "123 456" in sent.subject and "https://campus.example/l" in sent.body
    (event,) = Calendar.from_ical(message.calendar).walk("VEVENT")
    assert (event["UID"], event["SUMMARY"], event["SEQUENCE"]) == ("1@campus", "Lire une donnée", 2)
    assert event["DTSTART"].to_ical() == b"20270330T070000Z" and event["ATTENDEE"] == "mailto:agent@exemple.gouv.fr"


def test_a_calendar_is_of_the_instant_when_its_message_was_written(write_data):
    message = write_data(events=[EVENT], calendar_method="REQUEST")
    written = datetime.datetime(2027, 3, 1, 8, 0, tzinfo=datetime.UTC)
    Message.objects.update(created_at=written)

    outbox.send_next()

    message.refresh_from_db()
    assert Calendar.from_ical(message.calendar).walk("VEVENT")[0]["DTSTAMP"].dt == written


def test_the_previous_version_sees_none_of_them(write_data):
    """Its worker runs for a while beside the new site: it takes what is « en-attente », and would send an empty message."""
    message = write_data()

    assert not Message.objects.filter(state="en-attente").exists()
    for state in ("en-attente", "envoye"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(
                state=state, sent_at=timezone.now() if state == "envoye" else None
            )


def test_urgent_messages_pass_first_worded_or_not(write_data, write):
    write("lettre rédigée")
    write_data("lettre")
    write_data("code", is_urgent=True)

    outbox.send_next()

    assert Message.objects.get(state=MessageState.SENT).key == "code"


def test_what_cannot_be_worded_is_a_failure_that_staff_see_and_send_again(write_data, staff, client, settings):
    page = reverse("admin:mailing_message_change", args=[write_data(template="accounts/emails/absent").pk])
    assert "Ne peut être rédigé. TemplateDoesNotExist" in client.get(page).text

    for _ in range(len(RETRY_MINUTES) + 1):
        assert outbox.send_next() is True
        Message.objects.update(next_attempt_at=timezone.now())
    assert outbox.send_next() is False and not mail.outbox
    message = Message.objects.get()
    assert message.state == MessageState.FAILED and message.error.startswith(TemplateDoesNotExist.__name__)
    assert "Courriels en échec : 1." in client.get(reverse("admin:index")).text

    Message.objects.update(template="accounts/emails/sign_in")  # the version that mends it is deployed
    client.post(reverse("admin:mailing_message_changelist"), {"action": "send_again", "_selected_action": [message.pk]})

    assert Message.objects.get().state == MessageState.TO_WORD
    assert outbox.send_next() is True and len(mail.outbox) == 1


def test_what_was_worded_but_not_sent_is_not_worded_again(write_data, settings):
    settings.EMAIL_BACKEND = "tests.mailing.test_outbox.RefusingBackend"
    write_data()
    outbox.send_next()

    message = Message.objects.get()
    assert message.state == MessageState.WAITING and "123 456" in message.subject and message.context is None


def test_staff_read_a_message_before_it_is_worded_which_writes_nothing(write_data, staff, client):
    message = write_data(events=[EVENT], calendar_method="REQUEST")

    detail = client.get(reverse("admin:mailing_message_change", args=[message.pk])).text
    page = client.get(reverse("admin:mailing_message_changelist"), {"state": "a-rediger"}).text

    assert "https://campus.example/l" in detail and "BEGIN:VEVENT" in detail and "À rédiger" in detail
    assert "123 456" in page and "123 456" in str(message)
    message.refresh_from_db()
    assert message.state == MessageState.TO_WORD and message.text == ""


def test_staff_find_a_message_that_is_not_worded_by_what_it_will_say(write_data, write, staff, client):
    write_data("lettre", to="camille@exemple.gouv.fr", template="absent", context={"title": "Élever la donnée"})
    write("code", to="dominique@exemple.gouv.fr", is_secret=True)
    messages = reverse("admin:mailing_message_changelist")

    assert "camille@" in client.get(messages, {"q": "élever la donnée"}).text
    found = client.get(messages, {"q": "123 456"}).text
    assert "camille@" not in found and "dominique@" not in found


def test_those_that_wait_long_are_late_and_those_given_up_are_forgotten(write_data):
    write_data("retard")
    Message.objects.update(next_attempt_at=timezone.now() - datetime.timedelta(minutes=6))
    assert Message.objects.late().count() == 1

    old = timezone.now() - datetime.timedelta(days=KEPT_DAYS + 1)
    Message.objects.update(state=MessageState.FAILED, created_at=old)
    forget_old_messages()
    assert not Message.objects.exists()


def test_only_plain_data_is_written(write_data, staff):
    with pytest.raises(TypeError), transaction.atomic():
        write_data(context={"user": staff})


@pytest.mark.django_db(transaction=True)
def test_two_workers_word_and_send_each_message_once(write_data):
    for number in range(20):
        write_data(f"lettre {number}")

    assert at_once(*[send_all] * 4) == [None] * 4

    assert len(mail.outbox) == 20
    assert set(Message.objects.values_list("state", "attempts")) == {(MessageState.SENT, 1)}
