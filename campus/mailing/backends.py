from django.core.mail.backends.base import BaseEmailBackend

from campus.mailing.models import SentEmail


class DemoBackend(BaseEmailBackend):
    """Keep every message in the database instead of sending it: a demonstration writes to nobody."""

    def send_messages(self, email_messages):
        copies = [_copy_of(message) for message in email_messages]
        SentEmail.objects.bulk_create(copies)
        return len(copies)


def _copy_of(message) -> SentEmail:
    alternatives = {
        alternative.mimetype.partition(";")[0]: alternative.content
        for alternative in getattr(message, "alternatives", [])
    }
    return SentEmail(
        to=", ".join(message.recipients()),
        subject=message.subject,
        body=message.body,
        html=alternatives.get("text/html", ""),
        calendar=alternatives.get("text/calendar", ""),
    )
