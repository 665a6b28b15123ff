"""The agenda: sessions filtered, as a list, as a month, as a calendar to subscribe to."""

import datetime

import pytest
from django.utils import timezone
from icalendar import Calendar

from catalogue.models import Domain, Place, Session

pytestmark = pytest.mark.django_db

PUBLISHED = {"state": "publie", "published_on": "2026-01-05"}


@pytest.fixture
def agenda(new_session, new_module):
    """Two sessions: one online of « Lire une donnée », one in Rennes of « Chiffrer », full."""
    online = new_session(in_days=20)
    security = Domain.objects.create(name="Cybersécurité", description="…", pictogram="", valid_from="2023-12-18")
    place = Place.objects.create(
        name="Cité administrative",
        address="1, boulevard de la Liberté",
        postcode="35000",
        city="Rennes",
        region="bretagne",
    )
    on_site = new_session(
        in_days=50,
        module=new_module("Chiffrer", domain=security, **PUBLISHED),
        modality="presentiel",
        place=place,
        seats=1,
        seats_taken=1,
    )
    return online, on_site


def titles(response):
    return [entry["module_title"] for entry in response.context["page_obj"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Lire une donnée", "Chiffrer"]),
        ("q=DONNEE", ["Lire une donnée"]),
        ("domaine=cybersecurite", ["Chiffrer"]),
        ("modalite=presentiel", ["Chiffrer"]),
        ("modalite=presentiel&modalite=en-ligne", ["Lire une donnée", "Chiffrer"]),
        ("modalite=presentiel&q=lire", []),
        ("region=bretagne", ["Chiffrer"]),
        ("disponibilite=ouverte", ["Lire une donnée"]),
        ("region=atlantide&mois=2026-99&disponibilite=x&domaine=%F0", ["Lire une donnée", "Chiffrer"]),
        ("mois=²", ["Lire une donnée", "Chiffrer"]),
        ("mois=1999-01&q=" + "x" * 10_000, []),
    ],
)
def test_filters_narrow_the_sessions(client, agenda, query, expected):
    assert titles(client.get(f"/sessions/?{query}")) == expected


def test_a_month_is_that_of_paris(client, agenda):
    online, _on_site = agenda
    month = timezone.localtime(online.starts_at)

    assert "Lire une donnée" in titles(client.get(f"/sessions/?mois={month:%Y-%m}"))
    assert titles(client.get("/sessions/?mois=2090-01")) == []


def test_filters_in_force_can_be_removed(client, agenda):
    page = client.get("/sessions/?region=bretagne&modalite=presentiel&vue=").text

    assert 'href="?modalite=presentiel"' in page and 'href="?region=bretagne"' in page and "Réinitialiser" in page
    assert '<meta name="robots" content="noindex">' in page
    assert "ne répond à tous ces critères" in client.get("/sessions/?region=corse").text


def test_the_month_shows_each_session_on_its_day(client, agenda):
    online, _on_site = agenda
    start = timezone.localtime(online.starts_at)

    page = client.get(f"/sessions/?vue=mois&mois={start:%Y-%m}")

    days = [day for week in page.context["weeks"] for day in week]
    assert len(days) % 7 == 0 and days[0].date.weekday() == 0
    assert [day.date for day in days if day.entries and day.entries[0].session["id"] == online.pk] == [start.date()]
    following = (start.date().replace(day=1) + datetime.timedelta(days=31)).strftime("%Y-%m")
    assert f"mois={following}" in page.context["next_url"] and "vue=mois" in page.context["next_url"]
    assert client.get("/sessions/?vue=mois").status_code == 200


def a_month_ahead(day, hour=9):
    """An instant of next month but one, in Paris."""
    first = (timezone.localdate().replace(day=1) + datetime.timedelta(days=70)).replace(day=day)
    return timezone.make_aware(datetime.datetime.combine(first, datetime.time(hour)))


@pytest.fixture
def three_days(new_session):
    """A session of the 1st at 9 h (and 14 h), the 2nd at 14 h and the 8th at 10 h of the same month."""
    session = new_session(enrolment_opens_at=timezone.now(), enrolment_closes_at=a_month_ahead(1, 8))
    session.slots.all().delete()
    for day, hour in [(1, 9), (1, 14), (2, 14), (8, 10)]:
        start = a_month_ahead(day, hour)
        session.slots.create(starts_at=start, ends_at=start + datetime.timedelta(hours=2))
    session.refresh_from_db()
    return session


def on_days(page):
    days = [day for week in page.context["weeks"] for day in week if not day.is_outside]
    return {day.date.day: [(each.time, each.state) for each in day.entries] for day in days if day.entries}


