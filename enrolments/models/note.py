from django.conf import settings
from django.db import models
from django.utils import timezone


class SessionNote(models.Model):
    """A message that staff sent to all who are enrolled in a session. Never edited."""

    session = models.ForeignKey(
        "catalogue.Session", on_delete=models.PROTECT, related_name="notes", verbose_name="session"
    )
    subject = models.CharField("objet", max_length=150)
    text = models.TextField("texte", max_length=5000)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="envoyé par"
    )
    sent_at = models.DateTimeField("envoyé le", default=timezone.now)
    recipients = models.PositiveIntegerField("destinataires")

    class Meta:
        verbose_name = "message aux inscrits"
        verbose_name_plural = "messages aux inscrits"
        ordering = ["-sent_at", "-pk"]

    def __str__(self):
        return self.subject
