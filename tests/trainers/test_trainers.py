"""The life of a trainer: the checklist, the pause, the directory, what an accepted contribution becomes, hours."""

import datetime
from functools import partial

import pytest
from django.utils import timezone

from catalogue.models import Module
from tests.threads import at_once
from trainers import rules, transitions
from trainers.enums import ApplicationState, DirectoryField, OnboardingStep, StatementState, TrainerState
from trainers.models import Application, HoursLine, Trainer
from trainers.transitions import TransitionRefused

pytestmark = pytest.mark.django_db
S, T = ApplicationState, TrainerState
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(("kind", "steps"), [("interne", 4), ("externe", 2)])
def test_the_welcome_ends_when_all_that_is_asked_is_ticked(new_application, staff, kind, steps):
    application = new_application(S.ONBOARDING, wish=kind)
    trainer = transitions.create_trainer(user=application.applicant, kind=kind, by=staff, application=application)
    with pytest.raises(TransitionRefused, match="Il reste à cocher : Formation de formateurs"):
        transitions.activate(trainer=trainer, by=staff)

    left = rules.steps_left(trainer)
    for step in left * 2:  # a double click ticks once
        transitions.tick(trainer=trainer, step=step, by=staff)
    trainer = transitions.activate(trainer=trainer, by=staff)

    assert len(left) == steps == trainer.ticks.count() and trainer.state == T.ACTIVE
    assert Application.objects.get().state == S.ACTIVE
    with pytest.raises(TransitionRefused, match="terminé"):
        transitions.untick(trainer=trainer, step=OnboardingStep.CHARTER, by=staff)


def test_a_tick_is_taken_back_during_the_welcome(new_trainer, staff):
    trainer = new_trainer(T.ONBOARDING)
    transitions.tick(trainer=trainer, step=OnboardingStep.CHARTER, by=staff)

    transitions.untick(trainer=trainer, step=OnboardingStep.CHARTER, by=staff)

    assert OnboardingStep.CHARTER in rules.steps_left(trainer)


def test_who_was_recruited_to_teach_is_not_paid_and_nobody_is_a_trainer_twice(new_agent, staff):
    agent = new_agent()
    with pytest.raises(TransitionRefused, match="recruté pour enseigner"):
        transitions.create_trainer(user=agent, kind="interne", by=staff, is_recruited_to_teach=True)
    transitions.create_trainer(user=agent, kind="externe", by=staff, is_recruited_to_teach=True)
    with pytest.raises(TransitionRefused, match="déjà partie"):
        transitions.create_trainer(user=agent, kind="externe", by=staff)


def test_a_pause_then_a_departure_then_a_return(new_trainer, new_assignment, staff):
    trainer = new_trainer(is_listed=True, listing_agreed_at=timezone.now(), listed_fields=["regions"])
    trainer = transitions.pause(trainer=trainer, by=staff, reason="Congé parental")
    with pytest.raises(TransitionRefused, match="en pause"):
        transitions.activate(trainer=trainer, by=staff)
    trainer = transitions.resume(trainer=trainer, by=staff)
    with pytest.raises(TransitionRefused, match="n'est pas en pause"):
        transitions.resume(trainer=trainer, by=staff)
    assignment = new_assignment("acceptee", trainer=trainer)
    with pytest.raises(TransitionRefused, match="sessions à venir"):
        transitions.leave(trainer=trainer, by=staff)
    transitions.take_back(assignment=assignment, by=staff, reason="Départ")

    trainer = transitions.leave(trainer=trainer, by=staff)
    assert not trainer.is_listed and trainer.listed_fields == []
    transitions.tick(trainer=trainer, step=OnboardingStep.CHARTER, by=staff)
    trainer = transitions.come_back(trainer=trainer, by=staff)

    assert trainer.state == T.ONBOARDING and not trainer.ticks.exists()


def test_the_directory_shows_active_trainers_who_agreed(new_trainer):
    agreed, silent, paused = new_trainer(), new_trainer(), new_trainer(T.PAUSED)
    for trainer in (agreed, paused):
        transitions.agree_to_listing(trainer=trainer, fields=[DirectoryField.REGIONS])

    assert list(Trainer.objects.listed()) == [agreed] and not silent.is_listed
    transitions.withdraw_listing(trainer=agreed)
    assert not Trainer.objects.listed().exists()


def test_a_follow_up_ends_with_a_draft_module_or_a_reason(new_application, staff, domain):
    application = new_application(S.ONBOARDING)
    idea, helped = (
        application.contributions.create(kind="idee", title="Une idée", domain=domain, need="Savoir.", is_kept=True),
        application.contributions.create(kind="aide", title="Une aide", domain=domain, is_kept=True),
    )
    first, again, other = (
        transitions.open_follow_up(contribution=each, referent=staff) for each in (idea, idea, helped)
    )
    assert first == again and first.steps.count() == 4
    step = transitions.complete_step(step=first.steps.first(), by=staff)
    assert step.done_by == staff

    module = transitions.close_follow_up(follow_up=first, by=staff)
    assert transitions.close_follow_up(follow_up=other, by=staff, reason="Sans suite") is None

    idea.refresh_from_db()
    assert idea.module == module == Module.objects.get() and "Savoir." in module.description
    assert transitions.draft_module_of(contribution=idea, by=staff) == module  # once
    for refused in (
        lambda: transitions.close_follow_up(follow_up=first, by=staff),
        lambda: transitions.complete_step(step=first.steps.last(), by=staff),
    ):
        with pytest.raises(TransitionRefused, match="clos"):
            refused()


