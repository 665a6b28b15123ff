"""Who teaches which session: proposals, answers, and never two sessions at once, in the database too."""

import datetime
import time
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campus.mailing.models import Message
from catalogue.models import Slot
from catalogue.transitions import cancel_session
from tests.threads import at_once
from trainers import rules, tasks, transitions
from trainers.enums import AssignmentState, TrainerState
from trainers.models import AssignedSlot, Assignment
from trainers.transitions import TransitionRefused, assignment

pytestmark = pytest.mark.django_db
A = AssignmentState
DAY = datetime.timedelta(days=1)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def propose(staff):
    """A function that proposes a session to a trainer, who has a week to answer."""

    def create(trainer, session, **fields):
        due = timezone.now() + 7 * DAY
        return transitions.propose(
            **{"trainer": trainer, "session": session, "by": staff, "answer_due_at": due, **fields}
        )

    return create


def test_a_proposal_says_how_long_and_keeps_its_rate(propose, new_trainer, new_session, rates):
    paid, general = new_trainer(kind="interne"), new_trainer()
    session = new_session()

    first = propose(paid, session, rate_kind="approfondissement", preparation_minutes=60)
    second = propose(general, session, rate_kind="approfondissement")

    assert (first.rate_cents, first.teaching_minutes, first.preparation_minutes) == (105_00, 180, 60)
    assert (second.rate_kind, second.rate_cents) == ("", None)
    assert {message.to for message in Message.objects.all()} == {paid.user.email, general.user.email}
    with pytest.raises(TransitionRefused, match="barème"):
        propose(new_trainer(kind="interne"), session)


def test_what_cannot_be_proposed_says_why(propose, new_trainer, new_session):
    trainer, session = new_trainer(), new_session()
    undated = new_session()
    undated.slots.all().delete()
    cancelled = cancel_session(session=new_session(), by=None, reason="Panne")
    propose(trainer, session)

    for case, reason in [
        ((trainer, session, {}), "déjà proposée"),
        ((new_trainer(TrainerState.PAUSED), session, {}), "pas en activité"),
        ((new_trainer(), session, {"answer_due_at": timezone.now()}), "délai"),
        ((trainer, new_session(in_days=-2), {}), "a commencé"),
        ((trainer, cancelled, {}), "annulée"),
        ((trainer, undated, {}), "pas encore de date"),
    ]:
        with pytest.raises(TransitionRefused, match=reason):
            propose(case[0], case[1], **case[2])


def test_accepted_or_declined_in_one_click_even_two(propose, new_trainer, new_session, staff):
    trainer = new_trainer()
    yes, no = propose(trainer, new_session()), propose(trainer, new_session(in_days=40))

    for _ in range(2):
        assert transitions.accept(assignment=yes, by=trainer.user).state == A.ACCEPTED
        assert transitions.decline(assignment=no, by=trainer.user, reason="En congé").state == A.DECLINED

    assert Message.objects.filter(to=staff.email).count() == 2
    assert AssignedSlot.objects.get().assignment == yes


def test_a_proposal_ends_with_its_deadline(propose, new_trainer, new_session):
    trainer = new_trainer()
    proposal = propose(trainer, new_session())
    Assignment.objects.update(answer_due_at=timezone.now())

    with pytest.raises(TransitionRefused, match="plus proposée"):
        transitions.accept(assignment=proposal, by=trainer.user)
    for _ in range(2):
        tasks.expire_proposals()

    assert Assignment.objects.get().state == A.WITHDRAWN
    assert proposal.events.count() == 2


def test_a_session_is_taken_back_with_a_reason_and_the_other_side_is_told(propose, new_trainer, new_session, staff):
    trainer = new_trainer()
    taken = transitions.accept(assignment=propose(trainer, new_session()), by=trainer.user)
    Message.objects.all().delete()
    with pytest.raises(TransitionRefused, match="pourquoi"):
        transitions.take_back(assignment=taken, by=trainer.user, reason=" ")

    transitions.take_back(assignment=taken, by=trainer.user, reason="Souffrante")

    message = Message.objects.get()
    assert message.to == staff.email and "Souffrante" in message.text
    assert not AssignedSlot.objects.exists()
    propose(trainer, taken.session)  # they may be asked again


def test_a_cancelled_session_frees_its_trainers_and_tells_them(propose, new_trainer, new_session):
    session, asked, coming = new_session(), new_trainer(), new_trainer()
    propose(asked, session)
    transitions.accept(assignment=propose(coming, session), by=coming.user)
    Message.objects.all().delete()

    cancel_session(session=session, by=None, reason="Salle fermée")

    assert set(Assignment.objects.values_list("state", flat=True)) == {A.CANCELLED}
    assert {message.to for message in Message.objects.all()} == {asked.user.email, coming.user.email}
    assert not AssignedSlot.objects.exists()


