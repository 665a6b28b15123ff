from django import forms
from django.core.exceptions import ValidationError

MAX_MB = 20
EXTENSIONS = (".csv", ".xlsx")


class ImportForm(forms.Form):
    """A file of licences; at first, only to see what it would do."""

    file = forms.FileField(
        label="Fichier CSV ou XLSX",
        widget=forms.FileInput(attrs={"accept": ",".join(EXTENSIONS)}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide : choisissez-en un autre."},
    )
    is_dry_run = forms.BooleanField(
        label="Essai : ne rien écrire",
        required=False,
        initial=True,
        help_text="Pour voir ce que le fichier ferait. Décochez pour l'importer.",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(EXTENSIONS):
            raise ValidationError("Un fichier CSV ou XLSX est attendu : enregistrez-le dans l'un de ces formats.")
        if file.size > MAX_MB * 1024 * 1024:
            raise ValidationError(f"Ce fichier pèse plus de {MAX_MB} Mo : envoyez-le en plusieurs parties.")
        return file
