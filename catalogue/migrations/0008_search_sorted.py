"""Lists of the whole catalogue read their page from an index. Built without stopping who writes."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalogue", "0007_domain_help_text")]

    operations = [
        AddIndexConcurrently("searchentry", models.Index(fields=fields, name=f"searchentry_{name}"))
        for name, fields in {
            "by_title": ["title_key", "training"],
            "by_novelty": ["-published_on", "title_key", "training"],
            "by_length": ["minutes", "title_key", "training"],
        }.items()
    ]
