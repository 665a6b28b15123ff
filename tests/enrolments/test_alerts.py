"""« Prévenez-moi »: asked in one click, told once a session, ended from the e-mail; and what staff read of the demand."""

import datetime

import pytest
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import Organisation
from catalogue.models import Session
from enrolments import alerts
from enrolments.models import SessionAlert
from enrolments.transitions import enrol, withdraw
from tests.mail import worded_messages

pytestmark = pytest.mark.django_db
ALERTS = reverse("enrolments:alerts")
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def agent(client, new_agent):
    agent = new_agent()
    client.force_login(agent)
    return agent


def page_of(module):
    return reverse("enrolments:alert_ask", args=[module.slug])


def told() -> list[str]:
    alerts.tell_alerts()
    return sorted(worded_messages().filter(subject__startswith="Une session ouvre").values_list("to", flat=True))


def test_a_module_without_sessions_offers_an_alert_in_one_click(client, agent, published_module):
    assert f'action="{page_of(published_module)}"' in client.get(published_module.get_absolute_url()).text

    for _ in range(2):
        page = client.post(page_of(published_module), headers=OURS, follow=True)

    assert page.redirect_chain == [(ALERTS, 302)] and "Nous vous préviendrons" in page.text
    assert SessionAlert.objects.get().agent == agent
    assert "Lire une donnée" in client.get(ALERTS).text


def test_who_is_not_signed_in_finds_the_button_after(client, new_agent, published_module):
    asked = client.post(page_of(published_module), headers=OURS)
    assert asked.url == f"{reverse('accounts:sign_in')}?next={page_of(published_module)}"

    client.force_login(new_agent())

    assert "Me prévenir" in client.get(page_of(published_module)).text
    assert not SessionAlert.objects.exists()


def test_only_modules_held_by_the_campus_have_alerts(client, agent, new_module):
    draft = new_module("Brouillon")
    outside = new_module(
        "Dehors", state="publie", published_on="2026-01-05", access="externe", access_url="https://a.fr"
    )

    for module in (draft, outside):
        assert client.post(page_of(module), headers=OURS).status_code == 404
    assert "Me prévenir" not in client.get(outside.get_absolute_url()).text


def test_an_alert_is_removed_by_its_owner_alone(client, agent, new_agent, published_module):
    mine = alerts.ask(agent=agent, module=published_module)
    other = alerts.ask(agent=new_agent(), module=published_module)
    path = "enrolments:alert_remove"

    assert client.post(reverse(path, args=[other.pk])).status_code == 404
    assert client.get(reverse(path, args=[mine.pk])).status_code == 405
    assert "plus prévenu" in client.post(reverse(path, args=[mine.pk]), follow=True).text
    assert list(SessionAlert.objects.all()) == [other]


def test_each_is_told_once_of_each_session_that_opens(new_agent, new_session, new_module, published_module):
    agent, other = new_agent(), new_agent()
    for owner in (agent, other):
        alerts.ask(agent=owner, module=published_module)
    assert told() == []

    session = new_session()
    elsewhere = new_module("Écrire une donnée", state="publie", published_on="2026-01-05")
    new_session(in_days=40, module=elsewhere)
    assert told() == told() == [agent.email, other.email]
    new_session(in_days=50)
    assert told() == sorted([agent.email, other.email] * 2)

    message = worded_messages().filter(to=agent.email).order_by("pk").first()
    assert "Lire une donnée" in message.subject and reverse("enrolments:enrol", args=[session.pk]) in message.text


@pytest.mark.parametrize(
    "fields",
    [
        {"enrolment_opens_at": timezone.now() + datetime.timedelta(days=1)},
        {"enrolment_closes_at": timezone.now() - datetime.timedelta(days=1)},
        {"cancelled_at": timezone.now(), "cancel_reason": "Panne"},
    ],
)
def test_a_session_that_takes_nobody_is_not_told(new_agent, new_session, published_module, fields):
    alerts.ask(agent=new_agent(), module=published_module)
    session = new_session(**fields)

    assert told() == []

    window = {"enrolment_opens_at": timezone.now(), "enrolment_closes_at": session.starts_at}
    Session.objects.filter(pk=session.pk).update(cancelled_at=None, cancel_reason="", **window)
    assert len(told()) == 1


