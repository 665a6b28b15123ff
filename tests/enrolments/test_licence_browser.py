"""An agent gets a Pix licence in three clicks, by the keyboard; what they see is accessible."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tests.browsing import problems_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agent_and_pool(new_agent, new_pool) -> tuple[str, str]:
    """The session of an agent whom Pix licences await, and the address of a pool that staff choose for."""
    new_pool(seats=20_000)
    chosen = new_pool(provider="openclassrooms", mode="sur-demande", campaigns="Métiers de la donnée")
    client = Client()
    client.force_login(new_agent())
    return client.cookies[settings.SESSION_COOKIE_NAME].value, reverse("enrolments:licence_ask", args=[chosen.pk])


@pytest.mark.parametrize(("width", "has_script"), [(1280, False), (320, True)])
def test_a_pix_licence_in_three_clicks(agent_and_pool, live_server, browser, width, has_script):
    cookie, request_path = agent_and_pool
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=has_script, bypass_csp=True
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + reverse("enrolments:home"))

    if has_script:  # on a phone, the menu of the space is folded: the first click
        page.get_by_role("button", name="Mon espace").press("Enter")
    page.get_by_role("link", name="Mes licences").press("Enter")
    page.get_by_role("button", name="Obtenir ma licence Pix").press("Enter")

    expect(page.locator("main")).to_contain_text("CAMPUS1")
    expect(page.locator("main")).to_contain_text("est attribuée")
    if has_script:
        problems = problems_of(page)
        page.goto(live_server.url + request_path)
        page.get_by_role("button", name="Envoyer ma demande").press("Enter")
        expect(page.locator("main")).to_contain_text("Choisissez une campagne.")
        assert problems + problems_of(page) == []
