"""Who teaches which session: proposed, accepted, declined, taken back. Session, trainer, assignment are locked in this order."""

import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campus.accounts.models import User
from catalogue import wording
from catalogue.models import Session
from trainers import rules
from trainers.emails import assignment as emails
from trainers.enums import AssignmentRole, AssignmentState, RateKind, TrainerState
from trainers.models import Assignment, Rate, Trainer
from trainers.transitions.base import TransitionRefused, move

A = AssignmentState
NEVER_TWICE = "SET CONSTRAINTS trainer_never_in_two_sessions IMMEDIATE"


def _lock_both(session_id: int, trainer_id: int) -> tuple[Session, Trainer]:
    sessions = Session.objects.select_for_update(of=("self",), no_key=True).select_related("module", "programme")
    trainers = Trainer.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    return sessions.get(pk=session_id), trainers.get(pk=trainer_id)


def _lock(assignment: Assignment) -> Assignment:
    session, trainer = _lock_both(assignment.session_id, assignment.trainer_id)
    assignment = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    assignment.session, assignment.trainer = session, trainer
    return assignment


@transaction.atomic
def propose(
    *,
    trainer: Trainer,
    session: Session,
    by: User,
    answer_due_at: datetime.datetime,
    role: AssignmentRole = AssignmentRole.LEAD,
    preparation_minutes: int = 0,
    teaching_minutes: int | None = None,
    rate_kind: RateKind | str = "",
    message: str = "",
) -> Assignment:
    """Ask a trainer to teach a session, and tell them. For who is paid, the rate of `rate_kind` in force on the first day of
    the session is kept: what they accept is what they are paid.

    teaching_minutes: the length of the slots by default. Raises TransitionRefused: trainer not active, session over, cancelled
    or without dates, already asked, teaching elsewhere then, deadline not to come, no rate.
    """
    session, trainer = _lock_both(session.pk, trainer.pk)
    _check_session(session)
    if trainer.state != TrainerState.ACTIVE:
        raise TransitionRefused(f"{trainer} n'est pas en activité.", "trainer")
    if trainer.assignments.live().filter(session=session).exists():
        raise TransitionRefused(f"Cette session est déjà proposée à {trainer}.", "trainer")
    if answer_due_at <= timezone.now():
        raise TransitionRefused("Donnez un délai de réponse à venir.", "answer_due_at")
    _check_free(trainer, session, f"{trainer} anime déjà")
    assignment = Assignment(
        trainer=trainer,
        session=session,
        role=role,
        preparation_minutes=preparation_minutes,
        teaching_minutes=_length_of(session) if teaching_minutes is None else teaching_minutes,
        message=message.strip(),
        answer_due_at=min(answer_due_at, session.starts_at),
        proposed_by=by,
    )
    if trainer.is_paid:
        rate = _rate_of(rate_kind, session)
        assignment.rate_kind, assignment.rate_cents = rate_kind, rate.cents_per_hour
        assignment.preparation_rate_cents = rate.preparation_cents
    move(assignment, A.PROPOSED, by)
    emails.tell_proposed(assignment)
    return assignment


@transaction.atomic
def accept(*, assignment: Assignment, by: User) -> Assignment:
    """Take a session. The same assignment on a second click. Raises TransitionRefused: too late, or teaching elsewhere then."""
    assignment = _lock(assignment)
    if assignment.state == A.ACCEPTED:
        return assignment
    _check_answerable(assignment)
    _check_session(assignment.session)
    _check_free(assignment.trainer, assignment.session, "Vous animez déjà")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            move(assignment, A.ACCEPTED, by, answered_at=timezone.now())
            cursor.execute(NEVER_TWICE)
    except IntegrityError as error:
        raise TransitionRefused("Vous animez déjà une autre session à ce moment.") from error
    emails.tell_staff_of_answer(assignment)
    return assignment


@transaction.atomic
def decline(*, assignment: Assignment, by: User, reason: str = "") -> Assignment:
    """Say no to a session that is proposed. The same assignment on a second click. Raises TransitionRefused."""
    assignment = _lock(assignment)
    if assignment.state == A.DECLINED:
        return assignment
    move(assignment, A.DECLINED, by, reason.strip(), answered_at=timezone.now())
    emails.tell_staff_of_answer(assignment)
    return assignment


@transaction.atomic
def take_back(*, assignment: Assignment, by: User, reason: str) -> Assignment:
    """Take a session back from a trainer, or give it back when one is prevented; both sides are told.

    Raises TransitionRefused, also once it is over, or when a trainer who had accepted does not know why.
    """
    assignment = _lock(assignment)
    if assignment.state == A.ACCEPTED and not reason.strip():
        raise TransitionRefused("Dites pourquoi : l'autre partie le lira.", "reason")
    if assignment.session.ends_at and assignment.session.ends_at <= timezone.now():
        raise TransitionRefused("Cette session a eu lieu.")
    move(assignment, A.WITHDRAWN, by, reason.strip())
    emails.tell_taken_back(assignment, by, reason.strip())
    return assignment


@transaction.atomic
def expire(*, assignment: Assignment) -> None:
    """End a proposal that nobody answered in time. Nothing when it was answered meanwhile."""
    assignment = _lock(assignment)
    if assignment.state == A.PROPOSED and assignment.answer_due_at <= timezone.now():
        reason = "Sans réponse dans le délai."
        move(assignment, A.WITHDRAWN, None, reason)
        emails.tell_taken_back(assignment, None, reason)


@transaction.atomic
def cancel_all(*, session: Session, by: User | None) -> None:
    """Tell the trainers of a session, and those who are asked, that it is cancelled. Once. (catalogue.after_cancellation)"""
    for assignment in session.assignments.live().order_by("trainer"):
        assignment = _lock(assignment)
        if assignment.state in (A.PROPOSED, A.ACCEPTED):
            move(assignment, A.CANCELLED, by, session.cancel_reason)
            emails.tell_cancelled(assignment)


def _check_session(session: Session) -> None:
    if session.cancelled_at:
        raise TransitionRefused("Cette session est annulée.", "session")
    if session.starts_at is None:
        raise TransitionRefused("Cette session n'a pas encore de date.", "session")
    if session.starts_at <= timezone.now():
        raise TransitionRefused("Cette session a commencé.", "session")


def _check_answerable(assignment: Assignment) -> None:
    if assignment.state != A.PROPOSED or assignment.answer_due_at <= timezone.now():
        raise TransitionRefused("Cette session ne vous est plus proposée.")


def _check_free(trainer: Trainer, session: Session, who: str) -> None:
    if clash := rules.clash_of(trainer, session):
        dates = wording.session_dates_in_words(clash.starts_at, clash.ends_at, clash.time_zone)
        raise TransitionRefused(f"{who} « {clash.subject} » à ce moment, {dates}.", "trainer")


def _length_of(session: Session) -> int:
    seconds = sum((slot.ends_at - slot.starts_at).total_seconds() for slot in session.slots.all())
    return int(seconds // 60)


def _rate_of(rate_kind, session: Session) -> Rate:
    first_day = timezone.localtime(session.starts_at, session.zone).date()
    rate = Rate.objects.in_force(first_day).filter(kind=rate_kind).first()
    if rate is None:
        raise TransitionRefused("Choisissez un barème dont un taux est en vigueur ce jour-là.", "rate_kind")
    return rate
