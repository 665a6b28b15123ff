"""A faulty import file: every fault is told, with its place, and nothing is written."""

import json

import pytest
import yaml
from django.core.management import CommandError, call_command

from catalogue.importing.faults import ImportRefused
from catalogue.importing.service import import_files
from catalogue.models import Domain, ImportRun, Training

pytestmark = pytest.mark.django_db

GOOD = """
domaines:
  - {id: data, nom: Data, description: Les données., pictogramme: digital/coding, ordre: 1, valide_du: 2023-12-18}
publics:
  - {id: tous, nom: Tous les agents}
organisations:
  - {id: dinum, nom: Dinum, type: ministere}
lieux:
  - {id: segur, nom: Ségur, adresse: 20 avenue de Ségur, code_postal: "75007", ville: Paris, region: ile-de-france}
modules:
  - &module
    id: bon
    titre: Un bon module
    type: atelier
    domaine: data
    resume: Court.
    description: Long.
    objectifs: [Lire]
    publics: [tous]
    niveau: novice
    modalites: [en-ligne]
    rythme: autonome
    duree_minutes: 60
    langues: [fr]
    organismes: [dinum]
    acces: campus
    etat: publie
    publie_le: 2026-01-01
sessions:
  - {id: s, module: bon, organisateur: dinum, modalite: en-ligne, places: 9, inscriptions_du: S+1 lundi 09:00,
     inscriptions_jusquau: S+2 lundi 09:00, creneaux: [S+3 lundi 09:00-12:00]}
""".replace("&module", "")

# Each kind of fault: the record changed, what changes in it, and (column, value, a part of what was expected).
FAULTS = {
    "missing value": ("modules", {"titre": ""}, ("titre", "", "obligatoire")),
    "unknown choice": ("modules", {"niveau": "facile"}, ("niveau", "facile", "novice, debutant")),
    "unknown choice in a list": ("modules", {"modalites": ["visio"]}, ("modalites", "['visio']", "en-ligne")),
    "not a number": ("modules", {"duree_minutes": "²"}, ("duree_minutes", "²", "nombre entier")),
    "zero minutes": ("modules", {"duree_minutes": 0}, ("duree_minutes", "0", "supérieure ou égale à 1")),
    "too long": ("modules", {"resume": "x" * 301}, ("resume", "x" * 301, "300 caractères")),
    "unknown reference": ("modules", {"domaine": "nulle-part"}, ("domaine", "nulle-part", "« domaines »")),
    "unknown reference in a list": ("modules", {"organismes": ["ena"]}, ("organismes", "ena", "« organisations »")),
    "value twice": ("modules", {"langues": ["fr", "fr"]}, ("langues", "['fr', 'fr']", "sans répétition")),
    "not a date": ("modules", {"publie_le": "le 5 mai"}, ("publie_le", "le 5 mai", "une date comme")),
    "a day that is not": ("modules", {"publie_le": "2026-02-30"}, ("publie_le", "2026-02-30", "un jour qui existe")),
    "published without its date": ("modules", {"publie_le": ""}, ("publie_le", "", "publie ou archive")),
    "external without address": ("modules", {"acces": "externe"}, ("acces_url", "", "https://")),
    "a script as address": (
        "modules", {"acces_url": "javascript:alert(1)"}, ("acces_url", "javascript:alert(1)", "mailto:")),
    "no duration": ("modules", {"duree_minutes": ""}, ("duree_minutes", "", "en toutes lettres")),
    "not yes or no": ("modules", {"en_vedette": "peut-être"}, ("en_vedette", "peut-être", "oui ou non")),
    "not an amount": ("modules", {"prix_euros": "cher"}, ("prix_euros", "cher", "120,50")),
    "bad identifier": ("modules", {"id": "Été n°1"}, ("id", "Été n°1", "lettres minuscules")),
    "unknown column": ("modules", {"durée": "60"}, ("durée", "durée", "duree_minutes")),
    "a text where a list of records is": ("modules", {"titre": ["a"]}, ("titre", "['a']", "un texte")),
    "its own prerequisite": (
        "modules", {"prerequis_obligatoires": ["bon"]}, ("prerequis_obligatoires", "bon → bon", "boucle")),
    "own domain among the others": ("modules", {"autres_domaines": ["data"]}, ("autres_domaines", "data", "autres que")),
    "slots that overlap": (
        "sessions", {"creneaux": ["2027-03-16 09:00-12:00", "2027-03-16 11:00-13:00"]},
        ("creneaux", "2027-03-16 11:00-13:00", "chevauchent pas")),
    "a slot that ends before it starts": (
        "sessions", {"creneaux": ["2027-03-16 12:00-09:00"]}, ("creneaux", "['2027-03-16 12:00-09:00']", "la fin suit")),
    "on site without place": ("sessions", {"modalite": "presentiel"}, ("lieu", "", "un lieu")),
    "neither module nor programme": ("sessions", {"module": ""}, ("module", "", "l'un des deux")),
    "more minimum than seats": ("sessions", {"minimum": 10}, ("minimum", "10", "ne dépasse pas")),
    "closes before it opens": (
        "sessions", {"inscriptions_jusquau": "S+0 lundi 09:00"}, ("inscriptions_jusquau", None, "suit inscriptions_du")),
    "bad SIRET": ("organisations", {"siret": "123"}, ("siret", "123", "quatorze chiffres")),
    "domain that ends before it starts": ("domaines", {"valide_au": "2020-01-01"}, ("valide_au", "2020-01-01", "précède")),
}  # fmt: skip


