"""What staff are asked before an action."""

from django import forms

from campus.accounts.models import Organisation
from enrolments.models.priority import HIGHEST


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Gardé dans l'historique de l'inscription.",
    )


class ReadReasonForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "La personne le lira."


class AddAgentForm(ReasonForm):
    email = forms.EmailField(label="Adresse électronique", help_text="Un compte s'ouvre si elle n'en a pas.")
    field_order = ["email", "reason"]


class NoteForm(forms.Form):
    subject = forms.CharField(label="Objet", max_length=150)
    text = forms.CharField(
        label="Message",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10, "cols": 80}),
        help_text="Envoyé à chaque personne inscrite, séparément.",
    )


class PriorityForm(ReasonForm):
    organisation = forms.ModelChoiceField(
        Organisation.objects.order_by("name"),
        label="Employeur",
        help_text="Ses agents, et ceux des organisations qui en dépendent.",
    )
    level = forms.IntegerField(
        label="Priorité",
        min_value=1,
        max_value=HIGHEST,
        initial=1,
        help_text="De 1 à 9 ; la plus grande passe d'abord.",
    )
    field_order = ["organisation", "level", "reason"]
