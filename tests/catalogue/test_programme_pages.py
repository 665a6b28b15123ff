"""The pages of sur-mesure programmes."""

import pytest

from catalogue.models import Programme

pytestmark = pytest.mark.django_db


def test_published_programmes_are_listed(client, new_programme):
    new_programme()
    new_programme("En préparation", state="brouillon", published_on=None)

    page = client.get("/sur-mesure/").text

    assert "1 programme mené" in page
    assert "Former les inspecteurs" in page and "120 agents formés" in page
    assert "En préparation" not in page
    assert "Analyse des besoins" in page


def test_a_programme_tells_the_need_what_was_designed_and_what_people_say(
    client, new_programme, published_module, new_module
):
    programme = new_programme()
    programme.modules.add(published_module, new_module("Brouillon"))
    programme.testimonials.create(quote="Utile dès le lendemain.", author="Cheffe de bureau")

    page = client.get(programme.get_absolute_url()).text

    assert "Le <strong>besoin</strong>." in page
    assert "Lire une donnée" in page and "Brouillon" not in page
    assert "Utile dès le lendemain." in page and "Cheffe de bureau" in page


def test_a_draft_is_previewed_by_staff_alone(client, admin_client, new_programme):
    draft = new_programme(state="brouillon", published_on=None)

    assert client.get(draft.get_absolute_url()).status_code == 404
    assert "Aperçu : Brouillon" in admin_client.get(draft.get_absolute_url()).text


def test_a_former_address_leads_to_the_present_one(client, new_programme):
    programme = Programme.objects.get(pk=new_programme().pk)
    former = programme.get_absolute_url()
    programme.slug = "inspecteurs"
    programme.save()

    assert client.get(former).url == "/sur-mesure/inspecteurs/"


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(client, new_programme, new_module, count, django_assert_num_queries):
    programmes = [new_programme(f"Programme {number}") for number in range(count)]
    for number in range(count):
        programmes[0].modules.add(new_module(f"M {number}", state="publie", published_on="2026-01-01"))
        programmes[0].testimonials.create(quote="Bien.", author="Agent")

    with django_assert_num_queries(3):
        client.get("/sur-mesure/")
    with django_assert_num_queries(2):
        client.get(programmes[0].get_absolute_url())
