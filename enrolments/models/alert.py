from django.conf import settings
from django.db import models
from django.utils import timezone


class SessionAlert(models.Model):
    """« Prévenez-moi » : an agent wants to know when a session of a module opens. Counts in the demand figures."""

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="session_alerts", verbose_name="agent"
    )
    module = models.ForeignKey(
        "catalogue.Module", on_delete=models.CASCADE, related_name="session_alerts", verbose_name="module"
    )
    created_at = models.DateTimeField("demandée le", default=timezone.now, editable=False)
    told_of = models.ManyToManyField("catalogue.Session", editable=False, related_name="+", verbose_name="annoncées")

    class Meta:
        verbose_name = "alerte de session"
        verbose_name_plural = "alertes de session"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "module"],
                name="session_alert_once",
                violation_error_message="Cette alerte existe déjà.",
            ),
        ]

    def __str__(self):
        return f"{self.agent}, {self.module}"
