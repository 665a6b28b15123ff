import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from campus.accounts.demo_people import AGENT_COUNT, create_people, give_employers, read_people
from campus.accounts.models import Organisation, User
from campus.slugs.models import PastSlug

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    create_people()


def _others() -> list[dict]:
    """The demo people who are not among the numbered agents."""
    return [person for person in read_people() if not person["email"].startswith("agent")]


def test_an_address_is_unique_whatever_its_case():
    User.objects.create_user("agent@exemple.gouv.fr")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("Agent@Exemple.gouv.fr")


def test_the_database_refuses_capitals_in_an_address():
    user = User.objects.create_user("agent@exemple.gouv.fr")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(email="AGENT@exemple.gouv.fr")


def test_loading_the_people_twice_changes_nothing(demo):
    count = User.objects.count()

    assert create_people() == 0
    assert User.objects.count() == count == AGENT_COUNT + len(_others())


def test_demo_agents_have_names_of_their_own(demo):
    names = set(User.objects.values_list("first_name", "last_name"))

    assert len(names) == AGENT_COUNT + len(_others())
    assert len({first for first, _last in names}) > 40 and len({last for _first, last in names}) > 50


def test_demo_agents_are_spread_over_public_employers_once(demo):
    assert give_employers() == 0
    employers = [Organisation.objects.create(name=f"Ministère {n}", kind="ministere") for n in range(3)]
    Organisation.objects.create(name="Entreprise", kind="autre")
    elsewhere = User.objects.get(email="agent007@exemple.gouv.fr")
    elsewhere.organisation = employers[2]
    elsewhere.save()

    assert give_employers() == AGENT_COUNT - 1
    assert give_employers() == 0
    assert [employer.members.count() for employer in employers] == [100, 100, 100]
    assert not User.objects.filter(organisation__name="Entreprise").exists()
    assert User.objects.get(email="equipe@exemple.gouv.fr").organisation is None


def test_one_click_sign_in_opens_a_demo_account(client, demo):
    response = client.post(reverse("accounts:demo_sign_in"), {"email": "equipe@exemple.gouv.fr", "next": "/admin/"})

    assert response.url == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\r\nX: y", ""])
def test_sign_in_never_leads_elsewhere(client, demo, target):
    response = client.post(reverse("accounts:demo_sign_in"), {"email": "agent007@exemple.gouv.fr", "next": target})

    assert response.status_code == 302
    assert "evil" not in response["Location"] and "\n" not in response["Location"]


def test_an_unknown_address_is_told_at_the_field_and_kept(client, demo):
    response = client.post(reverse("accounts:demo_sign_in"), {"email": "inconnu@exemple.fr"})

    assert response.status_code == 422
    assert "Aucun compte de démonstration" in response.text
    assert 'value="inconnu@exemple.fr"' in response.text


def test_each_field_of_the_sign_in_page_has_its_label(client, demo):
    ids = re.findall(r'<input[^>]* id="([^"]+)"', client.get(reverse("accounts:sign_in")).text)

    assert {"id_email", "demonstration_email"} <= set(ids) and len(ids) == len(set(ids))


def test_demo_sign_in_does_not_exist_outside_a_demonstration(client, demo, settings):
    settings.DEMO = False

    response = client.post(reverse("accounts:demo_sign_in"), {"email": "equipe@exemple.gouv.fr"})

    assert response.status_code == 404
    assert "Comptes de démonstration" not in client.get(reverse("accounts:sign_in")).text


def test_demo_sign_in_opens_no_real_account(client, demo):
    User.objects.create_user("reel@exemple.gouv.fr", is_staff=True)

    refused = client.post(reverse("accounts:demo_sign_in"), {"email": "reel@exemple.gouv.fr"})

    assert refused.status_code == 422 and "<title>Erreur : " in refused.text


def test_an_agent_who_opens_the_admin_is_told_that_it_is_the_teams(client, demo):
    client.force_login(User.objects.get(email="agent001@exemple.gouv.fr"))

    response = client.get("/admin/", follow=True)

    assert response.status_code == 403 and len(response.redirect_chain) == 1
    assert "Cette page est réservée à l&#x27;équipe du campus." in response.text


def test_a_changed_slug_is_remembered():
    organisation = Organisation.objects.create(name="École des Mines", kind="grande-ecole")
    assert organisation.slug == "ecole-des-mines"

    organisation = Organisation.objects.get(pk=organisation.pk)
    organisation.slug = "mines-paris"
    organisation.save()

    assert PastSlug.objects.get().slug == "ecole-des-mines"
