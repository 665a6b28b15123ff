"""What browsers and search engines ask of any site."""

import re
from xml.etree import ElementTree

import pytest
from django.core.management import call_command
from django.utils import timezone

from campus.pages import machines, sitemaps
from catalogue.models import Domain, Module, Parcours, Partner, Programme
from trainers.models import Call

pytestmark = pytest.mark.django_db

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
ORIGIN = "http://testserver"
NOINDEX = '<meta name="robots" content="noindex">'


@pytest.fixture
def demo_campus():
    call_command("load_demo", verbosity=0)


def addresses(client, path) -> list[str]:
    response = client.get(path)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/xml")
    return [loc.text.removeprefix(ORIGIN) for loc in ElementTree.fromstring(response.content).iter(f"{MAP}loc")]


# robots.txt


def test_robots_read_the_official_site_but_what_is_private(client, settings):
    settings.OFFICIAL_SITE = True

    response = client.get("/robots.txt")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /demo/",
        "Disallow: /connexion/",
        "Disallow: /mon-espace/",
        "",
        f"Sitemap: {ORIGIN}/sitemap.xml",
    ]


def test_a_demonstration_is_for_no_robot(client, settings):
    settings.OFFICIAL_SITE = False

    assert client.get("/robots.txt").text.splitlines()[:3] == ["User-agent: *", "Disallow: /", ""]


# sitemap.xml


def _call(**fields):
    return Call.objects.create(
        **{"title": "Former", "summary": "…", "text": "…", "is_permanent": True, "opens_at": timezone.now(), **fields}
    )


def test_the_sitemap_names_every_public_page_once(client, demo_campus):
    _call(is_published=True)
    secret = _call(title="Secret")
    hidden = Module.objects.published().order_by("pk")[0]
    Module.objects.filter(pk=hidden.pk).update(state="brouillon")

    paths = addresses(client, "/sitemap.xml")

    public = [
        *Module.objects.published(),
        *Parcours.objects.published(),
        *Domain.objects.in_force(),
        *Programme.objects.published(),
        *Partner.objects.visible().select_related("organisation"),
        *Call.objects.published(),
    ]
    expected = {row.get_absolute_url() for row in public}
    assert len(paths) == len(set(paths))
    assert expected <= set(paths)
    assert hidden.get_absolute_url() not in paths and secret.get_absolute_url() not in paths
    assert set(paths) - expected == {
        "/", "/catalogue/", "/sessions/", "/sur-mesure/", "/partenaires/", "/formateurs/", "/devenir-formateur/",
        "/donnees-ouvertes/", "/plan-du-site/", "/accessibilite/", "/mentions-legales/", "/donnees-personnelles/",
        "/gestion-des-cookies/",
    }  # fmt: skip


def test_the_sitemap_dates_what_has_a_date(client, demo_campus):
    document = ElementTree.fromstring(client.get("/sitemap.xml").content)

    dated = {
        url.findtext(f"{MAP}loc").removeprefix(ORIGIN): url.findtext(f"{MAP}lastmod")
        for url in document.iter(f"{MAP}url")
    }

    module = Module.objects.published().first()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", dated[module.get_absolute_url()])
    assert dated["/"] is None


def test_every_fixed_page_of_the_sitemap_answers_and_may_be_indexed(client):
    for path in addresses(client, "/sitemap-pages.xml"):
        response = client.get(path)
        assert response.status_code == 200
        assert NOINDEX not in response.text
        assert f'<link rel="canonical" href="{ORIGIN}{path}">' in response.text


def test_a_large_site_has_an_index_of_several_files(client, demo_campus, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(sitemaps, "LIMIT", 60)

    # Seven sections: six counts, and the latest change of four.
    with django_assert_num_queries(10):
        files = addresses(client, "/sitemap.xml")

    assert files == [
        "/sitemap-pages.xml", "/sitemap-modules.xml", "/sitemap-modules.xml?p=2", "/sitemap-parcours.xml",
        "/sitemap-domaines.xml", "/sitemap-programmes.xml", "/sitemap-partenaires.xml", "/sitemap-appels.xml",
    ]  # fmt: skip
    in_files = [path for file in files for path in addresses(client, file)]
    monkeypatch.setattr(sitemaps, "LIMIT", 5000)
    assert sorted(in_files) == sorted(addresses(client, "/sitemap.xml"))


def test_the_sitemap_costs_the_same_whatever_its_rows(client, demo_campus, django_assert_num_queries):
    with django_assert_num_queries(11):
        client.get("/sitemap.xml")
    Module.objects.published().filter(pk__gt=Module.objects.published().order_by("pk")[3].pk).update(state="brouillon")
    with django_assert_num_queries(11):
        client.get("/sitemap.xml")


@pytest.mark.parametrize(
    "path", ["/sitemap-inconnu.xml", "/sitemap-modules.xml?p=junk", "/sitemap-modules.xml?p=9", "/sitemap.xml?p=-1"]
)
def test_an_unknown_part_of_the_sitemap_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/opensearch.xml"])
def test_a_nul_character_is_refused(client, path):
    assert client.get(f"{path}?p=%00").status_code == 400


# opensearch.xml


def test_a_browser_learns_how_to_search(client):
    response = client.get("/opensearch.xml")
    document = ElementTree.fromstring(response.content)

    templates = {url.get("type"): url.get("template") for url in document.iter(f"{SEARCH}Url")}
    assert response.headers["Content-Type"].startswith("application/opensearchdescription+xml")
    assert len(document.findtext(f"{SEARCH}ShortName")) <= 16  # OpenSearch 1.1
    assert templates["text/html"] == f"{ORIGIN}/catalogue/?q={{searchTerms}}"
    for template in templates.values():
        assert client.get(template.removeprefix(ORIGIN).replace("{searchTerms}", "lire")).status_code == 200
    assert (
        '<link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"' in client.get("/").text
    )


# The head of every page


def test_every_page_says_what_to_show_when_it_is_shared(client):
    head = client.get("/mentions-legales/?utm_source=lettre").text.partition("</head>")[0]

    shared = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', head))
    assert shared == {
        "title": "Mentions légales",
        "description": "L'éditeur, l'hébergeur et les conditions de réutilisation du Campus du numérique public.",
        "url": f"{ORIGIN}/mentions-legales/",
        "type": "website",
        "locale": "fr_FR",
        "site_name": "Campus du numérique public",
    }


def test_a_description_is_said_for_whoever_shares_the_page(client):
    head = client.get("/partenaires/").text

    [described] = re.findall(r'<meta name="description" content="([^"]*)">', head)
    assert re.findall(r'<meta property="og:description" content="([^"]*)">', head) == [described]


@pytest.mark.parametrize("path", ["/connexion/", "/demo/courriels/", "/absente/", "/?q=%00"])
def test_what_is_not_for_search_engines_says_so(client, settings, path):
    settings.DEMO = True

    page = client.get(path).text

    assert page.count(NOINDEX) == 1 and "canonical" not in page


def test_a_fault_is_not_indexed(client, monkeypatch):
    def fail(request):
        raise ZeroDivisionError

    monkeypatch.setattr("campus.pages.views.Domain.objects.in_force", fail)
    client.raise_request_exception = False

    assert NOINDEX in client.get("/").text


def test_a_foreign_host_gets_no_address(client):
    assert client.get("/robots.txt", headers={"host": "pirate.example"}).status_code == 400


def test_private_paths_are_those_of_the_site(client, settings):
    settings.DEMO = True

    assert [path for path in machines.PRIVATE if client.get(path).status_code == 404] == ["/demo/"]
