"""ProConnect in a real browser, with a real OpenID provider at another origin; the pages are accessible."""

import pytest
from playwright.sync_api import expect

from campus.accounts.models import EmailDomain
from tests.accounts.conftest import provider, running_provider  # noqa: F401
from tests.browsing import both_looks, problems_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(provider, live_server, db):  # noqa: F811
    EmailDomain.objects.create(name="insee.fr")
    provider.register(live_server.url)
    return live_server.url


def sign_in(page, person="camille"):
    page.get_by_role("link", name="S'identifier avec ProConnect").click()
    page.get_by_label("Qui êtes-vous ?").fill(person)
    page.get_by_role("button", name="Continuer").click()


@pytest.mark.parametrize("has_script", [True, False])
def test_an_agent_comes_in_goes_on_and_leaves_both(site, browser, has_script):
    context = browser.new_context(java_script_enabled=has_script, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/connexion/?next=/sessions/")

    sign_in(page)
    expect(page).to_have_url(f"{site}/sessions/")
    expect(page.locator("main")).to_contain_text("Vous êtes connecté.")

    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.locator("main")).to_contain_text("ProConnect vous a déconnecté aussi.")
    expect(page).to_have_url(f"{site}/")
    page.goto(f"{site}/connexion/")
    page.get_by_role("link", name="S'identifier avec ProConnect").click()
    expect(page.get_by_label("Qui êtes-vous ?")).to_be_visible()


def test_who_is_known_at_proconnect_is_not_asked_again(site, browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{site}/connexion/")
    sign_in(page)
    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()
    context.clear_cookies(name="sessionid")

    page.goto(f"{site}/connexion/")
    page.get_by_role("link", name="S'identifier avec ProConnect").click()

    expect(page.get_by_role("button", name="Se déconnecter")).to_be_visible()


@both_looks
def test_the_pages_are_accessible(site, provider, browser, width, scheme):  # noqa: F811
    provider.people["sacha"] = {**provider.people["camille"], "belonging_population": "prestataire"}
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    problems = []

    def look():
        problems.extend(problems_of(page))

    page.goto(f"{site}/connexion/")
    look()
    page.goto(f"{site}/connexion/proconnect/retour/?error=access_denied")
    expect(page.locator("h1")).to_have_text("Vous n'êtes pas connecté")
    look()
    page.get_by_role("link", name="Entrer par courriel").click()
    sign_in(page, "sacha")
    expect(page.locator("h1")).to_have_text("Votre employeur ne vous dit pas agent public")
    look()

    assert problems == []