def test_the_month_shows_a_session_on_each_of_its_days_with_its_time(client, three_days):
    page = client.get("/sessions/?vue=mois")

    nbsp = "\u00a0"
    assert on_days(page) == {1: [(f"9{nbsp}h", "")], 2: [(f"14{nbsp}h", "")], 8: [(f"10{nbsp}h", "")]}
    assert page.text.count(f'href="{three_days.module.get_absolute_url()}"') == 3
    assert ">1er<span" in page.text


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"seats": 1, "seats_taken": 1}, "Complet"),
        ({"cancelled_at": "2026-01-01T10:00Z", "cancel_reason": "Grève"}, "Annulée"),
    ],
)
def test_the_month_says_what_is_full_or_cancelled(client, three_days, fields, state):
    Session.objects.filter(pk=three_days.pk).update(**fields)

    page = client.get(f"/sessions/?vue=mois&mois={a_month_ahead(1):%Y-%m}")

    assert [told for [(_time, told)] in on_days(page).values()] == [state] * 3
    assert page.text.count(f">{state}</span>") == 3


def test_a_session_astride_two_months_is_in_both(client, new_session):
    session = new_session()
    first = a_month_ahead(1)
    for start in [first - datetime.timedelta(days=1), first]:
        session.slots.create(starts_at=start, ends_at=start + datetime.timedelta(hours=2))
    session.slots.earliest("starts_at").delete()

    for month in [first - datetime.timedelta(days=1), first]:
        page = client.get(f"/sessions/?vue=mois&mois={month:%Y-%m}")
        assert list(on_days(page)) == [month.day]


def test_the_month_shown_is_the_one_chosen_in_the_filter(client, three_days):
    page = client.get("/sessions/?vue=mois").text

    assert f'<option value="{a_month_ahead(1):%Y-%m}" selected>' in page
    assert " selected>" not in client.get("/sessions/").text


def test_the_month_shown_first_is_the_next_that_has_a_session(client, new_session):
    start = timezone.localtime(new_session(in_days=70).starts_at)
    new_session(in_days=120)

    page = client.get("/sessions/?vue=mois")

    assert page.context["month"] == start.date().replace(day=1)
    assert "Aucune session à venir" not in page.text and "Mois précédent" in page.text
    empty = client.get(f"/sessions/?vue=mois&mois={timezone.localdate():%Y-%m}&region=corse").text
    assert "Aucune session à venir ce mois-là pour ces critères" in empty and "Mois précédent" not in empty


def test_a_busy_day_says_how_many_more_and_leads_to_them(client, new_session):
    for _ in range(6):
        session = new_session(in_days=20)
    month = f"{timezone.localtime(session.starts_at):%Y-%m}"

    page = client.get(f"/sessions/?vue=mois&mois={month}").text

    assert f'<a href="?mois={month}">et 2 autres' in page
    assert client.get(f"/sessions/?mois={month}").context["page_obj"].paginator.count == 6


@pytest.mark.parametrize("path", ["/sessions/?region=bretagne", "/sessions/?vue=mois", "/sessions/agenda.ics"])
@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_sessions(client, new_session, path, count, django_assert_max_num_queries):
    for number in range(count):
        new_session(in_days=20 + number)

    with django_assert_max_num_queries(5):
        assert client.get(path).status_code == 200


def test_an_agenda_subscribes_to_what_is_filtered(client, agenda):
    _online, on_site = agenda

    response = client.get("/sessions/agenda.ics?region=bretagne")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(response.content).walk("VEVENT")
    slot = on_site.slots.get()
    assert event["UID"] == f"session-{on_site.pk}-{slot.pk}@testserver"
    assert event["DTSTART"].dt == slot.starts_at and event["DTEND"].dt == slot.ends_at
    assert event["SUMMARY"] == "Chiffrer" and "35000 Rennes" in event["LOCATION"]
    assert event["URL"] == "http://testserver/catalogue/modules/chiffrer/"
    assert "agenda.ics?region=bretagne" in client.get("/sessions/?region=bretagne").text


def test_a_calendar_tells_the_cancelled_and_hides_links_and_programmes(client, agenda, new_session, new_programme):
    _online, on_site = agenda
    on_site.cancelled_at, on_site.cancel_reason = timezone.now(), "Grève"
    on_site.save()
    new_session(module=None, programme=new_programme())

    content = client.get("/sessions/agenda.ics").content
    events = {event["SUMMARY"]: event["STATUS"] for event in Calendar.from_ical(content).walk("VEVENT")}

    assert events == {"Lire une donnée": "CONFIRMED", "Chiffrer": "CANCELLED"}
    assert b"visio.exemple.fr" not in content
