"""The statements of hours. Amounts are whole cents, from whole minutes."""

import datetime

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from trainers.enums import STATEMENT_MOVES, StatementState
from trainers.models import Assignment, HoursLine, HoursStatement, Trainer
from trainers.transitions.base import TransitionRefused


def amount_cents(hours: Assignment | HoursLine) -> int:
    """What the teaching and the preparation of a session are worth, each at its rate; 0 for who is not paid.

    To the nearest cent, half a cent up, once for both.
    """
    teaching_rate = hours.rate_cents or 0
    preparation_rate = teaching_rate if hours.preparation_rate_cents is None else hours.preparation_rate_cents
    sixtieths = hours.teaching_minutes * teaching_rate + hours.preparation_minutes * preparation_rate
    return (2 * sixtieths + 60) // 120


@transaction.atomic
def prepare_statement(
    *, trainer: Trainer, starts_on: datetime.date, ends_on: datetime.date, by: User | None
) -> HoursStatement:
    """State the accepted sessions of a trainer that ended in a period (dates included, in Paris) and that no other statement
    has. A draft of the same period is made anew.

    Raises TransitionRefused: period not over or in disorder, another statement there, nothing to state.
    """
    trainer = Trainer.objects.select_for_update(of=("self",), no_key=True).get(pk=trainer.pk)
    _check_period(starts_on, ends_on)
    statement = _statement_of(trainer, starts_on, ends_on)
    if statement is None:
        statement = HoursStatement(trainer=trainer, starts_on=starts_on, ends_on=ends_on)
        _move(statement, StatementState.DRAFT)
    elif statement.state != StatementState.DRAFT or (statement.starts_on, statement.ends_on) != (starts_on, ends_on):
        raise TransitionRefused(f"Un autre état couvre ces dates : {statement}.", "starts_on")
    statement.lines.all().delete()
    held = _held(starts_on, ends_on).filter(trainer=trainer)
    lines = [_line_of(statement, assignment) for assignment in held.order_by("session__starts_at")]
    if not lines:
        raise TransitionRefused("Aucune session animée n'est à déclarer dans cette période.")
    HoursLine.objects.bulk_create(lines)
    statement.total_cents = sum(line.amount_cents for line in lines)
    statement.save()
    return statement


def prepare_statements(
    *, starts_on: datetime.date, ends_on: datetime.date, by: User | None
) -> tuple[list[HoursStatement], list[tuple[Trainer, str]]]:
    """State a period for each trainer who taught then and is not stated yet. Returns the statements made, and who is refused
    with why: those who have a statement there already, whose corrections would be lost.

    Raises TransitionRefused when the period is not over, or in disorder.
    """
    _check_period(starts_on, ends_on)
    made, refused = [], []
    held = _held(starts_on, ends_on).values("trainer")
    for trainer in Trainer.objects.filter(pk__in=held).select_related("user"):
        try:
            with transaction.atomic():
                if other := _statement_of(trainer, starts_on, ends_on):
                    raise TransitionRefused(f"Un état couvre déjà ces dates : {other}.")
                made.append(prepare_statement(trainer=trainer, starts_on=starts_on, ends_on=ends_on, by=by))
        except TransitionRefused as refusal:
            refused.append((trainer, str(refusal)))
    return made, refused


@transaction.atomic
def change_line(*, line: HoursLine, by: User, preparation_minutes: int, teaching_minutes: int) -> HoursLine:
    """Correct the hours of a draft statement. Raises TransitionRefused once it is validated."""
    statement = _lock(line.statement)
    if statement.state != StatementState.DRAFT:
        raise TransitionRefused("Cet état est validé : il ne change plus.")
    line.preparation_minutes, line.teaching_minutes = preparation_minutes, teaching_minutes
    line.amount_cents = amount_cents(line)
    line.save()
    statement.total_cents = sum(statement.lines.values_list("amount_cents", flat=True))
    statement.save()
    return line


@transaction.atomic
def validate_statement(*, statement: HoursStatement, by: User) -> HoursStatement:
    """Say that the hours are right: the statement does not change any more. Raises TransitionRefused, also for one's own."""
    statement = _lock(statement)
    if statement.trainer.user_id == by.pk:
        raise TransitionRefused("Une autre personne doit valider vos heures.")
    statement.validated_at, statement.validated_by = timezone.now(), by
    _move(statement, StatementState.VALIDATED)
    return statement


def _move(statement: HoursStatement, to_state: StatementState) -> None:
    """The only place that assigns the state of a statement."""
    from_state = StatementState(statement.state) if statement.state else None
    if to_state not in STATEMENT_MOVES[from_state]:
        raise TransitionRefused(f"{statement} est déjà à l'état « {statement.get_state_display()} ».")
    statement.state = to_state
    statement.save()


def _lock(statement: HoursStatement) -> HoursStatement:
    statements = HoursStatement.objects.select_for_update(of=("self",)).select_related("trainer__user")
    return statements.get(pk=statement.pk)


def _check_period(starts_on: datetime.date, ends_on: datetime.date) -> None:
    if starts_on > ends_on:
        raise TransitionRefused("La fin précède le début.", "ends_on")
    if ends_on >= timezone.localdate():
        raise TransitionRefused("Cette période n'est pas finie.", "ends_on")


def _statement_of(trainer: Trainer, starts_on: datetime.date, ends_on: datetime.date) -> HoursStatement | None:
    return trainer.statements.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first()


def _held(starts_on: datetime.date, ends_on: datetime.date):
    """The accepted sessions that ended in a period (dates included, in Paris) and that no statement has."""
    return Assignment.objects.accepted().filter(
        session__cancelled_at__isnull=True,
        session__ends_at__date__gte=starts_on,
        session__ends_at__date__lte=ends_on,
        hours_line__isnull=True,
    )


def _line_of(statement: HoursStatement, assignment: Assignment) -> HoursLine:
    return HoursLine(
        statement=statement,
        assignment=assignment,
        preparation_minutes=assignment.preparation_minutes,
        teaching_minutes=assignment.teaching_minutes,
        rate_kind=assignment.rate_kind,
        rate_cents=assignment.rate_cents,
        preparation_rate_cents=assignment.preparation_rate_cents,
        amount_cents=amount_cents(assignment),
    )
