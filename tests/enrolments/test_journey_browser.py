"""From the home page to a seat, then from that seat to the next agent, in a real browser, without JavaScript."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from campus.accounts.models import EmailDomain
from tests.browsing import deliver

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def one_seat(new_session):
    EmailDomain.objects.create(name="insee.fr")
    return new_session(seats=1)


def take(context, site, email) -> tuple:
    """From the home page to the answer of the enrolment; (the page, how many clicks, the code apart)."""
    page, clicks = context.new_page(), 0

    def click(locator):
        nonlocal clicks
        clicks += 1
        locator.click()

    page.goto(site)
    click(page.get_by_role("link", name="Sessions", exact=True).first)
    click(page.get_by_role("link", name=re.compile("S'inscrire|Liste d'attente")).first)
    page.get_by_label("Votre adresse électronique professionnelle").fill(email)
    click(page.get_by_role("button", name="Recevoir un code"))
    deliver()
    (code,) = [
        re.search(r"\d{3} \d{3}", sent.subject).group()
        for sent in mail.outbox
        if "code" in sent.subject and email in sent.to
    ]
    page.get_by_label("Code reçu").fill(code)
    page.get_by_role("button", name="Me connecter").click()
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("Nom", exact=True).fill("Dupont")
    click(page.get_by_role("button", name="Enregistrer et continuer"))
    click(page.get_by_role("button", name=re.compile("Confirmer mon inscription|Entrer dans la liste")))
    expect(page.locator("h1")).to_have_text("Mon espace")
    return page, clicks


def test_a_seat_goes_from_one_agent_to_the_next(one_seat, live_server, browser):
    def someone():
        return browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})

    first, clicks = take(someone(), live_server.url, "premier@insee.fr")
    assert clicks <= 6
    expect(first.locator("main")).to_contain_text("Votre place est réservée")
    second, _clicks = take(someone(), live_server.url, "seconde@insee.fr")
    expect(second.locator("main")).to_contain_text("Rang 1")

    first.get_by_role("link", name=re.compile("Me désister")).click()
    first.get_by_role("button", name="Me désister").click()
    expect(first.locator("main")).to_contain_text("Votre désistement est enregistré")
    deliver()
    assert [sent.to for sent in mail.outbox if "vous est proposée" in sent.subject] == [["seconde@insee.fr"]]

    second.reload()
    second.get_by_role("button", name="Accepter la place").click()
    expect(second.locator("main")).to_contain_text("Votre place est réservée")
    second.get_by_role("button", name="Se déconnecter").click()
    expect(second.get_by_role("link", name="Se connecter").first).to_be_visible()
