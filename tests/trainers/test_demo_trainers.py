"""The trainers of the demonstration: in the numbers that were said, with histories that the rules would allow."""

import datetime
from collections import Counter
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from campus.accounts.models import User
from campus.mailing.models import Message
from campus.uploads import check
from catalogue.models import Module
from tests.trainers.conftest import write_first_rates
from trainers import models, rules, tasks, transitions
from trainers.enums import (
    APPLICATION_MOVES,
    ASSIGNMENT_MOVES,
    DECISIONS,
    REASONS,
    TRAINER_MOVES,
    ApplicationState,
    AssignmentState,
    StatementState,
    TrainerState,
)
from trainers.forms.attachments import ACCEPTED
from trainers.models import Application, Assignment, Call, HoursStatement, Review, Trainer

pytestmark = pytest.mark.django_db
S, T = ApplicationState, TrainerState
DAY = datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, stored_files):
    """All of it, once for the tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MEDIA_ROOT=stored_files):
        write_first_rates()
        call_command("load_demo", verbosity=0)
        call_command("load_demo_trainers", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db):
    """What a test changes of it is undone."""


def test_the_campus_has_its_trainers_and_applications_in_every_state(demo):
    assert [call.state.value for call in Call.objects.order_by("slug")] == ["clos", "ouvert", "ouvert"]
    assert Call.objects.filter(is_permanent=True).count() == 1
    active = Trainer.objects.active()
    assert (active.count(), active.filter(kind="interne").count(), active.filter(kind="externe").count()) == (
        53,
        21,
        32,
    )
    assert Trainer.objects.filter(state=T.FORMER).count() == 5
    assert Application.objects.count() == 60 and set(Application.objects.values_list("state", flat=True)) == set(S)
    assert set(Assignment.objects.values_list("state", flat=True)) >= {"acceptee", "proposee", "declinee"}
    assert set(HoursStatement.objects.values_list("state", flat=True)) == set(StatementState)
    people = User.objects.filter(email__regex="^(formateur|candidat|instruction)")
    assert people.count() == people.filter(is_demo=True).count() == 58 + 53 + 4
    assert not Message.objects.exists()


def test_what_each_button_of_the_sign_in_page_shows_is_there(demo):
    now = timezone.now()
    mine = Trainer.objects.get(user__email="formateur001@exemple.gouv.fr").assignments
    assert mine.awaiting_answer().filter(answer_due_at__gt=now).exists()
    assert mine.accepted().filter(session__starts_at__gt=now).exists()
    assert mine.accepted().filter(session__ends_at__lt=now, hours_line__isnull=False).exists()
    reviewer = User.objects.get(email="instruction@exemple.gouv.fr")
    assert reviewer.is_staff and not reviewer.is_superuser and reviewer.has_perm("trainers.view_application")
    assert reviewer.get_all_permissions() == {"trainers.view_application"}
    assert Application.objects.visible_to(reviewer).count() > 40
    applicant = Application.objects.get(applicant__email="candidat001@exemple.gouv.fr")
    assert applicant.state == S.MORE_ASKED and applicant.thread.exists()


def test_some_applications_have_files_that_may_be_sent(demo):
    files = list(models.Attachment.objects.select_related("application"))

    assert {file.kind for file in files} == {"cv", "support"} and len(files) > 20
    for file in files:
        with file.file.open("rb") as stored:
            sent = SimpleUploadedFile(file.name, stored.read())
        assert check(sent, accepted=ACCEPTED, max_bytes=10_000).file_type.content_type == file.content_type


def test_histories_are_those_that_the_rules_allow(demo):
    for moves, state, rows in [
        (APPLICATION_MOVES, S, Application.objects.prefetch_related("events")),
        (TRAINER_MOVES, T, Trainer.objects.prefetch_related("events")),
        (ASSIGNMENT_MOVES, AssignmentState, Assignment.objects.prefetch_related("events")),
    ]:
        for row in rows:
            events = list(row.events.all())
            path = [None, *(state(event.to_state) for event in events)]
            assert all(after in moves[before] for before, after in pairwise(path)), (row, path)
            assert path[-1] == row.state
            instants = [timezone.localtime(event.happened_at) for event in events]
            assert instants == sorted(instants) and instants[-1] <= timezone.now(), row
            # As people at work do: neither at night nor on a Sunday, nor all at the hour of loading.
            assert all(at.weekday() < 5 and 8 <= at.hour < 18 for at in instants), (row, instants)

    times = {event.happened_at.time() for event in models.ApplicationEvent.objects.all()}
    assert len(times) > 100
    for application in Application.objects.exclude(state=S.DRAFT):
        assert rules.missing_from(application) == {}, application.applicant
        reason = application.events.last().reason_code
        assert reason in REASONS.get(S(application.state), [""])
        decided = application.events.filter(to_state__in=DECISIONS).exists()
        assert application.decision_mails.count() == int(decided)
        assert application.submitted_at >= application.call.opens_at
        assert not application.call.closes_at or application.submitted_at <= application.call.closes_at
    for review in Review.objects.select_related("application", "reviewer"):
        assert not rules.is_in_conflict(review.application, review.reviewer)
    for trainer in Trainer.objects.exclude(state=T.ONBOARDING):
        assert rules.steps_left(trainer) == []
    assert Application.objects.filter(state__in=[S.ONBOARDING, S.ACTIVE], trainer__isnull=True).count() == 0


def count_all():
    return Counter(
        {model.__name__: model.objects.count() for name in models.__all__ for model in [getattr(models, name)]}
    )


def test_loading_them_again_changes_nothing(demo, capsys):
    before = count_all(), User.objects.count()

    call_command("load_demo_trainers")

    assert "déjà là" in capsys.readouterr().out
    assert (count_all(), User.objects.count()) == before


def test_what_time_has_ended_begins_again_and_the_rest_stays(demo, capsys):
    now = timezone.now()
    asked = Assignment.objects.awaiting_answer()
    kept = asked.order_by("pk").first()
    answered = transitions.decline(assignment=kept, by=kept.trainer.user)
    before = asked.filter(session__starts_at__gt=now + 12 * DAY).count()
    asked.update(answer_due_at=now - DAY)
    Call.objects.filter(is_permanent=False).update(closes_at=now - DAY)
    tasks.expire_proposals()
    assert not asked.exists()

    call_command("load_demo_trainers")
    call_command("load_demo_trainers")

    said = capsys.readouterr().out
    assert "propositions refaites" in said and said.count("rouvert") == 1 and "déjà là" in said
    assert asked.filter(answer_due_at__gt=now).count() >= before > 10
    assert asked.filter(trainer__user__email="formateur001@exemple.gouv.fr").exists()
    assert not asked.filter(trainer=answered.trainer, session=answered.session).exists()
    assert {call.state.value for call in Call.objects.all()} == {"ouvert", "clos"}


def test_without_the_catalogue_it_says_what_to_do():
    Module.objects.update(external_id=None)

    with pytest.raises(CommandError, match=r"manage\.py load_demo"):
        call_command("load_demo_trainers")
