"""Selective sessions, the superior's agreement, and what staff decide."""

import datetime
import re
from html import unescape

import pytest
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import Organisation
from campus.mailing.models import Message
from catalogue.models import Session
from enrolments import tasks, transitions
from enrolments.enums import EnrolmentState
from enrolments.models import Agreement, Enrolment, Profile
from enrolments.transitions import Answers, EnrolmentRefused, answer_agreement, enrol, rank_of, withdraw
from enrolments.transitions.agreements import agreement_of, token_of
from tests.mail import worded_messages

pytestmark = pytest.mark.django_db
S = EnrolmentState
SUPERIOR = "chef@insee.fr"


@pytest.fixture
def staff(new_agent):
    return new_agent(is_staff=True, is_superuser=True)


@pytest.fixture
def ask(new_agent):
    """A function that has an agent ask for a seat in a session."""

    def create(session, agent=None, superior_email="", **answers):
        agent = agent or new_agent()
        return enrol(agent=agent, session=session, by=agent, answers=Answers(**answers), superior_email=superior_email)

    return create


def now_of(enrolment):
    return Enrolment.objects.get(pk=enrolment.pk)


def seats_taken(session):
    return Session.objects.get(pk=session.pk).seats_taken


def later(**delta):
    return timezone.now() + datetime.timedelta(**delta)


# --- Selection --------------------------------------------------------------------------------------------------------


def test_a_selective_session_takes_requests_and_gives_no_seat(new_session, ask):
    session = new_session(seats=1, is_selective=True)
    requests = [ask(session, motivation="J'en ai besoin", declared_level="debutant") for _ in range(3)]

    assert [request.state for request in requests] == [S.REQUESTED] * 3 and seats_taken(session) == 0
    assert worded_messages().filter(subject__startswith="Demande enregistrée").count() == 3


def test_staff_choose_until_no_seat_is_left(new_session, ask, staff):
    session = new_session(seats=1, is_selective=True)
    first, second, third = (ask(session) for _ in range(3))

    assert transitions.select(enrolment=first, by=staff).state == S.ENROLLED
    assert transitions.select(enrolment=first, by=staff).state == S.ENROLLED  # a double click
    with pytest.raises(EnrolmentRefused, match="Plus de place"):
        transitions.select(enrolment=second, by=staff)
    assert rank_of(transitions.put_in_line(enrolment=second, by=staff)) == 1
    with pytest.raises(EnrolmentRefused, match="Dites pourquoi"):
        transitions.refuse(enrolment=third, by=staff, reason=" ")
    transitions.refuse(enrolment=third, by=staff, reason="Le programme vise des débutants.")

    told = worded_messages().get(to=third.agent.email, subject__contains="non retenue")
    assert now_of(third).state == S.REFUSED and "vise des débutants" in told.text
    withdraw(enrolment=first, by=first.agent)
    assert now_of(second).state == S.OFFERED


def test_who_is_refused_or_left_without_answer_is_not_asked_again_to_leave(new_session, ask, staff):
    session = new_session(is_selective=True)
    refused, silent = ask(session), ask(session)
    transitions.refuse(enrolment=refused, by=staff, reason="Complet")
    session.slots.update(starts_at=later(minutes=-5), ends_at=later(hours=3))

    tasks.expire_what_is_over()

    assert now_of(silent).state == S.EXPIRED and now_of(refused).state == S.REFUSED


def test_the_bulk_action_tells_a_partial_success(client, new_session, ask, staff):
    session = new_session(seats=2, is_selective=True)
    requests = [ask(session) for _ in range(3)]
    client.force_login(staff)
    answer = {"action": "select", "_selected_action": [request.pk for request in requests], "confirm": "oui"}

    page = client.post(reverse("admin:enrolments_enrolment_changelist"), answer).text

    states = sorted(session.enrolments.values_list("state", flat=True))
    assert states == [S.REQUESTED, S.ENROLLED, S.ENROLLED]
    assert "Plus de place" in page


def test_the_form_asks_what_the_session_wants_to_know_and_keeps_what_was_typed(client, new_session, new_agent):
    session = new_session(is_selective=True, selection_question="Avez-vous déjà mené un test ?")
    agent = new_agent()
    client.force_login(agent)
    path = reverse("enrolments:enrol", args=[session.pk])

    before = unescape(client.get(path).text)
    refused = client.post(path, {"motivation": "Mon service s'y met", "declared_level": "maître"})
    answers = {"motivation": "Mon service s'y met", "declared_level": "debutant", "selection_answer": "Non"}
    client.post(path, answers)

    assert "Avez-vous déjà mené un test ?" in before and "Sur sélection" in before and "Demander une place" in before
    assert refused.status_code == 422 and "Mon service s'y met" in unescape(refused.text)
    assert "Répondez à cette question" in refused.text
    enrolment = agent.enrolments.get()
    assert (enrolment.state, enrolment.motivation) == (S.REQUESTED, "Mon service s'y met")
    assert (enrolment.declared_level, enrolment.selection_answer) == ("debutant", "Non")


