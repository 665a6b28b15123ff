"""The catalogue in LHÉO, and the sessions in JSON."""

import json
from xml.etree import ElementTree

import pytest

from campus.accounts.models import Organisation
from catalogue import lheo, open_data
from catalogue.models import Place, Prerequisite

pytestmark = pytest.mark.django_db

NS = f"{{{lheo.NAMESPACE}}}"
ORIGIN = "http://testserver"
PUBLISHED = {"state": "publie", "published_on": "2026-01-05"}

# The order of http://lheo.gouv.fr/2.3/, of the elements that we write.
ORDER = {
    "formation": [
        "domaine-formation", "intitule-formation", "objectif-formation", "resultats-attendus", "contenu-formation",
        "certifiante", "contact-formation", "parcours-de-formation", "code-niveau-entree", "url-formation", "action",
        "organisme-formation-responsable", "identifiant-module", "sous-modules", "modules-prerequis",
    ],
    "action": [
        "rythme-formation", "info-public-vise", "niveau-entree-obligatoire", "modalites-alternance",
        "modalites-enseignement", "conditions-specifiques", "prise-en-charge-frais-possible", "lieu-de-formation",
        "modalites-entrees-sorties", "url-action", "session", "acces-handicapes", "langue-formation", "prix-total-TTC",
        "duree-indicative", "nombre-heures-total", "organisme-formateur",
    ],
    "session": ["periode", "adresse-inscription", "periode-inscription", "etat-recrutement"],
    "organisme-formation-responsable": [
        "SIRET-organisme-formation", "nom-organisme", "raison-sociale", "coordonnees-organisme", "contact-organisme",
    ],
    "coordonnees": ["nom", "adresse", "courriel", "web"],
    "adresse": ["ligne", "codepostal", "ville"],
}  # fmt: skip


def text_of(response) -> str:
    assert response.streaming and response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return b"".join(response.streaming_content).decode()


def formations(client) -> dict[str, ElementTree.Element]:
    """The trainings of the file, by slug; the names of elements without their namespace."""
    document = ElementTree.fromstring(text_of(client.get("/donnees-ouvertes/catalogue.lheo.xml")))
    for element in document.iter():
        assert element.tag.startswith(NS)
        element.tag = element.tag.removeprefix(NS)
    assert document.tag == "lheo"
    return {formation.findtext("identifiant-module"): formation for formation in document.findall("offres/formation")}


@pytest.fixture
def place():
    return Place.objects.create(
        name="Le Lieu de la transformation publique et du numérique de Paris", address="77 avenue de Ségur",
        postcode="75015", city="Paris", region="ile-de-france", access_notes="De plain-pied.",
    )  # fmt: skip


def test_a_module_tells_its_sessions_by_place(client, published_module, new_session, place):
    online = new_session(time_zone="Indian/Reunion")
    second = new_session(in_days=50, modality="presentiel", place=place)
    third = new_session(in_days=40, modality="presentiel", place=place)
    new_session(in_days=-20)

    [formation] = formations(client).values()

    actions = formation.findall("action")
    assert [[session.get("numero") for session in action.findall("session")] for action in actions] == [
        [str(online.pk)], [str(third.pk), str(second.pk)]]  # fmt: skip
    assert [action.findtext("modalites-enseignement") for action in actions] == ["2", "0"]
    assert actions[0].find("lieu-de-formation") is None
    where = actions[1].find("lieu-de-formation/coordonnees")
    assert len(where.findtext("nom")) <= 50
    assert [element.text for element in where.find("adresse")] == ["77 avenue de Ségur", "75015", "Paris"]
    assert actions[1].findtext("acces-handicapes") == "De plain-pied."
    first = actions[0].find("session")
    assert first.findtext("periode/debut") == f"{online.starts_at.astimezone(online.zone):%Y%m%d}"
    assert first.findtext("etat-recrutement") == "1"
    assert first.findtext("adresse-inscription/adresse/ville") == "Paris"


def test_elements_come_in_the_order_of_lheo(client, published_module, new_session, new_module, new_parcours, place):
    new_session(modality="presentiel", place=place)
    for name in ["Un", "Deux"]:
        published_module.providers.add(Organisation.objects.create(name=name, kind="autre", url="https://un.fr"))
    published_module.price_cents = 4990
    published_module.save()
    required = new_module("Ouvrir un tableur", access="externe", access_url="https://un.fr", **PUBLISHED)
    Prerequisite.objects.create(module=published_module, requires=required)
    new_parcours(modules=[published_module, required])

    found = formations(client)

    assert set(found) == {"lire-une-donnee", "ouvrir-un-tableur", "devenir-analyste"}
    for formation in found.values():
        for element in formation.iter():
            if order := ORDER.get(element.tag):
                tags = [child.tag for child in element]
                assert tags == sorted(tags, key=order.index)
            assert element.tag not in {"ligne", "nom"} or len(element.text) <= 50


