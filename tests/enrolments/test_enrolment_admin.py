"""What staff see and do in the admin: live counts, participants, messages, people added by hand."""

import csv
import datetime
import re
from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from campus.accounts.models import EmailDomain
from campus.mailing.models import Message
from catalogue.models import Session
from enrolments import exports, transitions
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment, Profile, SessionNote
from enrolments.transitions import enrol
from tests.mail import worded_messages

pytestmark = pytest.mark.django_db
FOLLOW_UP = reverse("admin:enrolments_sessionfollowup_changelist")
ENROLMENTS = reverse("admin:enrolments_enrolment_changelist")


@pytest.fixture
def staff(client, new_agent):
    staff = new_agent(is_staff=True, is_superuser=True)
    client.force_login(staff)
    return staff


@pytest.fixture
def full(new_session, new_agent):
    """A session of two seats, with three agents who wait."""
    session = new_session(seats=2)
    for _ in range(5):
        enrol(agent=new_agent(), session=session, by=None)
    return session


def do(client, action, *sessions, **answer):
    """Confirm an action on sessions."""
    chosen = [session.pk for session in sessions]
    return client.post(FOLLOW_UP, {"action": action, "_selected_action": chosen, "confirm": "oui", **answer})


def test_the_list_counts_who_is_in_and_who_waits(client, staff, full, new_session):
    transitions.withdraw(enrolment=full.enrolments.earliest("pk"), by=staff)
    new_session(in_days=40)

    page = client.get(FOLLOW_UP).text

    row = page[page.index("field-enrolled") :]
    counts = [row.split(f'field-{name}">')[1].split("<")[0] for name in ("enrolled", "waiting", "offered", "requested")]
    assert counts == ["1", "2", "1", "0"]
    assert f"{ENROLMENTS}?session__pk={full.pk}" in page
    assert client.get(ENROLMENTS, {"session__pk": full.pk}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_sessions(client, staff, new_session, new_agent, count, django_assert_max_num_queries):
    for number in range(count):
        enrol(agent=new_agent(), session=new_session(in_days=20 + number), by=None)

    with django_assert_max_num_queries(12):
        assert client.get(FOLLOW_UP).text.count("Voir les inscriptions") == count
    with django_assert_max_num_queries(12):
        client.get(ENROLMENTS)


def test_one_message_goes_to_each_who_is_enrolled_once(client, staff, full):
    Message.objects.all().delete()
    for _ in range(2):
        do(client, "write_to_all", full, subject="Salle changée", text="Rendez-vous au deuxième étage.")

    messages = worded_messages().filter(subject="Salle changée")
    assert messages.count() == 2 and "deuxième étage" in messages[0].text
    note = SessionNote.objects.get()
    assert (note.recipients, note.sent_by) == (2, staff)
    assert "Salle changée" in client.get(reverse("admin:enrolments_sessionfollowup_change", args=[full.pk])).text


def test_a_message_to_nobody_says_so(client, staff, new_session):
    page = do(client, "write_to_all", new_session(), subject="Bonjour", text="Tout le monde").text

    assert "personne à qui écrire" in page and "Tout le monde" in page


def test_staff_add_somebody_and_are_told_when_they_cannot(client, staff, new_session):
    session = new_session()
    do(client, "add_agent", session, email="nouvelle@insee.fr", reason="Demande de la DRH")
    again = do(client, "add_agent", session, email="nouvelle@insee.fr", reason="Demande de la DRH").text

    enrolment = session.enrolments.get()
    assert enrolment.state == EnrolmentState.ENROLLED and enrolment.events.get().reason == "Demande de la DRH"
    assert "déjà une inscription" in again


def test_staff_who_add_somebody_to_a_full_session_are_told_their_rank(client, staff, full):
    do(client, "add_agent", full, email="quatrieme@insee.fr", reason="Demande de la DRH")

    page = client.get(FOLLOW_UP).text
    assert "quatrieme@insee.fr en liste d&#x27;attente, rang 4" in page and "inscrite" not in page


@pytest.mark.parametrize(("email", "is_known"), [("a@insee.fr", True), ("a@ailleurs.example", False)])
def test_staff_are_told_that_an_address_is_nobodys_they_know(client, staff, new_session, email, is_known):
    EmailDomain.objects.create(name="insee.fr")
    do(client, "add_agent", new_session(), email=email, reason="Demande de la DRH")

    page = client.get(FOLLOW_UP).text
    assert f"{email} inscrite" in page
    assert ("pas celle d&#x27;un agent public connu" in page) is not is_known


def test_the_waiting_list_of_a_session_reads_in_its_order_with_ranks(client, staff, full):
    last = full.enrolments.filter(state=EnrolmentState.WAITING).latest("queued_at")
    transitions.move_up(enrolment=last, by=staff, reason="Prise de poste")

    page = client.get(ENROLMENTS, {"session__pk": full.pk}).text

    assert re.findall(r'field-rank">([^<]*)<', page) == ["-", "-", "1", "2", "3"]
    rows = page.split("<tr>")[-3:]
    assert str(last.agent) in rows[0]
    assert f"Inscriptions : {full}" in page


@pytest.mark.parametrize("pk", ["x", "²", "9" * 30, "0"])
def test_the_list_of_no_session_is_no_error(client, staff, pk):
    assert client.get(ENROLMENTS, {"session__pk": pk}, follow=True).status_code == 200


def test_the_motivation_of_a_request_is_in_the_list(client, staff, new_session, new_agent):
    session = new_session(is_selective=True)
    answers = transitions.Answers(motivation="Je prends un poste de cheffe de projet. " * 20)
    enrol(agent=new_agent(), session=session, by=None, answers=answers)

    page = client.get(ENROLMENTS).text

    assert "Je prends un poste" in page and answers.motivation not in page


def test_the_name_that_messages_and_history_give_an_enrolment_says_no_state(client, staff, new_session, new_agent):
    enrolment = enrol(agent=new_agent(), session=new_session(is_selective=True), by=None)
    answer = {"action": "select", "_selected_action": [enrolment.pk], "confirm": "oui"}

    page = client.post(ENROLMENTS, answer, follow=True).text

    assert f"« {enrolment.agent}, {enrolment.session} » : place donnée." in page


def test_what_is_not_said_is_said_in_words(client, staff, new_session, new_agent):
    enrolment = enrol(agent=new_agent(), session=new_session(), by=None)

    page = client.get(reverse("admin:enrolments_enrolment_change", args=[enrolment.pk])).text
    profile = client.get(reverse("admin:enrolments_profile_change", args=[enrolment.agent.profile.pk])).text

    assert "None" not in page + profile and "sans objet" in page and "inconnu" in profile


def test_an_overseas_session_is_followed_in_its_own_time_which_is_named(client, staff, new_session):
    session = new_session(time_zone="Indian/Reunion")
    start = timezone.localtime(session.starts_at, session.zone)

    page = client.get(FOLLOW_UP).text
    detail = client.get(reverse("admin:enrolments_sessionfollowup_change", args=[session.pk])).text

    for text in (page, detail):
        assert f"de {start.hour}\xa0h" in text and "heure locale : La Réunion" in text
    assert str(session.slots.get()).startswith(f"{start:%d/%m/%Y %H:%M} – ")


def test_an_event_is_dated_in_paris(new_session, new_agent):
    enrolment = enrol(agent=new_agent(), session=new_session(), by=None)
    event = enrolment.events.get()
    event.happened_at = datetime.datetime(2027, 7, 1, 22, 30, tzinfo=datetime.UTC)

    assert str(event) == "Inscrite, 02/07/2027 00:30"


def test_the_export_has_the_waiting_list_in_its_order_after_who_has_a_seat(full, staff):
    last = full.enrolments.filter(state=EnrolmentState.WAITING).latest("queued_at")
    transitions.move_up(enrolment=last, by=staff, reason="Prise de poste")

    _header, *rows = exports.participants(Session.objects.filter(pk=full.pk).values("pk"))

    assert [row[2:4] for row in rows[:2]] == [["Inscrite", ""]] * 2
    assert [row[3] for row in rows[2:]] == [1, 2, 3] and rows[2][6] == last.agent.email


def test_priorities_are_given_and_taken_away(client, staff, full, organisation, new_agent):
    theirs = enrol(agent=new_agent(organisation=organisation), session=full, by=None)

    do(client, "set_priority", full, organisation=organisation.pk, level=2, reason="Convention")
    assert transitions.rank_of(Enrolment.objects.get(pk=theirs.pk)) == 1
    do(client, "lift_priority", full)
    assert transitions.rank_of(Enrolment.objects.get(pk=theirs.pk)) == 4


def test_the_export_has_what_the_organiser_needs_no_formula_and_leaves_a_trace(client, staff, new_session, new_agent):
    agent = new_agent(has_profile=False, first_name="=1+1", last_name="Durand")
    Profile.objects.create(agent=agent, service="@DSI", accessibility_needs="Boucle magnétique")
    session = new_session()
    enrol(agent=agent, session=session, by=agent)

    response = do(client, "export_csv", session)
    rows = list(csv.reader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines(), delimiter=";"))
    book = load_workbook(BytesIO(b"".join(do(client, "export_xlsx", session).streaming_content)))

    row = dict(zip(*rows, strict=True))
    assert (row["Prénom"], row["Service"], row["Besoins d'accessibilité"]) == ("'=1+1", "'@DSI", "Boucle magnétique")
    assert [cell.value for cell in book.active[2]][:2] == rows[1][:2]
    assert {"private", "no-store"} <= set(response["Cache-Control"].split(", "))
    assert LogEntry.objects.filter(change_message="Participants exportés").count() == 2


def test_who_may_not_change_enrolments_exports_nothing(client, new_agent, new_session):
    client.force_login(new_agent(is_staff=True))

    assert client.get(FOLLOW_UP).status_code == 403
    assert do(client, "export_csv", new_session()).status_code == 403


def test_the_page_of_an_enrolment_shows_what_was_asked_and_never_a_state_field(client, staff, new_session, new_agent):
    enrolment = enrol(agent=new_agent(), session=new_session(), by=None)
    Profile.objects.filter(agent=enrolment.agent).update(accessibility_needs="Interprète LSF")
    path = reverse("admin:enrolments_enrolment_change", args=[enrolment.pk])

    page = client.get(path).text
    transitions.withdraw(enrolment=enrolment, by=enrolment.agent)

    assert "Interprète LSF" in page and 'name="state"' not in page
    assert "Interprète LSF" not in client.get(path).text  # nobody organises anything for them any more
    assert LogEntry.objects.filter(change_message="Inscription lue.").count() == 2
