from django.db import models
from django.db.models import Q
from django.utils import timezone

from enrolments.models.enrolment import Enrolment


class Agreement(models.Model):
    """What the superior of an agent is asked, by a signed link, and answers. They need no account."""

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.CASCADE, related_name="agreement", verbose_name="inscription"
    )
    superior_email = models.EmailField("adresse du supérieur")
    asked_at = models.DateTimeField("demandé le", default=timezone.now)
    reminded_at = models.DateTimeField("relancé le", null=True, blank=True)
    expires_at = models.DateTimeField("à donner avant")
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    is_given = models.BooleanField("accord donné", null=True, blank=True)
    reason = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "accord du supérieur"
        verbose_name_plural = "accords du supérieur"
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["expires_at"], name="agreement_awaited", condition=Q(answered_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, is_given__isnull=True)
                | Q(answered_at__isnull=False, is_given__isnull=False),
                name="agreement_answered_with_instant",
                violation_error_message="Une réponse porte son instant.",
            ),
            models.CheckConstraint(
                condition=~Q(is_given=False) | ~Q(reason=""),
                name="agreement_refused_with_reason",
                violation_error_message="Un refus porte un motif.",
            ),
        ]

    def __str__(self):
        return f"{self.superior_email} pour {self.enrolment}"

    @property
    def is_awaited(self):
        return self.answered_at is None and self.expires_at > timezone.now()
