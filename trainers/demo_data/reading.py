"""The files of the demonstration, and what they name in the catalogue."""

import datetime
from functools import cache
from pathlib import Path

import yaml

from campus.accounts.models import Organisation
from catalogue.models import Domain, Module, Skill

FOLDER = Path(__file__).parents[1] / "demo"
DAY = datetime.timedelta(days=1)


def read(name: str) -> dict:
    """What trainers/demo/<name>.yaml says."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


class Named:
    """Rows of the catalogue by the names that the files give them. Raises KeyError for a name that nothing has."""

    def __init__(self):
        self.organisations = _by(Organisation, "external_id")
        self.modules = _by(Module, "external_id")
        self.skills = _by(Skill, "slug")
        self.domains = _by(Domain, "slug")


@cache
def _fields(model, name):
    return model._meta.get_field(name)


def _by(model, name: str) -> dict:
    return {getattr(row, _fields(model, name).attname): row for row in model.objects.exclude(**{name: None})}
