"""The home page, the pages about the site, the error pages, and what every answer carries."""

import re

import pytest
from django.core.paginator import Paginator
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from campus.accounts.models import User
from campus.pages.navigation import ENTRIES
from catalogue.models import Domain

PAGES = ["home", "accessibility", "legal_notice", "personal_data", "cookies", "site_map"]

SECURITY_HEADERS = [
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Permissions-Policy",
]


def add_domains(count):
    for number in range(count):
        Domain.objects.create(
            name=f"Domaine {number}", description="…", pictogram="digital/coding", valid_from="2023-12-18"
        )


@pytest.mark.django_db
def test_home_lists_the_domains_in_force(client):
    add_domains(2)
    Domain.objects.create(
        name="Fermé", description="…", pictogram="digital/ai", valid_from="2023-12-18", valid_until="2025-09-01"
    )

    page = client.get("/").text

    assert "Domaine 0" in page and "Domaine 1" in page
    assert "Fermé" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_home_asks_as_many_queries_whatever_its_rows(client, rows, django_assert_num_queries):
    add_domains(rows)

    with django_assert_num_queries(5):
        client.get("/")


@pytest.mark.django_db
def test_the_rest_of_the_style_sheet_comes_with_the_pages_that_need_it_whichever_was_asked_first(client):
    paths = ["/gestion-des-cookies/", "/plan-du-site/", "/gestion-des-cookies/"]

    assert ["dsfr/more.css" in client.get(path).text for path in paths] == [True, False, True]


@pytest.mark.django_db
@pytest.mark.parametrize("official", [True, False])
def test_the_demonstration_says_so_unless_the_site_is_official(client, settings, official):
    settings.OFFICIAL_SITE = official

    assert ("Site de démonstration" in client.get("/").text) is not official


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/absente/", "/connexion/", "/admin/"])
def test_every_answer_carries_the_security_headers(client, path):
    headers = client.get(path).headers

    assert [name for name in SECURITY_HEADERS if name not in headers] == []
    assert "unsafe-inline" not in headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_an_absent_page_is_told_in_french(client):
    response = client.get("/absente/")

    assert response.status_code == 404
    assert "Page introuvable" in response.text


@pytest.mark.django_db
def test_who_comes_by_a_link_upon_the_address_of_a_form_is_led_above_it(client):
    """After signing in again, whoever was sending a form."""
    client.force_login(User.objects.create_user("agent@exemple.gouv.fr"))

    response = client.get("/mon-espace/alertes/12/retirer/")

    assert response.status_code == 405 and response.headers["Allow"] == "POST"
    assert "ce que vous envoyiez n'est pas parti" in response.text and 'href="/mon-espace/alertes/"' in response.text


@pytest.mark.parametrize("path", ["/?q=%00", "/%00"])
def test_a_nul_character_is_a_clear_refusal(client, path):
    response = client.get(path)

    assert response.status_code == 400
    assert "Demande incompréhensible" in response.text


@pytest.mark.parametrize(("error", "status"), [(OperationalError("gone"), 503), (ZeroDivisionError(), 500)])
def test_a_fault_renders_without_the_database(client, monkeypatch, error, status):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("catalogue.models.Domain.objects.in_force", fail)
    client.raise_request_exception = False

    response = client.get("/")

    assert response.status_code == status
    assert "Réessayez" in response.text
    assert "Content-Security-Policy" in response.headers


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("official", [True, False])
def test_each_page_has_one_title_and_nothing_inline(client, settings, name, official):
    settings.OFFICIAL_SITE = official

    page = client.get(reverse(f"pages:{name}")).text

    assert page.count("<h1") == 1
    assert "– Campus du numérique public</title>" in page
    assert "{#" not in page and "{%" not in page
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page) == []
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
    assert set(re.findall(r'(?:href="#|aria-controls="|aria-labelledby=")([^"]+)"', page)) <= set(ids)


@pytest.mark.django_db
def test_the_footer_has_the_required_links(client):
    footer = client.get("/").text.partition("<footer")[2]

    for name in PAGES:
        assert f'href="{reverse(f"pages:{name}")}"' in footer
    for site in ["info.gouv.fr", "service-public.fr", "legifrance.gouv.fr", "data.gouv.fr", "etalab-2.0"]:
        assert site in footer
    assert "Accessibilité : non conforme" in footer


@pytest.mark.django_db
@pytest.mark.parametrize(("label", "name"), ENTRIES)
def test_the_menu_says_where_the_visitor_is(client, label, name):
    page = client.get(reverse(name)).text

    assert f'href="{reverse(name)}" aria-current="page">{label}</a>' in page


@pytest.mark.django_db
def test_the_header_offers_what_the_visitor_may_do(client):
    assert "Se connecter" in client.get("/").text

    client.force_login(User.objects.create_user("agent@exemple.gouv.fr"))
    header = client.get("/").text.partition("</header>")[0]

    assert "Se déconnecter" in header
    assert "Se connecter" not in header and "Administration" not in header


@pytest.mark.django_db
def test_one_signs_out_from_the_header():
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("agent@exemple.gouv.fr"))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/").text)[1]

    client.post(reverse("accounts:sign_out"), {"csrfmiddlewaretoken": token})

    assert "Se connecter" in client.get("/").text


def test_a_form_without_its_token_is_refused_in_french():
    response = Client(enforce_csrf_checks=True).post("/connexion/")

    assert response.status_code == 403
    assert "Formulaire expiré" in response.text


@pytest.mark.parametrize("template", ["500.html", "503.html", "400.html", "403.html", "404.html", "405.html"])
def test_an_error_page_needs_no_context(template):
    assert "<h1>" in render_to_string(template)


@pytest.mark.django_db
def test_an_unavailable_site_says_when_to_come_back(client, monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr("catalogue.models.Domain.objects.in_force", fail)
    client.raise_request_exception = False

    assert client.get("/").headers["Retry-After"] == "30"


@pytest.mark.django_db
def test_a_mistyped_pictogram_does_not_break_the_home_page(client, monkeypatch):
    def missing(path):
        raise ValueError(path)

    add_domains(1)
    monkeypatch.setattr("campus.pages.templatetags.pages_tags.static", missing)

    assert "Domaine 0" in client.get("/").text


@pytest.mark.django_db
def test_the_admin_is_entered_through_the_sign_in_page(client):
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1][0] in {"/connexion/?next=/admin/", "/connexion/?next=%2Fadmin%2F"}


def test_pagination_keeps_the_query_string(rf):
    page = Paginator(range(30), 10).page(2)

    request = rf.get("/", {"q": "data", "page": "2"})
    html = render_to_string("components/pagination.html", {"page_obj": page}, request)

    assert re.findall(r'href="([^"]+)"', html) == [f"?q=data&amp;page={number}" for number in [1, 1, 3, 3]]


@pytest.mark.parametrize(
    ("level", "expected"), [("success", "success"), ("warning", "warning"), ("error", "error"), ("debug", "info")]
)
def test_an_alert_escapes_its_text_and_has_its_colour(level, expected):
    html = render_to_string("components/alert.html", {"level": level, "text": "<b>"})

    assert f"fr-alert--{expected}" in html and "&lt;b&gt;" in html
