from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from campus import uploads

ACCEPTED = [uploads.PDF, uploads.PNG, uploads.JPEG]


class FinishForm(forms.Form):
    """When a training was finished, and its proof. `proof_name` is the name to give back to the proof, "" without one."""

    finished_on = forms.DateField(
        label="Terminée le",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "fr-input", "type": "date"}),
        error_messages={
            "required": "Donnez la date à laquelle vous l'avez terminée.",
            "invalid": "Écrivez une date, par exemple 14/03/2027.",
        },
    )
    proof = forms.FileField(
        label="Justificatif (facultatif)",
        required=False,
        max_length=255,
        widget=forms.FileInput(attrs={"class": "fr-upload", "accept": ".pdf,.png,.jpg,.jpeg"}),
        error_messages={
            "empty": "Ce fichier est vide : joignez-en un autre.",
            "max_length": "Le nom de ce fichier est trop long : raccourcissez-le.",
        },
    )
    proof_name = ""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        limit = settings.PROOF_MAX_MB
        self.fields["proof"].help_text = f"Attestation, badge ou capture : PDF, PNG ou JPEG, {limit} Mo au plus."

    def clean_finished_on(self):
        day = self.cleaned_data["finished_on"]
        if day > timezone.localdate():
            raise ValidationError("Cette date est à venir : dites-le quand vous l'aurez terminée.")
        return day

    def clean_proof(self):
        proof = self.cleaned_data["proof"]
        if proof:
            max_bytes = settings.PROOF_MAX_MB * 1024 * 1024
            self.proof_name = uploads.check(proof, accepted=ACCEPTED, max_bytes=max_bytes).name
        return proof
