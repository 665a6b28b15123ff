"""The catalogue used in a real browser: live filters, suggestions, and both without JavaScript."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def catalogue(live_server):
    """The address of the list, on the demonstration campus."""
    call_command("load_demo", verbosity=0)
    return f"{live_server.url}/catalogue/"


def test_a_ticked_filter_changes_the_list_in_place(catalogue, browser):
    page = browser.new_page()
    page.goto(catalogue)
    before = page.inner_text("#compte")
    page.evaluate("window.stays = true")

    page.click("button[aria-controls=filtre-niveau]")
    page.click("label:has([value=expert])")
    expect(page.locator("#compte")).not_to_have_text(before)

    assert page.url == f"{catalogue}?niveau=expert"
    assert page.evaluate("window.stays") and page.evaluate("document.activeElement.value") == "expert"
    assert page.inner_text("#annonce") == page.inner_text("#compte")
    assert page.inner_text("#compte") in page.title()

    page.go_back()
    expect(page.locator("#compte")).to_have_text(before)
    assert not page.is_checked("[value=expert]")


def test_suggestions_are_chosen_with_the_keyboard(catalogue, browser):
    page = browser.new_page()
    page.goto(catalogue)
    page.focus("#recherche-texte")

    page.keyboard.type("kubern")
    page.wait_for_selector("#recherche-texte-suggestions [role=option]")
    assert page.get_attribute("#recherche-texte", "aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#recherche-texte", "aria-activedescendant") == "recherche-texte-suggestions-0"
    page.keyboard.press("Escape")
    assert page.get_attribute("#recherche-texte", "aria-expanded") == "false"
    page.keyboard.type("e")
    page.wait_for_selector("#recherche-texte-suggestions [role=option]")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    expect(page.locator("h1")).to_contain_text("Kubernetes")


def test_suggestions_are_aligned_with_their_field_and_name_types_as_pages_do(catalogue, browser):
    page = browser.new_page()
    page.goto(catalogue)
    page.focus("#recherche-texte")

    page.keyboard.type("Objectif IA")
    option = page.locator("#recherche-texte-suggestions [role=option]", has_text="Objectif IA")

    assert option.inner_text() == "Objectif IA (MOOC)"
    assert option.evaluate("option => getComputedStyle(option).textAlign") == "left"


def test_two_trainings_side_by_side_fit_the_narrowest_screen(catalogue, browser):
    page = browser.new_page(viewport={"width": 320, "height": 900})
    page.goto(f"{catalogue}comparer/?m=objectif-ia&m=decouvrir-les-ia-generatives")

    region = page.locator(".campus-scroll")

    assert region.evaluate("region => region.scrollWidth <= region.clientWidth")


def test_the_logo_is_whole_on_the_sheet_printed(catalogue, browser):
    page = browser.new_page()
    page.goto(f"{catalogue}modules/objectif-ia/")
    page.emulate_media(media="print")

    assert page.locator(".fr-header .fr-logo").bounding_box()["y"] >= 0
    assert page.locator("#partager").inner_text() == "Citer" and page.get_by_text("Pour la citer").is_visible()


def test_without_javascript_one_searches_and_filters_all_the_same(catalogue, browser):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(catalogue)

    page.fill("#filtre-q", "donees")
    page.click("label:has([value=debutant])")
    page.click("#filtres button[type=submit]")

    expect(page.locator("#resultats")).to_contain_text("Vouliez-vous dire")
    expect(page.locator(".fr-tags-group")).to_contain_text("Débutant")
    expect(page.locator("#resultats mark").first).to_be_visible()


def test_without_javascript_one_filters_the_agenda_and_compares(catalogue, browser):
    page = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800}).new_page()
    page.goto(catalogue.replace("/catalogue/", "/sessions/"))

    page.click("label:has([value=ouverte])")
    page.select_option("#filtre-vue", "mois")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.locator("h1")).to_have_count(1)
    assert "disponibilite=ouverte" in page.url and "vue=mois" in page.url

    page.goto(catalogue)
    chosen = page.locator("#resultats h3").all_inner_texts()[:3]
    for title in chosen:
        page.get_by_label(f"Comparer {title}", exact=True).check()
    page.get_by_role("button", name="Comparer la sélection").click()
    expect(page.locator("thead th > a:first-child")).to_have_text(chosen)

    page.goto(catalogue)
    page.locator("#resultats h3 a").first.click()
    expect(page.locator("h1")).to_have_text(chosen[0])
    page.get_by_role("link", name="Comparer").first.click()
    expect(page).to_have_url(re.compile("/catalogue/comparer/"))
    expect(page.locator("main")).to_contain_text(chosen[0])
