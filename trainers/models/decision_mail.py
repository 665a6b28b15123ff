from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from trainers.enums import ApplicationState
from trainers.querysets import DecisionMailQuerySet


class DecisionMail(models.Model):
    """What a decision will say to the applicant: prepared by the decision, edited, then sent by staff.

    Sending only says when it leaves (`scheduled_at`); until then it may be held back.
    """

    application = models.ForeignKey(
        "trainers.Application", on_delete=models.CASCADE, related_name="decision_mails", verbose_name="candidature"
    )
    decision = models.CharField("décision", max_length=12, choices=ApplicationState, editable=False)
    subject = models.CharField("objet", max_length=200)
    text = models.TextField("texte", max_length=10_000)
    prepared_at = models.DateTimeField("préparé le", default=timezone.now, editable=False)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="préparé par",
    )
    edited_at = models.DateTimeField("modifié le", null=True, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="modifié par",
    )
    scheduled_at = models.DateTimeField("part le", null=True, editable=False)
    scheduled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="envoyé par",
    )
    sent_at = models.DateTimeField("parti le", null=True, editable=False)
    cancelled_at = models.DateTimeField("annulé le", null=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="annulé par",
    )

    objects = DecisionMailQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel de décision"
        verbose_name_plural = "courriels de décision"
        ordering = ["-prepared_at", "-pk"]
        indexes = [
            models.Index(
                fields=["scheduled_at"],
                name="decision_mail_due",
                condition=Q(sent_at__isnull=True, cancelled_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(sent_at__isnull=True, cancelled_at__isnull=True),
                name="decision_mail_one_pending",
                violation_error_message="Un courriel est déjà préparé pour cette candidature.",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="decision_mail_sent_or_cancelled",
                violation_error_message="Ce qui est parti ne s'annule plus.",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(scheduled_at__isnull=False),
                name="decision_mail_sent_when_scheduled",
                violation_error_message="Un courriel part quand quelqu'un l'envoie.",
            ),
        ]

    def __str__(self):
        return f"{self.get_decision_display()} : {self.application}"

    @property
    def is_pending(self):
        """Neither gone nor cancelled: it may be edited unless it is about to leave."""
        return self.sent_at is None and self.cancelled_at is None

    @property
    def version(self) -> str:
        """What tells a text from the one that a colleague has made of it since."""
        return self.edited_at.isoformat() if self.edited_at else "prepare"
