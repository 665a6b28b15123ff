from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from catalogue.models.partner import Partner
from catalogue.models.training import Training
from catalogue.querysets import CursusQuerySet


class Cursus(models.Model):
    """A school's own curriculum, of one school year, where trainings of the catalogue have their place."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="cursus", verbose_name="partenaire")
    name = models.CharField("nom", max_length=150, help_text="« Formation initiale des auditeurs de justice »")
    year = models.PositiveSmallIntegerField(
        "année de rentrée",
        validators=[MinValueValidator(2015), MaxValueValidator(2100)],
        help_text="2026 pour l'année 2026-2027.",
    )
    description = models.TextField("en quelques mots", max_length=1000, blank=True)
    is_public = models.BooleanField(
        "montrer sur la page publique",
        default=False,
        help_text="Cochez quand ses formations sont placées : il se lit alors sur votre page, ouverte à tous.",
    )

    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="modifié par",
    )

    objects = CursusQuerySet.as_manager()

    class Meta:
        verbose_name = "cursus"
        verbose_name_plural = "cursus"
        ordering = ["-year", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "name", "year"],
                name="cursus_once_a_year",
                violation_error_message="Un cursus de ce nom existe déjà pour cette année.",
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.school_year}"

    def get_absolute_url(self):
        return reverse("catalogue:cursus_detail", args=[self.partner.organisation.slug, self.pk])

    @property
    def school_year(self):
        return f"{self.year}-{self.year + 1}"


class CursusLevel(models.Model):
    """« 1re année », « Stage en juridiction »… : what a cursus is made of, in order."""

    cursus = models.ForeignKey(Cursus, on_delete=models.CASCADE, related_name="levels", verbose_name="cursus")
    name = models.CharField("nom", max_length=100)
    position = models.PositiveSmallIntegerField("ordre")

    class Meta:
        verbose_name = "niveau d'un cursus"
        verbose_name_plural = "niveaux d'un cursus"
        ordering = ["position"]
        constraints = [
            # At the end of the transaction, so that levels can change places and names.
            models.UniqueConstraint(
                fields=["cursus", "position"],
                name="cursus_level_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["cursus", "name"],
                name="cursus_level_name_unique",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Deux niveaux ont le même nom.",
            ),
        ]

    def __str__(self):
        return self.name


class CursusTraining(models.Model):
    """The place of a training of the catalogue in a level."""

    level = models.ForeignKey(CursusLevel, on_delete=models.CASCADE, related_name="places", verbose_name="niveau")
    training = models.ForeignKey(
        Training, on_delete=models.PROTECT, related_name="cursus_places", verbose_name="formation"
    )
    position = models.PositiveSmallIntegerField("ordre")
    note = models.CharField(
        "précision",
        max_length=300,
        blank=True,
        help_text="« Avant le stage », « au choix »… Elle se lit sur la page publique.",
    )

    class Meta:
        verbose_name = "formation d'un cursus"
        verbose_name_plural = "formations d'un cursus"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["level", "position"],
                name="cursus_training_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["level", "training"],
                name="cursus_training_once",
                violation_error_message="Cette formation est déjà à ce niveau.",
            ),
        ]

    def __str__(self):
        return f"{self.position}. {self.training}"
