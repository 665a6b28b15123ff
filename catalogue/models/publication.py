from django.conf import settings
from django.db import models

from catalogue.enums import PublicationState


class Publishable(models.Model):
    """Something written, reviewed, put online and taken offline. Only catalogue.transitions changes its state."""

    state = models.CharField(
        "état", max_length=10, choices=PublicationState, default=PublicationState.DRAFT, editable=False
    )
    published_on = models.DateField("publié le", null=True, blank=True, editable=False)
    archived_on = models.DateField("archivé le", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state__in=[PublicationState.PUBLISHED, PublicationState.ARCHIVED])
                | models.Q(published_on__isnull=False),
                name="%(class)s_published_has_date",
                violation_error_message="Ce qui est publié ou archivé a une date de publication.",
            ),
            models.CheckConstraint(
                condition=models.Q(state=PublicationState.ARCHIVED, archived_on__isnull=False)
                | (~models.Q(state=PublicationState.ARCHIVED) & models.Q(archived_on__isnull=True)),
                name="%(class)s_archived_has_date",
                violation_error_message="La date d'archivage va avec l'état « archivé ».",
            ),
        ]

    @property
    def is_published(self):
        return self.state == PublicationState.PUBLISHED


class PublicationEvent(models.Model):
    """One change of state of a training or programme: the log of who put what online, and when."""

    training = models.ForeignKey(
        "catalogue.Training", on_delete=models.CASCADE, null=True, related_name="publication_events"
    )
    programme = models.ForeignKey(
        "catalogue.Programme", on_delete=models.CASCADE, null=True, related_name="publication_events"
    )
    from_state = models.CharField("de", max_length=10, choices=PublicationState)
    to_state = models.CharField("à", max_length=10, choices=PublicationState)
    happened_at = models.DateTimeField("le", auto_now_add=True)
    happened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="par",
    )
    reason = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "changement d'état"
        verbose_name_plural = "changements d'état"
        ordering = ["-happened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(training__isnull=True) ^ models.Q(programme__isnull=True),
                name="publication_event_one_subject",
            ),
        ]

    def __str__(self):
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"
