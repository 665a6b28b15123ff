"""Messages as those who receive them read them."""

from django.db.models import QuerySet

from campus.mailing.models import Message, MessageState


def worded_messages() -> QuerySet:
    """All messages, with the words that the worker makes before sending."""
    for message in Message.objects.filter(state=MessageState.TO_WORD):
        message.word()
        message.save()
    return Message.objects.all()
