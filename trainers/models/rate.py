import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q

from trainers.enums import RateKind


class RateQuerySet(models.QuerySet):
    def in_force(self, on: datetime.date):
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on), valid_from__lte=on)


class Rate(models.Model):
    """What an hour is paid, and from when to when (décret n° 2010-235). Kept by staff; an assignment keeps its own.

    An hour of preparation (« conception ») has a rate of its own in the decree of 30 August 2011.
    """

    kind = models.CharField("barème", max_length=20, choices=RateKind)
    cents_per_hour = models.PositiveIntegerField("centimes par heure", validators=[MinValueValidator(1)])
    preparation_cents_per_hour = models.PositiveIntegerField(
        "centimes par heure de préparation",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="Vide : comme l'animation.",
    )
    valid_from = models.DateField("valable du")
    valid_until = models.DateField(
        "valable jusqu'au",
        null=True,
        blank=True,
        help_text="Premier jour où il n'a plus cours. Vide : toujours en vigueur.",
    )
    source = models.CharField("texte", max_length=200, blank=True)
    is_confirmed = models.BooleanField("confirmé", default=False, help_text="Vérifié par l'équipe dans le texte.")

    objects = RateQuerySet.as_manager()

    class Meta:
        verbose_name = "taux horaire"
        verbose_name_plural = "taux horaires"
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(cents_per_hour__gt=0),
                name="rate_positive",
                violation_error_message="Un taux est d'au moins un centime.",
            ),
            models.CheckConstraint(
                condition=Q(preparation_cents_per_hour__isnull=True) | Q(preparation_cents_per_hour__gt=0),
                name="rate_of_preparation_positive",
                violation_error_message="Un taux est d'au moins un centime.",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="rate_in_order",
                violation_error_message="La fin de validité précède le début.",
            ),
            ExclusionConstraint(
                name="rate_no_overlap",
                expressions=[
                    ("kind", RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_until"), function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="Un autre taux de ce barème est valable à ces dates : fermez-le d'abord.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} à partir du {self.valid_from:%d/%m/%Y}"

    @property
    def preparation_cents(self) -> int:
        return self.preparation_cents_per_hour or self.cents_per_hour