def test_a_session_that_was_seen_open_is_not_told(new_agent, new_session, published_module):
    new_session(seats=1)
    alerts.ask(agent=new_agent(), module=published_module)

    assert told() == []


def test_who_is_in_the_session_or_has_a_closed_account_is_not_told(new_agent, new_session, published_module):
    enrolled, gone, left = new_agent(), new_agent(is_active=False), new_agent()
    for agent in (enrolled, gone, left):
        alerts.ask(agent=agent, module=published_module)
    session = new_session()
    for agent in (enrolled, left):
        enrolment = enrol(agent=agent, session=session, by=agent)
    withdraw(enrolment=enrolment, by=left)

    assert told() == [left.email]


def test_a_session_kept_for_others_is_not_told(new_agent, new_session, published_module, organisation):
    below = Organisation.objects.create(name="Service", kind="operateur", parent=organisation)
    inside, outside = new_agent(organisation=below), new_agent()
    for agent in (inside, outside):
        alerts.ask(agent=agent, module=published_module)
    new_session().restricted_to.add(organisation)

    assert told() == told() == [inside.email]


def test_a_round_tells_some_and_the_next_the_others(new_agent, new_session, published_module, monkeypatch):
    for _ in range(3):
        alerts.ask(agent=new_agent(), module=published_module)
    new_session()
    monkeypatch.setattr(alerts, "A_ROUND", 2)

    assert [len(told()), len(told()), len(told())] == [2, 3, 3]


def test_the_link_of_the_e_mail_ends_the_alert_by_a_post_without_signing_in(client, new_agent, published_module):
    alert = alerts.ask(agent=new_agent(), module=published_module)
    path = alerts.stop_path(alert)

    assert "Ne plus me prévenir" in client.get(path).text and SessionAlert.objects.exists()
    assert "arrêtée" in client.post(path, follow=True).text and not SessionAlert.objects.exists()
    assert "arrêtée" in client.post(path, follow=True).text
    forged = signing.Signer(salt="ailleurs", sep=".").sign(alert.pk)
    for token in (forged, f"{alert.pk}", f"{alert.pk}.x"):
        assert client.get(reverse("enrolments:alert_stop", args=[token])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_alerts(client, agent, new_module, count, django_assert_num_queries):
    for number in range(count):
        module = new_module(f"Module {number}", state="publie", published_on="2026-01-05")
        SessionAlert.objects.create(agent=agent, module=module)

    with django_assert_num_queries(5):
        page = client.get(ALERTS)

    assert page.text.count("/retirer/") == count and page["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("count", [1, 3])
def test_staff_read_the_demand(client, new_agent, new_session, new_module, count, django_assert_num_queries):
    client.force_login(new_agent(is_staff=True, is_superuser=True))
    for number in range(count):
        module = new_module(f"Module {number}", state="publie", published_on="2026-01-05")
        alerts.ask(agent=new_agent(), module=module)
    asked = module
    alerts.ask(agent=new_agent(), module=asked)
    session = new_session(module=asked, seats=2)
    for _ in range(4):
        enrol(agent=new_agent(), session=session, by=None)
    new_session(in_days=40, module=asked, seats=7)
    new_module("Sans demande")
    path = reverse("admin:enrolments_moduledemand_changelist")
    client.get(path)  # content types are read once a process

    with django_assert_num_queries(6):
        page = client.get(path)

    rows = [
        [row.title, row.alert_count, row.waiting_count, row.session_count, row.empty_seats]
        for row in page.context["cl"].result_list
    ]
    assert rows[0] == [asked.title, 2, 2, 2, 7]
    assert len(rows) == count and client.get(path + "?o=4").status_code == 200
