from django.conf import settings
from django.db import models
from django.utils import timezone


class ImportRun(models.Model):
    """The log of one import that was written: which files, by whom, how much changed."""

    label = models.CharField("libellé", max_length=100)
    digest = models.CharField("empreinte des fichiers", max_length=64)
    happened_at = models.DateTimeField("le", auto_now_add=True)
    happened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par"
    )
    created_count = models.PositiveIntegerField("créées", default=0)
    changed_count = models.PositiveIntegerField("modifiées", default=0)
    unchanged_count = models.PositiveIntegerField("inchangées", default=0)
    archived_count = models.PositiveIntegerField("archivées", default=0)

    class Meta:
        verbose_name = "import"
        ordering = ["-happened_at"]

    def __str__(self):
        return f"{self.label} ({timezone.localtime(self.happened_at):%d/%m/%Y %H:%M})"
