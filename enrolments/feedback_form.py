from django import forms

from enrolments.enums import Reinvestment, Satisfaction


class FeedbackForm(forms.Form):
    """What a participant thought of a session."""

    satisfaction = forms.TypedChoiceField(
        label="Cette session vous a-t-elle donné satisfaction ?",
        choices=Satisfaction.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse, de 1 à 5."},
    )
    reinvestment = forms.ChoiceField(
        label="Allez-vous vous servir, dans votre travail, de ce que vous y avez appris ?",
        choices=Reinvestment.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse, au besoin « Je ne sais pas »."},
    )
    comment = forms.CharField(
        label="Commentaire (facultatif)",
        required=False,
        max_length=2000,
        help_text="Ce qui vous a été utile, ce qui est à améliorer. Ne nommez personne.",
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 5}),
    )
