"""Staff keep the catalogue in the Django admin."""

import pytest
from django.urls import reverse

from campus.accounts.models import User
from catalogue.enums import PublicationState
from catalogue.models import Domain, Module

pytestmark = pytest.mark.django_db

MODELS = [
    "audience",
    "domain",
    "metier",
    "module",
    "parcours",
    "partner",
    "place",
    "programme",
    "session",
    "skill",
]


@pytest.fixture
def staff(client):
    user = User.objects.create_superuser("equipe@exemple.gouv.fr")
    client.force_login(user)
    return user


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("page", ["changelist", "add"])
def test_each_page_opens(client, staff, model, page):
    assert client.get(reverse(f"admin:catalogue_{model}_{page}")).status_code == 200


@pytest.mark.parametrize("page", ["accounts_user_add", "accounts_organisation_add", "catalogue_importrun_changelist"])
def test_people_and_imports_open(client, staff, page):
    assert client.get(reverse(f"admin:{page}")).status_code == 200


def test_lists_with_rows_lead_to_the_pages(client, staff, new_module):
    module = new_module()

    page = client.get(reverse("admin:catalogue_module_changelist")).text
    assert module.get_absolute_url() in page
    assert "Aperçu : Brouillon" in client.get(module.get_absolute_url()).text


def test_staff_add_a_module_then_publish_it(client, staff):
    domain = Domain.objects.create(name="Data", description="…", pictogram="digital/coding", valid_from="2023-12-18")
    response = client.post(
        reverse("admin:catalogue_module_add"),
        {
            "title": "Lire une donnée",
            "kind": "atelier",
            "domain": domain.pk,
            "summary": "Une matinée.",
            "description": "…",
            "objectives": "Lire\r\n\r\nExpliquer, puis montrer\r\n",
            "level": "debutant",
            "modalities": ["en-ligne", "presentiel"],
            "pace": "horaire-fixe",
            "duration_minutes": 210,
            "languages": ["fr"],
            "access": "campus",
            "prerequisites-TOTAL_FORMS": 0,
            "prerequisites-INITIAL_FORMS": 0,
            "publication_events-TOTAL_FORMS": 0,
            "publication_events-INITIAL_FORMS": 0,
        },
    )
    assert response.status_code == 302, response.context["adminform"].form.errors
    module = Module.objects.get()
    assert module.slug == "lire-une-donnee"
    assert module.objectives == ["Lire", "Expliquer, puis montrer"]
    assert module.state == PublicationState.DRAFT

    publish = {"action": "publish", "_selected_action": [module.pk]}
    told = client.post(reverse("admin:catalogue_module_changelist"), publish, follow=True).text
    assert "1 changement d&#x27;état enregistré." in told

    module.refresh_from_db()
    assert module.is_published
    assert module.publication_events.get().happened_by == staff
