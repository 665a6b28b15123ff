"""The facets of the catalogue: each count is what a person would count by hand."""

import random
import re

import pytest
from django.core.management import call_command
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import strip_tags

from catalogue import transitions
from catalogue.models import Domain, Session, Training
from catalogue.search.facets import LABELS
from catalogue.search.form import CatalogueSearch
from catalogue.search.query import question_of
from catalogue.search.results import search

pytestmark = pytest.mark.django_db

PUBLISHED = {"state": "publie", "published_on": "2026-01-05"}
DURATIONS = [(60, "une-heure"), (210, "demi-journee"), (420, "journee"), (2100, "quelques-jours")]


def values_by_hand(training) -> set[str]:
    """« facet=slug » of one training, read from the models, without the index of the search."""
    minutes = training.total_minutes
    duration = "variable" if minutes is None else next((name for most, name in DURATIONS if minutes <= most), "longue")
    taught = [training]
    if training.is_parcours:
        taught = [step.module for step in training.steps.filter(module__state="publie")]
    sessions = Session.objects.filter(module__in=[module.pk for module in taught]).not_cancelled().upcoming()
    available = {"a-tout-moment"} if training.pace == "autonome" and training.access != "demande" else set()
    available |= {"sur-demande"} if training.access == "demande" else set()
    available |= {"session-a-venir"} if sessions else set()
    available |= {"session-ouverte"} if any(session.state == "ouverte" for session in sessions) else set()
    values = {
        "domaine": {training.domain.slug, *(domain.slug for domain in training.other_domains.all())},
        "type": {training.kind},
        "niveau": {training.level},
        "modalite": training.modalities,
        "duree": {duration},
        "disponibilite": available,
        "region": {session.place.region for session in sessions if session.place},
        "public": {audience.slug for audience in training.audiences.all()},
        "ouvert": {"tous"} if training.is_open_to_non_agents else set(),
        "metier": {metier.slug for metier in training.metiers.all()},
        "competence": {skill.slug for skill in training.skills.all()},
        "partenaire": {organisation.slug for organisation in training.providers.all()},
        "langue": training.languages,
    }
    return {f"{facet}={value}" for facet, slugs in values.items() for value in slugs}


def random_query(chance: random.Random, every: dict[int, set[str]]) -> str:
    """One to four filters on one to three facets, mostly values that trainings have."""
    known = sorted(set().union(*every.values()))
    chosen = chance.sample(known, chance.randint(1, 4))
    if chance.random() < 0.4:
        chosen.append("q=" + chance.choice(["données", "IA", "service", "sécurité", "agile"]))
    return "&".join(chosen)


def test_every_count_is_what_one_counts_by_hand():
    call_command("load_demo", verbosity=0)
    every = {training.pk: values_by_hand(training) for training in Training.objects.published().with_total_minutes()}
    chance = random.Random(2026)
    for query in ["", *(random_query(chance, every) for _ in range(40))]:
        asked = CatalogueSearch(QueryDict(query))
        ticked = {}
        for part in filter(None, query.split("&")):
            facet, _, value = part.partition("=")
            ticked.setdefault(facet, set()).add(f"{facet}={value}")
        words = ticked.pop("q", None)
        answering = every if not words else set(search(question_of(asked.words), {}, order="titre").ids)

        def passing(free=None, answering=answering, ticked=ticked):
            return [
                pk for pk in answering if all(every[pk] & values for facet, values in ticked.items() if facet != free)
            ]

        assert sorted(asked.all_ids()) == sorted(passing()), query
        assert asked.results.total == len(passing()), query
        for facet in LABELS:
            by_hand = passing(free=facet)
            for value in asked.values[facet]:
                shown = asked.results.counts.get(f"{facet}:{value.key}", 0)
                assert shown == sum(f"{facet}={value.slug}" in every[pk] for pk in by_hand), (query, facet, value)
        for facet, more in asked.results.without.items():
            assert more == len(passing(free=facet)) - len(passing()), (query, facet)


def test_a_count_of_zero_stays_visible_and_cannot_be_ticked(client, new_module):
    new_module("Chiffrer", **PUBLISHED)

    page = client.get("/catalogue/").text

    assert 'value="debutant">Débutant (1)<' in page
    assert '<input type="checkbox" disabled>Expert (0)<' in page


