"""What machines read of the pages of the catalogue: schema.org data, canonical addresses, what is not to be indexed."""

import html
import json
import re

import pytest

from campus.accounts.models import Organisation, User
from catalogue import linked_data
from catalogue.models import Prerequisite

pytestmark = pytest.mark.django_db

ORIGIN = "http://testserver"
PUBLISHED = {"state": "publie", "published_on": "2026-01-05"}
NOINDEX = '<meta name="robots" content="noindex">'


def data_of(client, path) -> dict:
    """The things that a page describes, by type."""
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', client.get(path).text, re.DOTALL)
    return {thing["@type"]: thing for thing in json.loads(text)["@graph"]}


def crumbs(data) -> list[tuple[int, str, str]]:
    items = data["BreadcrumbList"]["itemListElement"]
    return [(item["position"], item["name"], item["item"].removeprefix(ORIGIN)) for item in items]


def canonical(client, path) -> list[str]:
    return [
        html.unescape(url.removeprefix(ORIGIN))
        for url in re.findall(r'<link rel="canonical" href="([^"]+)">', client.get(path).text)
    ]


# Courses


def test_a_module_is_a_course_with_its_next_sessions(
    client, published_module, new_session, new_module, new_parcours, new_partner
):
    session = new_session(time_zone="Indian/Reunion", seats_taken=4)
    new_session(in_days=-5)
    partner = new_partner()
    published_module.providers.add(partner.organisation, Organisation.objects.create(name="Bureau", kind="autre"))
    required = new_module("Ouvrir un tableur", **PUBLISHED)
    Prerequisite.objects.create(module=published_module, requires=required)
    parcours = new_parcours(modules=[published_module])

    data = data_of(client, published_module.get_absolute_url())

    course = data["Course"]
    assert (course["name"], course["url"]) == ("Lire une donnée", f"{ORIGIN}/catalogue/modules/lire-une-donnee/")
    assert (course["timeRequired"], course["inLanguage"], course["teaches"]) == ("PT210M", ["fr"], ["Lire"])
    assert course["provider"] == [
        {"@type": "Organization", "name": "Bureau"},
        {
            "@type": "Organization",
            "name": partner.organisation.name,
            "url": ORIGIN + partner.get_absolute_url(),
        },
    ]
    assert [required["url"] for required in course["coursePrerequisites"]] == [ORIGIN + required.get_absolute_url()]
    assert [link["url"] for link in course["isPartOf"]] == [ORIGIN + parcours.get_absolute_url()]
    [instance] = course["hasCourseInstance"]
    assert instance["startDate"] == session.starts_at.astimezone(session.zone).isoformat()
    assert instance["startDate"].endswith("+04:00")
    assert (instance["courseMode"], instance["courseWorkload"]) == ("Online", "PT210M")
    assert (instance["maximumAttendeeCapacity"], instance["remainingAttendeeCapacity"]) == (10, 6)
    assert crumbs(data) == [
        (1, "Accueil", "/"),
        (2, "Data", "/catalogue/domaines/data/"),
        (3, "Lire une donnée", "/catalogue/modules/lire-une-donnee/"),
    ]


def test_the_online_link_is_not_told(client, published_module, new_session):
    new_session()

    assert "visio" not in client.get(published_module.get_absolute_url()).text


@pytest.mark.parametrize(
    ("cents", "free", "category", "price"), [(None, True, "Free", "0.00"), (4990, False, "Paid", "49.90")]
)
def test_a_course_says_its_price(client, new_module, cents, free, category, price):
    module = new_module(price_cents=cents, **PUBLISHED)

    course = data_of(client, module.get_absolute_url())["Course"]

    assert course["isAccessibleForFree"] is free
    assert (course["offers"]["category"], course["offers"]["price"]) == (category, price)
    assert course["offers"]["priceCurrency"] == "EUR"


def test_a_course_without_provider_is_the_campus_own_and_says_nothing_empty(client, new_module):
    module = new_module(duration_minutes=None, duration_label="Six semaines", **PUBLISHED)

    course = data_of(client, module.get_absolute_url())["Course"]

    assert course["provider"] == [{"@type": "Organization", "name": "Campus du numérique public", "url": f"{ORIGIN}/"}]
    assert {"timeRequired", "hasCourseInstance", "coursePrerequisites", "isPartOf"} & set(course) == set()


