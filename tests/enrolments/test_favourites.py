"""Favourites: one click on the page of a training, before signing in too; nobody else's."""

import pytest
from django.test import Client
from django.urls import reverse

from enrolments.favourites import ANONYMOUS_LIMIT, KEY
from enrolments.models import Favourite

pytestmark = pytest.mark.django_db
FAVOURITES = reverse("enrolments:favourites")
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def agent(client, new_agent):
    agent = new_agent()
    client.force_login(agent)
    return agent


@pytest.fixture
def new_published(new_module):
    return lambda number=0: new_module(f"Module {number}", state="publie", published_on="2026-01-05")


def keep(client, training, **headers):
    address = reverse("enrolments:favourite_add", args=[training.slug])
    return client.post(address, headers=headers or OURS, follow=True)


def drop(client, training):
    return client.post(reverse("enrolments:favourite_remove", args=[training.pk]), follow=True)


def test_a_training_is_kept_and_removed(client, agent, new_session, new_parcours):
    module, parcours = new_session().module, new_parcours()
    assert reverse("enrolments:favourite_add", args=[module.slug]) in client.get(module.get_absolute_url()).text

    kept = [keep(client, training).text for training in (module, parcours, module)]
    page = client.get(FAVOURITES).text
    gone = drop(client, module).text

    assert all(f'<a href="{FAVOURITES}">vos favoris</a>' in text for text in kept)
    assert page.index("Devenir analyste") < page.index("Lire une donnée") and "Prochaine session :" in page
    assert [favourite.training_id for favourite in agent.favourites.all()] == [parcours.pk]
    assert module.get_absolute_url() not in gone


def test_who_is_not_signed_in_keeps_them_and_finds_them_once_they_are(client, new_agent, new_published):
    agent, first, second = new_agent(), new_published(1), new_published(2)
    Favourite.objects.create(agent=agent, training=first)
    for training in (first, second):
        keep(client, training)

    before = client.get(FAVOURITES)
    client.force_login(agent)

    assert "Connectez-vous" in before.text and second.title in before.text
    assert before["Cache-Control"] == "private, no-store"
    assert [favourite.training for favourite in agent.favourites.all()] == [second, first]
    assert KEY not in client.session


def test_who_is_not_signed_in_removes_them_and_keeps_a_hundred_at_most(client, new_published):
    training = new_published()
    keep(client, training)
    assert "Aucun favori" in drop(client, training).text

    session = client.session
    session[KEY] = list(range(10_000, 10_000 + ANONYMOUS_LIMIT))  # none of them exists
    session.save()

    assert "connectez-vous pour en garder davantage" in keep(client, training).text
    assert training.pk not in client.session[KEY]
    assert client.get(FAVOURITES).status_code == 200


def test_a_favourite_that_was_deleted_does_not_hinder_signing_in(client, new_agent, new_published):
    agent, training = new_agent(), new_published()
    keep(client, training)
    training.delete()

    client.force_login(agent)

    assert not agent.favourites.exists()


def test_what_is_no_longer_published_is_said_and_can_go(client, agent, new_published):
    training = new_published()
    keep(client, training)
    type(training).objects.update(state="brouillon", published_on=None)

    assert "N'est plus proposée" in client.get(FAVOURITES).text
    assert keep(client, training).status_code == 404
    drop(client, training)
    assert not Favourite.objects.exists()


def test_another_s_favourites_are_neither_seen_nor_removed(client, agent, new_agent, new_published):
    training = new_published()
    favourite = Favourite.objects.create(agent=new_agent(), training=training)

    assert training.title not in client.get(FAVOURITES).text
    drop(client, training)
    assert Favourite.objects.get() == favourite


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"origin": "http://testserver"}, 200),
        ({"sec-fetch-site": "cross-site", "origin": "http://testserver"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://ailleurs.example"}, 403),
        ({"origin": "null"}, 403),
        ({"referer": "http://testserver/"}, 403),
    ],
)
def test_only_a_page_of_ours_posts_without_a_token(new_agent, new_published, headers, status):
    client, agent = Client(enforce_csrf_checks=True), new_agent()
    client.force_login(agent)

    assert keep(client, new_published(), **headers).status_code == status
    assert agent.favourites.exists() == (status == 200)


def test_the_page_of_a_training_stays_the_same_for_all(client, new_published, settings):
    settings.PAGE_CACHE_SECONDS = 30
    address = new_published().get_absolute_url()

    page = client.get(address)

    assert "Ajouter à mes favoris" in page.text and not page.cookies and "csrfmiddlewaretoken" not in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_favourites(client, agent, new_published, count, django_assert_num_queries):
    for number in range(count):
        Favourite.objects.create(agent=agent, training=new_published(number))

    with django_assert_num_queries(4):
        page = client.get(FAVOURITES).text

    assert page.count("/retirer/") == count


def test_the_list_has_pages(client, agent, new_published):
    for number in range(21):
        Favourite.objects.create(agent=agent, training=new_published(number))

    assert "Module 0<" in client.get(FAVOURITES + "?page=2").text
    assert client.get(FAVOURITES + "?page=n'importe").status_code == 200
