from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from trainers.enums import RateKind, StatementState
from trainers.models.availability import whole_days


class HoursStatement(models.Model):
    """The hours that a trainer did in a period, for payroll. What is validated does not change."""

    trainer = models.ForeignKey(
        "trainers.Trainer", on_delete=models.PROTECT, related_name="statements", verbose_name="formateur"
    )
    starts_on = models.DateField("du")
    ends_on = models.DateField("au", help_text="Compris.")
    state = models.CharField("état", max_length=10, choices=StatementState, editable=False)
    total_cents = models.PositiveIntegerField("montant (centimes)", default=0, editable=False)
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    validated_at = models.DateTimeField("validé le", null=True, editable=False)
    validated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="validé par",
    )

    class Meta:
        verbose_name = "état d'heures"
        verbose_name_plural = "états d'heures"
        ordering = ["-starts_on", "trainer"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="statement_in_order",
                violation_error_message="La fin précède le début.",
            ),
            ExclusionConstraint(
                name="statement_no_overlap",
                expressions=[
                    ("trainer", RangeOperators.EQUAL),
                    (whole_days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="Un autre état d'heures de cette personne couvre ces dates.",
            ),
            models.CheckConstraint(
                condition=Q(state="valide", validated_at__isnull=False)
                | (~Q(state="valide") & Q(validated_at__isnull=True)),
                name="statement_validated_with_instant",
                violation_error_message="Un état validé porte l'instant de sa validation.",
            ),
        ]

    def __str__(self):
        return f"{self.trainer}, du {self.starts_on:%d/%m/%Y} au {self.ends_on:%d/%m/%Y}"


class HoursLine(models.Model):
    """The hours of one session, as they were worth when the statement was made. A session is stated once."""

    statement = models.ForeignKey(
        HoursStatement, on_delete=models.CASCADE, related_name="lines", verbose_name="état d'heures"
    )
    assignment = models.OneToOneField(
        "trainers.Assignment", on_delete=models.PROTECT, related_name="hours_line", verbose_name="affectation"
    )
    preparation_minutes = models.PositiveIntegerField("préparation (minutes)")
    teaching_minutes = models.PositiveIntegerField("animation (minutes)")
    rate_kind = models.CharField("barème", max_length=20, choices=RateKind, blank=True)
    rate_cents = models.PositiveIntegerField("taux horaire (centimes)", null=True, blank=True)
    preparation_rate_cents = models.PositiveIntegerField(
        "taux horaire de préparation (centimes)", null=True, blank=True, help_text="Vide : celui de l'animation."
    )
    amount_cents = models.PositiveIntegerField("montant (centimes)")

    class Meta:
        verbose_name = "ligne"
        ordering = ["statement", "assignment__session__starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rate_kind="", rate_cents__isnull=True, amount_cents=0)
                | (~Q(rate_kind="") & Q(rate_cents__isnull=False, rate_cents__gt=0)),
                name="hours_line_amount_with_rate",
                violation_error_message="Un montant va avec un taux.",
            ),
            models.CheckConstraint(
                condition=Q(preparation_rate_cents__isnull=True)
                | Q(rate_cents__isnull=False, preparation_rate_cents__gt=0),
                name="hours_line_rate_of_preparation",
                violation_error_message="Le taux de préparation va avec celui de l'animation.",
            ),
        ]

    def __str__(self):
        return f"{self.assignment.session}"
