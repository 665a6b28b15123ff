import secrets

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enrolments.enums import FollowState


def proof_path(follow, filename) -> str:
    """Where a proof is stored: under a random name; the one that the agent gave is kept apart, in `proof_name`."""
    return f"justificatifs/{secrets.token_urlsafe(24)}"


class ExternalFollow(models.Model):
    """« Je suis cette formation » : what an agent says of a training that is not followed in sessions of the campus."""

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows", verbose_name="agent"
    )
    module = models.ForeignKey(
        "catalogue.Module", on_delete=models.PROTECT, related_name="follows", verbose_name="formation"
    )
    state = models.CharField("état", max_length=10, choices=FollowState, default=FollowState.STARTED, editable=False)
    started_on = models.DateField("commencée le", default=timezone.localdate)
    finished_on = models.DateField("terminée le", null=True, blank=True)
    proof = models.FileField("justificatif", upload_to=proof_path, blank=True)
    proof_name = models.CharField("nom du justificatif", max_length=150, blank=True)

    class Meta:
        verbose_name = "formation suivie ailleurs"
        verbose_name_plural = "formations suivies ailleurs"
        ordering = ["-started_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "module"],
                name="external_follow_once",
                violation_error_message="Cette formation est déjà dans votre parcours.",
            ),
            models.CheckConstraint(
                condition=Q(state="en-cours", finished_on__isnull=True)
                | Q(state="terminee", finished_on__isnull=False),
                name="external_follow_done_with_date",
                violation_error_message="Une formation terminée l'est à une date.",
            ),
            models.CheckConstraint(
                condition=Q(finished_on__isnull=True) | Q(finished_on__gte=F("started_on")),
                name="external_follow_in_order",
                violation_error_message="La fin précède le début.",
            ),
        ]

    def __str__(self):
        return f"{self.agent}, {self.module} : {self.get_state_display().lower()}"
