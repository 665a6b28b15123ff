"""What people are told of their enrolments, opened and read: text, HTML, calendar."""

import datetime
from itertools import chain
from zoneinfo import ZoneInfo

import html5lib
import pytest
from django.utils import timezone
from icalendar import Calendar

from campus.mailing.models import Message, MessageState
from catalogue.models import Place
from catalogue.transitions import cancel_session
from enrolments.emails.moves import TEMPLATES
from enrolments.enums import ATTENDED, ENROLMENT_MOVES, EnrolmentState
from enrolments.models import Agreement, Enrolment, Profile
from enrolments.transitions import accept, base, enrol, withdraw
from tests.mail import worded_messages

pytestmark = pytest.mark.django_db
S = EnrolmentState


def last_message(agent) -> Message:
    return worded_messages().filter(to=agent.email).latest("pk")


@pytest.fixture
def move(new_session, new_agent):
    """A function that moves an enrolment of a new agent from a state to another, and returns the message of it."""

    def move_one(before, after, by_staff=False, reason="", **fields):
        session = new_session(**fields)
        enrolment = Enrolment(agent=new_agent(first_name="Dominique"), session=session, state=before or "")
        if before:
            enrolment.offer_expires_at = timezone.now() if before == S.OFFERED else None
            enrolment.save()
        by = new_agent(is_staff=True) if by_staff else enrolment.agent
        end = timezone.now() + datetime.timedelta(days=2) if after == S.OFFERED else None
        base.move(enrolment, after, by, reason, offer_expires_at=end)
        return last_message(enrolment.agent)

    return move_one


def test_every_move_has_its_message():
    moves = {(before or "", after) for before, others in ENROLMENT_MOVES.items() for after in others}

    assert set(TEMPLATES) == {pair for pair in moves if pair[1] not in ATTENDED}


@pytest.mark.parametrize("pair", TEMPLATES)
def test_every_message_is_whole_and_valid(move, pair):
    message = move(*pair, reason="Un <motif>")

    assert message.subject.endswith(" : Lire une donnée")
    for words in ("Bonjour Dominique,", "Lire une donnée", "heure de Paris", "/mon-espace/", "campus@exemple.gouv.fr"):
        assert words in message.text and words in message.html
    assert "\n\n\n" not in message.text and "&#x27;" not in message.text and "&lt;" not in message.text
    parser = html5lib.HTMLParser(strict=True)
    document = parser.parse(message.html)
    names = [element.tag.rpartition("}")[2] for element in document.iter() if isinstance(element.tag, str)]
    assert names.count("h1") == names.count("title") == 1 and not {"img", "script", "link"} & set(names)
    assert "<motif>" not in message.html


def test_a_move_only_writes_data_and_what_is_told_is_what_was_true_then(new_session, new_agent):
    session, agent = new_session(), new_agent(first_name="Dominique")
    starts = session.starts_at
    enrol(agent=agent, session=session, by=agent)
    message = Message.objects.get()
    assert (
        message.state == MessageState.TO_WORD and not message.subject + message.text + message.html + message.calendar
    )

    session.module.title, agent.first_name = "Autre titre", "Claude"
    session.module.save(), agent.save()
    session.slots.update(starts_at=starts + datetime.timedelta(hours=1))

    message = last_message(agent)
    assert message.subject.endswith(" : Lire une donnée") and "Bonjour Dominique," in message.text
    assert f"de {timezone.localtime(starts).hour}\xa0h" in message.text
    _method, (event,) = read(message)
    assert event["DTSTART"].dt == starts


@pytest.mark.parametrize("state", [S.ENROLLED, S.WAITING])
@pytest.mark.parametrize("by_staff", [True, False])
def test_who_was_enrolled_by_the_team_reads_that_it_did_it(move, state, by_staff):
    message = move("", state, by_staff=by_staff)

    for text in (message.text, message.html):
        assert ("L'équipe du campus a fait cette inscription pour vous." in text) is by_staff


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (("", S.ENROLLED), "Votre place est réservée."),
        (("", S.WAITING), "Vous êtes au rang 1 de la liste d'attente"),
        ((S.REQUESTED, S.ENROLLED), "Votre demande est acceptée"),
        ((S.REQUESTED, S.WAITING), "Votre demande est acceptée, mais la session est complète"),
        ((S.WAITING, S.ENROLLED), "elle est à vous, vous n'avez rien à faire"),
        ((S.WAITING, S.OFFERED), "si vous l'acceptez avant le"),
        ((S.OFFERED, S.ENROLLED), "Vous avez accepté la place"),
        ((S.OFFERED, S.EXPIRED), "n'a pas été acceptée à temps"),
        ((S.WAITING, S.EXPIRED), "La session commence"),
        ((S.REQUESTED, S.EXPIRED), "n'a pas reçu de réponse à temps"),
        ((S.ENROLLED, S.WITHDRAWN), "Merci d'avoir prévenu"),
        ((S.WAITING, S.WITHDRAWN), "Vous avez quitté la liste d'attente"),
        ((S.OFFERED, S.WITHDRAWN), "Vous avez refusé la place"),
        ((S.REQUESTED, S.WITHDRAWN), "Vous avez retiré votre demande"),
    ],
)
def test_what_is_told_depends_on_where_one_comes_from(move, pair, words):
    message = move(*pair)

    assert words in message.text and "Motif" not in message.text


