"""A school imports its students: every fault is told, nothing is half imported, a large file takes a bounded time."""

import io
import tracemalloc
import zipfile
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook
from openpyxl.chart import BarChart

from campus.accounts.models import EmailDomain, Organisation, User
from campus.mailing.models import Message
from enrolments import cohorts
from enrolments.models import CohortImport, CohortMember
from enrolments.student_files import Row
from enrolments.students import check_students, correct_import, import_students, keep_import, rows_of
from tests.files import picture
from tests.mail import worded_messages

pytestmark = pytest.mark.django_db
GOOD = "Courriel;Prénom;NOM;Téléphone\nada@ecole.example;Ada;Lovelace;01\nGrace@Ecole.Example;Grace;Hopper;02\n"


@pytest.fixture
def space(client, referent):
    client.force_login(referent)
    return client


@pytest.fixture
def url(school, cohort):
    return lambda name: reverse(f"enrolments:{name}", args=[school.slug, cohort.pk])


def upload(space, url, content, name="élèves.csv"):
    content = content.encode() if isinstance(content, str) else content
    return space.post(url("cohort_import"), {"file": SimpleUploadedFile(name, content)})


def test_a_good_file_is_shown_then_imported_and_students_invited(space, url, cohort, school):
    assert upload(space, url, GOOD).status_code == 302
    page = space.get(url("cohort_import_check")).text
    assert "2 nouveaux élèves" in page and "<td>Hopper</td><td>Grace</td>" in page and not CohortMember.objects.exists()

    space.post(url("cohort_import_confirm"), {"invites": "on"})
    cohorts.invite_students()
    cohorts.invite_students()

    ada = CohortMember.objects.get(email="ada@ecole.example")
    assert (ada.first_name, ada.last_name, ada.user.organisation) == ("Ada", "Lovelace", school)
    assert CohortMember.objects.get(last_name="Hopper").email == "grace@ecole.example"
    assert not CohortImport.objects.exists()
    assert sorted(Message.objects.values_list("to", flat=True)) == ["ada@ecole.example", "grace@ecole.example"]
    message = worded_messages().first()
    assert "École d'essai vous a mis dans la promotion « Ada Lovelace, 2026 »" in message.text
    assert "2 invitations parties." in space.get(url("cohort_detail")).text


def test_students_are_invited_after_being_asked_for(space, url, cohort):
    upload(space, url, GOOD)
    space.post(url("cohort_import_confirm"))
    assert "Inviter 2 élèves ?" in space.get(url("cohort_invite")).text and not cohort.members.to_write_to().exists()

    space.post(url("cohort_invite"))
    assert cohort.members.to_write_to().count() == 2


def correct(space, url, typed, follow=False):
    """Post corrections from the page as it is drawn now."""
    version = space.get(url("cohort_import_check")).context["version"]
    return space.post(url("cohort_import_check"), typed | {"file": version}, follow=follow)


def typed_in(line, email):
    return {f"ligne-{line}-email": email, f"ligne-{line}-first_name": "Ada", f"ligne-{line}-last_name": "Lovelace"}


def test_what_is_typed_in_an_old_tab_is_not_dropped_without_a_word(space, url):
    upload(space, url, "email;prenom;nom\na@;Ada;L\nb@;Ada;L\n")
    version = space.get(url("cohort_import_check")).context["version"]
    correct(space, url, typed_in(2, "a@ecole.example"))

    old_tab = typed_in(2, "autre@ecole.example") | typed_in(3, "b@ecole.example") | {"file": version}
    page = space.post(url("cohort_import_check"), old_tab, follow=True).text
    assert "1 ligne réglée. Tout est bon" in page and "Ligne 2 : déjà corrigée ailleurs" in unescape(page)
    again = unescape(space.post(url("cohort_import_check"), old_tab, follow=True).text)
    assert "Tout est bon" not in again and "Lignes 2, 3 : déjà corrigées ailleurs" in again
    assert [row[1] for row in CohortImport.objects.get().rows] == ["a@ecole.example", "b@ecole.example"]

    upload(space, url, "email;prenom;nom\nc@;Ada;L\n")
    page = unescape(space.post(url("cohort_import_check"), old_tab, follow=True).text)
    assert "Un autre fichier a été envoyé depuis" in page and CohortImport.objects.get().rows[0][1] == "c@"
    space.post(url("cohort_import_drop"))
    page = unescape(space.post(url("cohort_import_check"), old_tab, follow=True).text)
    assert "déjà été importé, ou abandonné" in page


