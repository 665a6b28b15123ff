"""A session moved by staff or by an import: everyone in it is told once, with what was, what is and what one can do."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from campus.mailing import worker
from catalogue.models import Place, Session, Slot
from catalogue.transitions import cancel_session
from enrolments import moved
from enrolments.announcements import moved_since
from enrolments.enums import EnrolmentState
from enrolments.models import Announced, Enrolment
from enrolments.transitions import enrol, withdraw
from tests.mail import worded_messages

pytestmark = pytest.mark.django_db
S = EnrolmentState
DAY = datetime.timedelta(days=1)


def rounds(count=2):
    """Rounds of the worker, each long after the last."""
    for _ in range(count):
        moved.tell_of_moved_sessions()
        Announced.objects.exclude(seen_at=None).update(seen_at=timezone.now() - datetime.timedelta(minutes=10))
    moved.tell_of_moved_sessions()


def told(agent):
    return list(worded_messages().filter(to=agent.email, key__contains=" moved ").order_by("pk"))


def events(message):
    return Calendar.from_ical(message.calendar).walk("VEVENT")


def postpone(session, by=DAY):
    for slot in session.slots.order_by("-starts_at"):
        slot.starts_at, slot.ends_at = slot.starts_at + by, slot.ends_at + by
        slot.save()


@pytest.fixture
def rennes():
    return Place.objects.create(
        name="Cité administrative",
        address="1, boulevard de la Liberté",
        postcode="35000",
        city="Rennes",
        region="bretagne",
    )


@pytest.fixture
def full(new_session, new_agent):
    """A session of one seat, who has it, who waits; all enrolled an hour ago."""
    session = new_session(seats=1)
    agents = [new_agent(), new_agent()]
    for agent in agents:
        enrol(agent=agent, session=session, by=agent)
    Enrolment.objects.update(created_at=timezone.now() - datetime.timedelta(hours=1))
    return session, *agents


def test_new_dates_are_told_once_to_who_has_a_seat_and_to_who_waits(full):
    session, seated, waiting = full
    before = session.starts_at
    postpone(session)

    rounds()
    rounds()

    (message,), (to_waiting,) = told(seated), told(waiting)
    assert message.subject == "Nouvelles dates : Lire une donnée"
    for text in (message.text, to_waiting.text):
        assert text.index(f"{before.day} ") < text.index("Maintenant") < text.index(f"{(before + DAY).day} ")
        assert "Le lieu reste le même." in text and "vous désister sans motif" in text
    (event,) = events(message)
    assert (message.calendar_method, event["SEQUENCE"], event["STATUS"]) == ("REQUEST", 1, "CONFIRMED")
    assert event["DTSTART"].dt == before + DAY
    confirmation = worded_messages().get(to=seated.email, key__startswith="enrolment event")
    assert event["UID"] == events(confirmation)[0]["UID"]
    assert to_waiting.calendar == "" and "visio.exemple.fr" not in to_waiting.text
    assert "votre rang" in to_waiting.text and "votre rang" not in message.text


def test_nobody_is_told_until_it_has_stopped_changing(full):
    session, seated, _waiting = full
    postpone(session)
    moved.tell_of_moved_sessions()
    moved.tell_of_moved_sessions()
    assert told(seated) == []

    Announced.objects.update(seen_at=timezone.now() - datetime.timedelta(minutes=10))
    postpone(session)
    moved.tell_of_moved_sessions()  # it has changed since: the wait begins anew
    assert told(seated) == []
    rounds()

    assert len(told(seated)) == 1


def test_a_change_that_was_undone_is_not_told(full):
    session, seated, _waiting = full
    postpone(session)
    moved.tell_of_moved_sessions()
    postpone(session, -DAY)
    rounds()

    assert told(seated) == [] and Announced.objects.get().seen_digest == ""


def test_moved_there_and_back_is_told_twice(full):
    session, seated, _waiting = full
    postpone(session)
    rounds()
    postpone(session, -DAY)
    rounds()

    assert [events(message)[0]["SEQUENCE"] for message in told(seated)] == [1, 2]


def test_an_import_that_makes_the_same_slots_anew_says_nothing(full):
    session, seated, _waiting = full
    slots = list(session.slots.values("starts_at", "ends_at"))
    session.slots.all().delete()
    Slot.objects.bulk_create(Slot(session=session, **slot) for slot in slots)
    rounds()

    assert told(seated) == []


def test_a_slot_that_is_taken_away_leaves_the_agenda(full):
    session, seated, _waiting = full
    slot = session.slots.get()
    session.slots.create(starts_at=slot.starts_at + DAY, ends_at=slot.ends_at + DAY)
    rounds()
    session.slots.order_by("starts_at").first().delete()
    rounds()

    added, removed = told(seated)
    assert [event["STATUS"] for event in events(added)] == ["CONFIRMED"] * 2
    assert [(event["STATUS"], event["SEQUENCE"]) for event in events(removed)] == [("CONFIRMED", 2), ("CANCELLED", 2)]
    assert [event["UID"] for event in events(added)] == [event["UID"] for event in events(removed)]
    assert events(removed)[0]["DTSTART"].dt == slot.starts_at + DAY


def test_a_new_place_says_the_former(full, rennes):
    session, seated, waiting = full
    Session.objects.filter(pk=session.pk).update(modality="presentiel", place=rennes, room="B 12")
    rounds()
    rennes.address = "2, rue du Port"
    rennes.save()
    rounds()

    first, second = told(seated)
    assert first.subject == "Nouveau lieu : Lire une donnée" and "- En ligne" in first.text
    assert "- Cité administrative, 1, boulevard de la Liberté, 35000 Rennes, B 12" in second.text
    assert "2, rue du Port" in second.text.partition("Maintenant")[2]
    assert "Les dates restent les mêmes." in second.text and len(told(waiting)) == 2
    assert "2\\, rue du Port" in second.calendar.replace("\r\n ", "")


@pytest.mark.parametrize(
    ("fields", "subject", "words"),
    [
        ({"room": "B 14"}, "Nouvelle salle : Lire une donnée", "La salle de cette session a changé."),
        ({"online_url": "https://autre.fr/x"}, "Lien de connexion : Lire une donnée", "https://autre.fr/x"),
    ],
)
def test_only_a_room_or_a_link_is_told_as_such_to_who_has_a_seat(full, fields, subject, words):
    session, seated, waiting = full
    Session.objects.filter(pk=session.pk).update(**fields)
    rounds()

    (message,) = told(seated)
    assert message.subject == subject and words in message.text and "sans motif" not in message.text
    assert told(waiting) == []


def test_dates_that_clash_with_another_session_say_so(full, new_session, new_module):
    session, seated, waiting = full
    other = new_session(in_days=40, module=new_module("Chiffrer", state="publie", published_on="2026-01-05"))
    enrol(agent=seated, session=other, by=seated)
    postpone(session, DAY * 10)
    rounds()

    assert "autre de vos inscriptions, « Chiffrer »" in told(seated)[0].text
    assert "Chiffrer" not in told(waiting)[0].text


def test_who_enrols_after_the_change_knows_it(full, new_agent):
    session, seated, _waiting = full
    Session.objects.filter(pk=session.pk).update(seats=5)
    postpone(session)
    moved.tell_of_moved_sessions()
    late = new_agent()
    enrol(agent=late, session=session, by=late)
    Announced.objects.update(seen_at=timezone.now() - datetime.timedelta(minutes=10))
    Enrolment.objects.exclude(agent=late).update(created_at=timezone.now() - datetime.timedelta(hours=1))
    moved.tell_of_moved_sessions()

    assert len(told(seated)) == 1 and told(late) == []


def test_who_left_a_session_that_is_cancelled_or_begun_hear_nothing(full, new_session, new_agent):
    session, seated, waiting = full
    withdraw(enrolment=Enrolment.objects.get(agent=waiting), by=waiting)
    postpone(session)
    rounds()
    assert told(waiting) == []

    cancel_session(session=session, by=None, reason="Panne")
    postpone(session)
    rounds()
    assert len(told(seated)) == 1

    begun = new_session(module=session.module)
    other = new_agent()
    enrol(agent=other, session=begun, by=other)
    postpone(begun, -31 * DAY)
    rounds()
    assert told(other) == []


def test_new_dates_let_one_leave_without_a_reason_a_new_room_does_not(full, new_agent):
    session, seated, _waiting = full
    enrolment = Enrolment.objects.get(agent=seated)
    Session.objects.filter(pk=session.pk).update(room="B 14")
    rounds()
    assert not moved_since(enrolment)

    postpone(session)
    assert not moved_since(enrolment)  # not told yet
    rounds()
    assert moved_since(enrolment)

    Session.objects.filter(pk=session.pk).update(seats=5)
    late = new_agent()
    assert not moved_since(enrol(agent=late, session=session, by=late))


def test_new_dates_are_reminded_of_anew(full):
    session, seated, _waiting = full
    Enrolment.objects.update(last_reminder_days=7)
    postpone(session)
    rounds()

    assert Enrolment.objects.get(agent=seated).last_reminder_days is None


def test_enrolments_from_before_announcements_are_taken_as_told(full):
    session, seated, _waiting = full
    Announced.objects.all().delete()
    rounds()
    assert told(seated) == [] and Announced.objects.get().sequence == 0

    postpone(session)
    rounds()
    assert len(told(seated)) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_one_statement_finds_what_has_changed(new_session, new_module, new_agent, count, django_assert_num_queries):
    for number in range(count):
        module = new_module(f"Module {number}", state="publie", published_on="2026-01-05")
        agent = new_agent()
        enrol(agent=agent, session=new_session(in_days=20 + number, module=module), by=agent)

    with django_assert_num_queries(1):
        moved.tell_of_moved_sessions()


@pytest.mark.django_db(transaction=True)
def test_a_round_that_dies_midway_tells_nobody_and_the_next_tells_all(full, monkeypatch, caplog):
    session, seated, waiting = full
    postpone(session)
    worker.do_round("facteur")
    Announced.objects.update(seen_at=timezone.now() - datetime.timedelta(minutes=10))
    with monkeypatch.context() as broken:
        broken.setattr(Announced, "save", lambda *_: 1 / 0)
        worker.do_round("facteur")
    assert told(seated) == told(waiting) == [] and "ZeroDivisionError" in caplog.text

    worker.do_round("facteur")
    assert len(told(seated)) == len(told(waiting)) == 1


@pytest.mark.parametrize(("changes", "is_told"), [({"room": "B 12"}, True), ({"minimum_seats": 2}, False)])
def test_staff_who_move_a_session_read_when_people_will_be_told(client, new_session, new_agent, changes, is_told):
    client.force_login(new_agent(is_staff=True, is_superuser=True))
    session = new_session()
    enrol(agent=new_agent(), session=session, by=None)

    page = save_in_admin(client, session, **changes).text

    assert ("seront prévenues par courriel dans 5 minutes" in page) is is_told


def test_nobody_to_tell_is_nothing_to_say(client, new_session, new_agent):
    client.force_login(new_agent(is_staff=True, is_superuser=True))

    assert "seront prévenues" not in save_in_admin(client, new_session(), room="B 12").text


def save_in_admin(client, session, **changes):
    """What a session's page answers to staff who change these fields."""
    slot = session.slots.get()
    start, end, closing = (
        timezone.localtime(instant) for instant in (slot.starts_at, slot.ends_at, session.enrolment_closes_at)
    )
    fields = {
        "module": session.module_id, "organiser": session.organiser_id, "time_zone": session.time_zone,
        "modality": session.modality, "seats": session.seats, "minimum_seats": 0, "online_url": session.online_url,
        "enrolment_opens_at_0": "01/01/2026", "enrolment_opens_at_1": "09:00",
        "enrolment_closes_at_0": f"{closing:%d/%m/%Y}", "enrolment_closes_at_1": "09:00",
        "slots-TOTAL_FORMS": 1, "slots-INITIAL_FORMS": 1, "slots-0-id": slot.pk, "slots-0-session": session.pk,
        "slots-0-starts_at_0": f"{start:%d/%m/%Y}", "slots-0-starts_at_1": f"{start:%H:%M:%S.%f}",
        "slots-0-ends_at_0": f"{end:%d/%m/%Y}", "slots-0-ends_at_1": f"{end:%H:%M:%S.%f}",
    }  # fmt: skip
    return client.post(reverse("admin:catalogue_session_change", args=[session.pk]), fields | changes, follow=True)