def test_the_link_of_an_online_session_goes_to_those_who_have_a_seat(move):
    for pair in TEMPLATES:
        message = move(*pair)
        told = message.text + message.html + message.calendar.replace("\r\n ", "")
        assert ("https://visio.exemple.fr/secret" in told) == (pair[1] == S.ENROLLED), pair


def test_a_place_is_told_with_its_room_and_its_access(move):
    place = Place.objects.create(
        name="Cité administrative",
        address="1, boulevard de la Liberté",
        postcode="35000",
        city="Rennes",
        region="bretagne",
        access_notes="Ascenseur au fond du hall.",
    )

    message = move("", S.ENROLLED, modality="presentiel", place=place, room="Salle B 12", online_url="")

    for told in (message.text, message.html.replace("&nbsp;", " ")):
        assert "Présentiel : Cité administrative, 1, boulevard de la Liberté, 35000 Rennes" in told
        assert (
            "Salle B 12" in told
            and "Salle :" not in told
            and "Accès des personnes handicapées : Ascenseur au fond du hall." in told
        )
        assert "Le lien" not in told


def test_a_request_says_who_is_asked_and_until_when_the_seat_is_kept(new_session, new_agent):
    session = new_session(needs_agreement=True, is_selective=True)
    enrolment = Enrolment.objects.create(agent=new_agent(), session=session, state=S.REQUESTED)
    enrolment.state, until = "", timezone.now() + datetime.timedelta(days=5)
    Agreement.objects.create(enrolment=enrolment, superior_email="cheffe@insee.fr", expires_at=until)

    base.move(enrolment, S.REQUESTED, enrolment.agent, held_until=until)

    text = last_message(enrolment.agent).text
    assert "cheffe@insee.fr" in text and "Votre place est gardée jusqu'au" in text and "choisit parmi" in text


def test_leaving_by_the_hand_of_staff_says_so_and_why(move):
    message = move(S.ENROLLED, S.WITHDRAWN, by_staff=True, reason="Inscription en double")

    assert "L'équipe du campus a enregistré votre désistement" in message.text
    assert "Motif : Inscription en double" in message.text


def test_a_cancelled_session_shows_what_one_can_do_instead(new_session, new_agent):
    session, other, full = new_session(), new_session(in_days=60), new_session(in_days=70, seats=1, seats_taken=1)
    later = new_session(in_days=80, enrolment_opens_at=timezone.now() + datetime.timedelta(days=1))
    agent = new_agent()
    enrol(agent=agent, session=session, by=agent)

    cancel_session(session=session, by=None, reason="Formatrice empêchée")

    message = last_message(agent)
    for told in (message.text, message.html):
        assert "Motif : Formatrice empêchée" in told and "vous prévenir quand une nouvelle session ouvre" in told
        assert f"/sessions/{other.pk}/inscription/" in told and f"/sessions/{full.pk}/inscription/" in told
        assert f"/sessions/{session.pk}/" not in told
        assert f"/sessions/{later.pk}/inscription/" in told and "Inscriptions à partir du" in told


# --- Calendars --------------------------------------------------------------------------------------------------------


def read(message) -> tuple[str, list]:
    """(METHOD, events) of the calendar of a message, as an agenda reads it."""
    calendar = Calendar.from_ical(message.calendar)
    assert message.calendar_method == calendar["METHOD"]
    return calendar["METHOD"], calendar.walk("VEVENT")


