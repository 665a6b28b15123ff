"""Organisations as staff type them."""

import pytest
from django.urls import reverse

from campus.accounts.models import EmployerNumber, Organisation, ProConnectIdentity, User, employer_of

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


@pytest.mark.parametrize("typed", ["120 027 016", "120 027 016 00019"])
def test_staff_keep_the_numbers_of_employers(client, staff, typed):
    insee = Organisation.objects.create(name="Insee", kind="operateur")

    client.post(reverse("admin:accounts_employernumber_add"), {"number": typed, "organisation": insee.pk})

    assert EmployerNumber.objects.get().number == typed.replace(" ", "")
    assert employer_of("12002701600019") == insee


def test_a_number_that_is_neither_is_told_at_the_field(client, staff):
    insee = Organisation.objects.create(name="Insee", kind="operateur")

    page = client.post(reverse("admin:accounts_employernumber_add"), {"number": "1200", "organisation": insee.pk}).text

    assert "Un SIREN compte neuf chiffres" in page and not EmployerNumber.objects.exists()


def test_the_most_precise_number_says_the_employer():
    insee, region = (Organisation.objects.create(name=name, kind="operateur") for name in ["Insee", "Insee Bretagne"])
    EmployerNumber.objects.create(number="120027016", organisation=insee)
    EmployerNumber.objects.create(number="12002701600563", organisation=region)

    assert [employer_of(siret) for siret in ["12002701600563", "12002701600019", "99999999900019", ""]] == [
        region,
        insee,
        None,
        None,
    ]


def test_staff_see_the_identities_of_an_account_and_add_none(client, staff):
    agent = User.objects.create_user("camille@insee.fr")
    ProConnectIdentity.objects.create(user=agent, sub="the-sub-of-camille")

    page = client.get(reverse("admin:accounts_user_change", args=[agent.pk])).text

    assert "the-sub-of-camille" in page and "Ajouter un objet identité ProConnect" not in page
