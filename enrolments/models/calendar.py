import datetime
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
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
    """What those who are in a session were last told of its dates and place, to tell them once when these change.

    Written under the session's lock (enrolments.announcements).
    """

    session = models.OneToOneField(
        "catalogue.Session", on_delete=models.CASCADE, related_name="announced", verbose_name="session"
    )
    digest = models.CharField("empreinte", max_length=32)
    dates = models.CharField("dates annoncées", max_length=200)
    slots = models.JSONField(
        "créneaux annoncés", default=list, db_default=[], help_text="Le début et la fin de chacun, en UTC."
    )
    place = models.CharField("lieu annoncé", max_length=700, blank=True, help_text="Puis la salle, à la ligne.")
    sequence = models.PositiveIntegerField("rang du changement", default=0)
    told_at = models.DateTimeField("annoncé le", default=timezone.now)
    moved_at = models.DateTimeField("dernier changement de dates ou de lieu annoncé le", null=True, blank=True)
    seen_digest = models.CharField(
        "empreinte à annoncer",
        max_length=32,
        blank=True,
        db_default="",
        help_text="Celle d'un changement, que l'on annonce quand elle n'a plus bougé depuis quelques minutes.",
    )
    seen_at = models.DateTimeField("vue le", null=True, blank=True)

    class Meta:
        verbose_name = "annonce"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seen_digest="", seen_at__isnull=True) | (~Q(seen_digest="") & Q(seen_at__isnull=False)),
                name="announced_seen_with_instant",
                violation_error_message="Un changement vu porte l'instant où il l'a été.",
            ),
        ]

    def __str__(self):
        return f"{self.session}, annonce {self.sequence}"

    @property
    def periods(self):
        """The slots that were told: (start, end) of each, in their order."""
        return [
            (datetime.datetime.fromisoformat(start), datetime.datetime.fromisoformat(end)) for start, end in self.slots
        ]
