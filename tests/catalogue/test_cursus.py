"""The cursus of a school: its levels, and the trainings of the catalogue placed in them."""

import pytest
from django.urls import reverse

from catalogue import cursus as service
from catalogue.models import Cursus, CursusTraining

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(client, new_partner, new_referent):
    """One whose référent is signed in."""
    partner = new_partner()
    client.force_login(new_referent(partner))
    return partner


@pytest.fixture
def modules(new_module):
    return [new_module(title, state="publie", published_on="2026-01-05") for title in ("Alpha", "Bêta", "Gamma")]


def at(name, cursus_or_partner, *args):
    if isinstance(cursus_or_partner, Cursus):
        args = (cursus_or_partner.pk, *args)
        cursus_or_partner = cursus_or_partner.partner
    return reverse(f"catalogue:{name}", args=[cursus_or_partner.organisation.slug, *args])


def titles(cursus):
    return [place.training.title for place in CursusTraining.objects.filter(level__cursus=cursus).order_by("position")]


def form_of(cursus, **changes):
    return {"name": cursus.name, "year": cursus.year, "is_public": "on", **changes}


def test_a_referent_describes_a_cursus_and_places_trainings_that_the_public_page_shows(
    client, partner, modules, new_parcours
):
    new_parcours("Parcours des magistrats", modules=modules)
    created = client.post(
        at("cursus_create", partner),
        {"name": "Auditeurs", "year": 2026, "levels": "1re année\n\n Stage ", "is_public": "on"},
        follow=True,
    )
    cursus = Cursus.objects.get()
    assert created.redirect_chain[-1][0] == at("cursus_detail", cursus)
    assert [level.name for level in cursus.levels.all()] == ["1re année", "Stage"]

    search = at("cursus_add", cursus) + "?q=magistrats"
    page = client.get(search)
    assert "Parcours des magistrats" in page.text and "Alpha" not in page.text
    parcours = page.context["page_obj"][0]
    stage = cursus.levels.get(name="Stage")
    client.post(search, {"training": parcours.pk, "level": stage.pk, "note": "Avant juin"})

    public = client.get(partner.get_absolute_url()).text
    assert "Auditeurs, 2026-2027" in public and "Parcours des magistrats" in public and "Avant juin" in public
    assert "1re année" not in public  # a level that is still empty


def test_a_new_cursus_is_not_public_unless_asked_for(client, partner):
    page = client.get(at("cursus_create", partner)).text
    assert 'name="is_public"' in page and "checked" not in page.split('name="is_public"')[1].split(">")[0]

    client.post(at("cursus_create", partner), {"name": "Auditeurs", "year": 2026, "levels": "Stage"})

    assert not Cursus.objects.get().is_public


def test_a_search_keeps_the_level_where_one_began(client, partner, new_cursus, modules):
    cursus = new_cursus(partner)
    level = cursus.levels.last()
    hidden = f'<input type="hidden" name="niveau" value="{level.pk}">'

    assert hidden in client.get(at("cursus_add", cursus), {"niveau": level.pk}).text
    found = client.get(at("cursus_add", cursus), {"niveau": level.pk, "q": "Alpha"}).text
    assert hidden in found and f'<option value="{level.pk}" selected>' in found
    assert 'name="niveau"' not in client.get(at("cursus_add", cursus)).text


def test_trainings_change_places_without_javascript(client, partner, new_cursus, modules):
    cursus = new_cursus(partner, trainings=modules)
    first, _second, last = cursus.levels.first().places.all()

    client.post(at("cursus_move", cursus, last.pk), {"sens": "monter"})
    assert titles(cursus) == ["Alpha", "Gamma", "Bêta"]
    client.post(at("cursus_move", cursus, first.pk), {"sens": "monter"})
    assert titles(cursus) == ["Alpha", "Gamma", "Bêta"]
    client.post(at("cursus_move", cursus, first.pk), {"sens": "descendre"})
    assert titles(cursus) == ["Gamma", "Alpha", "Bêta"]
    client.post(at("cursus_remove", cursus, first.pk))
    assert titles(cursus) == ["Gamma", "Bêta"]
    client.post(at("cursus_note", cursus, last.pk), {"note": "Au choix"})
    assert "Au choix" in client.get(at("cursus_detail", cursus)).text


def test_what_leaves_the_catalogue_leaves_the_public_page_and_is_told_in_the_space(
    client, partner, new_cursus, modules
):
    cursus = new_cursus(partner, trainings=modules[:1])
    modules[0].state = "brouillon"
    modules[0].save()

    assert "Alpha" not in client.get(partner.get_absolute_url()).text
    assert "plus au catalogue" in client.get(at("cursus_detail", cursus)).text