# --- The superior's agreement -----------------------------------------------------------------------------------------


def test_a_seat_is_held_until_the_superior_answers(new_session, ask, new_agent):
    session = new_session(seats=1, needs_agreement=True)
    request = ask(session, superior_email=SUPERIOR)
    late = ask(session, superior_email=SUPERIOR)

    assert (request.state, seats_taken(session)) == (S.REQUESTED, 1)
    assert late.held_until is None
    asked = worded_messages().filter(to=SUPERIOR)
    (token,) = set(re.findall(r"/accord/([^/]+)/", asked.last().text))
    assert asked.count() == 2 and agreement_of(token) == request.agreement

    assert answer_agreement(agreement=request.agreement, is_given=True).state == S.ENROLLED
    assert answer_agreement(agreement=request.agreement, is_given=True).state == S.ENROLLED  # a double click
    assert answer_agreement(agreement=late.agreement, is_given=True).state == S.WAITING
    assert seats_taken(session) == 1


def test_a_no_frees_the_seat_for_the_next_and_is_told_with_its_reason(new_session, ask):
    session = new_session(seats=1, needs_agreement=True)
    first, second = ask(session, superior_email=SUPERIOR), ask(session, superior_email=SUPERIOR)
    answer_agreement(agreement=second.agreement, is_given=True)

    with pytest.raises(EnrolmentRefused, match="Dites pourquoi") as refusal:
        answer_agreement(agreement=first.agreement, is_given=False, reason=" ")
    answer_agreement(agreement=first.agreement, is_given=False, reason="Clôture des comptes")

    assert refusal.value.argument == "reason"
    assert now_of(first).state == S.REFUSED and now_of(second).state == S.OFFERED
    assert "Clôture des comptes" in worded_messages().get(to=first.agent.email, subject__contains="retenue").text


def test_an_employer_may_want_the_agreement_for_all_of_its_agents(new_session, ask, new_agent, organisation):
    Organisation.objects.filter(pk=organisation.pk).update(requires_agreement=True)
    below = Organisation.objects.create(name="Service", kind="operateur", parent=organisation)
    session = new_session()

    assert ask(session, new_agent(organisation=below), superior_email=SUPERIOR).state == S.REQUESTED
    assert ask(session, new_agent()).state == S.ENROLLED


@pytest.mark.parametrize(("email", "reason"), [("", "Donnez l'adresse"), ("agent0001@exemple.gouv.fr", "pas la vôtre")])
def test_the_superior_is_somebody_else(new_session, ask, email, reason):
    with pytest.raises(EnrolmentRefused, match=reason) as refusal:
        ask(new_session(needs_agreement=True), superior_email=email)
    assert refusal.value.argument == "superior_email" and not Enrolment.objects.exists()


def test_a_superior_is_reminded_once_then_the_seat_goes_on(new_session, ask):
    session = new_session(seats=1, needs_agreement=True)
    silent, next_one = ask(session, superior_email=SUPERIOR), ask(session, superior_email=SUPERIOR)
    answer_agreement(agreement=next_one.agreement, is_given=True)
    Agreement.objects.filter(enrolment=silent).update(asked_at=later(days=-4), expires_at=later(days=3))

    for _ in range(2):
        tasks.remind_superiors()
    assert worded_messages().filter(subject__startswith="Rappel").count() == 1

    Agreement.objects.filter(enrolment=silent).update(expires_at=later(minutes=-1))
    tasks.expire_what_is_over()
    assert now_of(silent).state == S.EXPIRED and now_of(next_one).state == S.OFFERED
    with pytest.raises(EnrolmentRefused, match="n'attend plus"):
        answer_agreement(agreement=silent.agreement, is_given=True)


def test_nobody_is_flooded_with_requests_of_agreement(new_session, ask, new_agent, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "agreement_agent": 2}
    session, agent = new_session(needs_agreement=True), new_agent()
    for _ in range(2):
        withdraw(enrolment=ask(session, agent, superior_email=SUPERIOR), by=agent)

    with pytest.raises(EnrolmentRefused, match="réessayez dans une heure"):
        ask(session, agent, superior_email=SUPERIOR)
    assert Message.objects.filter(to=SUPERIOR).count() == 2


