"""The calendar that the agenda of an agent subscribes to, by a secret address that they can take back."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from catalogue.models import Session
from catalogue.transitions import cancel_session
from enrolments.calendar_keys import renew_key
from enrolments.models import CalendarKey, Enrolment
from enrolments.transitions import enrol, withdraw

pytestmark = pytest.mark.django_db
PAGE, RENEW, DELETE = (reverse(f"enrolments:{name}") for name in ("calendar", "calendar_renew", "calendar_delete"))


@pytest.fixture
def agent(client, new_agent):
    """An agent, signed in."""
    agent = new_agent()
    client.force_login(agent)
    return agent


def address_of(agent):
    return reverse("enrolments:calendar_feed", args=[renew_key(agent).key])


def events(address):
    """What an agenda, which does not sign in, reads."""
    response = Client().get(address)
    assert response.status_code == 200
    return Calendar.from_ical(response.text).walk("VEVENT")


def test_an_agent_makes_an_address_changes_it_and_takes_it_away(client, agent):
    assert "Créer l'adresse" in client.get(PAGE).text

    page = client.post(RENEW, follow=True).text
    first = reverse("enrolments:calendar_feed", args=[CalendarKey.objects.get().key])
    assert first in page and "Changer l'adresse" in page and f'href="webcal://127.0.0.1:8000{first}"' in page
    assert events(first) == []

    client.post(RENEW)
    second = reverse("enrolments:calendar_feed", args=[CalendarKey.objects.get().key])
    assert Client().get(first).status_code == 404 and events(second) == []

    client.post(DELETE)
    assert Client().get(second).status_code == 404 and "Créer l'adresse" in client.get(PAGE).text


def test_the_page_is_one_s_own_and_changes_are_posts(client, agent, new_agent):
    others = address_of(new_agent())

    assert others not in client.get(PAGE).text
    assert client.get(RENEW).status_code == client.get(DELETE).status_code == 405
    assert Client().get(PAGE).url == f"{reverse('accounts:sign_in')}?next={PAGE}"
    client.post(DELETE)
    assert Client().get(others).status_code == 200


@pytest.mark.parametrize("key", ["x", "é", "a" * 500])
def test_an_unknown_key_opens_nothing(client, agent, key):
    address_of(agent)

    assert Client().get(f"/agenda/{key}.ics").status_code == 404


def test_a_closed_account_has_no_calendar(agent):
    address = address_of(agent)
    type(agent).objects.filter(pk=agent.pk).update(is_active=False)

    assert Client().get(address).status_code == 404


def test_nobody_keeps_nor_indexes_the_feed_nor_the_page(client, agent):
    feed = Client().get(address_of(agent))

    assert feed["Cache-Control"] == client.get(PAGE)["Cache-Control"] == "private, no-store"
    assert feed["X-Robots-Tag"] == "noindex" and feed["Content-Type"] == "text/calendar; charset=utf-8"
    assert '<meta name="robots" content="noindex">' in client.get(PAGE).text


def test_a_seat_is_shown_with_its_link_what_is_waited_for_without_as_tentative(
    agent, new_session, new_agent, new_module
):
    seat = enrol(agent=agent, session=new_session(in_days=10), by=agent)
    other = new_module("Chiffrer", state="publie", published_on="2026-01-05")
    full = new_session(in_days=20, module=other, seats=1, online_url="https://visio.exemple.fr/autre")
    first = enrol(agent=new_agent(), session=full, by=None)
    enrol(agent=agent, session=full, by=agent)
    address = address_of(agent)

    waiting, mine = events(address)
    assert (mine["STATUS"], mine["SUMMARY"]) == ("CONFIRMED", "Lire une donnée")
    assert mine["LOCATION"] == "https://visio.exemple.fr/secret"
    assert (waiting["STATUS"], waiting["SUMMARY"]) == ("TENTATIVE", "Liste d'attente : Chiffrer")
    assert "visio.exemple.fr/autre" not in str(waiting.to_ical())

    withdraw(enrolment=first, by=first.agent)
    offered, _mine = events(address)
    assert (offered["STATUS"], offered["SUMMARY"]) == ("TENTATIVE", "Place proposée : Chiffrer")

    withdraw(enrolment=seat, by=agent)
    _offered, left = events(address)
    assert (left["STATUS"], left["UID"], left["SEQUENCE"]) == ("CANCELLED", mine["UID"], 1)


def test_each_slot_is_an_event_the_same_as_in_the_invitation(agent, new_session):
    session = new_session()
    slot = session.slots.get()
    day = datetime.timedelta(days=1)
    session.slots.create(starts_at=slot.starts_at + day, ends_at=slot.ends_at + day)
    enrolment = enrol(agent=agent, session=session, by=agent)

    assert [event["UID"] for event in events(address_of(agent))] == [
        f"inscription-{enrolment.pk}-1@127.0.0.1",
        f"inscription-{enrolment.pk}-2@127.0.0.1",
    ]


def test_what_is_over_is_told_for_a_month(agent, new_session):
    session = new_session()
    enrolment = enrol(agent=agent, session=session, by=agent)
    cancel_session(session=session, by=None, reason="Panne")
    address = address_of(agent)
    assert [event["STATUS"] for event in events(address)] == ["CANCELLED"]

    Enrolment.objects.filter(pk=enrolment.pk).update(updated_at=timezone.now() - datetime.timedelta(days=31))
    assert events(address) == []


def test_past_sessions_stay_a_year(agent, new_session):
    session = new_session()
    enrol(agent=agent, session=session, by=agent)
    address = address_of(agent)
    for days, count in ((10, 1), (400, 0)):
        Session.objects.filter(pk=session.pk).update(
            starts_at=timezone.now() - datetime.timedelta(days=days),
            ends_at=timezone.now() - datetime.timedelta(days=days),
        )
        assert len(events(address)) == count


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_sessions(agent, new_session, new_module, count, django_assert_num_queries):
    for number in range(count):
        module = new_module(f"Module {number}", state="publie", published_on="2026-01-05")
        enrol(agent=agent, session=new_session(in_days=20 + number, module=module), by=agent)
    address = address_of(agent)

    with django_assert_num_queries(3):
        assert len(events(address)) == count
