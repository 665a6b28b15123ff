"""Who teaches the sessions of the demonstration, who is asked, and the hours of what was taught."""

import datetime
from collections import Counter, defaultdict

from django.db.models import Exists, OuterRef
from django.utils import timezone

from campus.accounts.models import User
from catalogue.enums import Level
from catalogue.models import Session
from trainers import transitions
from trainers.demo_data.reading import DAY
from trainers.demo_data.working_time import after, at_work
from trainers.enums import AssignmentRole, AssignmentState, RateKind, StatementState, TrainerState
from trainers.models import AssignedSlot, Assignment, AssignmentEvent, HoursLine, HoursStatement, Rate, Trainer

A = AssignmentState
RATES = {
    Level.NOVICE: RateKind.INITIATION,
    Level.BEGINNER: RateKind.INITIATION,
    Level.INTERMEDIATE: RateKind.DEEPENING,
    Level.EXPERT: RateKind.EXPERTISE,
}
COMING = [A.ACCEPTED, A.PROPOSED, None, A.ACCEPTED, A.ACCEPTED, A.DECLINED, A.PROPOSED]
"""What becomes of sessions to come, turn by turn; None: nobody is asked yet."""
FIRST_TRAINER = [A.ACCEPTED, A.PROPOSED, A.ACCEPTED, A.PROPOSED]
"""The same of those of the first trainer, whose space is shown."""
CO_LED = 3
"""A session in so many has two trainers, when another may."""
QUARTERS = 4
MESSAGE = "Votre module est très demandé : seriez-vous libre ?"


def create_assignments(trainers: list[Trainer], staff: User, now) -> Counter:
    """Assign the sessions of the modules that trainers master. Returns how many of what."""
    active = [trainer for trainer in trainers if trainer.state == TrainerState.ACTIVE]
    masters = defaultdict(list)
    for link in Trainer.modules.through.objects.filter(trainer__in=active).order_by("trainer__pk"):
        masters[link.module_id].append(link.trainer_id)
    plan = _Plan(active, masters, staff, now)
    sessions = Session.objects.filter(cancelled_at=None, starts_at__isnull=False, module__in=masters)
    for session in sessions.select_related("module").prefetch_related("slots").order_by("starts_at", "pk"):
        plan.add(session)
    _write(plan.assignments, staff)
    return Counter(
        {"affectations": len(plan.assignments), "états d'heures": _state_hours(plan.assignments, staff, now)}
    )


def renew(staff: User, now) -> int:
    """Propose again, to the same people, the sessions to come that they left without an answer. Returns how many."""
    for late in Assignment.objects.awaiting_answer().filter(proposed_by=staff, answer_due_at__lte=now):
        transitions.expire(assignment=late)
    by_itself = AssignmentEvent.objects.filter(
        assignment=OuterRef("pk"), to_state=A.WITHDRAWN, happened_by__isnull=True
    )
    live = Assignment.objects.live()
    left = (
        Assignment.objects.filter(Exists(by_itself), ~Exists(live.filter(session=OuterRef("session"))))
        .filter(state=A.WITHDRAWN, proposed_by=staff, trainer__state=TrainerState.ACTIVE)
        .filter(session__cancelled_at=None, session__starts_at__gt=now + 3 * DAY)
        .order_by("session_id", "trainer_id", "-pk")
        .distinct("session_id", "trainer_id")
    )
    rows = list(left.select_related("trainer__user", "session__module").prefetch_related("session__slots"))
    plan = _Plan([row.trainer for row in rows], {}, staff, now)
    for slot in AssignedSlot.objects.filter(trainer__in=plan.trainers):
        plan.busy[slot.trainer_id].append((slot.period.lower, slot.period.upper))
    for row in rows:
        if plan.is_free(row.trainer_id, row.session):
            plan.assign(row.trainer_id, row.session, A.PROPOSED, row.role)
    _write(plan.assignments, staff)
    return len(plan.assignments)


def _write(assignments: list[Assignment], staff: User) -> None:
    Assignment.objects.bulk_create(assignments)
    AssignmentEvent.objects.bulk_create(event for each in assignments for event in _events_of(each, staff))