def test_a_superior_who_has_little_time_is_reminded_at_half_of_it(new_session, ask):
    request = ask(new_session(needs_agreement=True), superior_email=SUPERIOR)
    Agreement.objects.update(asked_at=later(hours=-3), expires_at=later(hours=4))
    tasks.remind_superiors()
    assert not worded_messages().filter(subject__startswith="Rappel").exists()

    Agreement.objects.update(asked_at=later(hours=-4), expires_at=later(hours=3))
    tasks.remind_superiors()
    assert worded_messages().filter(subject__startswith="Rappel").count() == 1 and now_of(request).state == S.REQUESTED


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"needs_agreement": True}, "Votre supérieur hiérarchique n'a pas répondu à temps"),
        ({"is_selective": True}, "Nous vous prions de nous en excuser"),
    ],
)
def test_who_had_no_answer_is_told_whose(new_session, ask, fields, words):
    request = ask(new_session(**fields), superior_email=SUPERIOR)
    request.session.slots.update(starts_at=later(minutes=-5), ends_at=later(hours=3))

    tasks.expire_what_is_over()

    assert words in worded_messages().filter(to=request.agent.email).latest("pk").text


def test_one_that_fails_does_not_stop_the_others(new_session, ask, caplog):
    """A seat counted wrong by hand is refused by the database: the others go on."""
    broken, fine = new_session(seats=2), new_session(seats=2, in_days=40)
    for session in (broken, fine):
        for _ in range(3):
            ask(session)
        withdraw(enrolment=session.enrolments.earliest("pk"), by=None)
    Enrolment.objects.filter(state=S.OFFERED).update(offer_expires_at=later(minutes=-1))
    Session.objects.filter(pk=broken.pk).update(seats_taken=0)

    tasks.expire_what_is_over()

    assert sorted(fine.enrolments.values_list("state", flat=True)) == [S.WITHDRAWN, S.EXPIRED, S.ENROLLED]
    assert broken.enrolments.filter(state=S.OFFERED).exists() and "tried again next round" in caplog.text


def test_where_staff_select_the_agreement_comes_first(new_session, ask, staff):
    request = ask(new_session(is_selective=True, needs_agreement=True), superior_email=SUPERIOR)

    assert request.held_until is None
    for decide in (transitions.select, transitions.put_in_line):
        with pytest.raises(EnrolmentRefused, match="attend l'accord"):
            decide(enrolment=request, by=staff)
    assert answer_agreement(agreement=request.agreement, is_given=True).state == S.REQUESTED
    assert worded_messages().filter(to=request.agent.email, subject__contains="a donné son accord").count() == 1
    assert transitions.select(enrolment=now_of(request), by=staff).state == S.ENROLLED


def test_a_superior_answers_without_an_account(client, new_session, ask):
    request = ask(new_session(needs_agreement=True), superior_email=SUPERIOR)
    path = reverse("enrolments:agreement", args=[token_of(request)])

    page = client.get(path)
    empty = client.post(path, {})
    no_reason = client.post(path, {"is_given": "non", "reason": ""})
    done = client.post(path, {"is_given": "oui"}, follow=True)
    again = client.post(path, {"is_given": "non", "reason": "Finalement non"})

    assert page.status_code == 200 and page["Cache-Control"] == "private, no-store" and "Je donne" in page.text
    assert empty.status_code == 422 and "Choisissez une réponse" in empty.text
    assert no_reason.status_code == 422 and "Dites pourquoi" in no_reason.text
    assert "Vous avez donné votre accord" in done.text
    assert again.status_code == 422 and now_of(request).state == S.ENROLLED


def test_a_link_that_is_not_ours_is_not_found(client):
    for token in ("abc", "a:b:c", signing.dumps(1, salt="sign-in link")):
        assert client.get(reverse("enrolments:agreement", args=[token])).status_code == 404


def test_the_form_asks_for_the_superior_at_the_field(client, new_session, new_agent):
    session, agent = new_session(needs_agreement=True), new_agent()
    client.force_login(agent)
    path = reverse("enrolments:enrol", args=[session.pk])

    own = client.post(path, {"superior_email": agent.email})
    client.post(path, {"superior_email": SUPERIOR})

    assert own.status_code == 422 and "pas la vôtre" in own.text and agent.email in own.text
    assert agent.enrolments.get().agreement.superior_email == SUPERIOR


def test_only_a_request_may_hold_a_seat(new_session, new_agent):
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(agent=new_agent(), session=new_session(), state=S.ENROLLED, held_until=later(days=1))


# --- The line ---------------------------------------------------------------------------------------------------------


def test_near_the_start_a_seat_goes_at_once_to_who_agreed(new_session, ask):
    session = new_session(in_days=2, seats=1, enrolment_closes_at=later(hours=1))
    first, careful, quick = ask(session), ask(session), ask(session, accepts_direct=True)

    withdraw(enrolment=first, by=first.agent, reason="Malade")
    assert now_of(careful).state == S.OFFERED
    withdraw(enrolment=now_of(careful), by=careful.agent)

    assert now_of(quick).state == S.ENROLLED and seats_taken(session) == 1


