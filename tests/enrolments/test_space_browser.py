"""The pages of an agent in a real browser: what is kept before signing in, the profile, an alert, a training finished."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from campus.accounts.models import EmailDomain
from campus.side_menu import menu
from enrolments import alerts, favourites, follows, navigation
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment
from enrolments.transitions import enrol, withdraw
from tests.browsing import both_looks, deliver, problems_of
from tests.files import pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PDF = pdf()


def code_received() -> str:
    deliver()
    return re.search(r"\d{3} \d{3}", mail.outbox[-1].subject).group()


@pytest.fixture
def outside(new_module):
    return new_module("Un MOOC", state="publie", published_on="2026-01-05", access="externe", access_url="https://a.fr")


@pytest.fixture
def catalogue(published_module, outside, settings, tmp_path) -> tuple[str, str]:
    """The addresses of a module held by the campus, and of one held elsewhere."""
    settings.MEDIA_ROOT = tmp_path
    EmailDomain.objects.create(name="insee.fr")
    return published_module.get_absolute_url(), outside.get_absolute_url()


@pytest.mark.parametrize("has_script", [False, True])
def test_a_new_agent_keeps_asks_and_finishes(catalogue, live_server, browser, has_script):
    held_here, held_elsewhere = catalogue
    page = browser.new_page(java_script_enabled=has_script, viewport={"width": 1280, "height": 900})

    def press(name):
        page.get_by_role("button", name=name).press("Enter")  # by the keyboard

    page.goto(live_server.url + held_elsewhere)
    press("Ajouter à mes favoris")
    page.get_by_role("link", name="vos favoris").click()
    expect(page.locator("main")).to_contain_text("Ce navigateur les garde douze heures")
    page.goto(live_server.url + held_here)
    press("Me prévenir d'une prochaine session")
    page.get_by_label("Votre adresse électronique professionnelle").fill("camille@insee.fr")
    press("Recevoir un code")
    expect(page.locator("h1")).to_have_text("Saisir le code")
    page.get_by_label("Code reçu").fill(code_received())
    press("Me connecter")

    expect(page.locator("h1")).to_have_text("Bienvenue au campus")
    press("Enregistrer et continuer")
    expect(page.locator("main")).to_contain_text("Écrivez votre prénom.")
    page.get_by_label("Prénom").fill("Camille")
    page.get_by_label("Nom", exact=True).fill("Dupont")
    press("Enregistrer et continuer")
    press("Me prévenir")
    expect(page.locator("main")).to_contain_text("Nous vous préviendrons des prochaines sessions")

    page.get_by_role("link", name="Mes favoris").click()
    expect(page.locator("main")).to_contain_text("Un MOOC")
    page.get_by_role("link", name="Un MOOC").click()
    press("Je suis cette formation")
    page.get_by_role("link", name="À faire et à venir").click()
    page.get_by_role("link", name=re.compile("Je l'ai terminée")).click()
    page.get_by_label("Justificatif").set_input_files({"name": "à lire.pdf", "mimeType": "text/plain", "buffer": b"?"})
    press("Je l'ai terminée")
    expect(page.locator(".fr-message--error")).to_contain_text("Ce format n'est pas accepté")
    page.get_by_label("Justificatif").set_input_files({"name": "à lire.pdf", "mimeType": "text/plain", "buffer": PDF})
    press("Je l'ai terminée")
    expect(page.locator("main")).to_contain_text("Terminée")
    with page.expect_download() as download:
        page.get_by_role("link", name="à lire.pdf").click()
    assert download.value.suggested_filename == "à lire.pdf" and download.value.path().read_bytes() == PDF


@pytest.fixture
def full_space(new_agent, new_session, new_module, published_module, outside, domain) -> tuple[str, list[str]]:
    """The session of an agent who has one of everything, and the paths of the pages of « Mon espace »."""
    agent = new_agent()
    agent.profile.interests.add(domain)
    offered = new_session(seats=1)
    first = enrol(agent=new_agent(), session=offered, by=None)
    enrol(agent=agent, session=offered, by=agent)
    withdraw(enrolment=first, by=first.agent)
    other = new_module("Écrire une donnée", state="publie", published_on="2026-01-05")
    enrol(agent=agent, session=new_session(in_days=40, module=other), by=agent)
    Enrolment.objects.create(agent=agent, session=new_session(in_days=-9), state=EnrolmentState.PRESENT)
    new_session(in_days=50, module=new_module("Proposée", state="publie", published_on="2026-01-05"))
    favourites.merge(agent, [outside.pk])
    alert = alerts.ask(agent=agent, module=published_module)
    follow = follows.follow(agent=agent, module=outside)
    client = Client()
    client.force_login(agent)
    paths = [
        *(entry.url for entry in menu(navigation.ENTRIES, "/")),
        reverse("enrolments:follow_finish", args=[follow.pk]),
        reverse("enrolments:follow", args=[outside.slug]),
        reverse("enrolments:alert_ask", args=[published_module.slug]),
        alerts.stop_path(alert),
        published_module.get_absolute_url(),
        outside.get_absolute_url(),
    ]
    return client.cookies[settings.SESSION_COOKIE_NAME].value, paths


@pytest.fixture
def newcomer(new_agent) -> str:
    client = Client()
    client.force_login(new_agent(has_profile=False))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@both_looks
def test_the_pages_are_accessible(full_space, newcomer, live_server, browser, width, scheme):
    session, paths = full_space
    problems = []

    def look(page, path):
        page.goto(live_server.url + path)
        problems.extend(problems_of(page))

    for cookie, those in (
        (session, paths),
        (newcomer, [reverse("enrolments:profile")]),
        (None, [reverse("enrolments:favourites")]),
    ):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
        if cookie:
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        for path in those:
            look(page, path)

    assert problems == []