@pytest.fixture
def refused(tmp_path):
    """A function that writes texts as files, imports them together and returns the faults."""

    def import_texts(**texts):
        paths = []
        for name, text in texts.items():
            path = tmp_path / name.replace("__", ".")
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            paths.append(path)
        with pytest.raises(ImportRefused) as refusal:
            import_files(paths)
        return refusal.value.faults

    return import_texts


def with_fault(section, changes):
    data = yaml.safe_load(GOOD)
    data[section][0].update(changes)
    return yaml.safe_dump(data, allow_unicode=True)


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_says_its_column_value_and_what_was_expected(refused, kind):
    section, changes, (column, value, expected) = FAULTS[kind]

    faults = refused(c__yaml=with_fault(section, changes))

    found = [fault for fault in faults if fault.column == column]
    assert len(found) == 1, faults
    assert expected in found[0].expected
    assert value is None or found[0].value == value
    assert found[0].file == "c.yaml" and found[0].place.startswith("ligne ")
    assert not Domain.objects.exists()


def test_all_the_faults_of_all_the_files_are_told_at_once_and_nothing_is_written(refused):
    texts = {
        f"f{number:02}__yaml": with_fault(*FAULTS[kind][:2]).replace("bon", f"bon-{number}")
        for number, kind in enumerate(FAULTS)
    }

    faults = refused(**texts)

    for number, kind in enumerate(FAULTS):
        column = FAULTS[kind][2][0]
        assert any(fault.file == f"f{number:02}.yaml" and fault.column == column for fault in faults), kind
    assert not Domain.objects.exists() and not Training.objects.exists() and not ImportRun.objects.exists()


def test_the_line_is_that_of_the_record(refused):
    text = GOOD.replace("niveau: novice", "niveau: facile")
    line = text.splitlines().index("    id: bon")  # the record starts on the line before, at its dash

    assert next(fault.place for fault in refused(c__yaml=text)) == f"ligne {line + 1}"


def test_an_id_given_twice_says_where_it_was_seen(refused):
    again = with_fault("modules", {"titre": "Encore"})

    faults = refused(a__yaml=GOOD, b__yaml=again)

    assert ("bon", True) in [(fault.value, "a.yaml, ligne" in fault.expected) for fault in faults]


def test_a_module_and_a_parcours_do_not_share_an_id(refused):
    data = yaml.safe_load(GOOD)
    data["parcours"] = [
        {k: v for k, v in data["modules"][0].items() if k not in {"type", "duree_minutes", "acces"}}
        | {"etapes": [{"module": "bon"}]}
    ]

    faults = refused(c__json=json.dumps(data, default=str))

    assert [(fault.column, fault.value) for fault in faults] == [("id", "bon")]


def test_a_loop_of_prerequisites_is_told_with_its_way(refused):
    data = yaml.safe_load(GOOD)
    first = data["modules"][0]
    data["modules"] = [
        {**first, "id": key, "prerequis_obligatoires": [needed]} for key, needed in [("a", "b"), ("b", "c"), ("c", "a")]
    ] + [first]

    faults = refused(c__json=json.dumps(data, default=str))

    assert len(faults) == 1
    assert faults[0].column == "prerequis_obligatoires" and faults[0].value.count("→") == 3


