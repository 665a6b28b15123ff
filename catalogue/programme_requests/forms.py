"""What who asks for a sur-mesure programme fills in, writes and sends."""

from django import forms
from django.utils import timezone

from campus import uploads
from campus.uploads.fields import UploadField
from catalogue.enums import Financing, Modality, RequesterRole
from catalogue.models import Domain, ProgrammeRequest
from catalogue.models.programme_request import MAX_BYTES

ACCEPTED = [uploads.PDF, uploads.ODT, uploads.DOCX, uploads.ODP, uploads.PPTX, uploads.PNG, uploads.JPEG]


def text_input(**attrs):
    return forms.TextInput(attrs={"class": "fr-input", **attrs})


def date_input():
    return forms.DateInput(format="%Y-%m-%d", attrs={"class": "fr-input", "type": "date"})


class RequestForm(forms.ModelForm):
    """The request itself. A draft is kept whatever lacks; `is_sent` wants all of ProgrammeRequest.REQUIRED."""

    role = forms.ChoiceField(
        label="Votre fonction",
        choices=RequesterRole,
        widget=forms.RadioSelect,
        error_messages={"required": "Dites à quel titre vous faites cette demande."},
    )
    domains = forms.ModelMultipleChoiceField(
        Domain.objects.none(),
        label="Domaines",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Cochez au moins un domaine."},
    )
    modality = forms.ChoiceField(
        label="Modalité souhaitée (facultatif)",
        choices=[("", "À voir ensemble"), *Modality.choices],
        required=False,
        widget=forms.Select(attrs={"class": "fr-select"}),
    )
    financing = forms.ChoiceField(
        label="Financement",
        choices=Financing,
        help_text="Un cofinancement par le FTAP dépend de critères que le campus vérifie avec vous : il n'est jamais acquis.",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse, même « Nous ne savons pas encore »."},
    )

    class Meta:
        model = ProgrammeRequest
        fields = [
            "title", "need", "domains", "organisation_name", "role", "audience", "headcount", "modality", "wanted_from",
            "wanted_until", "budget_euros", "financing", "contact_name", "contact_email", "contact_phone",
        ]  # fmt: skip
        # As on the page: what is wrong is listed in that order.
        labels = {
            "title": "Objet de la demande",
            "organisation_name": "Nom de l'administration",
            "need": "Description du besoin",
            "audience": "Qui est à former",
            "headcount": "Combien d'agents",
            "wanted_from": "À partir du (facultatif)",
            "wanted_until": "Jusqu'au (facultatif)",
            "budget_euros": "Budget prévu, en euros (facultatif)",
            "contact_name": "Personne à joindre",
            "contact_email": "Son adresse électronique",
            "contact_phone": "Son téléphone (facultatif)",
        }
        help_texts = {
            "title": "En une ligne : « Former nos instructeurs à la lecture des données ».",
            "organisation_name": "Ministère, direction, préfecture, établissement : son nom entier.",
            "need": "Ce que les agents devraient savoir faire de plus, et pourquoi maintenant.",
            "audience": "Métiers, services, niveau : « instructeurs des aides, débutants ».",
            "headcount": "Un ordre de grandeur suffit.",
        }
        widgets = {
            "title": text_input(),
            "organisation_name": text_input(autocomplete="organization"),
            "need": forms.Textarea(attrs={"class": "fr-input", "rows": 6}),
            "audience": text_input(),
            "headcount": forms.NumberInput(attrs={"class": "fr-input", "min": 1}),
            "wanted_from": date_input(),
            "wanted_until": date_input(),
            "budget_euros": forms.NumberInput(attrs={"class": "fr-input", "min": 0}),
            "contact_name": text_input(),
            "contact_email": forms.EmailInput(attrs={"class": "fr-input"}),
            "contact_phone": text_input(type="tel"),
        }
        error_messages = {
            "title": {"required": "Donnez un objet à votre demande."},
            "organisation_name": {"required": "Dites pour quelle administration."},
            "need": {"required": "Décrivez votre besoin, même en deux phrases."},
            "audience": {"required": "Dites qui est à former."},
            "headcount": {
                "required": "Donnez un nombre d'agents, même approché.",
                "invalid": "Écrivez un nombre entier.",
            },
            "wanted_from": {"invalid": "Écrivez une date : 15/03/2027."},
            "wanted_until": {"invalid": "Écrivez une date : 15/03/2027."},
            "budget_euros": {"invalid": "Écrivez un nombre entier d'euros."},
            "contact_name": {"required": "Dites qui joindre."},
            "contact_email": {
                "required": "Donnez l'adresse de la personne à joindre.",
                "invalid": "Cette adresse est incomplète : prenom.nom@administration.gouv.fr.",
            },
        }

    def __init__(self, *args, is_sent=False, **options):
        super().__init__(*args, **options)
        self.fields["domains"].queryset = Domain.objects.in_force()
        self.use_required_attribute = False  # a draft may lack anything
        for name in ProgrammeRequest.REQUIRED:
            self.fields[name].required = is_sent

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("wanted_from"), cleaned.get("wanted_until")
        if start and end and end < start:
            self.add_error("wanted_until", "Cette date précède celle du début.")
        elif end and end < timezone.localdate() and "wanted_until" in self.changed_data:
            self.add_error("wanted_until", "Cette date est passée.")
        return cleaned


class DocumentForm(forms.Form):
    """One file. `checked` says what it is, once the form is valid."""

    file = UploadField(
        accepted=ACCEPTED,
        label="Ajouter un document",
        help_text="Cahier des charges, fiche de poste, planning… PDF, ODT, DOCX, ODP, PPTX, PNG ou JPEG. 10 Mo au plus.",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        self.checked = uploads.check(file, accepted=ACCEPTED, max_bytes=MAX_BYTES)
        return file


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi (facultatif)",
        required=False,
        max_length=900,
        widget=forms.Textarea(attrs={"class": "fr-input", "rows": 3}),
        help_text="L'équipe du campus le lira.",
    )


class PublicationForm(forms.Form):
    agrees = forms.TypedChoiceField(
        label="Le programme peut-il avoir une page publique ?",
        help_text="Elle dit le besoin, ce qui a été conçu et combien d'agents ont été formés ; personne n'y est nommé.",
        choices=[("oui", "Oui, il peut avoir une page publique"), ("non", "Non, il reste entre nous")],
        coerce=lambda answer: answer == "oui",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
