import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from trainers.enums import AttachmentKind, ContentType
from trainers.querysets import AttachmentQuerySet

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 10
"""In one application."""


def attachment_path(attachment, filename) -> str:
    """Where a file is stored: under a random name, without extension; the name it was sent with is in `name`."""
    return f"candidatures/{secrets.token_urlsafe(24)}"


class Attachment(models.Model):
    """A file of an application, outside the web root. Served only after a permission check, as an attachment."""

    application = models.ForeignKey(
        "trainers.Application", on_delete=models.CASCADE, related_name="attachments", verbose_name="candidature"
    )
    contribution = models.ForeignKey(
        "trainers.Contribution",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="attachments",
        verbose_name="contribution",
    )
    kind = models.CharField("nature", max_length=12, choices=AttachmentKind)
    file = models.FileField("fichier", upload_to=attachment_path, max_length=200)
    name = models.CharField("nom d'origine", max_length=150)
    content_type = models.CharField("format", max_length=100, choices=ContentType)
    size = models.PositiveIntegerField("taille (octets)")
    is_identity_free = models.BooleanField(
        "sans identité",
        default=False,
        help_text="Vérifié par l'équipe : peut être lu sous lecture anonymisée.",
    )
    uploaded_at = models.DateTimeField("reçu le", default=timezone.now, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="envoyé par",
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier"
        ordering = ["application", "uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=MAX_BYTES),
                name="attachment_size",
                violation_error_message="Un fichier pèse 10 Mo au plus, et n'est pas vide.",
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=ContentType.values),
                name="attachment_content_type",
                violation_error_message="Envoyez un PDF, un ODT, un DOCX, un ODP, un PPTX, un PNG ou un JPEG.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.get_content_type_display()})"
