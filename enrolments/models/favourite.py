from django.conf import settings
from django.db import models
from django.utils import timezone


class Favourite(models.Model):
    """A training that somebody keeps at hand."""

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites", verbose_name="agent"
    )
    training = models.ForeignKey(
        "catalogue.Training", on_delete=models.CASCADE, related_name="favourites", verbose_name="formation"
    )
    created_at = models.DateTimeField("ajouté le", default=timezone.now)

    class Meta:
        verbose_name = "favori"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "training"],
                name="favourite_once",
                violation_error_message="Cette formation est déjà dans les favoris.",
            ),
        ]

    def __str__(self):
        return f"{self.agent}, {self.training}"