def test_a_loop_with_what_the_database_has_is_seen(refused, tmp_path):
    (tmp_path / "good.yaml").write_text(GOOD)
    data = yaml.safe_load(GOOD)
    second = {**data["modules"][0], "id": "suite", "prerequis_obligatoires": ["bon"]}
    (tmp_path / "suite.yaml").write_text(yaml.safe_dump({"modules": [second]}))
    import_files([tmp_path / "good.yaml", tmp_path / "suite.yaml"])

    faults = refused(c__yaml="modules: [{id: bon, prerequis_recommandes: [suite]}]")

    assert "boucle" in faults[0].expected


def test_a_slug_that_another_page_has_is_refused(refused, tmp_path):
    (tmp_path / "good.yaml").write_text(GOOD)
    import_files([tmp_path / "good.yaml"])
    data = yaml.safe_load(GOOD)
    taken = {**data["modules"][0], "id": "autre", "slug": "un-bon-module"}

    faults = refused(c__yaml=yaml.safe_dump({"modules": [taken]}))

    assert [(fault.column, fault.value) for fault in faults] == [("slug", "un-bon-module")]
    assert Training.objects.count() == 1


def test_a_partial_record_is_checked_with_what_the_database_has(refused, tmp_path):
    (tmp_path / "good.yaml").write_text(GOOD)
    import_files([tmp_path / "good.yaml"])

    faults = refused(sessions__csv="id,minimum\ns,10\n")

    assert [(fault.file, fault.place, fault.column) for fault in faults] == [("sessions.csv", "ligne 2", "minimum")]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a__yaml", "modules: [", "YAML bien formé"),
        ("a__yaml", "", "un objet dont chaque clé"),
        ("a__yaml", "- a\n- b\n", "un objet dont chaque clé"),
        ("a__yaml", "modules: texte", "une liste de fiches"),
        ("a__yaml", "modules: [texte]", "une fiche"),
        ("a__yaml", "modules: []\nmodules: []", "une seule fois"),
        ("a__yaml", "modules: [{id: a, id: b}]", "une seule fois par fiche"),
        ("a__yaml", "modules: [*a]", "sans alias"),
        ("a__yaml", "modules: []\n---\nmodules: []", "un seul document"),
        ("a__yaml", "modules: [{? [a] : b}]", "un nom de champ"),
        ("a__yaml", "modules: [{id: " + "[" * 50 + "]" * 50 + "}]", "moins imbriquées"),
        ("a__yaml", b"modules: [{id: \xff}]", "UTF-8"),
        ("a__yaml", "recettes: [{id: a}]", "une rubrique"),
        ("a__json", "{", "JSON bien formé"),
        ("a__json", '{"modules": [{"id": "a\\u0000"}]}', "sans caractère nul"),
        ("a__json", "[" * 100_000, "un objet dont chaque clé"),
        ("modules__csv", "", "noms de colonnes"),
        ("modules__csv", "id,id\n", "tous différents"),
        ("modules__csv", "id,titre\na,b,c\n", "2 cellules"),
        ("modules__csv", 'id,titre\na,"b\n', "guillemets fermés"),
        ("modules__csv", b"id,titre\na,\x81\n", "UTF-8"),
        ("modules__csv", b"\x89PNG\r\n\x1a\n\x00\x00", "un fichier CSV ou XLSX"),
        ("modules__xlsx", "ceci n'est pas un classeur", "un classeur XLSX"),
        ("modules__ods", "?", ".yaml, .yml, .json, .csv, .xlsx"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(refused, name, text, expected):
    faults = refused(**{name: text})

    assert expected in faults[0].expected
    assert faults[0].file == name.replace("__", ".")


def test_a_missing_file_is_told_like_any_fault(tmp_path):
    with pytest.raises(ImportRefused, match=r"rien\.yaml.*un fichier qui existe"):
        import_files([tmp_path / "rien.yaml"])


def test_the_command_prints_every_fault_and_fails(tmp_path, capsys):
    path = tmp_path / "c.yaml"
    path.write_text(with_fault("modules", {"niveau": "facile", "titre": ""}))

    with pytest.raises(CommandError, match=r"2 erreur\(s\) : rien n'a été importé"):
        call_command("import_catalogue", path)

    printed = capsys.readouterr().err
    assert "c.yaml, ligne" in printed and "colonne « niveau » : « facile » ; attendu : l'une de ces valeurs" in printed