def test_a_page_that_showed_another_file_neither_imports_nor_drops_this_one(space, url):
    upload(space, url, GOOD)
    version = space.get(url("cohort_import_check")).context["version"]
    upload(space, url, GOOD + "c@ecole.example;C;C\n")

    for name in ["cohort_import_confirm", "cohort_import_drop"]:
        page = unescape(space.post(url(name), {"file": version, "invites": "on"}, follow=True).text)
        assert "Un autre fichier a été envoyé depuis" in page and "3 nouveaux élèves" in page
    assert CohortImport.objects.exists() and not CohortMember.objects.exists()


def test_the_same_line_corrected_by_two_at_once_is_that_of_the_first(cohort, referent):
    shown = keep_import(cohort=cohort, file_name="a.csv", rows=[Row(2, "a@", "Ada", "L")], by=referent)
    first, second = (Row(2, f"{name}@ecole.example", "Ada", "L") for name in ("first", "second"))

    for row in (first, second):
        file = correct_import(pending=shown, corrected={2: row})

    assert rows_of(file) == [first]


def test_lines_of_another_page_of_the_list_are_corrected_too(space, url):
    """The list was shortened in another tab: what was its second page is no longer one."""
    upload(space, url, "email;prenom;nom\n" + "".join(f"a{n}@;Ada;L\n" for n in range(26)))
    version = space.get(url("cohort_import_check"), {"page": 2}).context["version"]
    correct(space, url, typed_in(2, "a2@ecole.example"))

    page = space.post(url("cohort_import_check") + "?page=2", typed_in(27, "z@ecole.example") | {"file": version}).text

    assert "1 ligne réglée, il en reste 24 à corriger." in page


def test_one_is_told_how_many_will_have_to_accept(space, url):
    ministry = Organisation.objects.create(name="Ministère", kind="ministere")
    EmailDomain.objects.create(name="ministere.example", organisation=ministry)

    upload(space, url, GOOD + "lea@ministere.example;Léa;Roux\n")

    page = unescape(space.get(url("cohort_import_check")).text)
    assert "3 nouveaux élèves à importer, dont 1 devra accepter d'abord" in page


@pytest.mark.parametrize("account", [{}, {"is_active": False}], ids=["elsewhere", "closed"])
def test_the_check_of_a_file_does_not_tell_whether_an_address_has_an_account(space, url, account):
    def checked():
        upload(space, url, GOOD)
        return space.get(url("cohort_import_check")).text.partition("élèves.csv")[2].partition("</ul>")[0]

    before = checked()
    ministry = Organisation.objects.create(name="Ministère", kind="ministere")
    User.objects.create_user("ada@ecole.example", organisation=ministry, **account)

    assert checked() == before and "2 nouveaux élèves" in before


def test_a_closed_account_is_imported_as_one_that_never_answers(cohort, referent):
    User.objects.create_user("closed@ecole.example", is_active=False)
    keep_import(cohort=cohort, file_name="a.csv", rows=[Row(2, "closed@ecole.example", "A", "B")], by=referent)

    import_students(cohort=cohort, by=referent, invites=True)
    cohorts.invite_students()

    member = CohortMember.objects.get()
    assert member.accepted_at is None and member.invited_at and not Message.objects.exists()