def test_a_long_facet_shows_all_its_values(client, new_module):
    module = new_module("Chiffrer", **PUBLISHED)
    new_module("Coudre", level="expert", **PUBLISHED)
    for number in range(60):
        module.skills.create(slug=f"c{number:02}", name=f"Compétence {number:02}")

    page = client.get("/catalogue/?niveau=expert").text

    assert [page.count(f">Compétence {number:02} (0)</label>") for number in range(60)] == [1] * 60
    assert client.get("/catalogue/").text.count('name="competence"') == 60
    assert 'value="c13" checked>Compétence 13 (1)<' in client.get("/catalogue/?competence=c13").text


def test_the_list_is_sorted_as_asked(client, new_module, new_session, published_module):
    new_session()
    new_module("Zoologie", duration_minutes=30, state="publie", published_on="2026-03-01")
    new_module("Aviron", duration_minutes=900, state="publie", published_on="2025-01-01")

    def order(tri):
        return [card["title"] for card in client.get(f"/catalogue/?tri={tri}").context["page_obj"]]

    assert order("titre") == order("nimporte") == order("pertinence") == ["Aviron", published_module.title, "Zoologie"]
    assert order("nouveaute")[0] == "Zoologie" and order("nouveaute")[-1] == "Aviron"
    assert order("duree")[0] == "Zoologie" and order("duree")[-1] == "Aviron"
    assert order("prochaine-session")[0] == published_module.title


def test_words_typed_in_the_form_of_the_catalogue_are_sorted_by_relevance(client, new_module):
    new_module("Un atelier", summary="Le chocolat.", **PUBLISHED)
    new_module("Zeste de chocolat", **PUBLISHED)

    form = client.get("/catalogue/").text
    sent = {"q": "chocolat", "tri": re.search(r'<option value="(.*?)" selected>', form)[1]}

    def titles(**asked):
        return [card["title"] for card in client.get("/catalogue/", asked).context["page_obj"]]

    assert [strip_tags(title) for title in titles(**sent)] == ["Zeste de chocolat", "Un atelier"]
    assert [strip_tags(title) for title in titles(q="chocolat", tri="titre")] == ["Un atelier", "Zeste de chocolat"]
    assert titles() == titles(tri="titre") == titles(tri="pertinence") == ["Un atelier", "Zeste de chocolat"]


@pytest.mark.parametrize("typed", ["😀", "!?", "« »", "-- '"])
def test_what_has_no_letter_is_said_not_to_be_sought(client, new_module, typed):
    new_module("Lire", **PUBLISHED)

    page = client.get("/catalogue/", {"q": typed})

    assert "Rien n'a été cherché" in page.text
    assert "formation pour" not in page.text and 'content="1 formation – Catalogue"' in page.text


@pytest.mark.parametrize(
    ("query", "ways"),
    [
        ("niveau=expert", {"Expert": ("?", 2)}),
        ("niveau=expert&niveau=novice", {"Novice ou Expert": ("?", 2)}),
        ("niveau=expert&type=mooc", {}),
        ("niveau=expert&type=atelier", {"Expert": ("?type=atelier", 2)}),
        ("q=chiffrer&niveau=expert", {"Expert": ("?q=chiffrer", 1)}),
        ("q=coudre+chiffrer&niveau=debutant", {"coudre chiffrer": ("?niveau=debutant", 2)}),
        ("q=poterie", {}),
    ],
)
def test_an_empty_list_says_what_it_would_hold_without_each_filter(client, new_module, query, ways):
    new_module("Chiffrer", **PUBLISHED)
    new_module("Coudre", **PUBLISHED)

    response = client.get(f"/catalogue/?{query}")

    assert {way["label"]: (way["url"], way["count"]) for way in response.context["ways_out"]} == ways
    assert "<title>Aucune formation" in response.text and "Chercher par domaine" in response.text
    for label, (_url, count) in ways.items():
        assert f"Sans « {label} » : {count} formation" in response.text


