"""The pages of an agent: asking for a seat, « mon espace », leaving; nobody else's are theirs."""

import datetime
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Session
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment
from enrolments.transitions import enrol, withdraw

pytestmark = pytest.mark.django_db
HOME = reverse("enrolments:home")


def page_of(session):
    return reverse("enrolments:enrol", args=[session.pk])


def leave(enrolment):
    return reverse("enrolments:withdraw", args=[enrolment.pk])


@pytest.fixture
def agent(client, new_agent):
    """An agent, signed in."""
    agent = new_agent()
    client.force_login(agent)
    return agent


@pytest.fixture
def offer(agent, new_session, new_agent):
    """A seat offered to the agent."""
    session = new_session(seats=1)
    first = enrol(agent=new_agent(), session=session, by=None)
    mine = enrol(agent=agent, session=session, by=agent)
    withdraw(enrolment=first, by=first.agent)
    return Enrolment.objects.get(pk=mine.pk)


def test_who_is_not_signed_in_comes_back_here_once_they_are(client, new_session):
    session = new_session()

    for path in (page_of(session), HOME):
        assert client.get(path).url == f"{reverse('accounts:sign_in')}?next={path}"


def test_a_session_leads_to_a_seat_in_two_clicks(client, agent, new_session):
    session = new_session()
    assert page_of(session) in client.get(session.module.get_absolute_url()).text

    before = client.get(page_of(session)).text
    response = client.post(page_of(session), follow=True)

    assert "10 libres sur 10" in before and "Confirmer mon inscription" in before
    assert response.redirect_chain[-1][0] == HOME
    assert "Votre place est réservée" in response.text and "Place réservée" in response.text
    assert "https://visio.exemple.fr/secret" in response.text


def test_a_full_session_says_how_many_wait_and_gives_a_rank(client, agent, new_session, new_agent):
    session = new_session(seats=1)
    for _ in range(3):
        enrol(agent=new_agent(), session=session, by=None)
    assert "Liste d'attente" in unescape(client.get(session.module.get_absolute_url()).text)

    before = client.get(page_of(session)).text
    after = client.post(page_of(session), follow=True).text

    assert "2 personnes en liste d'attente" in before and "Entrer dans la liste d'attente" in before
    assert "Rang 3" in after and "visio.exemple.fr" not in after


def test_a_session_of_several_half_days_is_accepted_as_a_whole(client, agent, new_session):
    session = new_session()
    slot = session.slots.get()
    session.slots.create(
        starts_at=slot.ends_at + datetime.timedelta(hours=1), ends_at=slot.ends_at + datetime.timedelta(hours=4)
    )

    refused = client.post(page_of(session), {"ask": "oui"})

    assert refused.status_code == 422 and "Cochez cette case" in refused.text and not Enrolment.objects.exists()
    assert client.post(page_of(session), {"full_attendance": "on"}).url == HOME


def test_a_refusal_is_said_before_the_click_and_after_a_stale_one(client, agent, new_session):
    session = new_session()
    Session.objects.filter(pk=session.pk).update(enrolment_closes_at=timezone.now())

    before, after = client.get(page_of(session)), client.post(page_of(session), {"ask": "oui"})

    assert "closes" in before.text and "Confirmer mon inscription" not in before.text
    assert after.status_code == 422 and "closes" in after.text and not Enrolment.objects.exists()
    assert "<title>Erreur : " in after.text and "Erreur : " not in before.text


def test_asking_twice_gives_one_enrolment_and_says_so(client, agent, new_session):
    session = new_session()
    for _ in range(2):
        assert client.post(page_of(session), {"ask": "oui"}).url == HOME

    assert Enrolment.objects.count() == 1
    assert "Vous avez déjà une inscription" in client.get(page_of(session)).text


def test_an_offer_is_accepted_in_one_click(client, agent, offer):
    page = client.get(HOME).text
    assert "Une place vous est proposée" in page and "encore 1\xa0jour" in page

    client.post(reverse("enrolments:accept", args=[offer.pk]))

    assert Enrolment.objects.get(pk=offer.pk).state == EnrolmentState.ENROLLED
    assert "Une place vous est proposée" not in client.get(HOME).text


def test_an_offer_is_left_in_one_click(client, agent, offer):
    client.post(leave(offer), {"reason": "Place refusée"})

    assert Enrolment.objects.get(pk=offer.pk).state == EnrolmentState.WITHDRAWN


