from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class AccessRequestState(models.TextChoices):
    WAITING = "en-attente", "En attente"
    ACCEPTED = "acceptee", "Acceptée"
    REFUSED = "refusee", "Refusée"


class AccessRequest(models.Model):
    """A public agent whose address is not that of a known employer asks to come in. The address was proved by a code."""

    email = models.EmailField("adresse électronique")
    first_name = models.CharField("prénom", max_length=150)
    last_name = models.CharField("nom", max_length=150)
    employer = models.CharField("employeur", max_length=200, help_text="Le nom complet de votre administration.")
    reason = models.TextField(
        "pourquoi vous êtes agent public",
        max_length=2000,
        help_text="Votre statut, votre service, et l'adresse professionnelle de quelqu'un qui peut le confirmer.",
    )
    state = models.CharField("état", max_length=10, choices=AccessRequestState, default=AccessRequestState.WAITING)
    created_at = models.DateTimeField("reçue le", default=timezone.now, editable=False)
    answered_at = models.DateTimeField("répondue le", null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="répondue par",
    )
    answer = models.TextField("réponse", blank=True, editable=False)

    class Meta:
        verbose_name = "demande d'accès"
        verbose_name_plural = "demandes d'accès"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(state="en-attente"),
                name="access_request_one_waiting",
                violation_error_message="Une demande attend déjà pour cette adresse.",
            ),
            models.CheckConstraint(
                condition=Q(state="en-attente", answered_at__isnull=True)
                | (~Q(state="en-attente") & Q(answered_at__isnull=False)),
                name="access_request_answered_with_instant",
                violation_error_message="Une demande répondue porte l'instant de la réponse.",
            ),
        ]

    def __str__(self):
        return f"{self.first_name} {self.last_name}, {self.employer}"
