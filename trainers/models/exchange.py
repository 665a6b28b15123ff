from django.conf import settings
from django.db import models
from django.utils import timezone

from trainers.querysets import IdentifyingQuerySet


class Note(models.Model):
    """A word between colleagues on an application. Never edited, never shown to the applicant."""

    application = models.ForeignKey(
        "trainers.Application", on_delete=models.CASCADE, related_name="notes", verbose_name="candidature"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par"
    )
    text = models.TextField("note", max_length=5000)
    written_at = models.DateTimeField("le", default=timezone.now, editable=False)

    objects = IdentifyingQuerySet.as_manager()

    class Meta:
        verbose_name = "note interne"
        verbose_name_plural = "notes internes"
        ordering = ["written_at", "pk"]

    def __str__(self):
        return f"Note sur {self.application}"


class ThreadMessage(models.Model):
    """A question or an answer between an applicant and Dinum, read on the follow-up page. Never edited."""

    application = models.ForeignKey(
        "trainers.Application", on_delete=models.CASCADE, related_name="thread", verbose_name="candidature"
    )
    is_from_applicant = models.BooleanField("de la personne qui candidate")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par"
    )
    text = models.TextField("message", max_length=5000)
    written_at = models.DateTimeField("le", default=timezone.now, editable=False)
    read_at = models.DateTimeField("lu le", null=True, editable=False, help_text="Par l'autre partie.")

    objects = IdentifyingQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        ordering = ["written_at", "pk"]

    def __str__(self):
        return f"Message sur {self.application}"
