"""A trainer accepts a proposal and finds its participants, in a real browser; their pages and the directory are accessible."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from enrolments.models import Enrolment, Profile
from tests.browsing import both_looks, problems_of
from trainers import transitions
from trainers.enums import DirectoryField

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def cookie(client, live_server, new_trainer, new_session, new_assignment, new_agent, staff, skill, rates):
    """That of a paid trainer, with something on each of their pages."""
    trainer = new_trainer(kind="interne", regions=["bretagne"], biography="Vingt ans de métier.")
    trainer.skills.create(skill=skill, level="expert")
    session, today = new_session(), timezone.localdate()
    trainer.modules.add(session.module)
    agent = new_agent(first_name="Yasmine", last_name="Haddad")
    Profile.objects.update_or_create(agent=agent, defaults={"accessibility_needs": "Boucle magnétique"})
    Enrolment.objects.create(agent=agent, session=session, state="inscrite")
    transitions.propose(
        trainer=trainer, session=session, by=staff, answer_due_at=timezone.now() + 5 * DAY, rate_kind="expertise"
    )
    paid = {"rate_kind": "initiation", "rate_cents": 25_00}
    new_assignment("acceptee", trainer=trainer, session=new_session(in_days=-6), **paid)
    transitions.prepare_statement(trainer=trainer, starts_on=today - 10 * DAY, ends_on=today - DAY, by=staff)
    new_assignment("acceptee", trainer=trainer, session=new_session(in_days=-20), **paid)
    transitions.add_availability(trainer=trainer, kind="indisponible", starts_on=today, ends_on=today + 3 * DAY)
    transitions.agree_to_listing(trainer=trainer, fields=list(DirectoryField))
    client.force_login(trainer.user)
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}


def test_a_proposal_is_accepted_and_its_participants_are_there_without_javascript(cookie, live_server, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{live_server.url}/espace-formateur/")

    page.get_by_role("button", name="Accepter").click()

    expect(page.locator("main")).to_contain_text("Session acceptée")
    page.get_by_role("link", name="Participants").first.click()
    expect(page.locator("main")).to_contain_text("Yasmine Haddad")
    expect(page.locator("main")).to_contain_text("Boucle magnétique")


@both_looks
def test_the_pages_are_accessible(cookie, live_server, browser, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    context.add_cookies([cookie])
    page = context.new_page()
    problems = []

    def look(path):
        if path:
            page.goto(live_server.url + path)
        problems.extend(problems_of(page))

    for path in ("/formateurs/", "/formateurs/?region=bretagne", "/espace-formateur/", "/espace-formateur/heures/"):
        look(path)
    for path in (
        "/espace-formateur/annuaire/",
        "/espace-formateur/sessions-passees/",
        "/espace-formateur/disponibilites/",
    ):
        look(path)
    page.get_by_role("button", name="Ajouter ces dates").click()
    expect(page.locator(".fr-message--error").first).to_be_visible()
    look("")
    page.goto(f"{live_server.url}/formateurs/")
    page.locator(".fr-card__title a").click()
    look("")
    page.goto(f"{live_server.url}/espace-formateur/")
    page.get_by_role("button", name="Accepter").click()
    expect(page.locator("main")).to_contain_text("Session acceptée")
    look("")
    page.get_by_role("link", name="Rendre la session").click()
    look("")
    page.goto(f"{live_server.url}/espace-formateur/")
    page.get_by_role("link", name="Participants").click()
    look("")

    assert problems == []
