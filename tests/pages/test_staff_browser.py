"""A staff member adds a domain, a module and a session in the admin, in a real browser, and sees them online."""

import datetime

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from campus.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session_cookie(live_server, client):
    """That of a staff member, on the demonstration campus."""
    call_command("load_demo", verbosity=0)
    client.force_login(User.objects.create_superuser("marche@exemple.gouv.fr"))
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}


# The cookie first: once the browser is there, this thread may not use the database.
@pytest.fixture
def staff(session_cookie, browser, live_server):
    """A page of the browser, signed in as staff."""
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900}, locale="fr-FR")
    context.set_default_timeout(10_000)
    context.add_cookies([session_cookie])
    return context.new_page()


def choose(page, name, text):
    """Type in the box that looks for `name`, choose what it finds."""
    page.locator(f".field-{name} .select2-selection").first.click()
    page.keyboard.type(text)
    page.locator(".select2-results__option--highlighted", has_text=text).click()
    expect(page.locator(f".field-{name}")).to_contain_text(text)


def save(page):
    assert not page.locator("input:invalid, select:invalid, textarea:invalid").evaluate_all(
        "all => all.map(e => e.name)"
    )
    with page.expect_navigation():
        page.click("[name=_save]")
    assert not page.locator(".errorlist li").all_inner_texts()
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_staff_put_a_domain_a_module_and_a_session_online(staff):
    page = staff
    page.goto("/admin/catalogue/domain/add/")
    for name, value in {
        "name": "Quantique", "description": "Calculer autrement.", "pictogram": "digital/coding", "position": "10",
        "valid_from": "01/01/2026",
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", value)
    save(page)
    page.goto("/")
    expect(page.get_by_role("link", name="Quantique")).to_be_visible()

    page.goto("/admin/catalogue/module/add/")
    for name, value in {
        "title": "Comprendre le qubit", "summary": "Une matinée.", "description": "Un **pas** après l'autre.",
        "objectives": "Comprendre\nDécrire", "duration_minutes": "210",
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", value)
    for name, value in {"kind": "atelier", "level": "debutant", "pace": "horaire-fixe", "access": "campus"}.items():
        page.select_option(f"[name={name}]", value)
    page.check("[name=modalities][value=en-ligne]")
    choose(page, "domain", "Quantique")
    choose(page, "audiences", "Tous les agents")
    choose(page, "providers", "Direction interministérielle du numérique")
    save(page)
    page.locator("tr", has_text="Comprendre le qubit").locator("[name=_selected_action]").check()
    page.select_option("[name=action]", "publish")
    page.click("button[name=index]")
    expect(page.locator(".messagelist .success")).to_be_visible()

    day = datetime.date.today() + datetime.timedelta(days=30)
    page.goto("/admin/catalogue/session/add/")
    choose(page, "module", "Comprendre le qubit")
    choose(page, "organiser", "Direction interministérielle du numérique")
    page.select_option("[name=modality]", "en-ligne")
    page.fill("[name=seats]", "12")
    for name, date, hour in [
        ("enrolment_opens_at", datetime.date.today(), "00:00"),
        ("enrolment_closes_at", day - datetime.timedelta(days=1), "12:00"),
        ("slots-0-starts_at", day, "09:00"),
        ("slots-0-ends_at", day, "12:30"),
    ]:
        page.fill(f"[name={name}_0]", f"{date:%d/%m/%Y}")
        page.fill(f"[name={name}_1]", hour)
    save(page)

    page.goto("/catalogue/modules/comprendre-le-qubit/")
    expect(page.locator("h1")).to_have_text("Comprendre le qubit")
    expect(page.locator("#sessions ~ *").first).to_contain_text("12 places")
    page.goto("/catalogue/?q=qubit&domaine=quantique")
    expect(page.locator("#compte")).to_have_text("1 formation")
