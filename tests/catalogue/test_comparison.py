"""Two to four trainings side by side."""

import pytest

pytestmark = pytest.mark.django_db

PUBLISHED = {"state": "publie", "published_on": "2026-01-05"}


@pytest.fixture
def five(new_module):
    """Five published modules: un, deux, trois, quatre, cinq."""
    return [new_module(title, **PUBLISHED) for title in ["Un", "Deux", "Trois", "Quatre", "Cinq"]]


def columns(response):
    return [column.card["title"] for column in response.context["columns"]]


def test_trainings_are_side_by_side_in_the_order_asked(client, five, new_parcours, published_module):
    new_parcours("Un chemin", modules=[published_module])

    response = client.get("/catalogue/comparer/?m=deux&m=un-chemin")

    assert columns(response) == ["Deux", "Un chemin"]
    rows = {row["label"]: row["cells"] for row in response.context["rows"]}
    assert rows["Niveau"] == ["Débutant", "Intermédiaire"]
    assert rows["Accès"][1] == "Module par module"
    assert response.context["columns"][0].url_without == "?m=un-chemin"
    assert '<th scope="rowgroup" colspan="2">Niveau</th>' in response.text


def test_drafts_and_unknown_slugs_are_told_and_the_others_kept(client, five, new_module):
    new_module("Un brouillon")

    response = client.get("/catalogue/comparer/?m=un&m=un-brouillon&m=nulle-part&m=un")

    assert columns(response) == ["Un"]
    assert "plus, au catalogue" in response.text and "de deux à quatre formations" in response.text


def test_the_fifth_is_left_out_and_said_so(client, five):
    response = client.get("/catalogue/comparer/?m=un&m=deux&m=trois&m=quatre&m=cinq")

    assert columns(response) == ["Un", "Deux", "Trois", "Quatre"]
    assert "4 formations au plus" in response.text and 'name="ajouter"' not in response.text


@pytest.mark.parametrize("path", ["/catalogue/", "/catalogue/?niveau=debutant&tri=duree", "/catalogue/domaines/data/"])
def test_one_ticks_trainings_in_a_list_and_compares_them(client, five, path):
    page = client.get(path).text
    form = page[page.index('id="comparer"') :].partition("</form>")[0]

    assert page.count('name="m"') == page.count('form="comparer">') == 5
    assert 'value="deux" form="comparer">Comparer <span class="fr-sr-only">Deux</span></label>' in page
    assert 'method="get"' in form and 'action="/catalogue/comparer/"' in form and "Comparer la sélection" in form
    assert page.index('id="comparer"') > page.find("</form>", page.find('id="filtres"'))  # one form is never in another


def test_nothing_to_compare_in_a_list_of_one(client, published_module):
    assert "comparer" not in client.get("/catalogue/").text


@pytest.mark.parametrize(
    ("query", "told"),
    [("", "cochez-les"), ("m=un", "Une seule formation est choisie"), ("m=un&m=deux", "2 formations côte à côte")],
)
def test_the_page_says_how_many_are_chosen(client, five, query, told):
    assert told in client.get(f"/catalogue/comparer/?{query}").text


def test_one_adds_a_training_by_a_word_of_its_title(client, five):
    response = client.get("/catalogue/comparer/?m=un&ajouter=TROIS")

    assert response.context["proposals"] == [{"title": "Trois", "url": "?m=un&m=trois"}]
    assert "Essayez-en un autre" in client.get("/catalogue/comparer/?m=un&ajouter=zzz").text


@pytest.mark.parametrize("query", ["", "m=", "m=²&ajouter=" + "x" * 10_000, "&".join(["m=un"] * 300), "m=%ff"])
def test_junk_gives_a_page(client, five, query):
    assert client.get(f"/catalogue/comparer/?{query}").status_code == 200


@pytest.mark.parametrize("count", [2, 4])
def test_queries_are_bounded(client, five, count, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        slugs = "&m=".join(["un", "deux", "trois", "quatre"][:count])
        assert len(columns(client.get(f"/catalogue/comparer/?m={slugs}"))) == count


def test_one_goes_from_a_comparison_to_enrolling(client, five, new_parcours):
    new_parcours("Un chemin")

    page = client.get("/catalogue/comparer/?m=deux&m=un-chemin").text

    assert 'href="/catalogue/modules/deux/#inscription">Comment s\'inscrire' in page
    assert 'href="/catalogue/parcours/un-chemin/">Voir ses modules' in page
    assert 'id="inscription"' in client.get("/catalogue/modules/deux/").text
