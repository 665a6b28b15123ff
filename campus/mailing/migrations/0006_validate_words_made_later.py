from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Apart from 0005, so that all messages are read under a lock that lets others be written."""

    dependencies = [
        ("mailing", "0005_words_made_later"),
    ]

    operations = [
        ValidateConstraint(model_name="message", name="message_calendar_with_method"),
        ValidateConstraint(model_name="message", name="message_worded_or_to_word"),
    ]
