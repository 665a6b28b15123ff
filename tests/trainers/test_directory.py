"""The public directory: who agreed, what they agreed to show, and filters that tell nothing more."""

import pytest
from django.urls import reverse

from trainers import transitions
from trainers.enums import DirectoryField, TrainerState
from trainers.models import Trainer
from trainers.transitions import TransitionRefused

pytestmark = pytest.mark.django_db
DIRECTORY = reverse("trainers:directory")
F = DirectoryField


@pytest.fixture
def new_listed(new_trainer, new_agent, employer, skill, published_module):
    """A function that creates a trainer of whom everything is known, who shows some of it."""

    def create(*fields, state=TrainerState.ACTIVE, name="Le Goff"):
        user = new_agent(first_name="Maïwenn", last_name=name, organisation=employer)
        trainer = new_trainer(
            user=user, state=state, regions=["bretagne"], languages=["fr", "en"], biography="Vingt ans de métier."
        )
        trainer.skills.create(skill=skill, level="expert")
        trainer.modules.add(published_module)
        return transitions.agree_to_listing(trainer=trainer, fields=fields)

    return create


def page_of(trainer):
    return reverse("trainers:trainer_detail", args=[trainer.pk])


SHOWN = {
    F.ORGANISATION: "Ministère des Essais",
    F.SKILLS: "Design",
    F.MODULES: "Lire une donnée",
    F.REGIONS: "Bretagne",
    F.LANGUAGES: "Anglais",
    F.BIOGRAPHY: "Vingt ans de métier.",
}


@pytest.mark.parametrize("field", [None, *F])
def test_only_what_was_agreed_is_shown(client, new_listed, field):
    trainer = new_listed(*([field] if field else []))

    page = client.get(page_of(trainer)).text.partition("<main")[2]
    both = page + client.get(DIRECTORY).text.partition('<ul class="fr-raw-list')[2]

    assert "Maïwenn Le Goff" in page and trainer.user.email not in both
    assert {each for each, text in SHOWN.items() if text in both} == ({field} if field else set())


def test_who_did_not_agree_or_is_not_active_is_nowhere(client, new_trainer, new_listed):
    hidden = [
        new_trainer(),
        new_listed(*F, state=TrainerState.PAUSED),
        transitions.withdraw_listing(trainer=new_listed(*F)),
        transitions.leave(trainer=new_listed(*F), by=None),
    ]
    closed = new_listed(*F)
    closed.user.is_active = False
    closed.user.save()

    assert "Le Goff" not in client.get(DIRECTORY).text
    for trainer in [*hidden, closed]:
        assert client.get(page_of(trainer)).status_code == 404


@pytest.mark.parametrize(
    ("query", "field"),
    [("competence=design", F.SKILLS), ("region=bretagne", F.REGIONS), ("domaine=data", F.MODULES)],
)
def test_a_filter_finds_only_who_shows_what_it_asks(client, new_listed, query, field):
    shown, silent = new_listed(field, name="Visible"), new_listed(F.LANGUAGES, name="Discrète")

    everybody, found = client.get(DIRECTORY).text, client.get(f"{DIRECTORY}?{query}").text

    assert shown.user.last_name in everybody and silent.user.last_name in everybody
    assert "Visible" in found and "Discrète" not in found


def test_a_skill_is_offered_as_a_filter_only_when_somebody_shows_it(client, new_listed):
    new_listed(F.REGIONS)
    assert 'name="competence"' not in client.get(DIRECTORY).text

    new_listed(F.SKILLS)
    assert 'value="design"' in client.get(DIRECTORY).text


@pytest.mark.parametrize("query", ["?competence=x&region=%FF&domaine=data'", "?page=zzz", "?page=-1", "?region=" * 50])
def test_junk_is_left_out(client, new_listed, query):
    new_listed(*F)

    assert "Maïwenn" in client.get(DIRECTORY + query).text


def test_no_filter_matches_nobody_and_says_what_to_do(client, new_listed):
    new_listed(F.REGIONS)

    page = client.get(f"{DIRECTORY}?region=corse").text

    assert "Personne ne répond à tous ces critères" in page and 'content="noindex"' in page


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_trainers(client, new_listed, count, django_assert_num_queries):
    for number in range(count):
        last = new_listed(*F, name=f"Nom {number}")
    client.get(DIRECTORY)  # the domains to choose from are kept a minute

    with django_assert_num_queries(5):
        assert client.get(f"{DIRECTORY}?region=bretagne").text.count("fr-card__title") == count
    with django_assert_num_queries(3):
        client.get(page_of(last))


def test_the_list_is_paginated(client, new_listed):
    for number in range(25):
        new_listed(name=f"Nom {number:02}")

    assert "Page 1 sur 2" in client.get(DIRECTORY).text
    assert client.get(f"{DIRECTORY}?page=2").text.count("fr-card__title") == 1


def test_without_a_name_nobody_is_listed_by_their_address(client, new_trainer, new_agent):
    trainer = new_trainer(user=new_agent())

    with pytest.raises(TransitionRefused, match="prénom"):
        transitions.agree_to_listing(trainer=trainer, fields=[])

    Trainer.objects.update(is_listed=True, listing_agreed_at="2026-01-01T10:00Z")
    assert trainer.user.email not in client.get(DIRECTORY).text


def test_the_directory_is_in_the_menu_and_for_search_engines_but_not_its_people(client, new_listed):
    trainer = new_listed()

    assert f'href="{DIRECTORY}"' in client.get("/plan-du-site/").text
    assert DIRECTORY in client.get("/sitemap-pages.xml").text
    assert 'content="noindex"' in client.get(page_of(trainer)).text
