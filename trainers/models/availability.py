from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from trainers.enums import AvailabilityKind


def whole_days(start: str, end: str) -> Func:
    """The range of dates from one field to another, both included; without end when that field is null."""
    return Func(F(start), F(end), Value("[]"), function="daterange", output_field=DateRangeField())


class Availability(models.Model):
    """From one day to another, both included, a trainer says to be free, or not to be."""

    trainer = models.ForeignKey(
        "trainers.Trainer", on_delete=models.CASCADE, related_name="availabilities", verbose_name="formateur"
    )
    kind = models.CharField("disponibilité", max_length=12, choices=AvailabilityKind)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au", help_text="Compris.")
    note = models.CharField("précision", max_length=200, blank=True)

    class Meta:
        verbose_name = "disponibilité"
        ordering = ["trainer", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="availability_in_order",
                violation_error_message="La fin précède le début.",
            ),
            ExclusionConstraint(
                name="availability_no_overlap",
                expressions=[
                    ("trainer", RangeOperators.EQUAL),
                    (whole_days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Ces dates en chevauchent d'autres que vous avez données.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} du {self.starts_on:%d/%m/%Y} au {self.ends_on:%d/%m/%Y}"
