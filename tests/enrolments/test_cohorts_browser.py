"""A référent in a real browser: a promotion with two bad lines, corrected; fifteen seats reserved, twelve students enrolled."""

import datetime
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from campus.accounts.enums import Role
from campus.accounts.models import Membership
from enrolments.models import CohortMember, SeatQuota
from tests.browsing import elsewhere, problems_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LINES = [f"eleve{number}@ecole.example;Élève;Numéro{number:02}" for number in range(1, 11)]
FILE = "\n".join(
    ["Adresse électronique;Prénom;Nom", *LINES, "eleve11@;Élève;Numéro11", "eleve12@ecole.example;;Numéro12"]
)


@pytest.fixture
def cookie(referent, school, new_session):
    """Of somebody who is both a référent and an HR correspondent of the school, so that every page opens."""
    new_session(seats=20)
    Membership.objects.create(user=referent, organisation=school, role=Role.HR)
    client = Client()
    client.force_login(referent)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.parametrize("has_script", [True, False])
def test_a_promotion_from_the_file_to_the_seats(school, cookie, live_server, browser, has_script):
    context = browser.new_context(
        java_script_enabled=has_script, viewport={"width": 1280 if has_script else 320, "height": 900}, bypass_csp=True
    )
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page, problems = context.new_page(), []

    def press(name):
        if has_script:
            problems.extend(problems_of(page))
        page.get_by_role("button", name=name).press("Enter")  # by the keyboard

    page.goto(live_server.url + reverse("enrolments:cohort_list", args=[school.slug]))
    page.get_by_role("link", name="Nouvelle promotion").click()
    page.get_by_label("Nom de la promotion").fill("Ada Lovelace")
    press("Enregistrer")
    page.get_by_label("Fichier des élèves").set_input_files(
        {"name": "élèves.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    press("Vérifier ce fichier")
    expect(page.locator("main")).to_contain_text("2 lignes à corriger")
    page.get_by_role("group", name="Ligne 12").get_by_label("Adresse électronique").fill("eleve11@ecole.example")
    page.get_by_role("group", name="Ligne 13").get_by_label("Prénom").fill("Élève")
    press("Enregistrer ces corrections")
    press("Importer 12 élèves")
    expect(page.locator("main")).to_contain_text("12 élèves importés")

    if not has_script:  # on a phone, the menu is folded for who has scripts alone
        expect(page.get_by_role("link", name="Places réservées")).to_be_visible()
    page.get_by_role("link", name="Places réservées").click()
    page.get_by_role("link", name="Réserver des places").click()
    page.get_by_role("link", name=re.compile("^Réserver : ")).click()
    page.get_by_label("Nombre de places").fill("15")
    page.get_by_label("Réservées jusqu'au").fill((timezone.localdate() + datetime.timedelta(days=9)).isoformat())
    press("Réserver ces places")
    expect(page.locator("main")).to_contain_text("Places prises : 0 sur 15")

    page.get_by_role("link", name="Promotions", exact=True).click()
    page.get_by_role("link", name="Ada Lovelace").click()
    page.get_by_role("link", name="Inscrire des élèves à une session").click()
    page.get_by_role("link", name=re.compile("^Choisir les élèves : ")).first.click()
    page.get_by_role("button", name="Tout cocher").click()
    press("Inscrire les élèves cochés")
    expect(page.locator("h1")).to_have_text("12 élèves inscrits")

    if has_script:
        cohort = elsewhere(lambda: CohortMember.objects.first().cohort_id)
        others = [("cohort_progress", cohort), ("cohort_detail", cohort), ("cohort_quotas",), ("employer_figures",)]
        others += [("employer_priorities",), ("employer_quota_sessions",)]
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            for name, *args in others:
                page.goto(live_server.url + reverse(f"enrolments:{name}", args=[school.slug, *args]))
                problems += problems_of(page)
        assert problems == []
    assert elsewhere(lambda: SeatQuota.objects.get().used) == 12
