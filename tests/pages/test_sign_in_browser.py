"""A new agent signs in, in a real browser, without JavaScript and with the keyboard alone; the pages are accessible."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from campus.accounts.models import EmailDomain
from tests.browsing import both_looks, deliver, problems_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def known_domain(db):
    EmailDomain.objects.create(name="insee.fr")


def received() -> tuple[str, str]:
    """The code and the link of the last e-mail."""
    deliver()
    body = mail.outbox[-1].body
    return re.search(r"\d{3} \d{3}", body).group(), re.search(r"https?://\S+", body).group()


def ask(page, live_server, email):
    page.goto(live_server.url)
    page.get_by_role("link", name="Se connecter").first.click()
    page.get_by_label("Votre adresse électronique professionnelle").fill(email)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Saisir le code")


def test_a_new_agent_comes_in_without_javascript(known_domain, live_server, browser):
    page = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900}).new_page()
    ask(page, live_server, "camille@insee.fr")
    code, _link = received()

    page.get_by_label("Code reçu").fill(code)
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Vous êtes connecté.")


def test_the_link_opens_on_a_button(known_domain, live_server, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    ask(page, live_server, "camille@insee.fr")
    _code, link = received()

    page.goto(link)
    page.get_by_role("button", name="Me connecter").click()

    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()


@both_looks
def test_the_pages_are_accessible(known_domain, live_server, browser, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    problems = []

    def look():
        problems.extend(problems_of(page))

    page.goto(f"{live_server.url}/connexion/")
    look()
    page.get_by_label("Votre adresse électronique professionnelle").fill("sans arobase")
    page.keyboard.press("Enter")
    expect(page.locator(".fr-message--error")).to_be_visible()
    look()
    page.get_by_label("Votre adresse électronique professionnelle").fill("sacha@ailleurs.example")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Saisir le code")
    look()
    code, link = received()
    page.goto(link)
    look()
    page.goto(f"{live_server.url}/connexion/code/")
    page.get_by_label("Code reçu").fill(code)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Votre adresse n'est pas celle")
    look()
    page.goto(link)
    look()

    assert problems == []
