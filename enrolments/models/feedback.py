from django.db import models
from django.db.models import Q
from django.utils import timezone

from enrolments.enums import EnrolmentState, Reinvestment, Satisfaction


class FeedbackQuerySet(models.QuerySet):
    def counted(self):
        """Those of who came: attendance may have been corrected since."""
        return self.filter(enrolment__state=EnrolmentState.PRESENT)


class Feedback(models.Model):
    """What a participant thought of a session. Others read it without the name of who gave it."""

    enrolment = models.OneToOneField(
        "enrolments.Enrolment", on_delete=models.CASCADE, related_name="feedback", verbose_name="inscription"
    )
    satisfaction = models.PositiveSmallIntegerField("satisfaction", choices=Satisfaction)
    reinvestment = models.CharField("réinvestissement", max_length=15, choices=Reinvestment)
    comment = models.TextField("commentaire", max_length=2000, blank=True)
    created_at = models.DateTimeField("donné le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = "avis de participant"
        verbose_name_plural = "avis des participants"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="feedback_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(satisfaction__range=(1, 5)),
                name="feedback_from_1_to_5",
                violation_error_message="La satisfaction va de 1 à 5.",
            ),
        ]

    def __str__(self):
        return f"Avis n° {self.pk}"  # without a name: the admin shows it
