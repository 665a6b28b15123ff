from django import forms

from enrolments.models import LicencePool


class AskForm(forms.Form):
    """What one says to ask for a licence that staff give by choice."""

    motivation = forms.CharField(
        label="Pourquoi demandez-vous cette licence ?",
        help_text="L'équipe du campus choisit d'après votre réponse : votre projet, ce que vous en ferez.",
        max_length=2000,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 5}),
        error_messages={"required": "Dites pourquoi : l'équipe choisit d'après votre réponse."},
    )

    def __init__(self, *args, pool: LicencePool, **kwargs):
        super().__init__(*args, **kwargs)
        if names := pool.campaign_names:
            self.fields["campaign"] = forms.ChoiceField(
                label="Campagne",
                choices=[("", "Choisissez"), *((name, name) for name in names)],
                widget=forms.Select(attrs={"class": "fr-select"}),
                error_messages={
                    "required": "Choisissez une campagne.",
                    "invalid_choice": "Choisissez une campagne de la liste.",
                },
            )
            self.order_fields(["campaign", "motivation"])


class ShareForm(forms.Form):
    """Whether the agent shares their result."""

    is_shared = forms.TypedChoiceField(choices=[("oui", "Oui"), ("non", "Non")], coerce=lambda answer: answer == "oui")
