"""The declaration of accessibility says what the latest audit found."""

import pytest
from django.core.cache import cache

from campus.pages.accessibility import CACHE_KEY
from campus.pages.models import AccessibilityAudit


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("percent", "status"), [(49, "non conforme"), (50, "partiellement conforme"), (100, "totalement conforme")]
)
def test_an_audit_changes_the_page_and_the_footer(client, percent, status):
    cache.delete(CACHE_KEY)
    AccessibilityAudit.objects.create(audited_on="2026-05-12", auditor="Un cabinet", percent_met=percent)

    page = client.get("/accessibilite/").text

    assert f"Accessibilité : {status}</a>" in page
    assert f"<strong>{status}</strong>" in page and f"{percent} % des critères" in page


@pytest.mark.django_db
def test_without_an_audit_the_site_says_it_does_not_conform(client):
    cache.delete(CACHE_KEY)

    page = client.get("/accessibilite/").text

    assert "aucun audit de conformité" in page and "Accessibilité : non conforme</a>" in page
