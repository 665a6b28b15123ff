"""What staff are asked before an action on trainers, and fields that several pages share."""

import datetime

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.utils import timezone

from trainers.enums import AssignmentRole, OnboardingStep, RateKind
from trainers.models import Trainer

ANSWER_DAYS = 7


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text="Gardé dans l'historique.",
    )


class ReadReasonForm(ReasonForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "La personne le lira. Nécessaire pour une session acceptée."


class StepForm(forms.Form):
    step = forms.ChoiceField(label="Étape faite", choices=OnboardingStep, widget=forms.RadioSelect)


class ProposalForm(forms.Form):
    """Ask a trainer to teach a session."""

    trainer = forms.ModelChoiceField(
        Trainer.objects.active(),
        widget=forms.HiddenInput,
        error_messages={
            "required": "Choisissez à qui proposer la session.",
            "invalid_choice": "Cette personne n'est plus en activité : choisissez-en une autre.",
        },
    )
    role = forms.ChoiceField(label="Rôle", choices=AssignmentRole)
    preparation_minutes = forms.IntegerField(
        label="Préparation (minutes)", min_value=0, max_value=60_000, initial=0, help_text="90 : une heure et demie."
    )
    teaching_minutes = forms.IntegerField(
        label="Animation (minutes)",
        min_value=0,
        max_value=60_000,
        required=False,
        help_text="Vide : la durée de la session.",
    )
    rate_kind = forms.ChoiceField(
        label="Barème",
        choices=[("", "Sans objet"), *RateKind.choices],
        required=False,
        help_text="Pour une personne interne : ses taux d'animation et de préparation au premier jour de la session sont gardés.",
    )
    answer_due_at = forms.DateField(
        label="Réponse attendue jusqu'au", widget=AdminDateWidget, help_text="Ce jour compris ; avant la session."
    )
    message = forms.CharField(
        label="Message à la personne",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
    )

    def __init__(self, *args, **kwargs):
        due = timezone.localdate() + datetime.timedelta(days=ANSWER_DAYS)
        super().__init__(*args, initial={"answer_due_at": due}, **kwargs)

    def hidden_fields(self):
        """None: the page draws the choice of a trainer itself, among the candidates."""
        return []

    def clean_answer_due_at(self) -> datetime.datetime:
        """The end of that day, in Paris."""
        following = self.cleaned_data["answer_due_at"] + datetime.timedelta(days=1)
        return timezone.make_aware(datetime.datetime.combine(following, datetime.time()))


class PeriodForm(forms.Form):
    starts_on = forms.DateField(label="Du", widget=AdminDateWidget)
    ends_on = forms.DateField(label="Au", widget=AdminDateWidget, help_text="Ce jour compris.")

    def __init__(self, *args, **kwargs):
        last = timezone.localdate().replace(day=1) - datetime.timedelta(days=1)
        super().__init__(*args, initial={"starts_on": last.replace(day=1), "ends_on": last}, **kwargs)