def test_a_parcours_is_a_course_with_its_published_parts(client, new_module, new_parcours):
    first, second = new_module("Premier", **PUBLISHED), new_module("Second", **PUBLISHED)
    parcours = new_parcours(modules=[first, new_module("Brouillon"), second])

    data = data_of(client, parcours.get_absolute_url())

    assert [part["name"] for part in data["Course"]["hasPart"]] == ["Premier", "Second"]
    assert data["Course"]["timeRequired"] == "PT420M"
    assert crumbs(data)[-1] == (3, "Devenir analyste", "/catalogue/parcours/devenir-analyste/")


# The other pages


def test_a_domain_a_programme_and_a_partner_say_where_they_are(client, domain, new_programme, new_partner):
    programme, partner = new_programme(), new_partner()

    assert crumbs(data_of(client, domain.get_absolute_url()))[1:] == [
        (2, "Catalogue", "/catalogue/"),
        (3, "Data", domain.get_absolute_url()),
    ]
    assert crumbs(data_of(client, programme.get_absolute_url()))[1:] == [
        (2, "Sur-mesure", "/sur-mesure/"),
        (3, programme.title, programme.get_absolute_url()),
    ]
    assert crumbs(data_of(client, partner.get_absolute_url()))[1:] == [
        (2, "Partenaires", "/partenaires/"),
        (3, partner.organisation.name, partner.get_absolute_url()),
    ]


def test_a_partner_is_an_organisation(client, new_partner):
    partner = new_partner()
    Organisation.objects.update(acronym="ENM", url="https://www.enm.justice.fr")

    organisation = data_of(client, partner.get_absolute_url())["Organization"]

    assert (organisation["name"], organisation["alternateName"]) == (partner.organisation.name, "ENM")
    assert organisation["url"] == "https://www.enm.justice.fr"
    assert organisation["mainEntityOfPage"] == ORIGIN + partner.get_absolute_url()


def test_no_text_leaves_its_element(client, new_module):
    title = "</script><script>alert(1)</script> & <!--"
    module = new_module(title, **PUBLISHED)

    page = client.get(module.get_absolute_url()).text

    assert "alert(1)</script>" not in page and "<!--" not in page
    assert data_of(client, module.get_absolute_url())["Course"]["name"] == title
    assert linked_data.script({"name": "<&>"}).count("<") == 2


# Addresses, and what is left out of search engines


def test_a_page_has_one_address_whatever_the_query(client, published_module, new_module):
    for number in range(20):
        new_module(f"Module {number}", **PUBLISHED)
    module = published_module.get_absolute_url()

    assert canonical(client, f"{module}?utm_source=lettre") == [module]
    assert canonical(client, "/catalogue/?utm_source=lettre&page=1") == ["/catalogue/"]
    assert canonical(client, "/catalogue/?page=2&inconnu=1") == ["/catalogue/?page=2"]
    assert canonical(client, "/catalogue/?page=junk") == ["/catalogue/"]
    assert canonical(client, "/catalogue/?page=99") == ["/catalogue/?page=2"]
    assert canonical(client, "/catalogue/domaines/data/?page=2") == ["/catalogue/domaines/data/?page=2"]


def test_a_filtered_list_is_not_indexed(client, published_module):
    for query in ["q=donn%C3%A9e", "niveau=debutant", "domaine=data"]:
        page = client.get(f"/catalogue/?{query}").text
        assert NOINDEX in page and "canonical" not in page
    assert NOINDEX not in client.get("/catalogue/?niveau=inconnu").text


def test_a_preview_is_not_indexed(client, new_module, new_parcours, new_programme, published_module):
    client.force_login(User.objects.create_user("equipe@exemple.gouv.fr", is_staff=True))
    draft = {"state": "brouillon", "published_on": None}

    for preview in [new_module("Autre"), new_parcours(**draft), new_programme(**draft)]:
        assert NOINDEX in client.get(preview.get_absolute_url()).text
    assert NOINDEX not in client.get(published_module.get_absolute_url()).text
