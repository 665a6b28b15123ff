"""Whatever is in the address of a list, it gives a page, or says that it cannot be read."""

import pytest

pytestmark = pytest.mark.django_db

LISTS = [
    "/catalogue/", "/catalogue/formations.csv", "/catalogue/recherche.atom", "/catalogue/suggestions/",
    "/catalogue/comparer/", "/catalogue/domaines/data/", "/sessions/", "/sessions/agenda.ics", "/partenaires/",
    "/sur-mesure/",
]  # fmt: skip
FILTERS = ["domaine", "type", "niveau", "modalite", "region", "disponibilite", "ouvert", "mois", "vue", "tri", "m"]
JUNK = {
    "unknown values": "&".join(f"{name}=nulle-part" for name in FILTERS),
    "repeated": "&".join(f"{name}={value}" for name in [*FILTERS, "q", "page"] for value in ["x", "y", "mois"] * 20),
    "a page before the first": "page=-1",
    "a page after the last": f"page={10**9}",
    "long words": f"q={'x' * 10_000}&ajouter={'x' * 10_000}",
    "many words": f"q={'données+' * 1_000}",
    "not UTF-8": "q=%ff%fe&domaine=%c3%28&page=%ff&mois=%ff&m=%ff",
    "signs": "q=%22%27%5C%25_%26%7C!()%3A*&mois=2026-13&page=1e3&tri=;--",
    "sorted by nothing": "tri=&page=&q=&mois=&vue=",
    "lone surrogates": "q=%ed%a0%80&domaine=%ed%a0%80",
}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("junk", JUNK.values(), ids=JUNK)
def test_junk_gives_a_page(client, new_session, path, junk, django_assert_max_num_queries):
    new_session()
    client.get("/catalogue/?q=lire")  # what is read once a minute

    with django_assert_max_num_queries(12):
        response = client.get(f"{path}?{junk}")
        assert response.status_code == 200
        b"".join(response)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", ["q=%00", "domaine=data%00", "page=%00"])
def test_a_nul_character_is_refused(client, domain, path, query):
    response = client.get(f"{path}?{query}")

    assert response.status_code == 400
    assert "Demande incompréhensible" in response.text
