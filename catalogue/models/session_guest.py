from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class SessionGuest(models.Model):
    """An address invited to a private session: one of a programme. Written by catalogue.programme_requests.guests."""

    session = models.ForeignKey(
        "catalogue.Session", on_delete=models.CASCADE, related_name="guests", verbose_name="session"
    )
    email = models.EmailField("adresse électronique")
    invited_at = models.DateTimeField("invitée le", default=timezone.now)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par"
    )

    class Meta:
        verbose_name = "personne invitée"
        verbose_name_plural = "personnes invitées aux sessions privées"
        ordering = ["email", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "session"],
                name="session_guest_once",
                violation_error_message="Cette adresse est déjà invitée à cette session.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="session_guest_email_lower",
                violation_error_message="L'adresse électronique s'écrit en minuscules.",
            ),
        ]

    def __str__(self):
        return self.email
