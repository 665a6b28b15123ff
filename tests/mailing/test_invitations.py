"""A message with a calendar, as a mail client reads it and as the demonstration shows it."""

from email import message_from_bytes, policy

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from icalendar import Calendar

from campus.mailing import outbox
from campus.mailing.models import Message, SentEmail
from tests.mailing.conftest import EVENT

pytestmark = pytest.mark.django_db


@pytest.fixture
def invite(write_data):
    """A function that writes a message with an invitation."""
    return lambda **options: write_data(**{"events": [EVENT], "calendar_method": "REQUEST"} | options)


def test_a_mail_server_receives_an_invitation_that_agendas_understand(invite, mailbox, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    invite()

    assert outbox.send_next() is True

    (received,) = [message_from_bytes(content, policy=policy.default) for content in mailbox.received]
    alternatives, attachment = received.iter_parts()
    text, html, calendar = alternatives.iter_parts()
    assert received.get_content_type() == "multipart/mixed"
    assert alternatives.get_content_type() == "multipart/alternative"
    assert "123 456" in text.get_content() and '<html lang="fr">' in html.get_content()
    assert calendar["Content-Type"].params == {"method": "REQUEST", "charset": "utf-8"}
    assert Calendar.from_ical(calendar.get_content()).walk("VEVENT")[0]["SUMMARY"] == "Lire une donnée"
    assert (attachment.get_filename(), attachment.get_content_type()) == ("invitation.ics", "application/ics")
    assert attachment.get_content() == Message.objects.get().calendar.encode()
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["Message-ID"].endswith("@exemple.gouv.fr>") and received["To"] == "agent@exemple.gouv.fr"


def test_a_message_without_calendar_has_no_attachment(write, mailbox, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    write()
    outbox.send_next()

    received = message_from_bytes(mailbox.received[0], policy=policy.default)
    assert [part.get_content_type() for part in received.iter_parts()] == ["text/plain", "text/html"]


def test_a_calendar_says_what_it_asks(invite):
    for options in ({"calendar_method": ""}, {"events": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            invite(**options)


@pytest.fixture
def shown(invite, settings):
    """An e-mail with an invitation, kept by the demonstration."""
    settings.DEMO, settings.EMAIL_BACKEND = True, "campus.mailing.backends.DemoBackend"
    invite()
    outbox.send_next()
    return SentEmail.objects.get()


def test_the_demonstration_shows_an_e_mail_as_text_as_html_and_its_invitation(client, shown):
    addresses = [reverse(f"mailing:sent_email_{part}", args=[shown.pk]) for part in ("html", "calendar")]
    page = client.get(reverse("mailing:sent_email_list")).text

    assert "123 456" in page and all(address in page for address in addresses)
    html, calendar = (client.get(address) for address in addresses)
    assert "<h1" in html.text and calendar.content == Message.objects.get().calendar.encode()
    assert calendar["Content-Type"] == "text/calendar; charset=utf-8"
    assert set(html["Content-Security-Policy"].split("; ")) == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    }


def test_in_the_demonstration_one_finds_an_e_mail_among_many(client, shown, invite):
    page = reverse("mailing:sent_email_list")

    for words in ["AGENT@exemple", "123 456", "campus.example/l"]:
        assert "123 456" in client.get(page, {"q": words}).text
    nothing = client.get(page, {"q": "dominique"}).text
    assert "Aucun courriel ne correspond à « dominique »." in nothing and "campus.example/l" not in nothing


def test_elsewhere_nobody_sees_what_was_sent(client, shown, settings):
    settings.DEMO = False

    for part in ("html", "calendar"):
        assert client.get(reverse(f"mailing:sent_email_{part}", args=[shown.pk])).status_code == 404
    assert client.get(reverse("mailing:sent_email_list")).status_code == 404
