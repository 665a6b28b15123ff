"""The part of the design system that is built for the pages."""

import re

import pytest

from campus.pages.assets import build_assets


@pytest.fixture
def build(tmp_path):
    def build_for(html, name="out"):
        templates = tmp_path / f"templates-{name}"
        templates.mkdir(exist_ok=True)
        (templates / "page.html").write_text(html, encoding="utf-8")
        changed = build_assets(tmp_path / name, [templates])
        return tmp_path / name / "dsfr", changed

    return build_for


def test_only_the_rules_of_used_classes_are_kept(build):
    folder, _ = build('<p class="fr-btn">')
    css = (folder / "dsfr.css").read_text(encoding="utf-8")

    assert ".fr-btn" in css
    assert ".fr-accordion" not in css


def test_two_fonts_are_taken_and_every_address_leads_to_a_file(build):
    folder, _ = build('<p class="fr-btn fr-header fr-alert fr-alert--info">')
    css = (folder / "dsfr.css").read_text(encoding="utf-8")
    addresses = [url for url in re.findall(r'url\("?([^")]+)"?\)', css) if not url.startswith("data:")]

    assert len(list((folder / "fonts").iterdir())) == 2
    assert addresses
    assert [url for url in addresses if not (folder / url).is_file()] == []


def test_the_same_templates_give_the_same_bytes_and_are_not_built_twice(build):
    first, _ = build('<p class="fr-btn">')
    other, _ = build('<p class="fr-btn">', name="other")

    assert (first / "dsfr.css").read_bytes() == (other / "dsfr.css").read_bytes()
    assert build('<p class="fr-btn">')[1] is False
    assert build('<p class="fr-btn fr-tag">')[1] is True