def test_a_formation_says_what_the_page_says(client, published_module, new_session, organisation):
    new_session()
    Organisation.objects.update(siret="13002526500013")
    other = Organisation.objects.create(name="École", kind="autre")
    published_module.providers.add(organisation, other)
    published_module.restricted_to.add(other)

    [formation] = formations(client).values()

    action = formation.find("action")
    assert formation.findtext("intitule-formation") == "Lire une donnée"
    assert formation.findtext("url-formation/urlweb") == ORIGIN + published_module.get_absolute_url()
    assert (formation.findtext("certifiante"), formation.findtext("parcours-de-formation")) == ("0", "1")
    assert formation.findtext("organisme-formation-responsable/nom-organisme") == organisation.name
    siret = "organisme-formation-responsable/SIRET-organisme-formation/SIRET"
    assert formation.findtext(siret) == "13002526500013"
    assert [teacher.findtext("raison-sociale-formateur") for teacher in action.findall("organisme-formateur")] == [
        "École"
    ]
    assert action.findtext("conditions-specifiques") == "Réservé aux agents de : École."
    assert (action.findtext("prix-total-TTC"), action.findtext("nombre-heures-total")) == ("0.00", "4")
    assert "visio" not in ElementTree.tostring(formation, encoding="unicode")


def test_a_module_without_session_has_an_action_without_dates(client, new_module):
    new_module(pace="autonome", access="externe", access_url="https://un.fr/mooc", **PUBLISHED)

    [formation] = formations(client).values()

    [action] = formation.findall("action")
    assert action.findtext("modalites-entrees-sorties") == "1"
    assert action.findtext("url-action/urlweb") == "https://un.fr/mooc"
    assert [element.text for element in action.find("session/periode")] == ["00000000", "99999999"]
    assert formation.findtext("organisme-formation-responsable/nom-organisme") == "Campus du numérique public"


def test_a_parcours_names_its_published_modules(client, new_module, new_parcours, published_module):
    parcours = new_parcours(modules=[published_module, new_module("Brouillon")])
    parcours.steps.filter(module=published_module).update(is_required=False)

    formation = formations(client)["devenir-analyste"]

    assert [(part[0].text, part[1].text) for part in formation.find("sous-modules")] == [("lire-une-donnee", "2")]
    assert formation.findtext("parcours-de-formation") == "3"
    assert formation.findtext("action/modalites-enseignement") == "1"


def test_any_text_makes_a_readable_file(client, new_module):
    new_module("</formation> & \x0b<b>", contents="x" * 5000, **PUBLISHED)

    [formation] = formations(client).values()

    assert formation.findtext("intitule-formation") == "</formation> & <b>"
    assert len(formation.findtext("contenu-formation")) == 3000
    assert formation.findtext("contenu-formation").endswith("…")


def test_an_empty_catalogue_is_a_file_without_offers(client):
    assert formations(client) == {}


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(
    client, count, published_module, new_module, new_parcours, new_session, organisation, django_assert_num_queries
):
    parcours = new_parcours(modules=[published_module])
    for number in range(count):
        module = new_module(f"Module {number}", **PUBLISHED)
        module.providers.add(organisation)
        Prerequisite.objects.create(module=published_module, requires=module)
        parcours.steps.create(module=module, position=number + 10)
        new_session(in_days=20 + number)

    with django_assert_num_queries(7):
        assert len(formations(client)) == count + 2


def test_trainings_are_read_by_chunks(client, new_module, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(lheo, "CHUNK", 2)
    for number in range(5):
        new_module(f"Module {number}", **PUBLISHED)

    # One to open the cursor, then what surrounds each of the three chunks.
    with django_assert_num_queries(1 + 3 * 6):
        assert len(formations(client)) == 5


def test_sessions_are_told_in_json_as_in_csv(client, new_session):
    session = new_session(time_zone="Indian/Reunion")

    data = json.loads(text_of(client.get("/donnees-ouvertes/sessions.json")))

    [told] = data["sessions"]
    assert list(told) == [column.name for column in open_data.SESSION_COLUMNS]
    assert told["debut"] == session.starts_at.astimezone(session.zone).isoformat(timespec="seconds")
    assert told["url"] == f"{ORIGIN}/catalogue/modules/lire-une-donnee/"
    assert "visio" not in json.dumps(data)


def test_no_session_is_an_empty_list(client):
    assert json.loads(text_of(client.get("/donnees-ouvertes/sessions.json"))) == {"sessions": []}


def test_the_page_names_every_file(client):
    page = client.get("/donnees-ouvertes/").text

    for path in ["sessions.json", "catalogue.lheo.xml", "catalogue.json", "catalogue.csv", "sessions.csv"]:
        assert f'href="/donnees-ouvertes/{path}"' in page


@pytest.mark.parametrize("path", ["sessions.json", "catalogue.lheo.xml"])
def test_a_nul_character_is_refused(client, path):
    assert client.get(f"/donnees-ouvertes/{path}?x=%00").status_code == 400
