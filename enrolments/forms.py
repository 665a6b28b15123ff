from django import forms

from catalogue.enums import Level
from catalogue.models import Session
from enrolments.rules import Terms
from enrolments.transitions import Answers

PROMISES = {"full_attendance", "in_audience"}
"""What is only to be ticked."""


class EnrolForm(forms.Form):
    """What one answers to ask for a seat: only what the session, or the employer, wants to know."""

    def __init__(self, *args, session: Session, terms: Terms, **kwargs):
        super().__init__(*args, **kwargs)
        if session.is_selective:
            self.fields["motivation"] = forms.CharField(
                label="Pourquoi voulez-vous suivre cette session ?",
                help_text="L'équipe du campus choisit d'après votre réponse : votre projet, ce que vous en ferez.",
                max_length=2000,
                widget=forms.Textarea(attrs={"class": "fr-input", "rows": 4}),
                error_messages={"required": "Dites pourquoi : l'équipe choisit d'après votre réponse."},
            )
            self.fields["declared_level"] = forms.ChoiceField(
                label="Votre niveau sur ce sujet",
                choices=[("", "Choisissez"), *Level.choices],
                widget=forms.Select(attrs={"class": "fr-select"}),
                error_messages={"required": "Choisissez votre niveau."},
            )
            if session.selection_question:
                self.fields["selection_answer"] = forms.CharField(
                    label=session.selection_question,
                    max_length=1000,
                    widget=forms.Textarea(attrs={"class": "fr-input", "rows": 3}),
                    error_messages={"required": "Répondez à cette question, même par « non »."},
                )
        if session.audience_note:
            self.fields["in_audience"] = forms.BooleanField(
                label=f"Je fais partie du public de cette session : {session.audience_note}",
                error_messages={"required": "Cochez cette case si c'est le cas ; sinon, choisissez une autre session."},
            )
        if terms.asks_superior:
            self.fields["superior_email"] = forms.EmailField(
                label="Adresse électronique de votre supérieur",
                help_text="Son accord est demandé : un courriel lui propose de répondre en un clic, sans compte.",
                widget=forms.EmailInput(attrs={"class": "fr-input", "autocomplete": "off"}),
                error_messages={
                    "required": "Donnez l'adresse de votre supérieur : son accord est demandé.",
                    "invalid": "Cette adresse est incomplète : prenom.nom@administration.gouv.fr.",
                },
            )
        if len(terms.half_days) > 1:
            self.fields["full_attendance"] = forms.BooleanField(
                label=f"Je participerai aux {len(terms.half_days)} demi-journées de la session",
                error_messages={"required": "Cochez cette case : une session se suit en entier."},
            )
        if terms.is_full or session.is_selective:
            self.fields["accepts_direct"] = forms.BooleanField(
                label="Dans les derniers jours, j'accepte d'avance une place qui se libère",
                help_text="Elle vous revient alors aussitôt, sans que vous ayez à répondre.",
                required=False,
            )

    def asked(self) -> dict:
        """What the form says, as `transitions.enrol` takes it; nothing of one that is not valid."""
        if not self.is_valid():
            return {}
        answers = {name: value for name, value in self.cleaned_data.items() if name not in PROMISES}
        return {"superior_email": answers.pop("superior_email", ""), "answers": Answers(**answers)}


class AgreementForm(forms.Form):
    """What a superior answers."""

    is_given = forms.TypedChoiceField(
        label="Votre réponse",
        choices=[("oui", "Je donne mon accord"), ("non", "Je ne donne pas mon accord")],
        coerce=lambda answer: answer == "oui",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=250,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 3}),
        help_text="Nécessaire pour un refus : la personne le lira.",
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 3}),
    )
