"""What the logs of states have in common, whatever has the state."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class StateEvent(models.Model):
    """A change of state: when, by whom (nobody: by itself), why. Never edited.

    Each log adds whose state it is (`related_name="events"`), `from_state` and `to_state` with their choices.
    """

    happened_at = models.DateTimeField("le", default=timezone.now)
    happened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
    )
    reason = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        abstract = True
        verbose_name = "changement d'état"
        verbose_name_plural = "changements d'état"
        ordering = ["happened_at", "pk"]

    def __str__(self):
        return f"{self.get_to_state_display()}, {timezone.localtime(self.happened_at):%d/%m/%Y %H:%M}"
