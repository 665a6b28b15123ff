"""Pages kept for visitors without cookies: as quick for a crowd, and never one person's page for another."""

import pytest

from campus.accounts.models import User
from catalogue.models import Domain


@pytest.fixture(autouse=True)
def kept_pages(settings, uncached_pages):
    settings.PAGE_CACHE_SECONDS = 30


@pytest.fixture
def renamed(db):
    """Rename a domain of the home page after it was read once."""

    def rename(client):
        domain = Domain.objects.create(
            name="Avant", slug="avant", description="…", pictogram="digital/coding", position=1, valid_from="2020-01-01"
        )
        client.get("/catalogue/domaines/avant/")
        Domain.objects.filter(pk=domain.pk).update(name="Après")

    return rename


def read(client, **headers):
    return client.get("/catalogue/domaines/avant/", headers=headers).text


def test_a_visitor_gets_the_page_kept(client, renamed, django_assert_num_queries):
    renamed(client)

    with django_assert_num_queries(0):
        page = client.get("/catalogue/domaines/avant/")

    assert "Avant" in page.text
    assert page["Content-Security-Policy"] and page["X-Frame-Options"] == "DENY"


def test_who_is_signed_in_gets_their_own_page(client, renamed):
    renamed(client)
    client.force_login(User.objects.create_user("agent@exemple.gouv.fr"))

    page = read(client)

    assert "Après" in page and "Se déconnecter" in page
    client.cookies.clear()
    assert "Se déconnecter" not in read(client)


def test_any_cookie_passes_by_what_is_kept(client, renamed):
    renamed(client)
    client.cookies["csrftoken"] = "x" * 32

    assert "Après" in read(client)


def test_another_host_address_or_encoding_is_another_page(client, renamed, settings):
    settings.ALLOWED_HOSTS = ["testserver", "autre.example"]
    renamed(client)

    assert "http://autre.example/" in read(client, host="autre.example")
    assert "Après" in client.get("/catalogue/domaines/avant/?page=1").text
    assert client.get("/catalogue/domaines/avant/", headers={"accept-encoding": "gzip"})["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("path", ["/connexion/", "/nulle-part/"])
def test_pages_with_a_form_to_post_and_errors_are_not_kept(client, db, path, settings):
    settings.DEMO = True
    first, second = client.get(path), client.get(path)

    assert first.status_code == second.status_code
    client.cookies.clear()
    assert client.get(path).cookies.keys() == first.cookies.keys()
