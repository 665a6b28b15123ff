"""From the draft to the opinion of the campus: what applicants and staff do, and what each is told."""

import datetime

import pytest
from django.utils import timezone

from campus.mailing.models import Message
from trainers import rules, tasks, transitions
from trainers.enums import ApplicationState, CallState
from trainers.models import AccessLink, Application, Call
from trainers.transitions import TransitionRefused

pytestmark = pytest.mark.django_db
S = ApplicationState
DAY = datetime.timedelta(days=1)


def test_a_draft_is_begun_once_and_begun_again_after_it_is_withdrawn(new_call, new_agent):
    call, agent = new_call(), new_agent()

    first, second = (transitions.start(applicant=agent, call=call) for _ in range(2))
    assert first == second and first.state == S.DRAFT
    transitions.withdraw(application=first, by=agent)

    assert transitions.start(applicant=agent, call=call) != first
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"opens_at": timezone.now() + DAY}, "ouvre le"),
        ({"closes_at": timezone.now() - datetime.timedelta(hours=1)}, "clos depuis"),
        ({"is_published": False}, "pas en ligne"),
    ],
)
def test_a_call_that_is_not_open_refuses_but_for_whom_a_link_lets_in(new_call, new_agent, fields, reason):
    call, invited, other = new_call(**fields), new_agent(), new_agent()
    link = AccessLink.objects.create(call=call, email=invited.email, expires_at=timezone.now() + DAY)

    for agent, given in [(invited, None), (other, link)]:
        with pytest.raises(TransitionRefused, match=reason):
            transitions.start(applicant=agent, call=call, access_link=given)
    assert transitions.start(applicant=invited, call=call, access_link=link).access_link == link


def test_a_link_ends(new_call, new_agent):
    call, agent = new_call(closes_at=timezone.now() - datetime.timedelta(hours=1)), new_agent()
    link = AccessLink(call=call, email=agent.email, expires_at=timezone.now() + DAY)

    assert link.lets_in(agent)
    link.revoked_at = timezone.now()
    assert not link.lets_in(agent)
    link.revoked_at, link.expires_at = None, timezone.now()
    assert not link.lets_in(agent)


def test_a_closed_call_says_when_the_next_opens(new_call, new_agent):
    call = new_call(closes_at=timezone.now() - datetime.timedelta(hours=1))
    coming = timezone.now() + 40 * DAY
    new_call("Le suivant", opens_at=coming, closes_at=coming + DAY)

    assert "Le prochain ouvre le" in rules.refusal_of_call(call, new_agent())


def test_states_of_calls_in_python_and_in_sql(new_call):
    now = timezone.now()
    upcoming = new_call("a", opens_at=now + DAY)
    permanent = new_call("b", is_permanent=True, closes_at=None)
    themed = new_call("c")
    closed = new_call("d", closes_at=now - datetime.timedelta(minutes=1))

    assert [call.state for call in (upcoming, permanent, themed, closed)] == [
        CallState.UPCOMING,
        CallState.OPEN,
        CallState.OPEN,
        CallState.CLOSED,
    ]
    assert list(Call.objects.open()) == [themed, permanent]
    assert list(Call.objects.upcoming()) == [upcoming] and list(Call.objects.closed()) == [closed]


def test_what_is_missing_is_named_and_refused(new_application):
    application = new_application(motivation="", weekdays=[], regions=[])
    application.contributions.create(kind="idee", title="Une idée")

    missing = rules.missing_from(application)

    idea = application.contributions.get(kind="idee")
    assert set(missing) == {
        "motivation",
        "weekdays",
        "regions",
        f"contribution {idea.pk} domain",
        f"contribution {idea.pk} audience",
        f"contribution {idea.pk} need",
    }
    with pytest.raises(TransitionRefused, match=r"Il manque : .*pourquoi vous voulez former"):
        transitions.submit(application=application, by=application.applicant)


def test_an_empty_draft_lacks_an_employer_skills_and_a_contribution(new_call, new_agent):
    application = transitions.start(applicant=new_agent(), call=new_call())

    assert {"organisation", "skills", "contributions", "service"} <= set(rules.missing_from(application))


def test_submitted_once_with_a_receipt(new_application):
    draft = new_application()

    application = transitions.submit(application=draft, by=draft.applicant)

    assert application.submitted_at and application.due_on > timezone.localdate()
    with pytest.raises(TransitionRefused, match="vient de passer à « Déposée »"):
        transitions.submit(application=draft, by=draft.applicant)
    receipt = Message.objects.get()
    assert receipt.to == draft.applicant.email and application.reference in receipt.text


def test_more_is_asked_then_the_application_goes_back_to_where_it_was(applied):
    application, staff = applied.application, applied.staff
    transitions.hand_to(application=application, to=staff, by=staff)
    for text, due_on, argument in [
        (" ", timezone.localdate() + DAY, "text"),
        ("Votre CV ?", timezone.localdate(), "due_on"),
    ]:
        with pytest.raises(TransitionRefused) as refusal:
            transitions.ask_more(application=application, by=staff, text=text, due_on=due_on)
        assert refusal.value.argument == argument

    asked = transitions.ask_more(
        application=application, by=staff, text="Votre CV ?", due_on=timezone.localdate() + 7 * DAY
    )
    assert asked.state == S.MORE_ASKED and asked.is_editable
    assert "Votre CV ?" in Message.objects.get(to=asked.applicant.email).text
    answered = transitions.send_more(application=asked, by=asked.applicant, text="Le voici.")

    assert answered.state == S.IN_REVIEW and answered.more_due_on is None
    assert list(answered.thread.values_list("text", "is_from_applicant")) == [
        ("Votre CV ?", False),
        ("Le voici.", True),
    ]
    told = Message.objects.get(to=staff.email)
    assert application.reference in told.text and "Lenoir" not in told.text + told.subject + told.html
    with pytest.raises(TransitionRefused, match="Rien n'est demandé"):
        transitions.send_more(application=answered, by=answered.applicant)


