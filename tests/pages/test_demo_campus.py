"""The demonstration campus as `make demo` loads it: what it holds, and each kind of page it shows."""

import gzip
from collections import Counter
from pathlib import Path

import brotli
import html5lib
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.urls import reverse

from catalogue.models import Domain, Module, Parcours, Partner, Programme, Session, Training
from tests.browsing import problems_of

PLAIN_PAGES = [
    "pages:home", "pages:accessibility", "pages:legal_notice", "pages:personal_data", "pages:cookies", "pages:site_map",
    "catalogue:training_list", "catalogue:session_list", "catalogue:programme_list", "catalogue:partner_list",
    "catalogue:open_data", "accounts:sign_in",
]  # fmt: skip


def every_kind_of_page() -> list[str]:
    """Paths: one page of each kind, for the demonstration campus."""
    with_session = Module.objects.published().filter(sessions__isnull=False).first()
    outside = Module.objects.published().filter(access="externe").first()
    return [
        *(reverse(name) for name in PLAIN_PAGES),
        *(
            reverse("catalogue:training_list") + query
            for query in ["?page=3", "?q=donn%C3%A9es&niveau=debutant", "?q=zzz"]
        ),
        *(
            item.get_absolute_url()
            for item in [
                with_session,
                outside,
                Parcours.objects.published().first(),
                Domain.objects.in_force().first(),
                Programme.objects.published().first(),
                Partner.objects.first(),
            ]
        ),
        reverse("catalogue:session_list") + "?vue=mois&region=ile-de-france",
        reverse("catalogue:compare") + "?m=premiers-pas-en-agilite&m=booster-agile&m=l-atelier-rgpd&ajouter=data",
        "/absente/",
    ]


@pytest.fixture
def demo_campus(db) -> list[str]:
    """The demonstration campus, loaded; its pages."""
    call_command("load_demo", verbosity=0)
    return every_kind_of_page()


def test_the_campus_has_the_figures_of_2024(demo_campus):
    assert Domain.objects.in_force().count() == 9
    assert Parcours.objects.published().count() == 50
    assert Module.objects.published().count() == 100
    assert Programme.objects.published().count() == 10
    assert Partner.objects.count() >= 20
    assert Session.objects.count() >= 120
    assert Session.objects.public().not_cancelled().upcoming().count() >= 30


def test_the_home_page_counts_what_each_domain_lists(demo_campus):
    for domain in Domain.objects.in_force().with_training_count():
        assert domain.training_count == Training.objects.published().in_domains([domain]).count()


def test_no_text_of_the_campus_is_said_twice(demo_campus):
    for field in ["title", "summary", "description"]:
        texts = Counter(Training.objects.published().values_list(field, flat=True))
        assert [text for text, count in texts.items() if count > 1] == []
    assert not Training.objects.filter(description__icontains="lorem ipsum").exists()


def test_loading_it_again_changes_nothing(demo_campus, capsys):
    call_command("load_demo")

    assert "déjà à jour" in capsys.readouterr().out


def test_each_page_is_valid_light_and_has_one_heading(demo_campus, client):
    problems = []
    for path in demo_campus:
        html = client.get(path).content
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        document = parser.parse(html)
        problems += [(path, position, code) for position, code, _variables in parser.errors]
        problems += [(path, tag) for tag in ["h1", "title"] if len(list(document.iter(tag))) != 1]
        if len(gzip.compress(html)) > 12_000:
            problems.append((path, len(gzip.compress(html))))

    assert problems == []


def test_pages_are_sent_compressed(demo_campus, client):
    response = client.get("/catalogue/", headers={"accept-encoding": "gzip"})

    assert response.headers["Content-Encoding"] == "gzip"
    assert b"<h1>Catalogue</h1>" in gzip.decompress(response.content)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(live_server, demo_campus, browser, scheme, width):
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: message.type == "error" and told.append(message.text))
    page.on("request", lambda request: request.url.startswith(live_server.url) or problems.append(request.url))
    for path in demo_campus:
        told = []
        status = page.goto(live_server.url + path, wait_until="load").status
        problems += [(path, text) for text in told if status != 404]  # of which the browser tells
        problems += problems_of(page)

    assert problems == []


@pytest.mark.browser
def test_a_first_visit_weighs_little(live_server, demo_campus, browser):
    page = browser.new_page()
    addresses = set()
    page.on("requestfinished", lambda request: addresses.add(request.url.partition(live_server.url)[2]))

    page.goto(live_server.url + "/catalogue/", wait_until="networkidle")

    weight = len(gzip.compress(page.content().encode()))
    for address in addresses - {"/catalogue/"}:
        content = Path(finders.find(address.removeprefix("/static/"))).read_bytes()
        weight += len(content) if address.endswith(".woff2") else len(brotli.compress(content))
    assert len(addresses) > 3
    assert weight <= 150_000


@pytest.mark.browser
def test_the_keyboard_reaches_what_the_page_offers_and_shows_where_it_is(live_server, demo_campus, browser):
    page = browser.new_page()
    page.goto(live_server.url + "/catalogue/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Contenu"

    reached, hidden = set(), []
    while page.evaluate("document.activeElement !== document.body"):
        label, outline = page.evaluate(
            "[document.activeElement.textContent.trim() || document.activeElement.name,"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        reached.add(label)
        if outline == "none":
            hidden.append(label)
        page.keyboard.press("Tab")

    assert {"Catalogue", "Se connecter", "q", "Filtrer", "Page suivante"} <= reached
    assert hidden == []
