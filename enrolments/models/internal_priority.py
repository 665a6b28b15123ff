from django.conf import settings
from django.db import models
from django.utils import timezone


class InternalPriority(models.Model):
    """A training that an employer advises to its agents, and to those of the organisations below it."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.CASCADE, related_name="internal_priorities", verbose_name="employeur"
    )
    training = models.ForeignKey(
        "catalogue.Training", on_delete=models.CASCADE, related_name="+", verbose_name="formation"
    )
    position = models.PositiveSmallIntegerField("ordre", default=0)
    note = models.CharField("pourquoi", max_length=300, blank=True)
    added_at = models.DateTimeField("ajoutée le", default=timezone.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="ajoutée par",
    )

    class Meta:
        verbose_name = "priorité interne"
        verbose_name_plural = "priorités internes"
        ordering = ["organisation", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "training"],
                name="internal_priority_once",
                violation_error_message="Cette formation est déjà dans vos priorités.",
            ),
        ]

    def __str__(self):
        return f"{self.organisation.short_name} : {self.training}"
