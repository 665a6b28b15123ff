"""What staff see and do in the admin: live counts, participants, messages, people added by hand."""

import csv
from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from openpyxl import load_workbook

from campus.mailing.models import Message
from enrolments import transitions
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment, Profile, SessionNote
from enrolments.transitions import enrol

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

    messages = Message.objects.filter(subject="Salle changée")
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
    rows = list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))
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