def test_large_numbers_are_told_as_one_reads_them(space, url, cohort, referent):
    rows = [Row(n, f"a{n}@ecole.example", "Ada", "Lovelace") for n in range(1_200)]
    keep_import(cohort=cohort, file_name="e.csv", rows=rows, by=referent)
    page = unescape(space.get(url("cohort_import_check")).text)
    assert "1\xa0200 lignes lues" in page and "1\xa0200 nouveaux élèves à importer" in page
    assert "Importer 1\xa0200 élèves" in page

    import_students(cohort=cohort, by=referent, invites=False)
    page = unescape(space.get(url("cohort_detail")).text)
    assert "<caption>1\xa0200 élèves</caption>" in page and "Inviter par courriel 1\xa0200 élèves" in page
    listed = reverse("enrolments:cohort_list", args=[cohort.organisation.slug])
    assert "1\xa0200 élèves" in unescape(space.get(listed).text)


def test_a_page_with_errors_says_so_in_its_title(space, url):
    assert "<title>Erreur : Importer des élèves" in upload(space, url, "").text
    assert "<title>Importer des élèves" in space.get(url("cohort_import")).text


def test_bad_lines_are_listed_and_corrected_in_the_page(space, url):
    lines = "ada@;Ada;Lovelace\nok@ecole.example;Léa;Roux\nok@ecole.example;;Autre\nout@ecole.example;;X\n"
    upload(space, url, "email;prenom;nom\n" + lines)

    page = space.get(url("cohort_import_check")).text
    assert "3 lignes à corriger" in page and "Ligne 2" in page and 'value="ada@"' in page
    assert "Cette adresse est déjà à la ligne 3" in page and page.count("Écrivez le prénom.") == 2
    told = space.get(url("cohort_import_faults")).getvalue().decode()
    assert "2;Adresse électronique;ada@;Écrivez une adresse complète" in told
    refused = space.post(url("cohort_import_confirm"), follow=True).text
    assert "Il reste des lignes à corriger" in refused and not CohortMember.objects.exists()

    typed = {
        "ligne-2-email": "ada@ecole.example", "ligne-2-first_name": "Ada", "ligne-2-last_name": "Lovelace",
        "ligne-4-email": "lou@ecole.example", "ligne-4-first_name": "", "ligne-4-last_name": "Autre",
        "ligne-5-email": "out@ecole.example", "ligne-5-first_name": "", "ligne-5-last_name": "X",
        "ligne-5-is_left_out": "on",
    }  # fmt: skip
    answer = correct(space, url, typed)
    assert answer.status_code == 422 and "1 ligne à corriger" in answer.text and "lou@ecole.example" in answer.text
    assert "2 lignes réglées, il en reste 1 à corriger." in answer.text
    assert "<title>Erreur : Vérification du fichier" in answer.text
    typed = {"ligne-4-email": "lou@ecole.example", "ligne-4-first_name": "Lou", "ligne-4-last_name": "Autre"}
    assert "1 ligne réglée. Tout est bon : vous pouvez importer." in correct(space, url, typed, follow=True).text
    space.post(url("cohort_import_confirm"))

    assert set(CohortMember.objects.values_list("email", flat=True)) == {
        "ada@ecole.example", "ok@ecole.example", "lou@ecole.example",
    }  # fmt: skip
    assert not CohortMember.objects.exclude(invitation_asked_at=None).exists()


def workbook(*rows):
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.create_sheet("Vide")
    book.save(file)
    return file.getvalue()


def test_a_workbook_is_read_too(space, url):
    content = workbook(
        ["Adresse e-mail", "Prénom", "Nom"], ["ada@ecole.example", "Ada", "Lovelace"], [None, None, None]
    )
    assert upload(space, url, content, "eleves.xlsx").status_code == 302
    assert "1 nouvel élève à importer" in space.get(url("cohort_import_check")).text


def test_the_model_is_filled_in_and_sent_back(space, url, school):
    model = space.get(reverse("enrolments:cohort_model", args=[school.slug])).getvalue()
    assert "Adresse électronique;Prénom;Nom\r\n" in model.decode()

    assert upload(space, url, model + "lea@ecole.example;Léa;Roux\r\n".encode()).status_code == 302

    assert [row[1:] for row in CohortImport.objects.get().rows][-1] == ["lea@ecole.example", "Léa", "Roux"]


