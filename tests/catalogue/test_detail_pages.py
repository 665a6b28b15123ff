"""The pages of the catalogue."""

import pytest

from catalogue.models import Domain, Module
from catalogue.templatetags.catalogue_tags import markdown

pytestmark = pytest.mark.django_db


def test_a_published_module_is_read_and_a_draft_is_not(client, new_module):
    published = new_module("Lire une donnée", state="publie", published_on="2026-01-01")
    draft = new_module("Cartographier")

    assert "Lire une donnée" in client.get(published.get_absolute_url()).text
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_a_former_address_leads_to_the_present_one(client, new_module):
    module = Module.objects.get(pk=new_module(state="publie", published_on="2026-01-01").pk)
    former = module.get_absolute_url()
    module.slug = "autre-adresse"
    module.save()

    response = client.get(former)

    assert (response.status_code, response.url) == (301, "/catalogue/modules/autre-adresse/")


def test_a_merged_domain_leads_to_its_successor(client, domain):
    former = Domain.objects.create(
        name="Open data",
        description="…",
        pictogram="digital/ai",
        valid_from="2023-12-18",
        valid_until="2025-09-01",
        merged_into=domain,
    )

    assert client.get(former.get_absolute_url()).url == domain.get_absolute_url()
    assert client.get(domain.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://e.x/i.png)"])
def test_markdown_is_cleaned(text):
    html = markdown(text)

    assert "<script" not in html and 'href="javascript' not in html and "<img" not in html