def test_an_offer_that_is_over_says_so(client, agent, offer):
    Enrolment.objects.filter(pk=offer.pk).update(offer_expires_at=timezone.now())

    page = client.post(reverse("enrolments:accept", args=[offer.pk]), follow=True).text

    assert "plus proposée" in page


def test_leaving_late_asks_why_and_keeps_what_was_typed(client, agent, new_session):
    session = new_session(in_days=1, enrolment_closes_at=timezone.now() + datetime.timedelta(minutes=5))
    enrolment = enrol(agent=agent, session=session, by=agent)

    refused = client.post(leave(enrolment), {"reason": "  "})
    assert refused.status_code == 422 and "dites pourquoi" in refused.text
    client.post(leave(enrolment), {"reason": "Malade"})

    assert enrolment.events.last().reason == "Malade"


def test_another_s_enrolment_is_not_found(client, agent, new_session, new_agent):
    other = enrol(agent=new_agent(), session=new_session(), by=None)

    assert client.get(leave(other)).status_code == 404
    assert client.post(leave(other)).status_code == 404
    assert client.post(reverse("enrolments:accept", args=[other.pk])).status_code == 404
    assert "Lire une donnée" not in client.get(HOME).text


def test_only_what_is_public_is_enrolled_in(client, agent, new_session, published_module):
    session = new_session()
    type(published_module).objects.update(state="brouillon")

    assert client.get(page_of(session)).status_code == 404
    assert client.get("/sessions/999999999999/inscription/").status_code == 404


def test_moves_are_posts(client, agent, offer):
    assert client.get(reverse("enrolments:accept", args=[offer.pk])).status_code == 405
    client.get(leave(offer))
    assert Enrolment.objects.get(pk=offer.pk).state == EnrolmentState.OFFERED


def test_personal_pages_are_kept_by_nobody(client, agent, new_session):
    for path in (HOME, page_of(new_session())):
        assert client.get(path)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_enrolments(
    client, agent, new_session, new_module, count, django_assert_max_num_queries
):
    for number in range(count):
        module = new_module(f"Module {number}", state="publie", published_on="2026-01-05")
        enrol(agent=agent, session=new_session(in_days=20 + number, module=module), by=agent)

    with django_assert_max_num_queries(8):
        page = client.get(HOME).text

    assert page.count("Me désister") == count


def test_staff_withdraw_somebody_with_a_reason(new_session, new_agent):
    staff = Client()
    boss = new_agent(is_staff=True, is_superuser=True)
    staff.force_login(boss)
    enrolment = enrol(agent=new_agent(), session=new_session(), by=None)
    answer = {"action": "withdraw", "_selected_action": enrolment.pk, "confirm": "oui", "reason": "Erreur de session"}

    assert staff.get(reverse("admin:enrolments_enrolment_change", args=[enrolment.pk])).status_code == 200
    staff.post(reverse("admin:enrolments_enrolment_changelist"), answer)

    event = enrolment.events.last()
    assert (event.to_state, event.happened_by, event.reason) == ("desistement", boss, "Erreur de session")


def test_who_has_left_is_told_so_rather_than_asked_again(client, agent, new_session):
    enrolment = enrol(agent=agent, session=new_session(), by=agent)
    withdraw(enrolment=enrolment, by=agent)

    for response in (client.get(leave(enrolment), follow=True), client.post(leave(enrolment), follow=True)):
        assert "Vous n'avez plus d'inscription" in unescape(response.text)
    assert enrolment.events.count() == 2


def test_a_session_for_some_asks_whether_one_is_of_them(client, agent, new_session):
    session = new_session(audience_note="Agents en poste à La Réunion")

    refused = client.post(page_of(session), {"ask": "oui"})
    client.post(page_of(session), {"in_audience": "on"})

    assert refused.status_code == 422 and "Je fais partie du public" in refused.text
    assert agent.enrolments.get().state == EnrolmentState.ENROLLED


def test_a_clash_says_with_what_and_why(client, agent, new_session, new_module):
    mine = new_session(in_days=30)
    enrol(agent=agent, session=mine, by=agent)
    other = new_module("Écrire une donnée", state="publie", published_on="2026-01-05")

    same_module = unescape(client.get(page_of(new_session(in_days=40))).text)
    same_morning = unescape(client.get(page_of(new_session(in_days=30, module=other))).text)

    assert "une autre session de cette formation" in same_module
    assert "au même moment « Lire une donnée »" in same_morning
