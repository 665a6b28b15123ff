"""Trainings near another one, and why."""

import pytest

from catalogue.models import Domain
from catalogue.similar import similar_to

pytestmark = pytest.mark.django_db

PUBLISHED = {"state": "publie", "published_on": "2026-01-05"}


def near(training):
    return [(similar["title"], similar["reason"]) for similar in similar_to(training)]


def test_what_comes_next_then_the_same_parcours_then_the_same_domain(new_module, new_parcours):
    first, second, third, _alike = (new_module(title, **PUBLISHED) for title in ["A", "B", "C", "D"])
    asking = new_module("Z", **PUBLISHED)
    asking.prerequisites.create(requires=first)
    new_parcours(modules=[first, second, third], level="expert")

    assert near(first) == [
        ("Z", "Suite logique"), ("B", "Suite logique"), ("C", "Même parcours"), ("D", "Même domaine"),
    ]  # fmt: skip


def test_another_domain_a_far_level_and_drafts_are_left_out(new_module):
    module = new_module("A", level="novice", **PUBLISHED)
    new_module("Expert", level="expert", **PUBLISHED)
    new_module("Brouillon", level="novice")
    elsewhere = Domain.objects.create(name="Ailleurs", description="…", pictogram="", valid_from="2023-01-01")
    new_module("Autre", level="novice", domain=elsewhere, **PUBLISHED)
    new_module("Voisin", level="debutant", **PUBLISHED)

    assert near(module) == [("Voisin", "Même domaine")]


def test_six_at_most_on_the_page_in_one_query(client, new_module, django_assert_num_queries):
    modules = [new_module(f"Module {number}", **PUBLISHED) for number in range(9)]

    with django_assert_num_queries(1):
        assert len(similar_to(modules[0])) == 6
    page = client.get(modules[0].get_absolute_url()).text
    assert "Formations proches" in page and page.count("Même domaine") == 6


def test_a_training_can_be_quoted_shared_and_compared(client, new_module):
    module = new_module("L'essai & co", **PUBLISHED)

    page = client.get(module.get_absolute_url()).text

    assert f'value="http://testserver{module.get_absolute_url()}" readonly' in page
    assert "mailto:?subject=L%27essai%20%26%20co&amp;body=" in page
    assert f"/catalogue/comparer/?m={module.slug}" in page and "data-print" in page


def test_the_sheet_printed_says_its_address_and_has_no_button(client, new_module, new_session):
    module = new_session(module=new_module("L'essai", **PUBLISHED)).module

    page = client.get(module.get_absolute_url()).text

    quote = page[page.index("Pour la citer") - 3 :]
    assert quote.startswith("<p>Pour la citer") and f"http://testserver{module.get_absolute_url()}, page" in quote
    assert '<section class="fr-mt-6w" aria-labelledby="partager">' in page
    assert '<a class="fr-btn campus-screen-only" href="#sessions">Choisir une session</a>' in page
    assert '<p class="campus-screen-only"><a class="fr-link" href="/sessions/">Voir toutes les sessions</a>' in page
