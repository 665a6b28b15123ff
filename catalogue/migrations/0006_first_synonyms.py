"""The synonyms that the campus starts with. Staff keep them from then on."""

from django.db import migrations

GROUPS = [
    ["IA", "intelligence artificielle", "AI"],
    ["IA générative", "ChatGPT", "assistant de rédaction"],
    ["machine learning", "apprentissage automatique", "apprentissage machine"],
    ["UX", "expérience utilisateur", "recherche utilisateur"],
    ["UI", "interface utilisateur"],
    ["cyber", "cybersécurité", "cyber sécurité", "sécurité informatique", "sécurité numérique"],
    ["phishing", "hameçonnage"],
    ["accessibilité", "a11y", "RGAA", "handicap"],
    ["RGPD", "données personnelles", "vie privée", "GDPR"],
    ["open data", "données ouvertes", "ouverture des données"],
    ["open source", "logiciel libre", "code ouvert"],
    ["data", "données"],
    ["dataviz", "data visualisation", "tableau de bord", "représentation graphique"],
    ["numérique responsable", "green IT", "sobriété numérique", "écoconception", "numérique durable"],
    ["SQL", "bases de données"],
    ["cloud", "informatique en nuage"],
    ["visio", "visioconférence", "réunion à distance"],
    ["télétravail", "travail à distance"],
    ["agile", "agilité", "scrum", "méthodes agiles"],
    ["product owner", "PO", "gestionnaire de produit", "product manager"],
    ["devops", "intégration et déploiement continus", "CI/CD"],
    ["tableur", "Excel"],
    ["formateur", "formation de formateurs"],
]


def create(apps, schema_editor):
    synonym = apps.get_model("catalogue", "Synonym")
    synonym.objects.bulk_create(synonym(terms=terms) for terms in GROUPS)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0005_search_index")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
