"""The promotions of partner schools: who is in them, as the school says."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone

from catalogue.words import every_word

FIRST_YEAR, LAST_YEAR = 2000, 2100


class CohortQuerySet(models.QuerySet):
    def current(self):
        """Those that are not archived."""
        return self.filter(archived_at__isnull=True)


class Cohort(models.Model):
    """A promotion of a partner school. Written by enrolments.cohorts, on behalf of the school's référents."""

    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="cohorts", verbose_name="école"
    )
    name = models.CharField("nom", max_length=100)
    year = models.PositiveSmallIntegerField(
        "année", validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    studies = models.ForeignKey(
        "catalogue.CursusLevel",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="cohorts",
        verbose_name="cursus et niveau",
    )
    # As they were typed before schools described their cursus: read where `studies` says nothing.
    cursus = models.CharField("cursus", max_length=150, blank=True)
    level = models.CharField("niveau", max_length=100, blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="créée par",
    )
    archived_at = models.DateTimeField("archivée le", null=True, blank=True, editable=False)
    forgotten_count = models.PositiveIntegerField(
        "élèves dont le nom est effacé", null=True, editable=False, help_text="Longtemps après l'archivage."
    )

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = "promotion"
        ordering = ["-year", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "organisation",
                "year",
                Lower("name"),
                name="cohort_once",
                violation_error_message="Cette école a déjà une promotion de ce nom cette année-là.",
            ),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                name="cohort_year",
                violation_error_message=f"Écrivez une année entre {FIRST_YEAR} et {LAST_YEAR}.",
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.year}"

    def clean(self):
        if self.studies and self.studies.cursus.partner.organisation_id != self.organisation_id:
            raise ValidationError({"studies": "Choisissez un niveau d'un cursus de cette école."})

    @property
    def curriculum(self) -> str:
        """Its cursus, then its level; "" when neither is said."""
        said = [self.studies.cursus.name, self.studies.name] if self.studies else [self.cursus, self.level]
        return ", ".join(filter(None, said))


class CohortMemberQuerySet(models.QuerySet):
    def accepted(self):
        """Students of the promotion, without those who have still to answer the school's invitation."""
        return self.filter(accepted_at__isnull=False)

    def invited(self):
        """Those who have still to answer it."""
        return self.filter(accepted_at__isnull=True)

    def to_invite(self):
        """Those who were never invited. Who left a promotion of the school finds it in their space, and is not written to again."""
        left = CohortDeparture.objects.filter(
            user=OuterRef("user"), cohort__organisation=OuterRef("cohort__organisation")
        )
        return self.filter(~Exists(left), invitation_asked_at=None)

    def with_words(self, text: str):
        """Those who have each word of `text` in their names or address (catalogue.words)."""
        return self.filter(every_word(text, fields=("last_name", "first_name", "email")))

    def to_write_to(self):
        """Those whose invitation was asked for, that the worker has yet to write."""
        return self.filter(invitation_asked_at__isnull=False, invited_at=None, cohort__archived_at=None)


class CohortMember(models.Model):
    """A student of a promotion, named as the school does. What they do is theirs: told by name only if they agree.

    Who had an account, elsewhere than at the school, or left one of its promotions, is only invited until they accept.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="members", verbose_name="promotion")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cohort_memberships", verbose_name="compte"
    )
    email = models.EmailField("adresse électronique")
    first_name = models.CharField("prénom", max_length=150)
    last_name = models.CharField("nom", max_length=150)
    added_at = models.DateTimeField("dans la promotion depuis le", default=timezone.now, editable=False)
    accepted_at = models.DateTimeField("élève depuis le", null=True, editable=False)
    invitation_asked_at = models.DateTimeField("invitation demandée le", null=True, editable=False)
    invited_at = models.DateTimeField("invitation envoyée le", null=True, editable=False)
    agreed_to_show_progress_at = models.DateTimeField(
        "montre sa progression depuis le", null=True, editable=False, help_text="Dit par l'élève, dans son espace."
    )

    objects = CohortMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "élève"
        ordering = ["last_name", "first_name", "pk"]
        indexes = [
            models.Index(
                fields=["invitation_asked_at"], name="cohort_member_to_invite", condition=Q(invited_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "user"],
                name="cohort_member_once",
                violation_error_message="Cette personne est déjà dans la promotion.",
            ),
            models.UniqueConstraint(
                fields=["cohort", "email"],
                name="cohort_member_email_once",
                violation_error_message="Cette adresse est déjà dans la promotion.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="cohort_member_email_lower",
                violation_error_message="L'adresse électronique s'écrit en minuscules.",
            ),
        ]

    def __str__(self):
        return f"{self.first_name} {self.last_name}"


class CohortDeparture(models.Model):
    """That an account left a promotion, or refused it: imported again by that school, they are asked, never put back.

    Without the name that the school gave. Gone once they accept a promotion of the school, and with the promotion's names.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="departures", verbose_name="promotion")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="cohort_departures", verbose_name="compte"
    )
    left_at = models.DateTimeField("départ le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "départ d'une promotion"
        verbose_name_plural = "départs de promotions"
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "user"],
                name="cohort_departure_once",
                violation_error_message="Cette personne a déjà quitté la promotion.",
            ),
        ]

    def __str__(self):
        return f"{self.cohort} : {self.left_at:%d/%m/%Y}"


class CohortImport(models.Model):
    """A file of students that was read, kept while its faults are corrected; gone once it is imported or given up."""

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="pending_import", primary_key=True)
    file_name = models.CharField("fichier", max_length=150)
    rows = models.JSONField("lignes")
    """Lists [line in the file, email, first name, last name], as they were typed."""
    uploaded_at = models.DateTimeField("envoyé le", default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name="envoyé par"
    )

    class Meta:
        verbose_name = "import d'élèves"
        verbose_name_plural = "imports d'élèves"

    def __str__(self):
        return self.file_name