def test_a_seat_comes_with_an_invitation_and_its_end_with_a_cancellation(new_session, new_agent):
    session, agent = new_session(), new_agent(first_name="Dominique", last_name="Martin")
    enrolment = enrol(agent=agent, session=session, by=agent)
    method, (event,) = read(last_message(agent))

    assert (method, event["STATUS"], event["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 0)
    assert event["SUMMARY"] == "Lire une donnée" and event["LOCATION"] == "https://visio.exemple.fr/secret"
    assert event["ORGANIZER"] == "mailto:campus@exemple.gouv.fr"
    assert event["ATTENDEE"] == f"mailto:{agent.email}" and event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert event["URL"].endswith(session.module.get_absolute_url()) and "DTSTAMP" in event

    withdraw(enrolment=enrolment, by=agent)
    method, (left,) = read(last_message(agent))
    assert (method, left["STATUS"], left["SEQUENCE"]) == ("CANCEL", "CANCELLED", 1)
    assert left["UID"] == event["UID"]

    enrol(agent=agent, session=session, by=agent)
    method, (again,) = read(last_message(agent))
    assert method == "REQUEST" and again["UID"] != event["UID"]


def test_every_seat_given_or_lost_is_in_the_agenda_and_nothing_else(move):
    methods = {pair: move(*pair).calendar_method for pair in TEMPLATES}

    assert {pair for pair, method in methods.items() if method == "REQUEST"} == {
        ("", S.ENROLLED), (S.REQUESTED, S.ENROLLED), (S.WAITING, S.ENROLLED), (S.OFFERED, S.ENROLLED)
    }  # fmt: skip
    assert {pair for pair, method in methods.items() if method == "CANCEL"} == {
        (S.ENROLLED, S.WITHDRAWN),
        (S.ENROLLED, S.CANCELLED),
    }


def test_a_cancelled_session_leaves_the_agendas(new_session, new_agent):
    session, agent = new_session(), new_agent()
    enrol(agent=agent, session=session, by=agent)
    cancel_session(session=session, by=None, reason="Panne")

    method, (event,) = read(last_message(agent))

    assert (method, event["STATUS"]) == ("CANCEL", "CANCELLED")
    assert "L'annulation jointe" in last_message(agent).text


@pytest.mark.parametrize(
    ("time_zone", "slots", "expected", "words"),
    [
        (  # The hour changes in Paris in the night of 27 to 28 March 2027
            "Europe/Paris",
            [
                ("2027-03-27T09:00+01:00", "2027-03-27T12:00+01:00"),
                ("2027-03-29T09:00+02:00", "2027-03-29T12:00+02:00"),
            ],
            [("20270327T080000Z", "20270327T110000Z"), ("20270329T070000Z", "20270329T100000Z")],
            ["samedi 27 mars 2027, de 9\xa0h à 12\xa0h", "lundi 29 mars 2027, de 9\xa0h à 12\xa0h", "heure de Paris"],
        ),
        (
            "Indian/Reunion",
            [("2027-03-29T09:00+04:00", "2027-03-29T12:00+04:00")],
            [("20270329T050000Z", "20270329T080000Z")],
            ["Lundi 29 mars 2027, de 9\xa0h à 12\xa0h (heure locale : La Réunion)"],
        ),
        (  # The day before, in UTC
            "Pacific/Noumea",
            [("2027-03-29T09:00+11:00", "2027-03-29T12:00+11:00")],
            [("20270328T220000Z", "20270329T010000Z")],
            ["Lundi 29 mars 2027, de 9\xa0h à 12\xa0h (heure locale : Nouvelle-Calédonie)"],
        ),
    ],
)
def test_instants_are_right_across_the_change_of_hour_and_overseas(
    new_session, new_agent, time_zone, slots, expected, words
):
    session, agent = new_session(time_zone=time_zone), new_agent()
    session.slots.all().delete()
    for start, end in slots:
        session.slots.create(
            starts_at=datetime.datetime.fromisoformat(start), ends_at=datetime.datetime.fromisoformat(end)
        )
    session.refresh_from_db()
    base.move(Enrolment(agent=agent, session=session), S.ENROLLED, agent)

    message = last_message(agent)
    _method, events = read(message)

    assert [(event["DTSTART"].to_ical().decode(), event["DTEND"].to_ical().decode()) for event in events] == expected
    assert len({event["UID"] for event in events}) == len(slots)
    assert all(told in text for told, text in chain(*([(word, message.text), (word, message.html)] for word in words)))


def test_an_online_session_is_also_told_in_the_time_of_who_works_elsewhere(new_session, new_agent):
    away, here, silent = (new_agent(has_profile=False) for _ in range(3))
    Profile.objects.create(agent=away, time_zone="Indian/Reunion")
    Profile.objects.create(agent=here, time_zone="Europe/Paris")
    session = new_session()
    start = timezone.localtime(session.starts_at, ZoneInfo("Indian/Reunion"))
    for agent in (away, here, silent):
        enrol(agent=agent, session=session, by=agent)

    message = last_message(away)
    for told in (message.text, message.html.replace("&nbsp;", " ")):
        assert "Chez vous (La Réunion) : " in told and f", de {start.hour}\xa0h à {start.hour + 3}\xa0h" in told
    assert "Chez vous" not in last_message(here).text + last_message(silent).text


def test_an_offer_accepted_reads_as_such(new_session, new_agent):
    session, (first, second) = new_session(seats=1), (new_agent(), new_agent())
    seat = enrol(agent=first, session=session, by=first)
    waiting = enrol(agent=second, session=session, by=second)
    withdraw(enrolment=seat, by=first)
    assert "(heure de Paris). Sans réponse" in last_message(second).text

    accept(enrolment=waiting, by=second)

    assert "Vous avez accepté la place" in last_message(second).text
