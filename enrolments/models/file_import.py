"""A file that the worker imports: what waits, how far it is, what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from enrolments.enums import IMPORT_LIVE, FileImportKind, FileImportState


class FileImportQuerySet(models.QuerySet):
    def live(self):
        """Those that wait for the worker, or that it has begun."""
        return self.filter(state__in=IMPORT_LIVE)


class FileImport(models.Model):
    """A large file of students or of licences. Written by enrolments.file_imports alone (docs/decisions/0012)."""

    kind = models.CharField("fichier de", max_length=10, choices=FileImportKind)
    cohort = models.ForeignKey(
        "enrolments.Cohort",
        on_delete=models.CASCADE,
        null=True,
        related_name="file_imports",
        verbose_name="promotion",
    )
    pool = models.ForeignKey(
        "enrolments.LicencePool",
        on_delete=models.CASCADE,
        null=True,
        related_name="file_imports",
        verbose_name="réserve",
    )
    file_name = models.CharField("fichier", max_length=150)
    content = models.BinaryField("contenu", null=True)
    """Of a file of licences, until it is imported; students wait in CohortImport, where they are corrected."""
    invites = models.BooleanField("invite les élèves", default=False)
    is_dry_run = models.BooleanField("essai", default=False)
    state = models.CharField("état", max_length=10, choices=FileImportState, default=FileImportState.WAITING)
    attempts = models.PositiveSmallIntegerField("commencé (fois)", default=0)
    lines_total = models.PositiveIntegerField("lignes", null=True)
    """None until the file is read."""
    lines_done = models.PositiveIntegerField("lignes passées", default=0)
    told = models.JSONField("ce qui a été fait, ou pourquoi rien ne l'est", default=list)
    lines = models.JSONField("lignes à corriger, ou de personne", default=list)
    uploaded_at = models.DateTimeField("envoyé le", default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="envoyé par"
    )
    ended_at = models.DateTimeField("fini le", null=True)

    objects = FileImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import de fichier"
        verbose_name_plural = "imports de fichiers"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort"],
                condition=Q(state__in=IMPORT_LIVE),
                name="file_import_one_live_a_cohort",
                violation_error_message="Un import est déjà en cours dans cette promotion.",
            ),
            models.UniqueConstraint(
                fields=["pool"],
                condition=Q(state__in=IMPORT_LIVE),
                name="file_import_one_live_a_pool",
                violation_error_message="Un import est déjà en cours dans cette réserve.",
            ),
            models.CheckConstraint(
                condition=Q(kind=FileImportKind.STUDENTS, cohort__isnull=False, pool__isnull=True)
                | Q(~Q(kind=FileImportKind.STUDENTS), cohort__isnull=True, pool__isnull=False),
                name="file_import_into_one_place",
                violation_error_message="Des élèves vont dans une promotion, des licences dans une réserve.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} : {self.file_name}"

    @property
    def is_live(self) -> bool:
        return self.state in IMPORT_LIVE

    @property
    def has_failed(self) -> bool:
        return self.state == FileImportState.FAILED

    @property
    def may_be_confirmed(self) -> bool:
        """Whether it was tried, and is kept to be imported."""
        return self.is_dry_run and self.state == FileImportState.DONE
