"""What all messages have in common, whichever app writes them."""

import re

import pytest
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates"
EXTENDS = re.compile(r'{% extends "(.+?)" %}')
BODIES = sorted(
    str(path.relative_to(TEMPLATES))
    for ending in ("txt", "html")
    for path in TEMPLATES.glob(f"*/emails/*_body.{ending}")
)


@pytest.mark.parametrize("name", BODIES)
def test_each_says_who_writes_why_and_where_to_ask(name):
    """By the base of all: the text as the page."""
    base = f"mailing/base.{name.rpartition('.')[2]}"
    while (found := EXTENDS.search((TEMPLATES / name).read_text(encoding="utf-8"))) and found[1] != base:
        name = found[1]
    assert found, name
