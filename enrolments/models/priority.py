from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

HIGHEST = 9
"""Of an organisation. Whoever staff move up by hand goes before all organisations."""


class QueuePriority(models.Model):
    """The agents of an organisation, and of those below it, go first in the waiting list of a session; staff say why."""

    session = models.ForeignKey(
        "catalogue.Session", on_delete=models.CASCADE, related_name="priorities", verbose_name="session"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="employeur"
    )
    level = models.PositiveSmallIntegerField(
        "priorité",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(HIGHEST)],
        help_text="De 1 à 9 ; la plus grande passe d'abord.",
    )
    reason = models.CharField("motif", max_length=300)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="décidée par"
    )
    set_at = models.DateTimeField("décidée le", default=timezone.now)

    class Meta:
        verbose_name = "priorité"
        verbose_name_plural = "priorités"
        ordering = ["session", "-level", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "organisation"],
                name="queue_priority_once",
                violation_error_message="Cet employeur a déjà une priorité dans cette session.",
            ),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=HIGHEST),
                name="queue_priority_level",
                violation_error_message="Une priorité va de 1 à 9.",
            ),
        ]

    def __str__(self):
        return f"{self.organisation}, {self.session} : {self.level}"