@pytest.mark.parametrize("separator", [",", ";"])
def test_cells_are_told_apart_by_commas_or_semicolons(space, url, separator):
    upload(space, url, GOOD.replace(";", separator))
    assert [row[1] for row in CohortImport.objects.get().rows] == ["ada@ecole.example", "Grace@Ecole.Example"]


@pytest.mark.parametrize(
    ("charts", "told"), [([], "ne se lit pas"), ([BarChart()], "il manque « Adresse électronique »")]
)
def test_a_workbook_of_charts_alone_is_told_so(space, url, charts, told):
    book, content = Workbook(), io.BytesIO()
    sheet = book.create_chartsheet("Graphique")
    for chart in charts:
        sheet.add_chart(chart)
    book.remove(book.active)
    book.save(content)
    assert told in upload(space, url, content.getvalue(), "eleves.xlsx").text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_accents_are_read_as_spreadsheets_save_them(space, url, encoding):
    """A long file too: nothing says how it was saved before its last line."""
    lines = "a@ecole.example;Ada;Lovelace\n" * 4_000 + "noel@ecole.example;Noël;Œuvré-d’Été\n"
    upload(space, url, f"Adresse électronique;Prénom;Nom\n{lines}".encode(encoding))
    assert CohortImport.objects.get().rows[-1][1:] == ["noel@ecole.example", "Noël", "Œuvré-d’Été"]


@pytest.mark.parametrize(
    ("before", "after"), [(b"</row>", b"</rwo>"), (b"<v>7</v>", b"<v>sept</v>"), (b'r="A2"', b'r="??"')]
)
def test_a_workbook_that_no_spreadsheet_wrote_is_refused(space, url, before, after):
    broken = io.BytesIO()
    good = zipfile.ZipFile(io.BytesIO(workbook(["email", "prenom", "nom"], ["a@b.fr", "Ada", 7])))
    with zipfile.ZipFile(broken, "w") as archive:
        for name in good.namelist():
            archive.writestr(name, good.read(name).replace(before, after))

    answer = upload(space, url, broken.getvalue(), "eleves.xlsx")

    assert answer.status_code == 422 and "ne se lit pas" in answer.text and not CohortImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "vide"),
        ("nom;prenom\nA;B\n", "il manque « Adresse électronique »"),
        ("ada@b.fr;Ada;L\n", "« Adresse électronique », « Prénom » et « Nom »"),
        ("ada@b.fr;Ada;L\nb@b.fr;B;B\n", "« Adresse électronique », « Prénom » et « Nom »"),
        ("email;e-mail;prenom;nom\na;b;c;d\n", "disent la même chose"),
        ("email;prenom;nom\n", "ne contient aucun élève"),
        ("email;prenom;nom\na@b.fr;Zoé;X\n".encode("utf-16"), "CSV UTF-8"),
        (b"email;prenom;nom\na@b.fr;Zo\x81;X\n", "CSV UTF-8"),
        (picture("PNG"), "il faut un fichier CSV ou XLSX"),
        (picture("JPEG"), "il faut un fichier CSV ou XLSX"),
        ('email;prenom;nom\n"a@b.fr;Zoé;X\n', "ne se lit pas"),
        ("email;prenom;nom\na@b.fr;A;B;C\n", "ne se lit pas à la ligne 2"),
        (b"PK\x03\x04 nothing", "abîmé"),
        (b"PK nothing", "pas accepté. Envoyez l"),
        ("email;prenom;nom\n" + "a@b.fr;A;B\n" * 10_001, "plus de 10\xa0000 lignes"),
    ],
)
def test_a_file_that_is_not_one_is_refused_with_what_to_do(space, url, content, told):
    answer = upload(space, url, content)
    assert answer.status_code == 422 and told in answer.text and not CohortImport.objects.exists()


