"""The pages of partners."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from campus.accounts.models import User
from catalogue.models import Partner
from catalogue.validators import validate_logo

pytestmark = pytest.mark.django_db

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c6360000002000154a24f5d0000000049454e44ae426082"
)


def test_visible_partners_are_listed_in_french_order(client, new_partner):
    for name in ["Zèbre", "Été", "École"]:
        new_partner(name)
    new_partner("Caché", is_visible=False)

    partners = client.get("/partenaires/").context["page_obj"]

    assert [partner.organisation.name for partner in partners] == ["École", "Été", "Zèbre"]


def test_a_partner_shows_its_trainings_and_programmes(client, new_partner, new_module, new_programme):
    partner = new_partner()
    new_module("Publié", state="publie", published_on="2026-01-01").providers.add(partner.organisation)
    new_module("Brouillon").providers.add(partner.organisation)
    new_programme(beneficiary=partner.organisation)

    page = client.get(partner.get_absolute_url()).text

    assert "<strong>école</strong>" in page
    assert "Publié" in page and "Brouillon" not in page
    assert "Former les inspecteurs" in page


def test_a_hidden_partner_has_no_page(client, new_partner):
    assert client.get(new_partner(is_visible=False).get_absolute_url()).status_code == 404


def test_staff_preview_a_hidden_partner(client, new_partner):
    hidden = new_partner("Cachée", is_visible=False)
    client.force_login(User.objects.create_user("equipe@exemple.gouv.fr", is_staff=True))

    assert client.get(hidden.get_absolute_url()).status_code == 200


def test_a_logo_has_the_name_of_an_image_that_browsers_know(new_partner):
    with pytest.raises(ValidationError, match="Renommez ce fichier"):
        validate_logo(SimpleUploadedFile("logo.gif", PIXEL))
    validate_logo(SimpleUploadedFile("Logo.PNG", PIXEL))


def test_a_former_address_leads_to_the_present_one(client, new_partner):
    partner = Partner.objects.get(pk=new_partner().pk)
    former = partner.get_absolute_url()
    partner.organisation.slug = "enm"
    partner.organisation.save()

    response = client.get(former)

    assert (response.status_code, response.url) == (301, "/partenaires/enm/")


def test_a_logo_is_served_as_the_image_it_is(client, new_partner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    partner = new_partner(logo=SimpleUploadedFile("logo.png", PIXEL))
    address = f"{partner.get_absolute_url()}logo/"

    response = client.get(address)

    assert b"".join(response.streaming_content) == PIXEL
    assert response.headers["Content-Type"] == "image/png"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert address in client.get("/partenaires/").text


@pytest.mark.parametrize(("name", "answer"), [("a.webp", "image/webp"), ("a.JPG", "image/jpeg"), ("a.pdf", None)])
def test_a_logo_is_never_anything_but_an_image(client, new_partner, settings, tmp_path, name, answer):
    settings.MEDIA_ROOT = tmp_path
    partner = new_partner(logo=SimpleUploadedFile(name, PIXEL))

    response = client.get(f"{partner.get_absolute_url()}logo/")

    assert response.status_code == (200 if answer else 404)
    assert answer is None or response.headers["Content-Type"] == answer
    response.close()


def test_without_a_logo_there_is_none(client, new_partner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    partner = new_partner()
    lost = new_partner("Perdu", logo="partners/lost.png")

    assert client.get(f"{partner.get_absolute_url()}logo/").status_code == 404
    assert client.get(f"{lost.get_absolute_url()}logo/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(client, new_partner, new_module, count, django_assert_num_queries):
    partners = [new_partner(f"École {number}") for number in range(count)]
    for number in range(count):
        module = new_module(f"Module {number}", state="publie", published_on="2026-01-01")
        module.providers.set([partner.organisation for partner in partners])

    with django_assert_num_queries(2):
        client.get("/partenaires/")
    with django_assert_num_queries(5):
        client.get(partners[0].get_absolute_url())


def test_international_partners_say_their_languages_and_shared_programmes(client, new_partner, new_programme):
    unesco = new_partner("Unesco", languages=["fr", "en"])
    unesco.organisation.kind = "organisation-internationale"
    unesco.organisation.save()
    unesco.shared_programmes.add(
        new_programme("L'IA et le droit"), new_programme("Brouillon", state="brouillon", published_on=None)
    )
    new_partner("Mines Paris", languages=["fr"])

    abroad, home = (client.get(f"/partenaires/?ou={where}").text for where in ("international", "france"))
    page = client.get(unesco.get_absolute_url()).text

    assert "Unesco" in abroad and "français, anglais" in abroad and "Mines Paris" not in abroad
    assert "Mines Paris" in home and "Unesco" not in home
    assert client.get("/partenaires/?ou=ailleurs").context["page_obj"].paginator.count == 2
    assert "français, anglais" in page and "L&#x27;IA et le droit" in page and "Brouillon" not in page