def test_two_sessions_at_once_are_refused_by_name(propose, new_trainer, new_session):
    trainer = new_trainer()
    first, second = propose(trainer, new_session()), propose(trainer, new_session())
    transitions.accept(assignment=first, by=trainer.user)

    with pytest.raises(TransitionRefused, match="Vous animez déjà « Lire une donnée »"):
        transitions.accept(assignment=second, by=trainer.user)
    with pytest.raises(TransitionRefused, match="anime déjà"):
        propose(trainer, new_session())
    assert propose(trainer, new_session(in_days=31)).state == A.PROPOSED


def check_now():
    with connection.cursor() as cursor:
        cursor.execute(assignment.NEVER_TWICE)


def test_the_database_refuses_two_sessions_at_once_whoever_writes(new_assignment, new_trainer, new_session):
    trainer = new_trainer()
    new_assignment("acceptee", trainer=trainer)
    waiting = new_assignment("proposee", trainer=trainer, session=new_session())

    with pytest.raises(IntegrityError, match="trainer_never_in_two_sessions"), transaction.atomic():
        Assignment.objects.filter(pk=waiting.pk).update(state="acceptee", answered_at=timezone.now())
        check_now()


def test_the_database_refuses_a_slot_that_is_moved_onto_another_session(new_assignment, new_trainer, new_session):
    trainer = new_trainer()
    here = new_assignment("acceptee", trainer=trainer).session
    there = new_assignment("acceptee", trainer=trainer, session=new_session(in_days=31)).session
    slot, other = here.slots.get(), there.slots.get()

    assert rules.clash_of_slots(there, [(slot.starts_at + HOUR, slot.ends_at + HOUR)]) == (trainer, here)
    assert rules.clash_of_slots(there, [(other.starts_at, other.ends_at)]) is None
    with pytest.raises(IntegrityError, match="trainer_never_in_two_sessions"), transaction.atomic():
        Slot.objects.filter(pk=other.pk).update(starts_at=slot.starts_at + HOUR, ends_at=slot.ends_at + HOUR)
        check_now()
    with pytest.raises(IntegrityError, match="trainer_never_in_two_sessions"), transaction.atomic():
        there.slots.create(starts_at=slot.starts_at, ends_at=slot.ends_at)
        check_now()


def test_slots_of_a_session_may_change_places_and_be_deleted(new_assignment):
    taken = new_assignment("acceptee")
    first = taken.session.slots.get()
    second = taken.session.slots.create(starts_at=first.ends_at, ends_at=first.ends_at + 3 * HOUR)
    morning, afternoon = (first.starts_at, first.ends_at), (second.starts_at, second.ends_at)

    with transaction.atomic():
        Slot.objects.filter(pk=first.pk).update(starts_at=afternoon[0], ends_at=afternoon[1])
        Slot.objects.filter(pk=second.pk).update(starts_at=morning[0], ends_at=morning[1])
        check_now()
    assert {(slot.period.lower, slot.period.upper) for slot in taken.slots.all()} == {morning, afternoon}

    first.delete()
    assert [(slot.period.lower, slot.period.upper) for slot in taken.slots.all()] == [morning]
    taken.delete()
    assert not AssignedSlot.objects.exists()


# --- With real connections --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_sessions_of_one_morning_accepted_at_once_one_is_refused(propose, new_trainer, new_session):
    for day in range(20, 24):
        trainer = new_trainer()
        both = [propose(trainer, new_session(in_days=day)) for _ in range(2)]

        results = at_once(*[partial(transitions.accept, assignment=each, by=trainer.user) for each in both])

        assert {type(result) for result in results} == {Assignment, TransitionRefused}
        assert trainer.assignments.accepted().count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_rules_and_their_lock_the_database_still_refuses(new_assignment, new_trainer, new_session):
    """Two connections, raw updates: the constraint alone."""
    trainer = new_trainer()
    both = [new_assignment("proposee", trainer=trainer, session=new_session()) for _ in range(2)]

    def force(each):
        Assignment.objects.filter(pk=each.pk).update(state="acceptee", answered_at=timezone.now())

    results = at_once(*[partial(force, each) for each in both])

    assert [type(result) for result in results if result is not None] == [IntegrityError]
    assert trainer.assignments.accepted().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_slot_moved_while_a_session_is_accepted(propose, new_assignment, new_trainer, new_session):
    """Whichever comes first, the trainer is not in two places."""
    for day in range(20, 24):
        trainer = new_trainer()
        moved = new_assignment("acceptee", trainer=trainer, session=new_session(in_days=day + 40)).session
        proposal = propose(trainer, new_session(in_days=day))
        target = proposal.session.slots.get()

        def move_slot(moved=moved, target=target):
            with transaction.atomic():
                moved.slots.update(starts_at=target.starts_at, ends_at=target.ends_at)
                time.sleep(0.05)

        results = at_once(move_slot, partial(transitions.accept, assignment=proposal, by=trainer.user))

        failures = [result for result in results if isinstance(result, Exception)]
        assert len(failures) == 1 and isinstance(failures[0], IntegrityError | TransitionRefused), results
        periods = list(AssignedSlot.objects.filter(trainer=trainer).values_list("period", flat=True))
        assert len(periods) == len({period.lower for period in periods})
