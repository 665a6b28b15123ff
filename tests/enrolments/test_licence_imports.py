"""Files of codes and of usages: every bad line told, nothing half-imported, lines of nobody listed."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from campus.mailing.models import Message
from campus.spreadsheets import xlsx_file
from enrolments.enums import LicenceState
from enrolments.licence_imports import FileRefused, import_codes, import_usages
from enrolments.models import Licence, LicenceCode, LicenceEvent
from enrolments.transitions import licence as transitions
from enrolments.transitions.licence import ask

pytestmark = pytest.mark.django_db
L = LicenceState


@pytest.fixture
def file(tmp_path):
    """A function that writes lines as a CSV file."""

    def write(*lines):
        path = tmp_path / "fichier.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture
def pool(new_pool):
    return new_pool(seats=100, access="codes", campaign_code="")


def codes_of(pool):
    return list(pool.codes.order_by("pk").values_list("value", flat=True))


def add(pool, path, **options):
    return import_codes(pool=pool, path=path, by=None, **{"is_dry_run": False, **options})


def note(pool, path, **options):
    return import_usages(pool=pool, path=path, by=None, **{"is_dry_run": False, **options})


def test_codes_are_added_in_the_order_of_the_file_once_tried(pool, file):
    path = file("code;note", "B;deux", "A;un", "https://fournisseur.example/l/1;")

    assert add(pool, path, is_dry_run=True).counts == {"codes ajoutés": 3} and codes_of(pool) == []
    add(pool, path)
    assert codes_of(pool) == ["B", "A", "https://fournisseur.example/l/1"]


def test_a_workbook_is_read_as_well(pool, tmp_path):
    path = tmp_path / "codes.xlsx"
    with xlsx_file("Codes", [["Code"], ["A"], [12345]]) as book:
        path.write_bytes(book.read())

    add(pool, path)

    assert codes_of(pool) == ["A", "12345"]


def test_each_bad_line_is_told_and_nothing_is_written(pool, file):
    LicenceCode.objects.create(pool=pool, value="DEJA")
    path = file("code;note", "A;", ";sans code", "A;", "DEJA;", "B C;", "http://a.fr/1;", "X" * 301 + ";", "D;")

    with pytest.raises(FileRefused) as refusal:
        add(pool, path)

    told = "\n".join(refusal.value.faults)
    assert len(refusal.value.faults) == 6 and codes_of(pool) == ["DEJA"]
    for sentence in [
        "ligne 3 : le code manque.",
        "ligne 4 : « A » est déjà plus haut, ligne 2.",
        "ligne 5 : « DEJA » est déjà dans la réserve.",
        "ligne 6 : « B C » contient une espace",
        "un lien commence par https://",
        "a plus de 300 caractères",
    ]:
        assert sentence in told


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["licence", "A"], "ligne 1 : il y faut la colonne « code »."),
        (["code"], "Aucun code dans ce fichier"),
        ([""], "une première ligne de noms de colonnes"),
        (["code", "A;B", "C,D,E"], "ne se lit pas plus loin"),
        (["code", '"A'], "guillemets fermés"),
    ],
)
def test_a_file_of_something_else_is_told_so(pool, file, lines, told):
    with pytest.raises(FileRefused) as refusal:
        add(pool, file(*lines))

    assert told in "\n".join(refusal.value.faults) and not codes_of(pool)


def test_a_file_that_is_no_text_is_told_so(pool, tmp_path):
    path = tmp_path / "codes.csv"
    path.write_bytes(b"code\n\xff\x00\n")

    with pytest.raises(FileRefused, match="rien n'est écrit"):
        add(pool, path)


def test_a_file_that_a_french_spreadsheet_saved_is_read(pool, given, tmp_path):
    path = tmp_path / "usages.csv"
    path.write_bytes("Code;Statut\r\nA;activée\r\n".encode("cp1252"))
    assert note(pool, path).counts == {"activées": 1}


def test_the_command_says_what_it_did_or_all_that_is_wrong(pool, file, capsys):
    call_command("import_licence_codes", "pix", str(pool.year), str(file("code", "A", "B")), "--dry-run")
    assert "Essai, rien n'est écrit : codes ajoutés : 2." in capsys.readouterr().out
    with pytest.raises(CommandError, match="ligne 3 : « A » est déjà plus haut"):
        call_command("import_licence_codes", "pix", str(pool.year), str(file("code", "A", "A")))
    with pytest.raises(CommandError, match="Aucune réserve pix 2000"):
        call_command("import_licence_codes", "pix", "2000", "absent.csv")


@pytest.fixture
def given(pool, new_agent):
    """Three licences, each with its code: A, B, C."""
    LicenceCode.objects.bulk_create(LicenceCode(pool=pool, value=value) for value in "ABC")
    licences = [ask(agent=new_agent(), pool=pool, by=None) for _ in range(3)]
    Message.objects.all().delete()
    return licences


def test_usages_are_matched_by_code_or_by_email_and_lines_of_nobody_are_listed(pool, given, file):
    path = file(
        "code;email;statut;date;resultat;nom",
        "A;;activée;2026-03-14;;Durand",
        f";{given[1].agent.email.upper()};Terminee;;512 pix;",
        "Z;;activée;;;",
        ";personne@ailleurs.fr;terminée;;;",
    )
    assert note(pool, path, is_dry_run=True).counts["activées"] == 1
    assert not LicenceEvent.objects.filter(to_state=L.ACTIVATED).exists()

    report = note(pool, path)

    first, second, third = (Licence.objects.get(pk=licence.pk) for licence in given)
    assert report.counts == {"activées": 1, "terminées": 1, "inconnues": 2}
    assert report.unmatched == ["ligne 4 : Z (inconnues)", "ligne 5 : personne@ailleurs.fr (inconnues)"]
    assert [first.state, second.state, third.state] == [L.ACTIVATED, L.DONE, L.GIVEN]
    assert timezone.localdate(first.activated_at) == datetime.date(2026, 3, 14)
    assert (second.result, second.shared_result) == ("512 pix", "")
    assert [event.to_state for event in second.events.all()] == [L.GIVEN, L.ACTIVATED, L.DONE]
    assert note(pool, path).counts == {"inchangées": 2, "inconnues": 2}
    assert not Message.objects.exists()


def test_a_licence_taken_back_is_not_brought_back_by_a_file(pool, given, file):
    transitions.leave(licence=given[0], by=given[0].agent)

    report = note(pool, file("code;statut", "A;activée", "B;activée", "B;terminée"))

    assert report.counts == {"rendues ou reprises": 1, "activées": 1, "terminées": 1}
    assert report.unmatched == ["ligne 2 : A (rendues ou reprises)"]
    assert Licence.objects.get(pk=given[0].pk).state == L.TAKEN_BACK


def test_each_bad_line_of_usages_is_told_and_nothing_is_noted(pool, given, file):
    path = file(
        "code;email;statut;date",
        "A;;activée;",
        ";;activée;",
        "B;;ouverte;",
        "B;;terminée;14/03",
        "C;;terminée;2999-01-01",
        "C\0;;terminée;",
    )
    with pytest.raises(FileRefused) as refusal:
        note(pool, path)

    assert [fault.partition(" :")[0] for fault in refusal.value.faults] == [f"ligne {line}" for line in (3, 4, 5, 6, 7)]
    assert not Licence.objects.exclude(state=L.GIVEN).exists()


@pytest.mark.parametrize("header", ["code;etat", "nom;statut", "nom"])
def test_a_file_of_usages_without_its_columns_is_told_which_once_at_its_first_line(pool, given, file, header):
    with pytest.raises(FileRefused) as refusal:
        note(pool, file(header, "A;activée", "B;activée"))

    told = (
        "ligne 1 : il y faut la colonne « statut », et « code » ou « email » ; s'il y en a, « date » et « resultat »."
    )
    assert refusal.value.faults == [told]


def test_a_file_of_usages_without_any_line_is_told_so(pool, given, file):
    with pytest.raises(FileRefused) as refusal:
        note(pool, file("code;statut"))

    assert "Aucun usage dans ce fichier" in refusal.value.faults[0]
