"""An hour of preparation has a rate of its own, kept by the assignment and by its line of hours as that of teaching is."""

import datetime

import django.core.validators
from django.db import migrations, models

VALID_FROM = datetime.date(2011, 8, 30)
CENTS = {"initiation": 25_00, "approfondissement": 105_00, "expertise": 120_00}


def say_first_ones(apps, schema_editor):
    """Those of the decree that the first rates come from, where staff have not confirmed other ones."""
    rates = apps.get_model("trainers", "Rate").objects.filter(valid_from=VALID_FROM, is_confirmed=False)
    for kind, cents in CENTS.items():
        rates.filter(kind=kind).update(preparation_cents_per_hour=cents)


class Migration(migrations.Migration):
    dependencies = [
        ("trainers", "0004_follow_up_names"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="preparation_rate_cents",
            field=models.PositiveIntegerField(
                editable=False,
                help_text="Gardé de même. Vide : celui de l'animation.",
                null=True,
                verbose_name="taux horaire de préparation (centimes)",
            ),
        ),
        migrations.AddField(
            model_name="hoursline",
            name="preparation_rate_cents",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Vide : celui de l'animation.",
                null=True,
                verbose_name="taux horaire de préparation (centimes)",
            ),
        ),
        migrations.AddField(
            model_name="rate",
            name="preparation_cents_per_hour",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Vide : comme l'animation.",
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="centimes par heure de préparation",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("preparation_rate_cents__isnull", True),
                    models.Q(("preparation_rate_cents__gt", 0), ("rate_cents__isnull", False)),
                    _connector="OR",
                ),
                name="assignment_rate_of_preparation",
                violation_error_message="Le taux de préparation va avec celui de l'animation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="hoursline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("preparation_rate_cents__isnull", True),
                    models.Q(("preparation_rate_cents__gt", 0), ("rate_cents__isnull", False)),
                    _connector="OR",
                ),
                name="hours_line_rate_of_preparation",
                violation_error_message="Le taux de préparation va avec celui de l'animation.",
            ),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("preparation_cents_per_hour__isnull", True), ("preparation_cents_per_hour__gt", 0), _connector="OR"
                ),
                name="rate_of_preparation_positive",
                violation_error_message="Un taux est d'au moins un centime.",
            ),
        ),
        migrations.RunPython(say_first_ones, migrations.RunPython.noop),
    ]
