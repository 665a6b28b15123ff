"""What an applicant writes once the application is handed in."""

from django import forms

from trainers.enums import REASONS, ApplicationState


class MoreForm(forms.Form):
    text = forms.CharField(
        label="Un mot pour accompagner votre réponse",
        help_text="Facultatif.",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 4}),
    )


class WithdrawForm(forms.Form):
    reason_code = forms.ChoiceField(
        label="Motif",
        help_text="Facultatif : il nous aide à améliorer les appels.",
        required=False,
        choices=[("", "Je ne le dis pas"), *((each.value, each.label) for each in REASONS[ApplicationState.WITHDRAWN])],
        widget=forms.Select(attrs={"class": "fr-select"}),
    )
    reason = forms.CharField(
        label="Précisions",
        help_text="Nécessaires pour « Autre motif ».",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 3}),
    )