def test_what_is_checked_in_a_line(cohort, new_student):
    there = new_student()
    rows = [
        Row(2, there.email, "Déjà", "Là"),
        Row(4, "a@ecole.example", "A" * 151, "B\x01"),
        Row(5, "Camille", "x@y.fr", ""),
        Row(6, "a" * 246 + "@ecole.fr", "Longue", "Adresse"),
        Row(7, "b@ecole.fr", "12", "2026-01-01"),
    ]

    report = check_students(cohort, rows)

    assert report.known_count == 1 and report.new == []
    assert [(fault.row.line, fault.column) for fault in report.faults] == [
        (4, "Prénom"), (4, "Nom"), (5, "Adresse électronique"), (5, "Prénom"), (5, "Nom"),
        (6, "Adresse électronique"), (7, "Prénom"), (7, "Nom"),
    ]  # fmt: skip


def test_accounts_are_written_in_one_order_so_that_two_imports_do_not_block_each_other(cohort, referent):
    rows = [Row(2, "b@ecole.example", "B", "B"), Row(3, "a@ecole.example", "A", "A")]
    keep_import(cohort=cohort, file_name="a.csv", rows=rows, by=referent)

    import_students(cohort=cohort, by=referent, invites=False)

    added = User.objects.filter(cohort_memberships__cohort=cohort).order_by("pk")
    assert [user.email for user in added] == ["a@ecole.example", "b@ecole.example"]


def test_existing_accounts_are_kept_as_they_are_and_domains_tell_the_employer(cohort, referent, school):
    ministry = Organisation.objects.create(name="Ministère", kind="ministere")
    EmailDomain.objects.create(name="ministere.example", organisation=ministry)
    EmailDomain.objects.create(name="tous.example", organisation=None)
    known = User.objects.create_user("ada@ecole.example", first_name="Augusta", organisation=ministry)
    rows = [Row(2, known.email, "Ada", "L"), Row(3, "b@ministere.example", "B", "B"), Row(4, "c@x.example", "C", "C")]
    rows.append(Row(5, "d@tous.example", "D", "D"))
    keep_import(cohort=cohort, file_name="a.csv", rows=rows, by=referent)

    assert check_students(cohort, rows).asked_count == 1  # that of the ministry's domain
    assert import_students(cohort=cohort, by=referent, invites=False) == 4
    assert set(CohortMember.objects.invited().values_list("email", flat=True)) == {known.email, "b@ministere.example"}

    known.refresh_from_db()
    assert (known.first_name, known.organisation) == ("Augusta", ministry)
    of = dict(CohortMember.objects.values_list("email", "user__organisation"))
    assert of["b@ministere.example"] == ministry.pk and of["c@x.example"] == school.pk
    assert of["d@tous.example"] is None


def test_nothing_is_imported_into_an_archived_promotion_nor_twice(cohort, referent):
    keep_import(cohort=cohort, file_name="a.csv", rows=[Row(2, "a@b.fr", "A", "B")], by=referent)
    import_students(cohort=cohort, by=referent, invites=False)
    with pytest.raises(cohorts.CohortRefused, match="déjà été importé"):
        import_students(cohort=cohort, by=referent, invites=False)
    cohorts.archive(cohort=cohort)
    with pytest.raises(cohorts.CohortRefused, match="archivée"):
        keep_import(cohort=cohort, file_name="a.csv", rows=[], by=referent)


def test_two_thousand_students_take_few_queries_and_little_memory(cohort, referent, django_assert_max_num_queries):
    """bench/students.py measures five thousand, and the seconds."""
    rows = [Row(line, f"eleve{line}@ecole.example", "Élève", f"N°{line}") for line in range(2, 2002)]
    tracemalloc.start()
    with django_assert_max_num_queries(40):
        keep_import(cohort=cohort, file_name="a.csv", rows=rows, by=referent)
        assert import_students(cohort=cohort, by=referent, invites=True) == 2000
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert peak < 40
