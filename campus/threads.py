"""What somebody writes in a thread with the campus: about an application, a request for a programme."""

from django import forms

from campus.accounts.limits import allows
from campus.accounts.models import User
from campus.refusal import Refused


class MessageForm(forms.Form):
    text = forms.CharField(
        label="Votre message",
        max_length=5000,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 4}),
        error_messages={"required": "Écrivez votre message."},
    )


def check_rate(author: User, refusal: type[Refused]) -> None:
    """Count a message of somebody who is not of the team: each is an e-mail to it. Raises `refusal` beyond so many an hour."""
    if not allows("thread_message", author.email):
        raise refusal("Vous avez écrit beaucoup de messages : réessayez dans une heure.", "text")
