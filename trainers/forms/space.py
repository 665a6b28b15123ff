from django import forms

from trainers.enums import AvailabilityKind, DirectoryField
from trainers.models import Trainer

DATE = forms.DateInput(attrs={"class": "fr-input", "type": "date"}, format="%Y-%m-%d")
WRONG_DATE = "Donnez une date : jour, mois et année."


class AvailabilityForm(forms.Form):
    """From one day to another, one is free, or is not."""

    kind = forms.ChoiceField(
        label="Vous êtes",
        choices=AvailabilityKind,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites si vous êtes disponible ou non."},
    )
    starts_on = forms.DateField(
        label="Du", widget=DATE, error_messages={"required": "Donnez le premier jour.", "invalid": WRONG_DATE}
    )
    ends_on = forms.DateField(
        label="Au",
        help_text="Ce jour compris.",
        widget=DATE,
        error_messages={"required": "Donnez le dernier jour.", "invalid": WRONG_DATE},
    )
    note = forms.CharField(
        label="Précision (facultatif)",
        help_text="« Le matin seulement ». L'équipe du campus la lit.",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "fr-input"}),
    )


class GiveBackForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi",
        help_text="L'équipe du campus le lira, pour trouver quelqu'un d'autre.",
        max_length=300,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 3}),
        error_messages={"required": "Dites pourquoi : l'équipe le lira."},
    )


class ListingForm(forms.Form):
    """What one agrees to show in the public directory."""

    fields_shown = forms.MultipleChoiceField(
        label="Ce que l'annuaire montre, avec votre nom",
        choices=DirectoryField,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Rien d'autre n'est montré : ni votre adresse, ni vos dates, ni vos heures.",
    )
    biography = forms.CharField(
        label="Votre présentation (facultatif)",
        help_text="Quelques phrases : d'où vous venez, ce que vous aimez transmettre.",
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 5}),
    )
    agreement = forms.BooleanField(
        label="J'accepte de figurer dans l'annuaire public des formateurs",
        help_text="Tout le monde peut le lire, les moteurs de recherche aussi.",
        error_messages={"required": "Cochez cette case pour donner votre accord."},
    )

    def __init__(self, *args, trainer: Trainer, **kwargs):
        initial = {
            "fields_shown": trainer.listed_fields if trainer.is_listed else DirectoryField.values,
            "biography": trainer.biography,
            "agreement": trainer.is_listed,
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self):
        cleaned = super().clean()
        cleaned.pop("agreement", None)
        if "fields_shown" in cleaned:
            cleaned["fields"] = cleaned.pop("fields_shown")
        return cleaned
