"""A request, the superior's agreement and the choice of staff, each in their own browser; the pages are accessible."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from tests.browsing import both_looks, deliver, elsewhere, problems_of, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session(new_session):
    return new_session(is_selective=True, needs_agreement=True, selection_question="Avez-vous déjà mené un test ?")


def test_a_request_is_agreed_to_then_chosen(session, new_agent, live_server, browser):
    agent = elsewhere(lambda: new_agent(first_name="Camille", last_name="Durand"))
    staff = elsewhere(lambda: new_agent(is_staff=True, is_superuser=True))
    problems = []

    page = signed_in(browser, live_server.url, agent, java_script_enabled=False)
    page.goto(live_server.url + f"/sessions/{session.pk}/inscription/")
    page.get_by_label("Pourquoi voulez-vous").fill("Mon service s'y met")
    page.get_by_label("Votre niveau").select_option("Débutant")
    page.get_by_role("button", name="Demander une place").click()
    expect(page.locator("main")).to_contain_text("Répondez à cette question")
    expect(page.get_by_label("Pourquoi voulez-vous")).to_have_value("Mon service s'y met")
    page.get_by_label("Avez-vous déjà mené").fill("Jamais")
    page.get_by_label("Adresse électronique de votre supérieur").fill("chef@insee.fr")
    page.get_by_role("button", name="Demander une place").click()
    expect(page.locator("main")).to_contain_text("Votre demande est enregistrée")

    deliver()
    (link,) = [
        re.search(r"http\S+/accord/\S+", sent.body).group() for sent in mail.outbox if "chef@insee.fr" in sent.to
    ]
    path = re.search(r"/accord/.*", link).group()
    superior = browser.new_context(viewport={"width": 320, "height": 800}, bypass_csp=True).new_page()
    superior.goto(live_server.url + path)
    problems += problems_of(superior)
    superior.get_by_role("button", name="Envoyer ma réponse").click()
    expect(superior.locator(".fr-message--error")).to_be_visible()
    problems += problems_of(superior)
    superior.get_by_text("Je donne mon accord").click()
    superior.get_by_role("button", name="Envoyer ma réponse").click()
    expect(superior.locator("main")).to_contain_text("Vous avez donné votre accord")
    problems += problems_of(superior)

    desk = signed_in(browser, live_server.url, staff)
    desk.goto(live_server.url + "/admin/enrolments/sessionfollowup/")
    desk.get_by_role("link", name="Voir les inscriptions").click()
    desk.locator("input[name=_selected_action]").check()
    desk.locator("select[name=action]").select_option("Choisir : donner une place")
    desk.locator("button[name=index]").click()
    desk.get_by_role("button", name="Choisir").click()
    expect(desk.locator(".messagelist")).to_contain_text("place donnée")

    page.goto(live_server.url + "/mon-espace/")
    expect(page.locator("main")).to_contain_text("Place réservée")
    assert problems == []


@both_looks
def test_the_form_of_a_request_is_accessible(session, new_agent, live_server, browser, width, scheme):
    page = signed_in(browser, live_server.url, elsewhere(new_agent), color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(live_server.url + f"/sessions/{session.pk}/inscription/")
    problems = problems_of(page)
    page.get_by_role("button", name="Demander une place").click()
    expect(page.locator(".fr-message--error").first).to_be_visible()

    assert problems + problems_of(page) == []
