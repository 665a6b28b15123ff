"""Who teaches which session. States change through trainers.transitions alone."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from campus.state_events import StateEvent
from trainers.enums import LIVE_ASSIGNMENTS, AssignmentRole, AssignmentState, RateKind

MAX_MINUTES = 60_000


class AssignmentQuerySet(models.QuerySet):
    def live(self):
        return self.filter(state__in=LIVE_ASSIGNMENTS)

    def accepted(self):
        return self.filter(state=AssignmentState.ACCEPTED)

    def awaiting_answer(self):
        return self.filter(state=AssignmentState.PROPOSED)


class Assignment(models.Model):
    """A trainer in a session, or who is asked to be. Accepted ones of a trainer never overlap (AssignedSlot)."""

    trainer = models.ForeignKey(
        "trainers.Trainer", on_delete=models.PROTECT, related_name="assignments", verbose_name="formateur"
    )
    session = models.ForeignKey(
        "catalogue.Session", on_delete=models.PROTECT, related_name="assignments", verbose_name="session"
    )
    role = models.CharField("rôle", max_length=15, choices=AssignmentRole, default=AssignmentRole.LEAD)
    state = models.CharField("état", max_length=10, choices=AssignmentState, editable=False)
    preparation_minutes = models.PositiveIntegerField(
        "préparation (minutes)", default=0, validators=[MaxValueValidator(MAX_MINUTES)]
    )
    teaching_minutes = models.PositiveIntegerField(
        "animation (minutes)", default=0, validators=[MaxValueValidator(MAX_MINUTES)]
    )
    rate_kind = models.CharField("barème", max_length=20, choices=RateKind, blank=True)
    rate_cents = models.PositiveIntegerField(
        "taux horaire (centimes)",
        null=True,
        editable=False,
        help_text="Celui du barème au premier jour de la session, gardé à la proposition.",
    )
    preparation_rate_cents = models.PositiveIntegerField(
        "taux horaire de préparation (centimes)",
        null=True,
        editable=False,
        help_text="Gardé de même. Vide : celui de l'animation.",
    )
    message = models.TextField("message à la personne", max_length=2000, blank=True)
    answer_due_at = models.DateTimeField("réponse attendue avant", null=True)
    proposed_at = models.DateTimeField("proposée le", default=timezone.now, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="proposée par",
    )
    answered_at = models.DateTimeField("réponse le", null=True, editable=False)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "affectation"
        ordering = ["-proposed_at", "-pk"]
        indexes = [
            models.Index(fields=["trainer", "state"], name="assignment_trainer_state"),
            models.Index(fields=["session", "state"], name="assignment_session_state"),
            models.Index(fields=["answer_due_at"], name="assignment_due", condition=Q(state="proposee")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["trainer", "session"],
                condition=Q(state__in=LIVE_ASSIGNMENTS),
                name="assignment_one_live_a_session",
                violation_error_message="Cette personne est déjà affectée à cette session, ou sollicitée.",
            ),
            models.CheckConstraint(
                condition=~Q(state="proposee") | Q(answer_due_at__isnull=False),
                name="assignment_proposed_until",
                violation_error_message="Une proposition attend sa réponse jusqu'à un instant.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["acceptee", "declinee"]) | Q(answered_at__isnull=False),
                name="assignment_answered_with_instant",
                violation_error_message="Une réponse porte son instant.",
            ),
            models.CheckConstraint(
                condition=Q(rate_kind="", rate_cents__isnull=True)
                | (~Q(rate_kind="") & Q(rate_cents__isnull=False, rate_cents__gt=0)),
                name="assignment_rate_with_kind",
                violation_error_message="Un taux va avec son barème.",
            ),
            models.CheckConstraint(
                condition=Q(preparation_rate_cents__isnull=True)
                | Q(rate_cents__isnull=False, preparation_rate_cents__gt=0),
                name="assignment_rate_of_preparation",
                violation_error_message="Le taux de préparation va avec celui de l'animation.",
            ),
            models.CheckConstraint(
                condition=Q(preparation_minutes__lte=MAX_MINUTES, teaching_minutes__lte=MAX_MINUTES),
                name="assignment_minutes",
                violation_error_message="Une affectation compte mille heures au plus.",
            ),
        ]

    def __str__(self):
        return f"{self.trainer}, {self.session} : {self.get_state_display().lower()}"


class AssignmentEvent(StateEvent):
    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="events", verbose_name="affectation"
    )
    from_state = models.CharField("de", max_length=10, choices=AssignmentState, blank=True)
    to_state = models.CharField("à", max_length=10, choices=AssignmentState)


class AssignedSlot(models.Model):
    """When a trainer teaches: the slots of the sessions they accepted. Written by triggers alone (migration 0002).

    It is there for its constraint, which holds when sessions are accepted as when staff move their slots.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="slots")
    trainer = models.ForeignKey("trainers.Trainer", on_delete=models.CASCADE, related_name="+")
    period = DateTimeRangeField("période")

    class Meta:
        verbose_name = "créneau pris"
        verbose_name_plural = "créneaux pris"
        ordering = ["trainer", "period"]
        constraints = [
            ExclusionConstraint(
                name="trainer_never_in_two_sessions",
                expressions=[("trainer", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                # At the end of the transaction, so that the slots of a session can change places.
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Cette personne anime déjà une autre session à ce moment.",
            ),
        ]

    def __str__(self):
        return f"{self.trainer}, {self.period}"