def test_staff_put_an_employer_then_somebody_first_and_say_why(new_session, ask, new_agent, organisation, staff):
    session = new_session(seats=1)
    ask(session)
    first, second = ask(session), ask(session)
    below = Organisation.objects.create(name="Service", kind="operateur", parent=organisation)
    theirs = ask(session, new_agent(organisation=below))

    priority = transitions.set_priority(
        session=session, organisation=organisation, level=3, by=staff, reason="Convention"
    )
    later_one = ask(session, new_agent(organisation=organisation))
    assert [rank_of(now_of(one)) for one in (theirs, later_one, first, second)] == [1, 2, 3, 4]

    with pytest.raises(EnrolmentRefused, match="Dites pourquoi"):
        transitions.move_up(enrolment=second, by=staff, reason="")
    transitions.move_up(enrolment=second, by=staff, reason="Reportée deux fois")
    assert [rank_of(now_of(one)) for one in (second, theirs, later_one, first)] == [1, 2, 3, 4]
    assert second.events.last().reason == "Reportée deux fois"

    transitions.lift_priority(priority=priority)
    assert [rank_of(now_of(one)) for one in (second, first, theirs, later_one)] == [1, 2, 3, 4]


def test_a_request_takes_the_priority_of_the_day_it_joins_the_line(new_session, ask, new_agent, organisation, staff):
    session = new_session(seats=1, is_selective=True)
    transitions.select(enrolment=ask(session), by=staff)
    first = ask(session)
    theirs = ask(session, new_agent(organisation=organisation))
    transitions.put_in_line(enrolment=first, by=staff)
    transitions.set_priority(session=session, organisation=organisation, level=9, by=staff, reason="Convention")

    assert rank_of(transitions.put_in_line(enrolment=theirs, by=staff)) == 1
    with pytest.raises(EnrolmentRefused, match="faites passer devant"):
        transitions.select(enrolment=first, by=staff)


def test_an_employer_that_is_only_said_opens_nothing(new_session, ask, new_agent, organisation):
    session = new_session()
    session.restricted_to.add(organisation)
    said, known = new_agent(organisation=organisation), new_agent(organisation=organisation)
    Profile.objects.filter(agent=said).update(chose_employer=True)

    assert ask(session, known).state == S.ENROLLED
    with pytest.raises(EnrolmentRefused, match="rien n'établit"):
        ask(session, said)


def test_staff_add_nobody_to_what_is_kept_for_others(new_session, organisation, staff):
    session = new_session()
    session.restricted_to.add(organisation)

    with pytest.raises(EnrolmentRefused, match="réservée"):
        transitions.add_agent(session=session, email="x@gmail.com", by=staff, reason="Par erreur")
    assert not Enrolment.objects.exists()


def test_a_session_without_dates_takes_nobody_and_lets_go(client, new_session, ask, new_agent):
    session = new_session()
    enrolment = ask(session)
    session.slots.all().delete()
    client.force_login(enrolment.agent)

    with pytest.raises(EnrolmentRefused, match="pas encore de dates"):
        ask(session)
    assert client.get(reverse("enrolments:enrol", args=[session.pk])).status_code == 404
    assert client.get(reverse("enrolments:withdraw", args=[enrolment.pk])).status_code == 200
    assert withdraw(enrolment=enrolment, by=enrolment.agent).state == S.WITHDRAWN


def test_staff_add_somebody_by_their_address(new_session, staff):
    session = new_session(seats=1, is_selective=True, enrolment_closes_at=later(days=-1))

    added = transitions.add_agent(session=session, email=" Nouvelle@INSEE.fr", by=staff, reason="Demande de la DRH")
    waits = transitions.add_agent(session=session, email="autre@insee.fr", by=staff, reason="Idem")

    assert (added.agent.email, added.state, waits.state) == ("nouvelle@insee.fr", S.ENROLLED, S.WAITING)
    with pytest.raises(EnrolmentRefused, match="déjà une inscription"):
        transitions.add_agent(session=session, email="nouvelle@insee.fr", by=staff, reason="Encore")


def test_attendance_is_noted_once_the_session_has_begun_and_may_be_corrected(new_session, ask, staff):
    session = new_session()
    enrolment = ask(session)
    with pytest.raises(EnrolmentRefused, match="pas commencé"):
        transitions.note_attendance(enrolment=enrolment, is_present=True, by=staff)
    session.slots.update(starts_at=later(minutes=-5), ends_at=later(hours=3))

    for is_present, state in ((True, S.PRESENT), (True, S.PRESENT), (False, S.ABSENT)):
        assert transitions.note_attendance(enrolment=enrolment, is_present=is_present, by=staff).state == state
    assert seats_taken(session) == 1
