"""The contributions of an application: three kinds, each with its form."""

import pytest

from tests.trainers.pages import at
from trainers.models import Contribution
from trainers.steps import missing_from

pytestmark = pytest.mark.django_db

TYPED = {
    "existante": {
        "title": "Lire un tableau",
        "audience": "Les gestionnaires",
        "level": "debutant",
        "duration_minutes": "3 h 30",
        "modalities": ["presentiel"],
        "objectives": "Lire\r\n\r\n Trier ",
        "materials": "Des diapositives",
        "past_runs": "En 2025",
        "feedback": "Bons",
    },
    "idee": {"title": "Une idée", "audience": "Tous", "need": "Savoir", "sketch": "Un jeu"},
    "aide": {
        "title": "À finir",
        "audience": "Tous",
        "existing_work": "Un plan",
        "help_kinds": ["supports", "co-animation"],
        "help_wanted": "Des exercices",
    },
}


@pytest.mark.parametrize("kind", TYPED)
def test_each_kind_of_contribution_has_its_form(client, begun, domain, kind):
    response = client.post(at("application_contributions", begun), {"kind": kind})
    added = Contribution.objects.get()
    assert response.url == at("application_contribution", begun, added.pk)

    page = client.get(response.url).text
    client.post(response.url, {**TYPED[kind], "domain": domain.pk})

    assert all(f'name="{name}"' in page for name in TYPED[kind])
    added.refresh_from_db()
    assert added.kind == kind and added.title == TYPED[kind]["title"] and added.domain == domain
    assert [each for each in missing_from(begun) if "(« " in each.label] == []
    if kind == "existante":
        assert (added.duration_minutes, added.objectives) == (210, ["Lire", "Trier"])
        assert 'value="3\xa0h\xa030"' in client.get(response.url).text


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("45 min", 45), ("2 h", 120), ("1,5 h", 90), ("2 jours", 840), ("1 jour 3 h", 600), ("0,5 j", None)],
)
def test_a_duration_is_written_as_one_says_it(client, begun, typed, minutes):
    added = begun.contributions.create(kind="existante")

    client.post(at("application_contribution", begun, added.pk), {"duration_minutes": typed})

    added.refresh_from_db()
    assert added.duration_minutes == (minutes or 210)


@pytest.mark.parametrize(
    "wrong",
    [
        {"duration_minutes": "longtemps"},
        {"duration_minutes": "210"},
        {"duration_minutes": "0 min"},
        {"duration_minutes": "9999 jours"},
        {"domain": "99999"},
        {"modalities": ["pigeon"]},
        {"level": "divin"},
        {"objectives": "x" * 301},
        {"objectives": "\n".join(["x"] * 11)},
        {"title": "x" * 201},
    ],
)
def test_junk_of_a_contribution_is_refused(client, begun, wrong):
    added = begun.contributions.create(kind="existante")

    page = client.post(at("application_contribution", begun, added.pk), {"audience": "Tous", **wrong})

    assert page.status_code == 422
    added.refresh_from_db()
    assert added.audience == "Tous" and not getattr(added, next(iter(wrong)))


def test_several_contributions_and_one_less(client, begun):
    for kind in ("idee", "aide"):
        client.post(at("application_contributions", begun), {"kind": kind})
    first, second = begun.contributions.all()

    assert "seront effacés" in client.get(at("contribution_remove", begun, first.pk)).text
    client.post(at("contribution_remove", begun, first.pk))

    assert list(begun.contributions.all()) == [second]
    assert client.post(at("contribution_remove", begun, first.pk)).status_code == 404


def test_contributions_are_ten_at_most_and_of_a_known_kind(client, begun):
    for _ in range(10):
        begun.contributions.create(kind="idee")
    path = at("application_contributions", begun)

    assert "10 contributions au plus" in client.post(path, {"kind": "idee"}).text
    assert client.post(path, {"kind": "poème"}).status_code == 422
    assert "Choisissez ce que vous proposez" in client.post(path).text
