"""What somebody writes in a thread with the campus: about an application, a request for a programme."""

from django import forms


class MessageForm(forms.Form):
    text = forms.CharField(
        label="Votre message",
        max_length=5000,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 4}),
        error_messages={"required": "Écrivez votre message."},
    )
