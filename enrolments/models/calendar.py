import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone


def new_key() -> str:
    return secrets.token_urlsafe(32)


class CalendarKey(models.Model):
    """The secret in the address of an agent's calendar feed. A new one takes the former away."""

    agent = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_key", verbose_name="agent"
    )
    key = models.CharField("clé", max_length=64, unique=True, default=new_key)
    created_at = models.DateTimeField("créée le", default=timezone.now)

    class Meta:
        verbose_name = "clé d'agenda"
        verbose_name_plural = "clés d'agenda"

    def __str__(self):
        return f"agenda de {self.agent}"


class Announced(models.Model):
    """What those who are in a session were last told of its dates and place, to tell them once when these change."""

    session = models.OneToOneField(
        "catalogue.Session", on_delete=models.CASCADE, related_name="announced", verbose_name="session"
    )
    digest = models.CharField("empreinte", max_length=32)
    dates = models.CharField("dates annoncées", max_length=200)
    place = models.CharField("lieu annoncé", max_length=600, blank=True)
    sequence = models.PositiveIntegerField("rang du changement", default=0)
    told_at = models.DateTimeField("annoncé le", default=timezone.now)

    class Meta:
        verbose_name = "annonce"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.session}, annonce {self.sequence}"