class _Plan:
    def __init__(self, trainers, masters, staff, now):
        self.trainers = {trainer.pk: trainer for trainer in trainers}
        self.first = next(iter(trainers), None)
        self.masters, self.staff, self.now = masters, staff, now
        day = timezone.localdate() + 7 * DAY
        self.due_at = timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
        self.rates = {rate.kind: rate for rate in Rate.objects.in_force(now.date())}
        self.assignments: list[Assignment] = []
        self.busy = defaultdict(list)
        self.turns = Counter()

    def add(self, session):
        able = [pk for pk in self.masters[session.module_id] if self.is_free(pk, session)]
        if not able:
            return
        turn = self.turns[session.module_id]
        self.turns[session.module_id] += 1
        able = able[turn % len(able) :] + able[: turn % len(able)]
        state = A.ACCEPTED if session.starts_at <= self.now else self._state_of(able)
        if state == A.PROPOSED and session.starts_at <= self.now + 3 * DAY:
            state = A.ACCEPTED  # too late to wait for an answer
        if self.first.pk in able and session.starts_at > self.now:
            able = [self.first.pk, *(pk for pk in able if pk != self.first.pk)]
        if state is None:
            return
        self.assign(able[0], session, state, AssignmentRole.LEAD)
        if state == A.ACCEPTED and len(able) > 1 and len(self.assignments) % CO_LED == 0:
            self.assign(able[1], session, state, AssignmentRole.CO_LEAD)

    def _state_of(self, able):
        key, states = ("first", FIRST_TRAINER) if self.first.pk in able else ("coming", COMING)
        turn = self.turns[key]
        self.turns[key] += 1
        return states[turn % len(states)]

    def is_free(self, pk, session):
        periods = [(slot.starts_at, slot.ends_at) for slot in session.slots.all()]
        return not any(start < end2 and start2 < end for start, end in periods for start2, end2 in self.busy[pk])

    def assign(self, pk, session, state, role):
        trainer, slots = self.trainers[pk], list(session.slots.all())
        asked_at = at_work(min(session.starts_at - 45 * DAY, self.now - 4 * DAY), f"{pk} {session.pk}")
        kind = RATES[Level(session.module.level)] if trainer.is_paid else ""
        minutes = int(sum((slot.ends_at - slot.starts_at).total_seconds() for slot in slots)) // 60
        rate = self.rates.get(kind)
        self.assignments.append(
            Assignment(
                trainer=trainer,
                session=session,
                role=role,
                state=state,
                preparation_minutes=minutes // 4 if role == AssignmentRole.LEAD else 0,
                teaching_minutes=minutes,
                rate_kind=kind if rate else "",
                rate_cents=rate and rate.cents_per_hour,
                preparation_rate_cents=rate and rate.preparation_cents,
                message=MESSAGE if state == A.PROPOSED else "",
                answer_due_at=min(session.starts_at, self.due_at) if state == A.PROPOSED else asked_at + 8 * DAY,
                proposed_at=asked_at,
                proposed_by=self.staff,
                answered_at=None if state == A.PROPOSED else after(asked_at, 4 + pk % 12),
            )
        )
        if state in (A.ACCEPTED, A.PROPOSED):
            self.busy[pk] += [(slot.starts_at, slot.ends_at) for slot in slots]


def _events_of(assignment, staff):
    yield AssignmentEvent(
        assignment=assignment, to_state=A.PROPOSED, happened_at=assignment.proposed_at, happened_by=staff
    )
    if assignment.state != A.PROPOSED:
        yield AssignmentEvent(
            assignment=assignment,
            from_state=A.PROPOSED,
            to_state=assignment.state,
            happened_at=assignment.answered_at,
            happened_by=assignment.trainer.user,
            reason="Déjà pris ce jour-là." if assignment.state == A.DECLINED else "",
        )


def _state_hours(assignments: list[Assignment], staff: User, now) -> int:
    """Statements of the last quarters: all validated but the latest, which is for staff to read."""
    statements, lines = {}, []
    quarters = _quarters(timezone.localdate())
    for assignment in assignments:
        session = assignment.session
        if assignment.state != A.ACCEPTED or session.ends_at > now:
            continue
        day = timezone.localtime(session.ends_at).date()
        quarter = next(((first, last) for first, last in quarters if first <= day <= last), None)
        if quarter is None:
            continue
        key = assignment.trainer_id, *quarter
        if key not in statements:
            statements[key] = _statement(assignment.trainer, *quarter, staff, is_validated=quarter != quarters[0])
        line = HoursLine(
            statement=statements[key],
            assignment=assignment,
            preparation_minutes=assignment.preparation_minutes,
            teaching_minutes=assignment.teaching_minutes,
            rate_kind=assignment.rate_kind,
            rate_cents=assignment.rate_cents,
            preparation_rate_cents=assignment.preparation_rate_cents,
            amount_cents=transitions.amount_cents(assignment),
        )
        line.statement.total_cents += line.amount_cents
        lines.append(line)
    HoursStatement.objects.bulk_create(statements.values())
    HoursLine.objects.bulk_create(lines)
    return len(statements)


def _quarters(today: datetime.date) -> list[tuple[datetime.date, datetime.date]]:
    """The last whole quarters, the latest first: first day, last day."""
    first, quarters = today.replace(month=today.month - (today.month - 1) % 3, day=1), []
    for _ in range(QUARTERS):
        last = first - DAY
        first = last.replace(month=last.month - 2, day=1)
        quarters.append((first, last))
    return quarters


def _statement(trainer, first, last, staff, *, is_validated) -> HoursStatement:
    made_at = timezone.make_aware(datetime.datetime.combine(last + 5 * DAY, datetime.time(10)))
    return HoursStatement(
        trainer=trainer,
        starts_on=first,
        ends_on=last,
        state=StatementState.VALIDATED if is_validated else StatementState.DRAFT,
        created_at=made_at,
        validated_at=made_at + 13 * DAY if is_validated else None,
        validated_by=staff if is_validated else None,
    )
