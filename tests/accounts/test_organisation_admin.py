"""Organisations as staff type them."""

import pytest
from django.urls import reverse

from campus.accounts.models import Organisation, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(User.objects.create_superuser("equipe@exemple.gouv.fr"))


def add(client, siret):
    fields = {"name": "Insee", "slug": "insee", "kind": "ministere", "country": "FR", "siret": siret}
    return client.post(reverse("admin:accounts_organisation_add"), fields)


@pytest.mark.parametrize(
    ("typed", "kept"), [("120 027 016 00019", "12002701600019"), ("12002701600019", "12002701600019"), (" ", None)]
)
def test_a_siret_may_be_typed_with_spaces(client, staff, typed, kept):
    add(client, typed)

    assert Organisation.objects.get().siret == kept


def test_two_organisations_may_have_no_siret(client, staff):
    Organisation.objects.create(name="Inria", kind="institut-recherche")

    add(client, "")

    assert Organisation.objects.count() == 2


def test_a_wrong_siret_is_told_at_the_field(client, staff):
    page = add(client, "120 027").text

    assert "Un SIRET compte quatorze chiffres." in page and 'value="120 027"' in page
    assert not Organisation.objects.exists()


def test_staff_say_whose_agents_need_their_superior_s_agreement(client, staff):
    fields = {"name": "Insee", "slug": "insee", "kind": "ministere", "country": "FR", "requires_agreement": "on"}
    client.post(reverse("admin:accounts_organisation_add"), fields)
    Organisation.objects.create(name="Inria", kind="institut-recherche")

    assert list(Organisation.objects.order_by("name").values_list("name", "requires_agreement")) == [
        ("Inria", False),
        ("Insee", True),
    ]
