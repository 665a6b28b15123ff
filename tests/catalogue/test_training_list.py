"""The catalogue: its list, its filters, its cards, and the list of a domain."""

import datetime

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from campus.accounts.models import Organisation
from catalogue.cards import cards_of
from catalogue.models import Domain, Training

pytestmark = pytest.mark.django_db

PUBLISHED = {"state": "publie", "published_on": "2026-01-05"}


def titles(response):
    return [strip_tags(card["title"]) for card in response.context["page_obj"]]


@pytest.fixture
def security():
    return Domain.objects.create(name="Cybersécurité", description="…", pictogram="", valid_from="2023-12-18")


def test_published_modules_and_parcours_are_listed_in_french_order(client, new_module, new_parcours):
    new_module("Zone de test", **PUBLISHED)
    new_module("École ouverte", **PUBLISHED)
    new_module("Un brouillon")
    new_parcours("D'abord")

    response = client.get("/catalogue/")

    assert titles(response) == ["D'abord", "École ouverte", "Zone de test"]
    assert "<title>3 formations – Catalogue" in response.text
    assert "Un brouillon" not in response.text


def test_a_page_holds_twenty_trainings_and_its_links_keep_the_filters(client, new_module):
    for number in range(21):
        new_module(f"Module {number:02}", **PUBLISHED)

    first = client.get("/catalogue/?niveau=debutant")
    second = client.get("/catalogue/?niveau=debutant&page=2")

    assert (len(titles(first)), titles(second)) == (20, ["Module 20"])
    assert 'href="?niveau=debutant&amp;page=2"' in first.text
    assert "page 2 sur 2" in second.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=mooc", ["Chiffrer"]),
        ("type=mooc&type=parcours", ["Chiffrer", "Parcours data"]),
        ("niveau=expert", ["Chiffrer"]),
        ("niveau=expert&type=atelier", []),
        ("modalite=presentiel", ["Chiffrer", "Parcours data"]),
        ("domaine=data", ["Chiffrer", "Décrire", "Parcours data"]),
        ("domaine=cybersecurite", ["Chiffrer"]),
        ("domaine=data&domaine=cybersecurite&modalite=en-ligne", ["Décrire", "Parcours data"]),
        ("q=decrire", ["Décrire"]),
        ("q=DÉCRIRE", ["Décrire"]),
        ("q=chemin+parcours", ["Parcours data"]),
        ("q=l'œuvre", ["Chiffrer"]),
        ("q=OEUVRE", ["Chiffrer"]),
        ("q=tout+l’œuvre", ["Chiffrer"]),
        ("q=matinee", ["Décrire"]),
        ("q=100%25", []),
    ],
)
def test_filters_narrow_the_list(client, domain, security, new_module, new_parcours, query, expected):
    new_module("Décrire", **PUBLISHED)
    module = new_module(
        "Chiffrer",
        kind="mooc",
        level="expert",
        modalities=["presentiel"],
        domain=security,
        summary="Tout l'Œuvre.",
        **PUBLISHED,
    )
    module.other_domains.add(domain)
    new_parcours("Parcours data")

    assert titles(client.get(f"/catalogue/?{query}")) == expected


def test_filters_in_force_are_shown_and_can_be_removed(client, new_module):
    new_module("Décrire", **PUBLISHED)

    response = client.get("/catalogue/?q=zzz&niveau=expert&niveau=novice&page=3")

    assert response.context["selected_filters"] == [
        {"label": "« zzz »", "url_without": "?niveau=novice&niveau=expert"},
        {"label": "Novice", "url_without": "?q=zzz&niveau=expert"},
        {"label": "Expert", "url_without": "?q=zzz&niveau=novice"},
    ]
    assert "Aucune formation" in response.text and "Réinitialiser" in response.text
    assert response.text.count(" checked>") == 2


def test_an_empty_catalogue_says_so(client):
    response = client.get("/catalogue/")

    assert "pas encore de formation" in response.text and "Réinitialiser" not in response.text


def test_a_closed_domain_is_not_proposed_but_its_links_still_filter(client, new_module):
    closed = Domain.objects.create(
        name="Archives", description="…", pictogram="", valid_from="2023-01-01", valid_until="2024-01-01"
    )
    new_module("Ancien", domain=closed, **PUBLISHED)
    new_module("Autre", **PUBLISHED)

    assert 'value="archives"' not in client.get("/catalogue/").text
    assert titles(client.get("/catalogue/?domaine=archives")) == ["Ancien"]


@pytest.mark.parametrize(
    "query",
    [
        "domaine=nulle-part&type=x&niveau=²&modalite=٣",
        "page=-1",
        "page=1000000000",
        "page=²",
        "page=٣",
        "page=" + "9" * 5000,
        "page=1&page=x",
        "domaine=" + "x" * 10_000,
        "domaine=%ff%fe",
        "&".join(f"type=t{number}" for number in range(500)),
        "inconnu=1",
        "q=%20%20",
        "q=%F0%9F%8E%93",
        "q=([{\\\\^$|?*%2B%5D",
    ],
)
def test_junk_in_the_address_still_gives_the_list(client, new_module, query):
    new_module("Décrire", **PUBLISHED)

    response = client.get(f"/catalogue/?{query}")

    assert response.status_code == 200
    assert not response.context["selected_filters"]


