"""Every pair of states, of every table, is allowed or refused."""

import copy
import datetime
from itertools import product

import pytest
from django.db import transaction
from django.utils import timezone

from trainers.enums import (
    APPLICATION_MOVES,
    ASSIGNMENT_MOVES,
    DECISIONS,
    LIVE,
    REASONS,
    STATEMENT_MOVES,
    TRAINER_MOVES,
    ApplicationState,
    AssignmentState,
    StatementState,
    TrainerState,
)
from trainers.models import Application, Assignment, HoursStatement, Trainer
from trainers.transitions import TransitionRefused, base, hours

pytestmark = pytest.mark.django_db
S = ApplicationState


def check(stored, before, after, moves, **fields):
    """Move a copy of `stored`, then undo it."""
    with transaction.atomic():
        item = copy.copy(stored)
        if after in moves[before]:
            event = base.move(item, after, None, **fields)

            item.refresh_from_db()
            assert (event.from_state, event.to_state, item.state) == (before or "", after, after)
            assert item.events.count() == 1
        else:
            with pytest.raises(TransitionRefused, match="on ne passe pas à"):
                base.move(item, after, None, **fields)
            assert item.pk is None or not item.events.exists(), after
        transaction.set_rollback(True)


@pytest.mark.parametrize("before", [None, *S])
def test_applications(new_application, new_call, new_agent, before):
    stored = new_application(before) if before else Application(applicant=new_agent(), call=new_call())
    now = timezone.now()
    for after in S:
        fields = {"submitted_at": now} if after != S.DRAFT else {}
        if after in DECISIONS:
            fields["decided_at"] = now
        code = next(iter(REASONS.get(after, [])), "")
        check(stored, before, after, APPLICATION_MOVES, reason_code=code, **fields)


@pytest.mark.parametrize("before", [None, *TrainerState])
def test_trainers(new_trainer, new_agent, before):
    stored = new_trainer(before) if before else Trainer(user=new_agent(), kind="externe")
    for after in TrainerState:
        check(stored, before, after, TRAINER_MOVES)


@pytest.mark.parametrize("before", [None, *AssignmentState])
def test_assignments(new_assignment, new_trainer, new_session, before):
    now = timezone.now()
    stored = (
        new_assignment(before)
        if before
        else Assignment(trainer=new_trainer(), session=new_session(), answer_due_at=now)
    )
    for after in AssignmentState:
        check(stored, before, after, ASSIGNMENT_MOVES, answered_at=now)


@pytest.mark.parametrize(("before", "after"), list(product([None, *StatementState], StatementState)))
def test_statements(new_trainer, before, after):
    now = timezone.now()
    item = HoursStatement(
        trainer=new_trainer(), starts_on=datetime.date(2026, 1, 1), ends_on=datetime.date(2026, 1, 31)
    )
    if before:
        item.state, item.validated_at = before, now if before == StatementState.VALIDATED else None
        item.save()
    item.validated_at = now if after == StatementState.VALIDATED else None

    if after in STATEMENT_MOVES[before]:
        hours._move(item, after)
        assert HoursStatement.objects.get().state == after
    else:
        with pytest.raises(TransitionRefused, match="déjà à l'état"):
            hours._move(item, after)


def test_the_tables_know_all_the_states():
    for states, moves in [
        (ApplicationState, APPLICATION_MOVES),
        (TrainerState, TRAINER_MOVES),
        (AssignmentState, ASSIGNMENT_MOVES),
    ]:
        assert set(moves) == {None, *states}
    assert {S.POOL, S.ACCEPTED, S.DRAFT} <= set(LIVE) and not {S.REFUSED, S.ACTIVE} & set(LIVE)


@pytest.mark.parametrize(
    ("code", "text", "argument"),
    [("", "", "reason_code"), ("autre-projet", "", "reason_code"), ("autre", " ", "reason")],
)
def test_a_refusal_says_why(new_application, code, text, argument):
    with pytest.raises(TransitionRefused) as refusal:
        base.move(new_application(S.ADVISED), S.REFUSED, None, text, code, decided_at=timezone.now())

    assert refusal.value.argument == argument
