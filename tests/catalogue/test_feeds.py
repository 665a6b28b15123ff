"""The Atom feeds of trainings."""

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest

from catalogue.models import Domain
from catalogue.views import feeds

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/catalogue/nouveautes.atom", "/catalogue/domaines/data/nouveautes.atom", "/catalogue/recherche.atom"]


@pytest.fixture
def publish(new_module):
    """A function that creates a published module; the later the day, the newer it is."""

    def create(title, day=1, **fields):
        return new_module(title, state="publie", published_on=date(2026, 1, 1) + timedelta(days=day), **fields)

    return create


def read(client, path) -> ElementTree.Element:
    response = client.get(path)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def titles(document) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in document.iter(f"{ATOM}entry")]


def links(document) -> dict[str, str]:
    return {link.get("rel"): link.get("href") for link in document.findall(f"{ATOM}link")}


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_lists_what_is_published_the_latest_first(client, publish, new_module, new_parcours, path):
    publish("Ancien", day=1)
    publish("Récent", day=9)
    new_parcours(published_on=date(2026, 1, 5))
    new_module("Brouillon")

    assert titles(read(client, path)) == ["Récent", "Devenir analyste", "Ancien"]


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_bounded_and_costs_the_same_whatever_its_rows(
    client, publish, monkeypatch, django_assert_max_num_queries, path
):
    monkeypatch.setattr(feeds, "ENTRIES", 3)
    for number in range(5):
        publish(f"Module {number}", day=number)

    with django_assert_max_num_queries(4):
        document = read(client, path)

    assert titles(document) == ["Module 4", "Module 3", "Module 2"]


def test_an_entry_says_what_a_training_is(client, publish):
    module = publish("Lire & écrire")

    document = read(client, FEEDS[0])

    [entry] = document.iter(f"{ATOM}entry")
    assert entry.find(f"{ATOM}link").get("href") == f"http://testserver{module.get_absolute_url()}"
    assert entry.findtext(f"{ATOM}summary") == "Une matinée."
    assert entry.findtext(f"{ATOM}published") == "2026-01-02T00:00:00+01:00"
    assert entry.findtext(f"{ATOM}updated").startswith(str(module.updated_at.year))
    assert [term.get("term") for term in entry.findall(f"{ATOM}category")] == ["Data", "Atelier", "Débutant"]
    assert links(document) == {
        "alternate": "http://testserver/catalogue/",
        "self": "http://testserver/catalogue/nouveautes.atom",
    }


def test_the_feed_of_a_domain_holds_its_trainings_alone(client, publish, domain):
    other = Domain.objects.create(name="Design", description="…", pictogram="digital/ai", valid_from="2023-12-18")
    publish("De data")
    publish("De design", domain=other)
    publish("Des deux", day=2, domain=other).other_domains.add(domain)

    document = read(client, "/catalogue/domaines/data/nouveautes.atom")

    assert titles(document) == ["Des deux", "De data"]
    assert links(document)["alternate"] == "http://testserver/catalogue/domaines/data/"


def test_the_feed_of_a_search_answers_the_parameters_of_the_catalogue(client, publish):
    publish("Lire une donnée")
    publish("Lire un tableau", level="expert")
    publish("Écrire")

    document = read(client, "/catalogue/recherche.atom?q=lire&niveau=expert&page=7")

    assert titles(document) == ["Lire un tableau"]
    assert "« lire », Expert" in document.findtext(f"{ATOM}title")
    assert links(document) == {
        "alternate": "http://testserver/catalogue/?q=lire&niveau=expert",
        "self": "http://testserver/catalogue/recherche.atom?q=lire&niveau=expert",
    }


@pytest.mark.parametrize(
    "query",
    ["q=%0B%08", "q=a%0Bb", "q=%ED%A0%80", "niveau=%00x".replace("%00", "%01"), "domaine=inconnu", "q=" + "x" * 5000],
)
def test_junk_in_the_address_still_gives_a_feed(client, publish, query):
    publish("Lire une donnée")

    read(client, f"/catalogue/recherche.atom?{query}")


def test_a_title_with_a_control_character_still_gives_a_feed(client, publish):
    publish("Lire\x0b une donnée", summary="Une\x08 matinée.")

    assert titles(read(client, FEEDS[0])) == ["Lire une donnée"]


@pytest.mark.parametrize("query", ["?q=%00", "?domaine=%00"])
def test_a_nul_character_is_refused(client, query):
    assert client.get(f"/catalogue/recherche.atom{query}").status_code == 400


def test_the_feed_of_a_domain_follows_it(client, domain):
    domain.slug = "donnees"
    domain.save()
    merged = Domain.objects.create(
        name="Ancien", description="…", pictogram="digital/ai", valid_from="2023-12-18", valid_until="2025-09-01",
        merged_into=domain,
    )  # fmt: skip

    for former in ["data", merged.slug]:
        response = client.get(f"/catalogue/domaines/{former}/nouveautes.atom")
        assert (response.status_code, response.headers["Location"]) == (
            301, "/catalogue/domaines/donnees/nouveautes.atom")  # fmt: skip
    assert client.get("/catalogue/domaines/inconnu/nouveautes.atom").status_code == 404


def test_an_empty_catalogue_has_an_empty_feed(client):
    assert titles(read(client, FEEDS[0])) == []


def test_pages_say_where_their_feed_is(client, publish, domain):
    publish("Lire une donnée")
    alternate = '<link rel="alternate" type="application/atom+xml" href="{}"'
    search = "/catalogue/recherche.atom?q=lire&amp;niveau=debutant"

    assert alternate.format(FEEDS[0]) in client.get("/").text
    assert f'class="fr-link" href="{FEEDS[0]}"' in client.get("/catalogue/").text
    of_domain = client.get(domain.get_absolute_url()).text
    assert alternate.format(FEEDS[1]) in of_domain and f'class="fr-link" href="{FEEDS[1]}"' in of_domain
    of_search = client.get("/catalogue/?q=lire&niveau=debutant&page=1").text
    assert alternate.format(search) in of_search and f'class="fr-link" href="{search}"' in of_search
