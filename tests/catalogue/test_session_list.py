"""The list of sessions to come."""

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import SessionState
from catalogue.models import Session

pytestmark = pytest.mark.django_db


def test_sessions_to_come_are_listed_the_next_one_first(client, new_session):
    new_session(in_days=60, audience_note="Agents de l'outre-mer")
    new_session(in_days=20, seats=1, seats_taken=1)
    new_session(in_days=-20)

    response = client.get("/sessions/")

    assert [session["seats"] for session in response.context["page_obj"]] == [1, 10]
    assert "2 sessions" in response.text
    assert "Complet" in response.text and "Plus de place libre sur 1" in response.text
    assert "Inscriptions ouvertes" in response.text and "10 places libres sur 10" in response.text
    assert "Agents de l&#x27;outre-mer" in response.text


def test_what_is_not_public_stays_out(client, new_session, new_module, new_programme):
    new_session(cancelled_at="2026-01-01T10:00Z", cancel_reason="Grève")
    new_session(module=new_module("Un brouillon"))
    new_session(module=None, programme=new_programme())

    assert "Aucune session" in client.get("/sessions/").text


def test_the_online_link_is_never_shown(client, new_session):
    new_session()

    assert "visio.exemple.fr" not in client.get("/sessions/").text


def test_one_asks_for_a_seat_while_it_is_open(client, new_session):
    open_session, over = new_session(), new_session(in_days=40, enrolment_closes_at=timezone.now())

    page = client.get("/sessions/").text

    assert reverse("enrolments:enrol", args=[open_session.pk]) in page
    assert reverse("enrolments:enrol", args=[over.pk]) not in page


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(client, new_session, count, django_assert_num_queries):
    for number in range(count):
        new_session(in_days=20 + number)

    with django_assert_num_queries(5):
        client.get("/sessions/")
    with django_assert_num_queries(3):  # the domains to choose from are kept a minute
        client.get("/sessions/")


@pytest.mark.parametrize("page", ["-1", "0", "1000000000", "²", "٣", "x" * 10_000, ""])
@pytest.mark.parametrize("path", ["/sessions/", "/partenaires/", "/sur-mesure/"])
def test_any_page_number_gives_a_page(client, path, page):
    assert client.get(path, {"page": page}).status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"seats": 1, "seats_taken": 1},
        {"enrolment_opens_at": "2100-01-01T00:00Z", "enrolment_closes_at": "2100-02-01T00:00Z"},
        {"enrolment_closes_at": "2026-01-01T00:00Z", "enrolment_opens_at": "2025-01-01T00:00Z"},
        {"in_days": -20},
        {"cancelled_at": "2026-01-01T10:00Z", "cancel_reason": "Grève"},
    ],
)
def test_open_is_the_same_in_sql_as_in_python(new_session, fields):
    session = new_session(**fields)

    assert Session.objects.open_for_enrolment().exists() == (session.state == SessionState.OPEN)
