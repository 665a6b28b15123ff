"""Two référents who have the same page open: who saves last is shown what the other wrote, and decides."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.models import PartnerRevision

pytestmark = pytest.mark.django_db
REPLACE = "voici ce qui est enregistré maintenant. Enregistrez de nouveau pour le remplacer."


@pytest.fixture
def partner(new_partner):
    return new_partner()


def signed_in(user, first_name):
    user.first_name, user.last_name = first_name, "Martin"
    user.save()
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def elie(partner, new_referent):
    return signed_in(new_referent(partner, email="elie@ecole.example"), "Élie")


@pytest.fixture
def fatou(partner, new_referent):
    return signed_in(new_referent(partner, email="fatou@ecole.example"), "Fatou")


def at(name, partner, *args):
    return reverse(f"catalogue:{name}", args=[partner.organisation.slug, *args])


def version_on(page):
    return re.search(r'name="version" value="(\w+)"', page.text)[1]


def test_a_level_that_a_colleague_added_is_not_lost(partner, elie, fatou, new_cursus):
    cursus = new_cursus(partner)
    address = at("cursus_change", partner, cursus.pk)
    form = {"name": cursus.name, "year": 2026, "is_public": "on", "version": version_on(elie.get(address))}
    elie.post(address, {**form, "levels": "1re année\n2e année\nStage"})

    refused = fatou.post(address, {**form, "levels": "1re année\n2e année", "description": "Trois ans."})

    assert refused.status_code == 422
    assert f"Modifié depuis par Élie Martin : {REPLACE}" in refused.text
    assert "<p>1re année<br>2e année<br>Stage</p>" in refused.text and "Trois ans." in refused.text
    assert [level.name for level in cursus.levels.all()] == ["1re année", "2e année", "Stage"]
    again = {**form, "levels": "1re année\n2e année", "version": version_on(refused)}
    assert fatou.post(address, again).status_code == 302
    assert [level.name for level in cursus.levels.all()] == ["1re année", "2e année"]


def test_who_clicks_twice_is_not_told_of_themselves(partner, elie, new_cursus):
    cursus = new_cursus(partner)
    address = at("cursus_change", partner, cursus.pk)
    form = {"name": "Autre", "year": 2026, "levels": "Un", "version": version_on(elie.get(address))}

    assert [elie.post(address, form).status_code for _click in range(2)] == [302, 302]


def test_another_mistake_does_not_hide_what_changed(partner, elie, fatou, new_cursus):
    cursus = new_cursus(partner)
    address = at("cursus_change", partner, cursus.pk)
    form = {"name": cursus.name, "year": 2026, "version": version_on(elie.get(address))}
    elie.post(address, {**form, "levels": "Stage"})

    mistaken = fatou.post(address, {**form, "levels": ""})

    assert fatou.post(address, {**form, "levels": "Un", "version": version_on(mistaken)}).status_code == 422


def test_a_presentation_that_a_colleague_proposed_is_not_lost(partner, elie, fatou):
    address = at("partner_presentation", partner)
    version = version_on(elie.get(address))
    elie.post(address, {"summary": "Forme.", "presentation": "Le texte d'Élie.", "version": version})

    refused = fatou.post(address, {"summary": "Forme.", "presentation": "Le texte de Fatou.", "version": version})

    assert refused.status_code == 422
    assert f"Modifié depuis par Élie Martin : {REPLACE}" in refused.text
    assert "Le texte d&#x27;Élie." in refused.text and "Le texte de Fatou." in refused.text
    assert PartnerRevision.objects.pending().get().presentation == "Le texte d'Élie."
    again = {"summary": "Forme.", "presentation": "Le texte de Fatou.", "version": version_on(refused)}
    assert fatou.post(address, again).status_code == 302
    assert PartnerRevision.objects.pending().get().presentation == "Le texte de Fatou."


def test_a_proposal_that_a_colleague_changed_is_not_lost(partner, elie, fatou, new_proposal):
    proposal = new_proposal(partner)
    address = at("proposal_change", partner, proposal.pk)
    form = {
        "title": proposal.title, "domain": proposal.domain_id, "summary": "Une journée.", "description": "Une trace.",
        "objectives": "Lire", "level": "debutant", "modalities": ["presentiel"], "languages": ["fr"],
        "version": version_on(elie.get(address)),
    }  # fmt: skip
    elie.post(address, {**form, "level": "expert", "modalities": ["presentiel", "en-ligne"]})

    refused = fatou.post(address, {**form, "title": "Lire des preuves"})

    assert refused.status_code == 422 and f"Modifié depuis par Élie Martin : {REPLACE}" in refused.text
    shown = dict(refused.context["form"].saved)
    assert set(shown) == {"Titre", "Niveau", "Modalités"}
    assert shown["Niveau"] == "Expert"
    proposal.refresh_from_db()
    assert (proposal.title, proposal.level) == ("Lire une preuve numérique", "expert")
    assert fatou.post(address, {**form, "version": version_on(refused)}).status_code == 302
