"""A row that each constraint refuses."""

import datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from trainers.models import (
    AccessLink,
    Application,
    ApplicationEvent,
    Assignment,
    Attachment,
    Availability,
    Call,
    CallSkill,
    Conflict,
    Contribution,
    Criterion,
    DecisionMail,
    FollowUp,
    HoursLine,
    HoursStatement,
    OnboardingTick,
    Rate,
    Review,
    Score,
    Trainer,
    TrainerSkill,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = datetime.timedelta(days=1)


@pytest.fixture
def rows(new_application, new_assignment, new_agent, staff, skill):
    """One valid row of each model that has constraints, by its class."""
    application = new_application("instruction")
    call, contribution = application.call, application.contributions.get()
    assignment = new_assignment("acceptee")
    trainer = assignment.trainer
    statement = HoursStatement.objects.create(
        trainer=trainer, starts_on="2026-01-01", ends_on="2026-01-31", state="brouillon"
    )
    review = Review.objects.create(application=application, reviewer=staff)
    made = [
        application,
        call,
        contribution,
        assignment,
        trainer,
        statement,
        review,
        CallSkill.objects.create(call=call, skill=skill),
        AccessLink.objects.create(call=call, email="a@exemple.gouv.fr", expires_at=NOW + DAY),
        ApplicationEvent.objects.create(application=application, to_state="instruction"),
        Attachment.objects.create(
            application=application, kind="cv", file="x", name="cv.pdf", content_type="application/pdf", size=10
        ),
        Score.objects.create(review=review, criterion=call.criteria.first(), value=3),
        call.criteria.first(),
        Conflict.objects.create(reviewer=staff, applicant=application.applicant),
        DecisionMail.objects.create(application=application, decision="retenue", subject="…", text="…"),
        Availability.objects.create(trainer=trainer, kind="disponible", starts_on="2026-02-01", ends_on="2026-02-10"),
        Rate.objects.create(kind="essai", cents_per_hour=100, valid_from="2026-01-01", valid_until="2027-01-01"),
        HoursLine.objects.create(
            statement=statement, assignment=assignment, preparation_minutes=0, teaching_minutes=60, amount_cents=0
        ),
        FollowUp.objects.create(contribution=contribution),
        OnboardingTick.objects.create(trainer=trainer, step="charte"),
        TrainerSkill.objects.create(trainer=trainer, skill=skill, level="expert"),
    ]
    application.skills.first()
    return {type(row): row for row in made}


UPDATES = [
    (Call, "call_closes_unless_permanent", {"closes_at": None}),
    (Call, "call_in_order", {"opens_at": NOW + 90 * DAY}),
    (Call, "call_reviews_wanted", {"reviews_wanted": 0}),
    (CallSkill, "call_skill_target", {"target": 0}),
    (Criterion, "criterion_weight", {"weight": 11}),
    (AccessLink, "access_link_in_order", {"expires_at": NOW - DAY}),
    (Application, "application_submitted_with_instant", {"submitted_at": None}),
    (Application, "application_draft_not_submitted", {"state": "brouillon"}),
    (Application, "application_decided_with_instant", {"state": "retenue"}),
    (Application, "application_more_due_while_asked", {"more_due_on": NOW.date()}),
    (Application, "application_teacher_not_paid", {"wish": "interne", "is_recruited_to_teach": True}),
    (Application, "application_weekdays_known", {"weekdays": [7]}),
    (Application, "application_regions_known", {"regions": ["atlantide"]}),
    (Application, "application_languages_known", {"languages": ["xx"]}),
    (ApplicationEvent, "application_event_decided_with_reason", {"to_state": "refusee"}),
    (ApplicationEvent, "application_event_other_with_text", {"reason_code": "autre"}),
    (Contribution, "contribution_fields_of_its_kind", {"need": "Un besoin"}),
    (Contribution, "contribution_fields_of_its_kind", {"kind": "idee"}),
    (Contribution, "contribution_duration_positive", {"duration_minutes": 0}),
    (Contribution, "contribution_modalities_known", {"modalities": ["telepathie"]}),
    (Attachment, "attachment_size", {"size": 0}),
    (Attachment, "attachment_size", {"size": 10 * 1024 * 1024 + 1}),
    (Attachment, "attachment_content_type", {"content_type": "text/html"}),
    (Review, "review_submitted_recommends", {"submitted_at": NOW}),
    (Score, "score_from_one_to_five", {"value": 6}),
    (Score, "score_from_one_to_five", {"value": 0}),
    (DecisionMail, "decision_mail_sent_when_scheduled", {"sent_at": NOW}),
    (DecisionMail, "decision_mail_sent_or_cancelled", {"sent_at": NOW, "scheduled_at": NOW, "cancelled_at": NOW}),
    (Trainer, "trainer_teacher_not_paid", {"kind": "interne", "is_recruited_to_teach": True}),
    (Trainer, "trainer_listed_with_agreement", {"is_listed": True}),
    (Trainer, "trainer_listed_fields_known", {"listed_fields": ["telephone"]}),
    (Trainer, "trainer_weekdays_known", {"weekdays": [0]}),
    (Trainer, "trainer_regions_known", {"regions": ["atlantide"]}),
    (Trainer, "trainer_languages_known", {"languages": ["xx"]}),
    (Availability, "availability_in_order", {"ends_on": "2026-01-01"}),
    (Assignment, "assignment_proposed_until", {"state": "proposee", "answer_due_at": None}),
    (Assignment, "assignment_answered_with_instant", {"answered_at": None}),
    (Assignment, "assignment_rate_with_kind", {"rate_cents": 2500}),
    (Assignment, "assignment_rate_with_kind", {"rate_kind": "initiation"}),
    (Assignment, "assignment_minutes", {"teaching_minutes": 60_001}),
    (Rate, "rate_positive", {"cents_per_hour": 0}),
    (Rate, "rate_of_preparation_positive", {"preparation_cents_per_hour": 0}),
    (Assignment, "assignment_rate_of_preparation", {"preparation_rate_cents": 2500}),
    (HoursLine, "hours_line_rate_of_preparation", {"preparation_rate_cents": 2500}),
    (Rate, "rate_in_order", {"valid_until": "2026-01-01"}),
    (HoursStatement, "statement_in_order", {"ends_on": "2025-01-01"}),
    (HoursStatement, "statement_validated_with_instant", {"state": "valide"}),
    (HoursLine, "hours_line_amount_with_rate", {"amount_cents": 100}),
    (FollowUp, "follow_up_reason_when_closed", {"close_reason": "Abandon"}),
]


def test_a_wrong_change_is_refused(rows, subtests):
    for model, constraint, fields in UPDATES:
        with (
            subtests.test(constraint, **fields),
            pytest.raises(IntegrityError, match=constraint),
            transaction.atomic(),
        ):
            model.objects.filter(pk=rows[model].pk).update(**fields)


def test_who_handles_has_an_instant(rows, staff):
    with pytest.raises(IntegrityError, match="application_assigned_with_instant"), transaction.atomic():
        Application.objects.filter(pk=rows[Application].pk).update(assigned_to=staff)


def test_a_module_comes_from_what_is_kept(rows, published_module):
    with pytest.raises(IntegrityError, match="contribution_module_when_kept"), transaction.atomic():
        Contribution.objects.filter(pk=rows[Contribution].pk).update(module=published_module)


def test_help_wanted_is_one_that_the_campus_gives(rows):
    application = rows[Application]
    with pytest.raises(IntegrityError, match="contribution_help_known"), transaction.atomic():
        application.contributions.create(kind="aide", help_kinds=["argent"])


def test_a_conflict_is_of_two_people(rows, staff):
    with pytest.raises(IntegrityError, match="conflict_of_two_people"), transaction.atomic():
        Conflict.objects.create(reviewer=staff, applicant=staff)


TWICE = [
    (Criterion, "criterion_once", {}),
    (CallSkill, "call_skill_once", {}),
    (Application, "application_one_live_a_call", {"reference": "AUTR-EREF"}),
    (Review, "review_one_a_reviewer", {}),
    (Score, "score_one_a_criterion", {}),
    (Conflict, "conflict_once", {}),
    (DecisionMail, "decision_mail_one_pending", {}),
    (OnboardingTick, "onboarding_tick_once", {}),
    (TrainerSkill, "trainer_skill_once", {}),
    (Assignment, "assignment_one_live_a_session", {"state": "proposee"}),
    (Availability, "availability_no_overlap", {"starts_on": "2026-02-10", "ends_on": "2026-02-12"}),
    (Rate, "rate_no_overlap", {"valid_from": "2026-12-31", "valid_until": None}),
    (HoursStatement, "statement_no_overlap", {"starts_on": "2026-01-31", "ends_on": "2026-02-28"}),
    (HoursLine, "trainers_hoursline_assignment_id", {}),
]


def test_the_same_again_is_refused(rows, subtests):
    for model, constraint, fields in TWICE:
        row = model.objects.get(pk=rows[model].pk)
        row.pk, row._state.adding = None, True
        for name, value in fields.items():
            setattr(row, name, value)
        with subtests.test(constraint), pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            row.save()


def test_a_skill_is_said_once(rows, skill):
    with pytest.raises(IntegrityError, match="application_skill_once"), transaction.atomic():
        rows[Application].skills.create(skill=skill, level="novice")


def test_what_is_over_leaves_room(rows):
    """Partial and dated constraints let the next one in."""
    application = rows[Application]
    Application.objects.filter(pk=application.pk).update(state="retiree")
    Application.objects.create(applicant=application.applicant, call=application.call, state="brouillon")
    DecisionMail.objects.update(cancelled_at=NOW)
    DecisionMail.objects.create(application=application, decision="retenue", subject="…", text="…")
    Rate.objects.create(kind="essai", cents_per_hour=120, valid_from="2027-01-01")
    Availability.objects.create(
        trainer=rows[Trainer], kind="indisponible", starts_on="2026-02-11", ends_on="2026-02-12"
    )


def test_each_constraint_of_the_app_is_tested_here_or_with_its_subject():
    known = {name for _model, name, _fields in UPDATES + TWICE} | {
        "application_assigned_with_instant",
        "application_skill_once",
        "contribution_module_when_kept",
        "contribution_help_known",
        "conflict_of_two_people",
        "trainer_never_in_two_sessions",  # test_assignments
    }
    tables = [model._meta.db_table for model in Application._meta.apps.get_app_config("trainers").get_models()]
    declared = {
        constraint.name
        for model in Application._meta.apps.get_app_config("trainers").get_models()
        for constraint in model._meta.constraints
    }
    assert declared <= known and tables
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE conname = ANY(%s)", [list(declared)])
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE indexname = ANY(%s) UNION SELECT conname FROM pg_constraint"
            " WHERE conname = ANY(%s)",
            [list(declared), list(declared)],
        )
        assert {row[0] for row in cursor.fetchall()} == declared