def test_staff_stop_waiting_for_what_was_asked_and_say_why(applied):
    asked = transitions.ask_more(
        application=applied.application, by=applied.staff, text="Votre CV ?", due_on=timezone.localdate() + DAY
    )
    with pytest.raises(TransitionRefused, match="pourquoi"):
        transitions.stop_waiting(application=asked, by=applied.staff, reason=" ")

    application = transitions.stop_waiting(application=asked, by=applied.staff, reason="Reçu par téléphone.")

    assert application.state == S.IN_REVIEW and application.more_due_on is None
    assert application.events.last().reason == "Reçu par téléphone."
    with pytest.raises(TransitionRefused, match="Rien n'est demandé"):
        transitions.stop_waiting(application=application, by=applied.staff, reason="…")


def test_nothing_else_is_done_while_more_is_awaited_and_the_wait_is_not_counted(new_application, staff):
    due_on = timezone.localdate() + 2 * DAY
    application = new_application(S.ADMISSIBLE, due_on=due_on)
    asked = transitions.ask_more(
        application=application, by=staff, text="Votre CV ?", due_on=timezone.localdate() + 9 * DAY
    )
    for refused, said in [
        (transitions.declare_admissible, {}),
        (transitions.start_review, {}),
        (transitions.invite_to_interview, {"text": "Mardi ?"}),
    ]:
        with pytest.raises(TransitionRefused, match="Un complément est attendu"):
            refused(application=asked, by=staff, **said)
    asked.events.update(happened_at=timezone.now() - 5 * DAY)

    answered = transitions.send_more(application=asked, by=asked.applicant)

    assert (answered.state, answered.due_on) == (S.ADMISSIBLE, due_on + 5 * DAY)


def test_from_submitted_to_an_opinion(new_application, staff):
    application = new_application(S.SUBMITTED)

    application = transitions.declare_admissible(application=application, by=staff)
    application = transitions.start_review(application=application, by=staff)
    application = transitions.invite_to_interview(application=application, by=staff, text="Mardi à 10 h ?")
    with pytest.raises(TransitionRefused, match="Aucun avis"):
        transitions.give_advice(application=application, by=staff)
    application = transitions.give_advice(application=application, by=staff, reason="Entretien concluant.")

    assert [event.to_state for event in application.events.all()] == [
        S.ADMISSIBLE,
        S.IN_REVIEW,
        S.INTERVIEW,
        S.ADVISED,
    ]
    assert {event.happened_by for event in application.events.all()} == {staff}
    assert "Mardi à 10 h ?" in Message.objects.get().text


def test_withdrawn_at_any_time_before_teaching(new_application, new_call):
    for number, state in enumerate([S.SUBMITTED, S.MORE_ASKED, S.ADVISED, S.POOL, S.ONBOARDING]):
        application = new_application(state, call=new_call(f"Appel {number}"))
        again = transitions.withdraw(application=application, by=application.applicant, reason_code="autre-projet")
        assert again.state == S.WITHDRAWN
        assert transitions.withdraw(application=again, by=again.applicant) == again  # a double click
    assert Message.objects.count() == 5


@pytest.mark.parametrize(("before", "decision"), [(S.ADVISED, S.REFUSED), (S.SUBMITTED, S.INADMISSIBLE)])
def test_withdrawn_while_a_refusal_is_not_told_and_no_longer_once_it_is(new_application, staff, before, decision):
    def refused():
        return transitions.decide(
            application=new_application(before), decision=decision, by=staff, reason_code="hors-perimetre"
        )

    untold = refused()
    application = transitions.withdraw(application=untold, by=untold.applicant)
    assert application.state == S.WITHDRAWN and not application.decision_mails.pending().exists()

    told = refused()
    told.decision_mails.update(scheduled_at=timezone.now(), sent_at=timezone.now())
    with pytest.raises(TransitionRefused, match="La réponse est partie"):
        transitions.withdraw(application=told, by=told.applicant)


def test_the_thread_goes_both_ways_and_is_read(applied):
    application, staff = applied.application, applied.staff
    transitions.ask(application=application, by=staff, text="Avez-vous un plan ?")
    transitions.answer(application=application, by=application.applicant, text="Oui.")
    with pytest.raises(TransitionRefused, match="Écrivez"):
        transitions.ask(application=application, by=staff, text=" ")

    transitions.mark_read(application=application, by_applicant=True)

    assert [message.read_at is not None for message in application.thread.all()] == [True, False]
    assert Message.objects.count() == 1  # nobody handles it: the answer waits in the queue


def test_a_draft_is_reminded_once_before_its_call_closes(new_application, new_call):
    soon = new_call(closes_at=timezone.now() + 2 * DAY)
    draft = new_application(call=soon)
    Application.objects.filter(pk=draft.pk).update(created_at=timezone.now() - 9 * DAY)
    new_application(call=new_call("Plus tard"))
    new_application(S.SUBMITTED, call=soon)

    for _ in range(2):
        tasks.remind_drafts()

    assert [message.to for message in Message.objects.all()] == [draft.applicant.email]
