from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("trainers", "0003_first_rates"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="followup",
            options={
                "ordering": ["-opened_at", "-pk"],
                "verbose_name": "suivi de contribution",
                "verbose_name_plural": "suivis de contributions",
            },
        ),
    ]
