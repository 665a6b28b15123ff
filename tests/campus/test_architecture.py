"""Imports go one way only between the apps (docs/architecture.md)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = {
    "campus.slugs": 0,
    "campus.mailing": 0,
    "campus.accounts": 1,
    "catalogue": 2,
    "trainers": 3,
    "enrolments": 4,
    "campus.impact": 5,
    "campus.pages": 5,
}


def app_of(module):
    return next((app for app in FLOORS if module == app or module.startswith(f"{app}.")), None)


def imported_modules(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def forbidden_imports(app, source):
    """Apps that `source`, a file of `app`, must not import: those not on a lower floor."""
    imported = {app_of(module) for module in imported_modules(source)} - {None, app}
    return {other for other in imported if FLOORS[other] >= FLOORS[app]}


@pytest.mark.parametrize("app", FLOORS)
def test_an_app_imports_only_from_lower_floors(app):
    folder = ROOT / app.replace(".", "/")
    for path in folder.rglob("*.py"):
        assert forbidden_imports(app, path.read_text(encoding="utf-8")) == set(), path


def test_an_upward_import_is_seen():
    assert forbidden_imports("catalogue", "from enrolments import models") == {"enrolments"}
    assert forbidden_imports("campus.mailing", "import campus.accounts.models") == {"campus.accounts"}
    assert forbidden_imports("trainers", "from catalogue.models import Module") == set()
