"""Modules that other floors begin."""

import datetime

import pytest

from catalogue.drafts import TO_WRITE, create_draft_module
from catalogue.models import Domain, Skill
from catalogue.transitions import publish

pytestmark = pytest.mark.django_db


def test_a_draft_with_little_is_valid_and_can_be_published(domain):
    module = create_draft_module(title="Lire un tableau", domain=domain, modalities=["presentiel"])

    module.full_clean()
    assert (module.state, module.summary, module.duration_label) == ("brouillon", TO_WRITE, "À préciser")
    assert publish(item=module, by=None).is_published


def test_a_draft_keeps_what_is_known_and_follows_a_merged_domain(domain):
    skill = Skill.objects.create(slug="data", name="Data")
    former = Domain.objects.create(
        name="Ancien",
        description="…",
        pictogram="digital/coding",
        valid_from="2023-12-18",
        valid_until=datetime.date(2025, 9, 1),
        merged_into=domain,
    )

    module = create_draft_module(
        title="Lire un tableau",
        domain=former,
        summary="x" * 400,
        objectives=["Lire"],
        modalities=["en-ligne"],
        duration_minutes=210,
        skills=[skill],
    )

    assert module.domain == domain and len(module.summary) == 300
    assert (module.objectives, module.duration_minutes, list(module.skills.all())) == (["Lire"], 210, [skill])
