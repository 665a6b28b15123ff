"""Settings: production refuses to start half-configured, and the documentation lists what the code reads."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "CAMPUS_ENV": "production",
    "SECRET_KEY": "k" * 60,
    "ALLOWED_HOSTS": "campus.example.org",
    "DATABASE_URL": "postgresql://user@localhost/campus",
}


def import_settings(**variables):
    return subprocess.run(
        [sys.executable, "-c", "import campus.settings"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_when_all_is_set():
    assert import_settings(**PRODUCTION).returncode == 0


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_production_names_the_missing_variable(name):
    result = import_settings(**{key: value for key, value in PRODUCTION.items() if key != name})

    assert result.returncode != 0
    assert f"Il manque {name} :" in result.stderr


def test_production_is_the_default():
    assert "Il manque SECRET_KEY" in import_settings().stderr


@pytest.mark.parametrize("name", ["CAMPUS_DEMO", "CAMPUS_DEBUG"])
def test_demo_and_debug_are_refused_in_production(name):
    assert "interdits en production" in import_settings(**PRODUCTION, **{name: "1"}).stderr


def test_a_database_that_is_not_postgresql_is_refused():
    assert "PostgreSQL" in import_settings(**{**PRODUCTION, "DATABASE_URL": "sqlite:///db.sqlite3"}).stderr


def test_documentation_lists_exactly_the_variables_read():
    code = (ROOT / "campus/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', code))
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/configuration.md").read_text(), re.MULTILINE))

    assert documented == read


PROCONNECT = {
    "PROCONNECT_ISSUER": "https://proconnect.example/api/v2",
    "PROCONNECT_CLIENT_ID": "campus",
    "PROCONNECT_CLIENT_SECRET": "secret",
}


def test_proconnect_is_configured_whole_or_not_at_all():
    assert import_settings(**PRODUCTION, **PROCONNECT).returncode == 0


@pytest.mark.parametrize("name", PROCONNECT)
def test_proconnect_half_configured_names_what_is_missing(name):
    result = import_settings(**PRODUCTION, **{key: value for key, value in PROCONNECT.items() if key != name})

    assert result.returncode != 0 and f"il manque {name} :" in result.stderr


def test_proconnect_is_reached_by_https_in_production():
    insecure = {**PROCONNECT, "PROCONNECT_ISSUER": "http://proconnect.example"}

    assert "https://" in import_settings(**PRODUCTION, **insecure).stderr.splitlines()[-1]
