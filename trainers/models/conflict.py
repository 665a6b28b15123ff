from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class Conflict(models.Model):
    """A declared link between two people: all that one applies with is hidden from the other.

    That of colleagues of one service is not written here: it is read from where both work (querysets.in_conflict).
    """

    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conflicts", verbose_name="qui instruit"
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="qui candidate"
    )
    reason = models.CharField("lien", max_length=300, blank=True)
    declared_at = models.DateTimeField("déclaré le", default=timezone.now, editable=False)
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="déclaré par",
    )

    class Meta:
        verbose_name = "conflit d'intérêts"
        verbose_name_plural = "conflits d'intérêts"
        ordering = ["-declared_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["reviewer", "applicant"],
                name="conflict_once",
                violation_error_message="Ce conflit d'intérêts est déjà déclaré.",
            ),
            models.CheckConstraint(
                condition=~Q(reviewer=F("applicant")),
                name="conflict_of_two_people",
                violation_error_message="Un conflit d'intérêts se déclare entre deux personnes.",
            ),
        ]

    def __str__(self):
        return f"Conflit d'intérêts de {self.reviewer}"
