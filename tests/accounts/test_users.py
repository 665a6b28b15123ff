import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from campus.accounts.demo_people import AGENT_COUNT, create_people
from campus.accounts.models import Organisation, User
from campus.slugs.models import PastSlug

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings):
    settings.DEMO = True
    create_people()


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
    assert User.objects.count() == count == AGENT_COUNT + 1


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


def test_demo_sign_in_does_not_exist_outside_a_demonstration(client, demo, settings):
    settings.DEMO = False

    response = client.post(reverse("accounts:demo_sign_in"), {"email": "equipe@exemple.gouv.fr"})

    assert response.status_code == 404
    assert "Comptes de démonstration" not in client.get(reverse("accounts:sign_in")).text


def test_demo_sign_in_opens_no_real_account(client, demo):
    User.objects.create_user("reel@exemple.gouv.fr", is_staff=True)

    assert client.post(reverse("accounts:demo_sign_in"), {"email": "reel@exemple.gouv.fr"}).status_code == 422


def test_an_agent_does_not_reach_the_admin(client, demo):
    client.force_login(User.objects.get(email="agent001@exemple.gouv.fr"))

    assert client.get("/admin/").status_code == 302


def test_a_changed_slug_is_remembered():
    organisation = Organisation.objects.create(name="École des Mines", kind="grande-ecole")
    assert organisation.slug == "ecole-des-mines"

    organisation = Organisation.objects.get(pk=organisation.pk)
    organisation.slug = "mines-paris"
    organisation.save()

    assert PastSlug.objects.get().slug == "ecole-des-mines"
