"""A DRH asks for a sur-mesure programme, staff bring it to a private session, an agent of that administration enrols."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from campus.accounts.models import Organisation, User
from enrolments.models import Profile
from tests.browsing import deliver, elsewhere, problems_of, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def person(email, organisation=None, **fields):
    """An account with a profile."""
    user = User.objects.create_user(email, organisation=organisation, **fields)
    Profile.objects.create(agent=user)
    return user


def test_from_the_need_to_the_seat(domain, organisation, live_server, browser):
    ministry = elsewhere(lambda: Organisation.objects.create(name="Ministère des Rivières", kind="ministere"))
    drh = elsewhere(lambda: person("drh@exemple.gouv.fr", ministry, first_name="Ana", last_name="Roux"))
    agent = elsewhere(lambda: person("agent@exemple.gouv.fr", ministry))
    staff = elsewhere(lambda: person("equipe@exemple.gouv.fr", is_staff=True, is_superuser=True))
    site, problems = live_server.url, []

    # The DRH, without JavaScript.
    page = signed_in(browser, site, drh, java_script_enabled=False)
    page.goto(site + "/sur-mesure/")
    page.get_by_role("link", name="Demander un programme").click()
    page.get_by_role("button", name="Commencer ma demande").click()
    page.get_by_label("Objet de la demande").fill("Lire les données des barrages")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(page.locator("main")).to_contain_text("Votre brouillon est enregistré")
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.locator("main")).to_contain_text("Décrivez votre besoin")
    page.get_by_label("Description du besoin").fill("Les équipes lisent mal leurs capteurs.")
    page.get_by_text("Data", exact=True).click()
    page.get_by_text("Ressources humaines ou formation").click()
    page.get_by_label("Qui est à former").fill("Exploitants")
    page.get_by_label("Combien d'agents").fill("30")
    page.get_by_text("Nous ne savons pas encore", exact=True).click()
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.locator("main")).to_contain_text("Votre demande est envoyée")
    follow_up = page.url

    # Staff.
    desk = signed_in(browser, site, staff)
    desk.goto(site + "/admin/catalogue/programmerequest/")
    desk.get_by_role("link", name=re.compile("^SM-")).click()
    for act in ["Mettre en analyse", "Faire une proposition", "Noter l'acceptation", "Commencer la conception"]:
        desk.get_by_role("link", name=act).click()
        if act == "Faire une proposition":
            desk.get_by_label("Message").fill("Une matinée sur vos capteurs.")
        desk.get_by_role("button", name=act).click()
        expect(desk.locator(".messagelist")).to_be_visible()
    request_url = desk.url
    desk.get_by_role("link", name="Ajouter une session privée").click()
    expect(desk.locator("#id_seats")).to_be_visible()
    start = timezone.localtime() + timedelta(days=30)
    desk.evaluate(
        """([id, name]) => document.querySelector("#id_organiser").add(new Option(name, id, true, true))""",
        [str(organisation.pk), organisation.name],
    )
    desk.locator("#id_modality").select_option("en-ligne")
    desk.locator("#id_seats").fill("10")
    for field, moment in [
        ("#id_enrolment_opens_at", start - timedelta(days=60)),
        ("#id_enrolment_closes_at", start - timedelta(days=2)),
        ("#id_slots-0-starts_at", start.replace(hour=9)),
        ("#id_slots-0-ends_at", start.replace(hour=12)),
    ]:
        desk.locator(f"{field}_0").fill(f"{moment:%d/%m/%Y}")
        desk.locator(f"{field}_1").fill(f"{moment:%H}:00")
    desk.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(desk.locator(".messagelist .success")).to_be_visible()
    desk.goto(request_url)
    desk.get_by_role("link", name="Commencer le déploiement").click()
    desk.get_by_role("button", name="Commencer le déploiement").click()
    expect(desk.locator(".messagelist")).to_contain_text("mise en déploiement")
    deliver()

    # An agent of the ministry; then the DRH sees that a seat is taken.
    seat = signed_in(browser, site, agent)
    seat.goto(site + "/mon-espace/")
    problems += problems_of(seat)
    seat.get_by_role("link", name="S'inscrire : Lire les données des barrages").click()
    problems += problems_of(seat)
    seat.get_by_role("button", name="Confirmer mon inscription").click()
    expect(seat.locator("main")).to_contain_text("Votre place est réservée")

    page = signed_in(browser, site, drh)
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        for address in [
            follow_up,
            site + "/sur-mesure/",
            site + "/sur-mesure/demande/",
            site + "/sur-mesure/demandes/",
        ]:
            page.goto(address)
            problems += problems_of(page)
    page.goto(follow_up)
    expect(page.locator("main")).to_contain_text("1 sur 10 places prises")
    page.goto(site + "/sur-mesure/demande/")
    page.get_by_role("button", name="Commencer ma demande").click()
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.locator(".fr-message--error").first).to_be_visible()
    assert problems + problems_of(page) == []
