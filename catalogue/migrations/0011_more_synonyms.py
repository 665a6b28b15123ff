"""Synonyms that the first searches lacked. Staff keep them from then on."""

from django.db import migrations

GROUPS = [
    [
        "marché public",
        "achat public",
        "commande publique",
        "marché numérique",
        "achats numériques",
        "achats responsables",
        "acheteur",
        "acheter",
    ],
]


def create(apps, schema_editor):
    synonym = apps.get_model("catalogue", "Synonym")
    synonym.objects.bulk_create(synonym(terms=terms) for terms in GROUPS)


def delete(apps, schema_editor):
    apps.get_model("catalogue", "Synonym").objects.filter(terms__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0010_open_to_all")]

    operations = [migrations.RunPython(create, delete)]
