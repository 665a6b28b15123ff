"""A référent proposes a presentation that staff accept, then places a module in a cursus, in a real browser without JavaScript."""

from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from catalogue.models import PartnerRevision
from tests.browsing import elsewhere, problems_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene(db, new_partner, new_referent, new_cursus, new_proposal, published_module, staff):
    """A partner with two référents, a cursus and a proposal. Before the browser, whose thread may not use the database."""
    partner = new_partner(languages=["fr", "en"])
    referent = new_referent(partner)
    new_referent(partner, email="collegue@ecole.example")
    return SimpleNamespace(
        partner=partner,
        public=partner.get_absolute_url(),
        space=reverse("catalogue:partner_space", args=[partner.organisation.slug]),
        referent=referent,
        membership=referent.memberships.get(),
        cursus=new_cursus(partner, "Auditeurs de justice"),
        proposal=new_proposal(partner),
        module=published_module,
        staff=staff,
    )


@pytest.fixture
def enter(scene, live_server, browser):
    """A function that opens a browser as somebody: a page."""

    def open_page(user, **options):
        client = Client()  # one each: to sign in again would end the first session
        elsewhere(lambda: client.force_login(user))
        context = browser.new_context(**options)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([cookie])
        return context.new_page()

    return open_page


def test_the_journey_of_a_referent(scene, enter, live_server):
    page = enter(scene.referent, java_script_enabled=False)
    main = page.locator("main")

    page.goto(f"{live_server.url}/partenaires/")
    page.get_by_role("link", name="Espace partenaire").click()
    page.get_by_role("link", name="Présentation").click()
    page.get_by_label("En quelques mots").fill("Forme les juges de demain.")
    page.get_by_role("button", name="Proposer cette présentation").click()
    expect(main).to_contain_text("attend sa relecture")

    desk = enter(scene.staff, java_script_enabled=False)
    pk = elsewhere(lambda: PartnerRevision.objects.get().pk)
    desk.goto(f"{live_server.url}/admin/catalogue/partnerrevision/{pk}/change/")
    expect(desk.locator("main")).to_contain_text("Forme les juges de demain.")
    desk.get_by_role("button", name="Accepter").click()
    desk.get_by_role("button", name="Accepter").click()
    expect(desk.locator("main")).to_contain_text("présentation acceptée")

    page.get_by_role("link", name="Cursus", exact=True).click()
    page.get_by_role("link", name="Auditeurs de justice").click()
    page.get_by_role("link", name="En placer une au niveau 2e année").click()
    page.get_by_label("Mots du titre ou du résumé").fill("donnee")
    page.get_by_role("button", name="Chercher dans le catalogue").click()
    page.get_by_text("Lire une donnée (Atelier, débutant)").click()
    page.get_by_label("Niveau", exact=True).select_option(label="2e année")
    page.get_by_label("Précision").fill("Avant le stage")
    page.get_by_role("button", name="Placer cette formation").click()
    expect(main).to_contain_text("est dans votre cursus")

    page.goto(live_server.url + scene.public)
    expect(main).to_contain_text("Forme les juges de demain.")
    expect(main).to_contain_text("Avant le stage")


def test_the_pages_are_accessible_on_a_phone(scene, enter, live_server):
    elsewhere(lambda: scene.cursus.levels.first().places.create(training=scene.module, position=1))
    elsewhere(lambda: scene.partner.revisions.create(summary="Autre.", presentation="Autre."))
    page = enter(scene.referent, bypass_csp=True, viewport={"width": 320, "height": 800})
    problems, space = [], scene.space.rstrip("/")

    for path in [
        "/partenaires/", scene.public, f"{space}/", f"{space}/presentation/", f"{space}/cursus/",
        f"{space}/cursus/nouveau/", f"{space}/cursus/{scene.cursus.pk}/", f"{space}/cursus/{scene.cursus.pk}/ajouter/",
        f"{space}/propositions/", f"{space}/propositions/nouvelle/", f"{space}/propositions/{scene.proposal.pk}/",
        f"{space}/referents/", f"{space}/referents/{scene.membership.pk}/retirer/",
    ]:  # fmt: skip
        page.goto(live_server.url + path)
        problems += problems_of(page)
    page.goto(f"{live_server.url}{space}/propositions/nouvelle/")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".fr-message--error").first).to_be_visible()
    problems += problems_of(page)

    assert problems == []
