"""The home page, the error pages, and what every answer carries."""

import pytest
from django.db import OperationalError

from catalogue.models import Domain

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

    with django_assert_num_queries(1):
        client.get("/")


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
