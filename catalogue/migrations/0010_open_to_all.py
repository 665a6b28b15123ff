"""The index of the search knows what is open to everybody, and adds up the published modules of a parcours only."""

from importlib import import_module

from django.db import migrations

INDEX = import_module("catalogue.migrations.0005_search_index").INDEX
BEFORE = INDEX.partition("CREATE FUNCTION catalogue_index_written")[0].replace("CREATE", "CREATE OR REPLACE")
CHANGES = {
    "            UNION SELECT 'duree:'": """\
            UNION SELECT 'ouvert:tous' WHERE training.is_open_to_non_agents
            UNION SELECT 'duree:'""",
    "WHERE step.parcours_id = training.id AND step.is_required": (
        "WHERE step.parcours_id = training.id AND step.is_required AND module.state = 'publie'"
    ),
}
AFTER = BEFORE
for old, new in CHANGES.items():
    AFTER = AFTER.replace(old, new)
REINDEX = "SELECT catalogue_index(ARRAY(SELECT training_id FROM catalogue_searchentry))"


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0009_session_selection")]

    operations = [
        migrations.RunSQL(AFTER, BEFORE),
        migrations.RunSQL(REINDEX, REINDEX),
    ]
