from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from trainers.querysets import FollowUpQuerySet


class FollowUp(models.Model):
    """What becomes of an idea, or of a training to develop, once accepted: until its draft module exists."""

    contribution = models.OneToOneField(
        "trainers.Contribution", on_delete=models.PROTECT, related_name="follow_up", verbose_name="contribution"
    )
    referent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name="référent",
    )
    opened_at = models.DateTimeField("ouvert le", default=timezone.now, editable=False)
    closed_at = models.DateTimeField("clos le", null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="clos par",
    )
    close_reason = models.CharField("motif d'abandon", max_length=300, blank=True, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = "suivi de contribution"
        verbose_name_plural = "suivis de contributions"
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(close_reason="") | Q(closed_at__isnull=False),
                name="follow_up_reason_when_closed",
                violation_error_message="Un motif d'abandon va avec une clôture.",
            ),
        ]

    def __str__(self):
        return f"Suivi de « {self.contribution} »"


class FollowUpStep(models.Model):
    """What is to be done, by when."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="steps", verbose_name="suivi")
    position = models.PositiveSmallIntegerField("ordre", default=0)
    title = models.CharField("étape", max_length=200)
    due_on = models.DateField("pour le", null=True, blank=True)
    done_at = models.DateTimeField("faite le", null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="faite par",
    )

    class Meta:
        verbose_name = "étape"
        ordering = ["follow_up", "position", "due_on", "pk"]

    def __str__(self):
        return self.title