def test_what_is_not_kept_becomes_nothing(new_application, staff):
    contribution = new_application(S.REFUSED).contributions.get()

    with pytest.raises(TransitionRefused, match="pas retenue"):
        transitions.draft_module_of(contribution=contribution, by=staff)
    with pytest.raises(TransitionRefused, match="idée ou une aide"):
        transitions.open_follow_up(contribution=contribution, referent=staff)


@pytest.mark.django_db(transaction=True)
def test_of_who_withdraws_and_who_ends_the_welcome_at_once_the_second_is_told(
    new_application, new_call, new_trainer, staff
):
    for number in range(4):
        application = new_application(S.ONBOARDING, call=new_call(f"Appel {number}"))
        trainer = new_trainer(T.ONBOARDING, user=application.applicant, application=application)
        for step in ("formation", "charte"):
            transitions.tick(trainer=trainer, step=step, by=staff)

        results = at_once(
            partial(transitions.activate, trainer=trainer, by=staff),
            partial(transitions.withdraw, application=application, by=application.applicant),
        )

        assert [type(result) for result in results].count(TransitionRefused) == 1, results
        application.refresh_from_db()
        trainer.refresh_from_db()
        assert (application.state, trainer.state) in {(S.ACTIVE, T.ACTIVE), (S.WITHDRAWN, T.FORMER)}


# --- Hours ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "cents", "preparation", "amount"),
    [
        (60, 105_00, (0, None), 105_00),
        (210, 25_00, (0, None), 87_50),
        (1, 25_00, (0, None), 42),
        (3, 10, (0, None), 1),
        (2, 10, (0, None), 0),
        (100, None, (60, None), 0),
        (0, 150_00, (0, 120_00), 0),
        (180, 25_00, (30, None), 87_50),  # the rate of teaching, when that of preparation is not known
        (180, 150_00, (30, 120_00), 510_00),
        (1, 30, (1, 30), 1),  # half a cent and half a cent: rounded once
    ],
)
def test_amounts_are_whole_cents_each_hour_at_its_rate(minutes, cents, preparation, amount):
    prepared, prepared_cents = preparation
    hours = HoursLine(
        teaching_minutes=minutes,
        rate_cents=cents,
        preparation_minutes=prepared,
        preparation_rate_cents=prepared_cents,
    )
    assert transitions.amount_cents(hours) == amount


@pytest.fixture
def held(new_trainer, new_session, new_assignment):
    """A paid trainer, and what they held three and two days ago; then what does not count."""
    trainer = new_trainer(kind="interne")
    paid = {"trainer": trainer, "rate_kind": "initiation", "rate_cents": 25_00}
    first = new_assignment("acceptee", session=new_session(in_days=-3), preparation_minutes=30, **paid)
    second = new_assignment("acceptee", session=new_session(in_days=-2), **paid)
    new_assignment("declinee", session=new_session(in_days=-4), **paid)
    new_assignment("acceptee", session=new_session(in_days=-40), **paid)
    return trainer, first, second


def test_a_statement_counts_what_was_held_once_and_is_validated_by_another(held, staff):
    trainer, first, second = held
    today = timezone.localdate()
    period = {"trainer": trainer, "starts_on": today - 10 * DAY, "ends_on": today - DAY, "by": staff}

    statement = transitions.prepare_statement(**period)
    assert statement == transitions.prepare_statement(**period)  # a draft is made anew
    assert [(line.assignment, line.amount_cents) for line in statement.lines.all()] == [(first, 87_50), (second, 75_00)]
    line = transitions.change_line(line=statement.lines.first(), by=staff, preparation_minutes=0, teaching_minutes=60)
    statement.refresh_from_db()
    assert (line.amount_cents, statement.total_cents) == (25_00, 100_00)

    with pytest.raises(TransitionRefused, match="autre personne"):
        transitions.validate_statement(statement=statement, by=trainer.user)
    statement = transitions.validate_statement(statement=statement, by=staff)

    assert statement.state == StatementState.VALIDATED and statement.validated_by == staff
    for refused, reason in [
        (lambda: transitions.validate_statement(statement=statement, by=staff), "déjà"),
        (lambda: transitions.prepare_statement(**period), "Un autre état"),
        (
            lambda: transitions.change_line(line=line, by=staff, preparation_minutes=0, teaching_minutes=0),
            "ne change plus",
        ),
    ]:
        with pytest.raises(TransitionRefused, match=reason):
            refused()


def test_a_period_is_over_in_order_and_has_something_to_state(held, staff):
    trainer, today = held[0], timezone.localdate()
    for starts_on, ends_on, reason in [
        (today - DAY, today - 3 * DAY, "précède"),
        (today - 3 * DAY, today, "pas finie"),
        (today - 90 * DAY, today - 80 * DAY, "Aucune session"),
    ]:
        with pytest.raises(TransitionRefused, match=reason):
            transitions.prepare_statement(trainer=trainer, starts_on=starts_on, ends_on=ends_on, by=staff)
    assert not trainer.statements.exists()
