import pytest

from catalogue.models import Domain, Module


@pytest.fixture
def domain():
    return Domain.objects.create(name="Data", description="…", pictogram="digital/coding", valid_from="2023-12-18")


@pytest.fixture
def new_module(domain):
    """A function that creates a valid draft module; keyword arguments replace its fields."""

    def create(title="Lire une donnée", **fields):
        return Module.objects.create(
            **{
                "title": title,
                "kind": "atelier",
                "domain": domain,
                "summary": "Une matinée.",
                "description": "…",
                "objectives": ["Lire"],
                "level": "debutant",
                "modalities": ["en-ligne"],
                "pace": "horaire-fixe",
                "duration_minutes": 210,
                "languages": ["fr"],
                "access": "campus",
                **fields,
            }
        )

    return create