def test_an_empty_list_leads_to_the_nearest_domains(client, domain, new_module):
    other = Domain.objects.create(name="Cybersécurité", description="…", pictogram="", valid_from="2023-12-18")
    new_module("Comprendre la cryptographie", domain=other, **PUBLISHED)
    new_module("Coudre", level="expert", **PUBLISHED)

    def domains(query):
        return [value.label for value in client.get(f"/catalogue/?{query}").context["domains"]]

    assert domains("q=cryptographie+quantique") == ["Cybersécurité"]  # that of a training with one of the words
    assert domains("niveau=expert&domaine=cybersecurite") == ["Data"]  # where experts find something
    assert domains("q=poterie") == ["Cybersécurité", "Data"]


def test_the_export_holds_exactly_what_is_filtered(client, new_module):
    new_module("Chiffrer", level="expert", **PUBLISHED)
    new_module("Coudre", **PUBLISHED)

    lines = client.get("/catalogue/formations.csv?niveau=expert").getvalue().decode().splitlines()

    assert len(lines) == 2 and lines[1].startswith("chiffrer,Chiffrer,")
    assert "formations.csv?niveau=expert" in client.get("/catalogue/?niveau=expert").text


def test_the_export_is_in_the_order_of_the_list(client, new_module, monkeypatch):
    monkeypatch.setattr("catalogue.open_data.CHUNK", 2)
    for title, minutes in [("Un", 90), ("Deux", 30), ("Trois", 120), ("Quatre", 60), ("Cinq", 150)]:
        new_module(title, duration_minutes=minutes, **PUBLISHED)

    lines = client.get("/catalogue/formations.csv?tri=duree").getvalue().decode().splitlines()

    assert [line.split(",")[1] for line in lines[1:]] == ["Deux", "Quatre", "Un", "Trois", "Cinq"]


def test_the_index_follows_what_it_is_made_of(new_module, new_parcours, new_session, published_module):
    parcours = new_parcours(modules=[published_module])
    new_session()

    def ids(query):
        return set(CatalogueSearch(QueryDict(query)).all_ids())

    assert ids("disponibilite=session-ouverte") == {parcours.pk, published_module.pk}
    published_module.duration_minutes = 30
    published_module.save()
    assert ids("duree=une-heure") == {parcours.pk, published_module.pk}
    parcours.steps.all().delete()
    assert ids("duree=une-heure") == {published_module.pk}
    assert ids("disponibilite=session-ouverte") == {published_module.pk}
    Session.objects.update(cancelled_at=timezone.now(), cancel_reason="Grève")
    assert ids("disponibilite=session-a-venir") == set()


def test_a_link_to_a_merged_domain_filters_by_the_one_it_went_into(client, domain, new_module):
    Domain.objects.create(
        name="Ancien",
        description="…",
        pictogram="",
        valid_from="2023-01-01",
        valid_until="2024-01-01",
        merged_into=domain,
    )
    new_module("Chiffrer", **PUBLISHED)

    assert [card["title"] for card in client.get("/catalogue/?domaine=ancien").context["page_obj"]] == ["Chiffrer"]


def test_one_lists_what_is_open_to_everybody(client, new_module):
    new_module("Chiffrer", is_open_to_non_agents=True, **PUBLISHED)
    new_module("Coudre", **PUBLISHED)

    page = client.get("/catalogue/?ouvert=tous")

    assert [card["title"] for card in page.context["page_obj"]] == ["Chiffrer"]
    assert 'value="tous" checked>Ouverte à tout le monde (1)<' in page.text
    assert [tag["label"] for tag in page.context["selected_filters"]] == ["Ouverte à tout le monde"]


def test_a_draft_adds_no_time_to_a_parcours(published_module, new_module, new_parcours):
    draft = new_module("Un brouillon", duration_minutes=None, duration_label="Deux mois")
    parcours = new_parcours(modules=[published_module, draft])

    def ids(duration):
        return CatalogueSearch(QueryDict(f"type=parcours&duree={duration}")).all_ids()

    assert ids("demi-journee") == [parcours.pk] and ids("variable") == []
    transitions.publish(item=draft, by=None)
    assert ids("demi-journee") == [] and ids("variable") == [parcours.pk]


def test_a_draft_lends_its_sessions_to_no_parcours(client, published_module, new_module, new_parcours, new_session):
    draft = new_module("Un brouillon")
    new_session(module=draft)
    new_parcours(modules=[published_module, draft])

    assert CatalogueSearch(QueryDict("disponibilite=session-a-venir")).results.total == 0
