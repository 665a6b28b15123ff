from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models

from catalogue.sorting import sort_key


class Reviewer(models.Model):
    """What the campus knows of somebody who reviews applications: where they work, and how many they take at once.

    Without it, or without a service, all applications from their employer are hidden from them, to be safe.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviewer", verbose_name="personne"
    )
    service = models.CharField(
        "service", max_length=200, blank=True, help_text="Les candidatures de ce service lui sont cachées."
    )
    service_key = models.GeneratedField(
        expression=sort_key("service"), output_field=models.CharField(max_length=250), db_persist=True
    )
    load_limit = models.PositiveSmallIntegerField(
        "candidatures au plus", default=10, validators=[MinValueValidator(1)], help_text="En même temps."
    )
    is_away = models.BooleanField(
        "absente ou absent", default=False, help_text="Ne reçoit plus de candidature de la répartition automatique."
    )

    class Meta:
        verbose_name = "personne qui instruit"
        verbose_name_plural = "personnes qui instruisent"
        ordering = ["user__last_name", "user__first_name", "pk"]

    def __str__(self):
        return str(self.user)
