"""Inviting addresses to a private session: pasted or imported by staff, bad lines told, each told once."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from campus.mailing.models import Message
from campus.spreadsheets import xlsx_file
from catalogue.models import SessionGuest
from catalogue.programme_requests import guests
from tests.files import picture, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(new_session, new_programme):
    return new_session(module=None, programme=new_programme())


@pytest.fixture
def staff(client, new_person):
    staff = new_person("change_session", "view_session", "view_sessionguest", "delete_sessionguest")
    client.force_login(staff)
    return staff


def at(session):
    return reverse("admin:catalogue_sessionguest_invite", args=[session.pk])


def test_addresses_are_read_however_they_are_pasted():
    text = "Adresse\nAna@Exemple.gouv.fr\n b@exemple.gouv.fr ; <c@exemple.gouv.fr>,\n\nana@exemple.gouv.fr\n"

    assert guests.read(text) == ["ana@exemple.gouv.fr", "b@exemple.gouv.fr", "c@exemple.gouv.fr"]


def test_every_bad_line_is_told():
    with pytest.raises(ValidationError) as faults:
        guests.read(f"léa\nana\nb@exemple.gouv.fr, c@@exemple\n{'a' * 245}@exemple.fr\n")

    assert faults.value.messages == [
        "Ligne 1 : « léa » n'est pas une adresse électronique.",
        "Ligne 2 : « ana » n'est pas une adresse électronique.",
        "Ligne 3 : « c@@exemple » n'est pas une adresse électronique.",
        f"Ligne 4 : « {'a' * 80} » n'est pas une adresse électronique.",
    ]


@pytest.mark.parametrize("text", ["", " \n;\n", "Adresse\n"])
def test_an_empty_list_is_refused(text):
    with pytest.raises(ValidationError, match="au moins une adresse"):
        guests.read(text)


def test_too_many_are_refused(monkeypatch):
    monkeypatch.setattr(guests, "MOST", 1)

    with pytest.raises(ValidationError, match="1 au plus"):
        guests.read("a@exemple.gouv.fr b@exemple.gouv.fr".replace(" ", "\n"))


def test_staff_paste_correct_and_invite_each_once(client, staff, session):
    refused = client.post(at(session), {"text": "ana@exemple.gouv.fr\nlea@@exemple.gouv.fr"})
    assert refused.status_code == 422 and "Ligne 2" in refused.context["form"].errors["text"][0]
    assert "lea@@exemple.gouv.fr" in refused.text and not SessionGuest.objects.exists()

    lists = [
        "ana@exemple.gouv.fr",
        "ana@exemple.gouv.fr\nlea@exemple.gouv.fr",
        "ana@exemple.gouv.fr\nlea@exemple.gouv.fr",
    ]
    told = [client.post(at(session), {"text": text}, follow=True).text.replace("&#x27;", "'") for text in lists]

    assert "1 personne invitée." in told[0] and "1 personne invitée, 1 l'était déjà." in told[1]
    assert "0 personne invitée, 2 l'étaient déjà." in told[2]
    assert set(session.guests.values_list("email", "invited_by")) == {
        ("ana@exemple.gouv.fr", staff.pk),
        ("lea@exemple.gouv.fr", staff.pk),
    }
    assert Message.objects.count() == 2
    told = Message.objects.get(to="ana@exemple.gouv.fr")
    assert told.subject == "Une formation pour vous : Former les inspecteurs"
    assert f"/sessions/{session.pk}/inscription/" in told.text
    assert "Pour tous les inspecteurs." in told.text and "qu'aux personnes invitées." in told.text


def test_the_invitation_says_that_all_agents_may_enrol_and_nothing_of_what_is_to_write(session, staff, organisation):
    session.restricted_to.add(organisation)
    session.programme.summary = "À rédiger."
    session.programme.save()

    guests.invite(session=session, addresses=["ana@exemple.gouv.fr"], by=staff)

    told = Message.objects.get(to="ana@exemple.gouv.fr")
    assert "conçue et aux personnes invitées." in told.text and "À rédiger" not in told.text + told.html


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xef\xbb\xbfcourriel\nana@exemple.gouv.fr\n", ""),
        ("Prénom;Adresse électronique\nZoé;ana@exemple.gouv.fr\n".encode("cp1252"), ""),
        ("ana@exemple.gouv.fr;été".encode("cp1252"), "« été » n'est pas une adresse"),
        (b"ana@exemple.gouv.fr\nnon\n", "Ligne 2"),
        ("été@exemple".encode("utf-16"), "UTF-8"),
        (picture("PNG"), "il faut un fichier CSV ou XLSX"),
        (b"", "vide"),
        (b"a" * 1_100_000, "1 Mo"),
    ],
)
def test_staff_import_a_file(client, staff, session, content, said):
    answer = client.post(at(session), {"text": "", "file": sent(content, "liste.csv")})

    assert session.guests.count() == (0 if said else 1)
    assert answer.status_code == (422 if said else 302)
    assert not said or said in answer.context["form"].errors["file"][0]


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_a_table_is_read_by_the_name_of_its_column_and_bad_lines_are_told(client, staff, session, extension):
    def table(*rows):
        rows = [["Nom", "Adresse e-mail", "Service"], *rows]
        if extension == "csv":
            return sent("\n".join(";".join(row) for row in rows).encode(), "liste.csv")
        with xlsx_file("Agents", rows) as book:
            return sent(book.read(), "liste.xlsx")

    good, bad = ["Ana", "Ana@Exemple.gouv.fr", "DSI"], ["Léa", "lea@@exemple", ""]
    refused = client.post(at(session), {"text": "", "file": table(good, bad, ["Luc", "", "DSI"])})
    assert refused.status_code == 422 and refused.context["form"].errors["file"] == [
        "Ligne 3 : « lea@@exemple » n'est pas une adresse électronique.",
        "Ligne 4 : « (vide) » n'est pas une adresse électronique.",
    ]
    assert not SessionGuest.objects.exists()

    assert client.post(at(session), {"text": "", "file": table(good)}).status_code == 302
    assert session.guests.get().email == "ana@exemple.gouv.fr"


def test_a_workbook_that_names_no_addresses_or_is_none_is_told_so(client, staff, session):
    with xlsx_file("Agents", [["Nom"], ["Ana"]]) as book:
        unnamed = book.read()
    for content, said in [(unnamed, "il manque « Adresse électronique »"), (b"PK\x03\x04 nothing", "abîmé")]:
        answer = client.post(at(session), {"text": "", "file": sent(content, "liste.xlsx")})
        assert answer.status_code == 422 and said in answer.context["form"].errors["file"][0]


def test_only_a_private_session_that_is_to_come_has_guests(client, staff, new_session, new_programme, published_module):
    programme = new_programme()
    undated = new_session(module=None, programme=programme)
    undated.slots.all().delete()
    for session, said in [
        (new_session(), "programme sur-mesure"),
        (undated, "pas encore de dates"),
        (new_session(module=None, programme=programme, in_days=-3), "terminée"),
    ]:
        answer = client.post(at(session), {"text": "ana@exemple.gouv.fr"})
        assert answer.status_code == 422 and said in answer.context["form"].non_field_errors()[0]


def test_the_page_of_the_session_leads_there_and_the_list_takes_people_out(client, staff, session):
    guests.invite(session=session, addresses=["ana@exemple.gouv.fr"], by=staff)

    assert f'href="{at(session)}"' in client.get(reverse("admin:catalogue_session_change", args=[session.pk])).text
    listed = client.get(reverse("admin:catalogue_sessionguest_changelist"), {"session__id__exact": session.pk}).text
    assert "ana@exemple.gouv.fr" in listed
    guest = session.guests.get()
    client.post(reverse("admin:catalogue_sessionguest_delete", args=[guest.pk]), {"post": "yes"})
    assert not session.guests.exists()


def test_who_may_invite(client, session, new_person):
    people = {
        new_person(): 403,
        new_person(is_staff=True): 403,
        new_person("view_sessionguest"): 403,
        new_person("change_session"): 200,
        new_person(is_staff=True, is_superuser=True): 200,
    }
    assert "/connexion/" in client.get(at(session), follow=True).redirect_chain[-1][0]
    for person, status in people.items():
        client.force_login(person)
        assert client.get(at(session), follow=True).status_code == status


@pytest.mark.parametrize("count", [1, 3])
def test_queries_of_the_list_do_not_grow_with_rows(client, staff, session, count, django_assert_num_queries):
    guests.invite(session=session, addresses=[f"a{number}@exemple.gouv.fr" for number in range(count)], by=staff)

    with django_assert_num_queries(9):
        client.get(reverse("admin:catalogue_sessionguest_changelist"))