def test_a_training_is_once_in_a_level_and_published(client, partner, new_cursus, modules, new_module):
    cursus = new_cursus(partner, trainings=modules[:1])
    level = cursus.levels.first()
    draft = new_module("Brouillon")

    again = client.post(at("cursus_add", cursus), {"training": modules[0].pk, "level": level.pk})
    assert again.status_code == 422 and "est déjà au niveau" in again.text
    hidden = client.post(at("cursus_add", cursus), {"training": draft.pk, "level": level.pk})
    assert hidden.status_code == 422
    nothing = client.post(at("cursus_add", cursus), {"note": "Gardée"})
    assert "Choisissez une formation." in nothing.text and "Gardée" in nothing.text
    other = new_cursus(partner, "Autre").levels.first()
    assert client.post(at("cursus_add", cursus), {"training": modules[1].pk, "level": other.pk}).status_code == 422
    assert titles(cursus) == ["Alpha"]
    with pytest.raises(service.CursusRefused, match="pas au catalogue"):
        service.add_training(level=level, training=draft)


def test_a_level_keeps_its_trainings_when_it_moves_or_changes_its_name(client, partner, new_cursus, modules):
    cursus = new_cursus(partner, trainings=modules)

    client.post(at("cursus_change", cursus), form_of(cursus, levels="2e année\n1re année"))
    client.post(at("cursus_change", cursus), form_of(cursus, levels="2e année\nAnnée d'entrée"))

    assert [(level.name, level.places.count()) for level in cursus.levels.all()] == [
        ("2e année", 0),
        ("Année d'entrée", 3),
    ]
    full = client.post(at("cursus_change", cursus), form_of(cursus, levels="2e année"))
    assert full.status_code == 422 and "abord les formations de" in full.text
    client.post(at("cursus_change", cursus), form_of(cursus, levels="Année d'entrée"))
    assert [level.name for level in cursus.levels.all()] == ["Année d'entrée"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"levels": "Un\nun"}, "Deux niveaux ont le même nom."),
        ({"levels": ""}, "Donnez un niveau au moins."),
        ({"levels": "\n".join(map(str, range(13)))}, "12 niveaux au plus"),
        ({"levels": "Un\n\n" + "x" * 101}, "Raccourcissez le niveau 2, « xxxx"),
        ({"levels": "Un", "year": "1900"}, "supérieure ou égale à 2015"),
        ({"levels": "Un"}, "déjà un cursus de ce nom"),
    ],
)
def test_a_wrong_cursus_is_told_why(client, partner, new_cursus, changes, reason):
    cursus = new_cursus(partner)

    response = client.post(at("cursus_create", partner), form_of(cursus, **changes))

    assert response.status_code == 422
    assert reason in response.text.replace("&#x27;", "'")
    assert Cursus.objects.count() == 1


def test_a_page_shows_ten_cursus_at_most(client, partner, new_cursus):
    for number in range(service.MAX_PUBLIC):
        new_cursus(partner, f"Cursus {number}")
    form = {"name": "De trop", "year": 2026, "levels": "Un"}

    assert client.post(at("cursus_create", partner), {**form, "is_public": "on"}).status_code == 422
    assert client.post(at("cursus_create", partner), form).status_code == 302
    assert "De trop" not in client.get(partner.get_absolute_url()).text


def test_a_cursus_is_deleted_after_a_confirmation(client, partner, new_cursus, modules):
    cursus = new_cursus(partner, trainings=modules)

    assert "3 formations" in client.get(at("cursus_delete", cursus)).text
    client.post(at("cursus_delete", cursus))

    assert not Cursus.objects.exists()


@pytest.mark.parametrize("junk", ["?q=" + "a" * 5000, "?niveau=junk", "?niveau=99999999999", "?page=junk"])
def test_junk_in_the_search_breaks_nothing(client, partner, new_cursus, modules, junk):
    assert client.get(at("cursus_add", new_cursus(partner)) + junk).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(client, partner, new_cursus, modules, count, django_assert_num_queries):
    all_cursus = [new_cursus(partner, f"Cursus {number}", modules[:count]) for number in range(count)]

    with django_assert_num_queries(5):
        client.get(at("cursus_list", partner))
    with django_assert_num_queries(6):
        client.get(at("cursus_detail", all_cursus[0]))
    with django_assert_num_queries(8):
        client.get(at("cursus_add", all_cursus[0]))
    client.logout()
    with django_assert_num_queries(6):
        client.get(partner.get_absolute_url())