def test_a_very_long_word_is_cut(client):
    response = client.get("/catalogue/", {"q": "x" * 10_000})

    assert response.context["asked"].words == "x" * 200


def test_a_card_says_what_a_training_is(client, new_module, new_parcours, new_session, published_module, organisation):
    published_module.providers.add(organisation, Organisation.objects.create(name="Inria", kind="institut-recherche"))
    session = new_session(in_days=40)
    new_session(in_days=20, cancelled_at=timezone.now(), cancel_reason="Grève")
    new_session(in_days=90)
    new_parcours("Parcours", modules=[published_module, new_module("Brouillon")])

    module, parcours = client.get("/catalogue/").context["page_obj"]

    assert module["url"] == published_module.get_absolute_url()
    assert (module["kind"], module["level"], module["domain"]) == ("Atelier", "Débutant", "Data")
    assert module["format"].replace("\u00a0", " ") == "3 h 30, en ligne"
    assert module["providers"] == "Dinum, Inria"
    assert str(timezone.localtime(session.starts_at).year) in module["next_session"]
    assert parcours["format"].replace("\u00a0", " ") == "1 module, 3 h 30, en ligne, présentiel"
    assert parcours["next_session"] == ""


def test_the_next_session_is_dated_where_it_is_held(client, new_session):
    evening_in_paris = datetime.datetime(2060, 3, 31, 22, 30, tzinfo=datetime.UTC)
    session = new_session(time_zone="Pacific/Noumea")
    session.slots.all().delete()
    session.slots.create(starts_at=evening_in_paris, ends_at=evening_in_paris + datetime.timedelta(hours=2))

    (card,) = client.get("/catalogue/").context["page_obj"]

    assert card["next_session"] == "1er avril 2060"


def test_a_card_and_the_queryset_count_the_same_minutes(new_module, new_parcours):
    known = new_module("Connue", **PUBLISHED)
    unknown = new_module("Inconnue", duration_minutes=None, duration_label="Deux mois", **PUBLISHED)
    new_parcours("Tout connu", modules=[known])
    new_parcours("Rien", modules=[])
    new_parcours("Inconnu exigé", modules=[known, unknown])
    draft = new_module("Un brouillon", duration_minutes=None, duration_label="Deux mois")
    new_parcours("Inconnu en brouillon", modules=[known, draft])
    new_parcours("Inconnu facultatif", modules=[known, unknown]).steps.filter(module=unknown).update(is_required=False)

    durations = {
        card["title"]: card["duration"] for card in cards_of(list(Training.objects.values_list("pk", flat=True)))
    }

    for training in Training.objects.parcours().with_total_minutes():
        assert bool(durations[training.title]) == bool(training.total_minutes), training
    assert durations["Inconnu facultatif"] == durations["Inconnu en brouillon"] == durations["Connue"] != ""
    assert durations["Inconnu exigé"] == durations["Rien"] == ""


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_five_queries_then_two(
    client, new_module, new_session, organisation, count, django_assert_num_queries
):
    new_session()
    for number in range(count):
        new_module(f"Module {number}", **PUBLISHED).providers.add(organisation)

    with django_assert_num_queries(5):
        client.get("/catalogue/")
    with django_assert_num_queries(2):  # the facets and the counts of the whole are kept a minute
        client.get("/catalogue/?page=2")


def test_a_domain_lists_its_parcours_then_its_modules(client, domain, security, new_module, new_parcours):
    new_module("Analyser", **PUBLISHED)
    new_module("Un brouillon")
    new_module("Ailleurs", domain=security, **PUBLISHED)
    new_module("Voisin", domain=security, **PUBLISHED).other_domains.add(domain)
    new_parcours("Zen")

    response = client.get(domain.get_absolute_url())

    assert titles(response) == ["Zen", "Analyser", "Voisin"]
    assert "3 formations" in response.text
    assert "/catalogue/?domaine=data" in response.text
    assert "Ce domaine est clos" not in response.text


def test_a_closed_domain_says_so(client, domain):
    domain.valid_until = timezone.localdate()
    domain.save()

    response = client.get(domain.get_absolute_url())

    assert "Ce domaine est clos" in response.text
    assert "pas de formation publiée" in response.text


def test_a_former_address_of_a_domain_leads_to_the_present_one(client, domain):
    domain = Domain.objects.get(pk=domain.pk)
    former = domain.get_absolute_url()
    domain.slug = "donnees"
    domain.save()

    assert client.get(former).url == "/catalogue/domaines/donnees/"


@pytest.mark.parametrize("page", ["-1", "1000000000", "²", "x" * 10_000])
def test_any_page_number_of_a_domain_gives_a_page(client, domain, page):
    assert client.get(domain.get_absolute_url(), {"page": page}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_domain_costs_three_queries(client, domain, new_module, count, django_assert_num_queries):
    for number in range(count):
        new_module(f"Module {number}", **PUBLISHED)

    with django_assert_num_queries(3):
        client.get(domain.get_absolute_url())
