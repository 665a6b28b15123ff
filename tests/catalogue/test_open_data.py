"""The open data files: what they say, how they stream, and what they keep to themselves."""

import csv
import io
import json
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from campus.accounts.models import Organisation
from catalogue import open_data
from catalogue.models import Domain, Parcours, Programme, Session, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def catalogue(domain, new_module):
    """A published module in a published parcours, a draft, a programme, and a session of the module."""
    module = new_module("Lire une donnée", state="publie", published_on="2026-01-05")
    new_module("Un brouillon")
    fields = {"domain": domain, "summary": "s", "description": "d", "objectives": ["o"], "level": "novice",
              "modalities": ["en-ligne"], "pace": "mixte", "languages": ["fr"]}  # fmt: skip
    parcours = Parcours.objects.create(title="Un chemin", state="publie", published_on="2026-01-05", **fields)
    Step.objects.create(parcours=parcours, module=module, position=1)
    dinum = Organisation.objects.create(name="Dinum", kind="ministere")
    programme = Programme.objects.create(
        title="Sur-mesure", beneficiary=dinum, summary="s", need="n", design="d", years=[2025], state="publie",
        published_on="2026-01-05",
    )  # fmt: skip
    programme.domains.add(domain)
    start = timezone.now() + timedelta(days=30)
    session = Session.objects.create(
        module=module, organiser=dinum, modality="en-ligne", seats=10, online_url="https://visio.exemple.fr/secret",
        enrolment_opens_at=start - timedelta(days=20), enrolment_closes_at=start - timedelta(days=2),
    )  # fmt: skip
    session.slots.create(starts_at=start, ends_at=start + timedelta(hours=3))
    return module


def text_of(response):
    return b"".join(response.streaming_content).decode()


def read_csv(client, name):
    return list(csv.DictReader(io.StringIO(text_of(client.get(f"/donnees-ouvertes/{name}.csv")))))


def test_the_json_has_four_lists_of_what_is_published(client, catalogue):
    data = json.loads(text_of(client.get("/donnees-ouvertes/catalogue.json")))

    assert list(data) == ["domaines", "modules", "parcours", "programmes"]
    assert [item["titre"] for item in data["modules"]] == ["Lire une donnée"]
    assert data["parcours"][0]["etapes"] == ["lire-une-donnee"]
    for items in data.values():
        for item in items:
            assert item["domaine"] == "data"
            assert client.get(item["url"].removeprefix("http://testserver")).status_code == 200


def test_every_domain_that_is_named_is_in_the_list(client, catalogue, domain):
    former = {"description": "…", "pictogram": "digital/ai", "valid_from": "2023-12-18", "valid_until": "2025-09-01"}
    named = Domain.objects.create(name="Ancien domaine", merged_into=domain, **former)
    Domain.objects.create(name="Domaine oublié", **former)
    Programme.objects.get().domains.set([named])

    data = json.loads(text_of(client.get("/donnees-ouvertes/catalogue.json")))

    assert {item["slug"] for item in data["domaines"]} == {"data", "ancien-domaine"}
    assert data["programmes"][0]["domaine"] == "ancien-domaine"


def test_an_empty_catalogue_is_valid_json(client):
    data = json.loads(text_of(client.get("/donnees-ouvertes/catalogue.json")))

    assert data == {"domaines": [], "modules": [], "parcours": [], "programmes": []}


def test_the_csv_has_the_columns_of_its_schema(client, catalogue):
    for name in open_data.TABLES:
        schema = client.get(f"/donnees-ouvertes/schema-{name}.json").json()
        rows = read_csv(client, name)

        assert [field["name"] for field in schema["fields"]] == list(rows[0])
        assert schema["primaryKey"] in rows[0]


CASTS = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": {"true": True, "false": False}.__getitem__,
    "date": date.fromisoformat,
    "datetime": lambda text: datetime.strptime(text, open_data.DATETIME_FORMAT),
}


def test_every_cell_is_of_the_type_and_among_the_values_that_the_schema_says(client, catalogue):
    catalogue.price_cents = 4990
    catalogue.save()
    for name in open_data.TABLES:
        schema = client.get(f"/donnees-ouvertes/schema-{name}.json").json()
        for row in read_csv(client, name):
            for field in schema["fields"]:
                cell, constraints = row[field["name"]], field.get("constraints", {})
                assert cell or not constraints.get("required"), field
                assert not cell or CASTS[field["type"]](cell) is not None, field
                assert not cell or cell in constraints.get("enum", [cell]), field


def test_a_session_is_told_in_the_time_of_its_place_with_those_it_is_for(client, new_session, organisation):
    session = new_session(time_zone="Indian/Reunion")
    session.restricted_to.add(organisation)

    [row] = read_csv(client, "sessions")

    assert row["debut"].endswith("+04:00") and row["inscriptions_du"].endswith("+04:00")
    assert row["reserve_a"] == organisation.name


def test_each_row_is_a_training_in_alphabetical_order(client, catalogue):
    rows = read_csv(client, "catalogue")

    assert [row["titre"] for row in rows] == ["Lire une donnée", "Un chemin"]
    assert rows[0]["url"] == "http://testserver/catalogue/modules/lire-une-donnee/"
    assert (rows[0]["duree_minutes"], rows[0]["ouvert_aux_non_agents"], rows[0]["publie_le"]) == (
        "210", "false", "2026-01-05")  # fmt: skip


def test_online_links_are_not_open_data(client, catalogue):
    text = text_of(client.get("/donnees-ouvertes/sessions.csv"))

    assert "lire-une-donnee" in text
    assert "visio" not in text


@pytest.mark.parametrize("start", ["=1+1", "+33", "-1", "@SUM", "＝1", "\t=1", " =1", "  +1"])
def test_a_title_is_never_a_formula(client, catalogue, start):
    catalogue.title = f"{start} ou rien"
    catalogue.save()

    titles = [row["titre"] for row in read_csv(client, "catalogue")]

    assert f"'{start} ou rien" in titles


def test_a_file_downloads_under_its_name_from_any_site(client, catalogue):
    response = client.get("/donnees-ouvertes/sessions.csv")

    assert response.headers["Content-Disposition"] == 'attachment; filename="sessions.csv"'
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.streaming


@pytest.mark.parametrize("path", ["autre.csv", "schema-autre.json", "catalogue.xml"])
def test_an_unknown_file_is_not_found(client, path):
    assert client.get(f"/donnees-ouvertes/{path}").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(client, new_module, count, django_assert_num_queries):
    for number in range(count):
        new_module(f"Module {number}", state="publie", published_on="2026-01-05")

    with django_assert_num_queries(8):
        assert len(read_csv(client, "catalogue")) == count


def test_rows_are_read_by_chunks(client, new_session, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(open_data, "CHUNK", 2)
    for number in range(5):
        new_session(in_days=20 + number)

    # One to open the cursor, then the employers of each of the three chunks.
    with django_assert_num_queries(4):
        assert len(read_csv(client, "sessions")) == 5


def test_the_page_documents_every_column(client):
    page = client.get("/donnees-ouvertes/").text

    for table in [*open_data.TABLES.values(), *open_data.LISTS]:
        for column in table.columns:
            assert f"<code>{column.name}</code>" in page
    assert "Licence Ouverte 2.0" in page
