"""The rates that the campus starts with, to be confirmed by staff, who keep them from then on."""

import datetime

from django.db import migrations

SOURCE = "Arrêté du 30 août 2011 (services du Premier ministre) : à confirmer"
VALID_FROM = datetime.date(2011, 8, 30)
CENTS = {"initiation": 25_00, "approfondissement": 105_00, "expertise": 150_00}


def create(apps, schema_editor):
    rate = apps.get_model("trainers", "Rate")
    rate.objects.bulk_create(
        rate(kind=kind, cents_per_hour=cents, valid_from=VALID_FROM, source=SOURCE, is_confirmed=False)
        for kind, cents in CENTS.items()
    )


class Migration(migrations.Migration):
    dependencies = [("trainers", "0002_trainer_never_in_two_sessions")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
