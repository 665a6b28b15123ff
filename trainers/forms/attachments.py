"""The files of an application."""

from django import forms

from campus import uploads
from campus.uploads.fields import UploadField
from trainers.enums import AttachmentKind
from trainers.models import Application, Contribution
from trainers.models.attachment import MAX_BYTES

ACCEPTED = [uploads.PDF, uploads.ODT, uploads.DOCX, uploads.ODP, uploads.PPTX, uploads.PNG, uploads.JPEG]


class AttachmentForm(forms.Form):
    """One file. `checked` says what it is, once the form is valid."""

    kind = forms.ChoiceField(
        label="Nature du document",
        choices=[("", "Choisissez"), *AttachmentKind.choices],
        widget=forms.Select(attrs={"class": "fr-select"}),
        error_messages={"required": "Dites ce qu'est ce document."},
    )
    contribution = forms.ModelChoiceField(
        label="Contribution qu'il accompagne",
        queryset=Contribution.objects.none(),
        required=False,
        empty_label="Toute la candidature",
        widget=forms.Select(attrs={"class": "fr-select"}),
        error_messages={"invalid_choice": "Choisissez l'une de vos contributions."},
    )
    file = UploadField(
        accepted=ACCEPTED,
        label="Fichier",
        help_text="PDF, ODT, DOCX, ODP, PPTX, PNG ou JPEG. 10 Mo au plus.",
    )

    def __init__(self, *args, application: Application, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contribution"].queryset = application.contributions.all()

    def clean_file(self):
        file = self.cleaned_data["file"]
        self.checked = uploads.check(file, accepted=ACCEPTED, max_bytes=MAX_BYTES)
        return file
