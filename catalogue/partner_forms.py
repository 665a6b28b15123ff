"""Forms of « Espace partenaire ». What spans rows is refused by the services; the views show the reason in the form."""

from django import forms
from django.contrib.postgres.forms import SimpleArrayField

from catalogue.enums import Language, Level, Modality
from catalogue.models import Cursus, CursusLevel, CursusTraining, Domain, PartnerRevision, Proposal, Training

INPUT = {"class": "fr-input"}
MAX_LEVELS = 12
SHOWN = 40
"""Characters of a line that is too long, to know it by."""


def area(rows):
    return forms.Textarea(attrs={**INPUT, "rows": rows})


class LinesField(SimpleArrayField):
    """A list typed one item a line; empty lines do not count. `called`: what an item is, with its article."""

    def __init__(self, *, max_length, called, rows=4, **options):
        self.line_max, self.called = max_length, called
        super().__init__(forms.CharField(), delimiter="\n", widget=area(rows), **options)

    def to_python(self, value):
        if isinstance(value, str):
            value = "\n".join(line.strip() for line in value.splitlines() if line.strip())
        return super().to_python(value)

    def validate(self, value):
        super().validate(value)
        # Here rather than by the field of a line, of which Django says « L'élément n°3 du tableau n'est pas valide ».
        too_long = [(number, line) for number, line in enumerate(value, start=1) if len(line) > self.line_max]
        if too_long:
            raise forms.ValidationError(
                [
                    f"Raccourcissez {self.called} {number}, « {line[:SHOWN]}… » : {self.line_max} caractères au plus, "
                    f"{len(line)} sont écrits."
                    for number, line in too_long
                ]
            )


class VersionMixin:
    """A form that sends back the version of what it showed (`version`, catalogue.versions), in a hidden input."""

    def __init__(self, *args, version="", **options):
        super().__init__(*args, **options)
        self.version = self.data.get("version", version)
        self.saved = []
        """What somebody else wrote meanwhile, where it is not what is typed: (label, words)."""

    def tell(self, outdated):
        """Show what is saved, which the next answer will replace."""
        self.add_error(None, str(outdated))
        self.version = outdated.version
        for name, value in outdated.saved.items():
            field = self.fields[name]
            if not isinstance(field, forms.FileField) and value != self.cleaned_data[name]:
                self.saved.append((field.label, _in_words(field, value)))


def _in_words(field, value) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    labels = dict(field.choices) if isinstance(field, forms.ChoiceField) else {}
    values = value if isinstance(value, list) else [value]
    return "\n".join(str(labels.get(each, each)) for each in values if each not in ("", None)) or "(vide)"


class PresentationForm(VersionMixin, forms.ModelForm):
    presentation = forms.CharField(
        label="Présentation",
        help_text="Ce que vous apportez au campus, ce que vous y faites. Une ligne vide entre les paragraphes ; 5 000 caractères au plus.",
        max_length=5000,
        widget=area(12),
    )

    class Meta:
        model = PartnerRevision
        fields = ["summary", "presentation", "logo", "removes_logo"]
        widgets = {
            "summary": area(3),
            "logo": forms.FileInput(attrs={"class": "fr-upload", "accept": ".png,.jpg,.jpeg,.webp"}),
        }
        help_texts = {"summary": "300 caractères au plus. Ces mots paraissent dans la liste des partenaires."}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("logo") and cleaned.get("removes_logo"):
            self.add_error("removes_logo", "Donnez un nouveau logo, ou demandez à le retirer : pas les deux.")
        return cleaned


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="Adresse électronique",
        help_text="Par exemple prenom.nom@ecole.fr. La personne reçoit un courriel ; elle aura les mêmes droits que vous ici.",
        max_length=254,
        widget=forms.EmailInput(attrs={**INPUT, "autocomplete": "off"}),
        error_messages={
            "required": "Écrivez l'adresse de la personne à inviter.",
            "invalid": "Écrivez une adresse complète, par exemple prenom.nom@ecole.fr.",
        },
    )


class CursusForm(VersionMixin, forms.ModelForm):
    levels = LinesField(
        max_length=100,
        called="le niveau",
        rows=5,
        label="Niveaux",
        help_text="Un par ligne, dans l'ordre : « 1re année », « Stage »… Un niveau renommé garde ses formations.",
        error_messages={"required": "Donnez un niveau au moins."},
    )

    class Meta:
        model = Cursus
        fields = ["name", "year", "description", "is_public"]
        widgets = {
            "name": forms.TextInput(attrs=INPUT),
            "year": forms.NumberInput(attrs={**INPUT, "inputmode": "numeric"}),
            "description": area(3),
        }
        labels = {"description": "En quelques mots (facultatif)"}

    field_order = ["name", "year", "levels", "description", "is_public"]

    def clean_levels(self):
        levels = self.cleaned_data["levels"]
        if len({level.casefold() for level in levels}) < len(levels):
            raise forms.ValidationError("Deux niveaux ont le même nom.")
        if len(levels) > MAX_LEVELS:
            raise forms.ValidationError(f"Un cursus compte {MAX_LEVELS} niveaux au plus.")
        return levels


class CursusTrainingForm(forms.Form):
    """Which training of a page of results, at which level."""

    training = forms.ModelChoiceField(
        Training.objects.published(),
        label="Formation à placer",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": "Choisissez une formation.",
            "invalid_choice": "Cette formation n'est plus au catalogue : choisissez-en une autre.",
        },
    )
    level = forms.ModelChoiceField(
        CursusLevel.objects.none(),
        label="Niveau",
        widget=forms.Select(attrs={"class": "fr-select"}),
        empty_label="Choisissez",
        error_messages={"required": "Choisissez un niveau."},
    )
    note = forms.CharField(
        label="Précision (facultatif)",
        help_text=CursusTraining._meta.get_field("note").help_text,
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs=INPUT),
    )

    def __init__(self, *args, cursus, found, **options):
        super().__init__(*args, **options)
        self.fields["level"].queryset = cursus.levels.all()
        self.fields["training"].choices = [
            (training.pk, f"{training.title} ({training.get_kind_display()}, {training.get_level_display().lower()})")
            for training in found
        ]


class NoteForm(forms.ModelForm):
    class Meta:
        model = CursusTraining
        fields = ["note"]
        widgets = {"note": forms.TextInput(attrs=INPUT)}


class ProposalForm(VersionMixin, forms.ModelForm):
    objectives = LinesField(
        max_length=300,
        called="l'objectif",
        label="Objectifs",
        help_text="Un par ligne : ce que l'on saura faire ensuite.",
        error_messages={"required": "Donnez un objectif au moins."},
    )
    modalities = forms.MultipleChoiceField(
        label="Modalités",
        choices=Modality,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez une modalité au moins."},
    )
    languages = forms.MultipleChoiceField(
        label="Langues",
        choices=Language,
        widget=forms.CheckboxSelectMultiple,
        initial=[Language.FRENCH],
        error_messages={"required": "Choisissez une langue au moins."},
    )

    class Meta:
        model = Proposal
        fields = [
            "title", "domain", "summary", "description", "objectives", "level", "modalities", "duration_minutes",
            "languages", "access_url",
        ]  # fmt: skip
        widgets = {
            "title": forms.TextInput(attrs=INPUT),
            "domain": forms.Select(attrs={"class": "fr-select"}),
            "summary": area(3),
            "description": area(8),
            "level": forms.Select(attrs={"class": "fr-select"}),
            "duration_minutes": forms.NumberInput(attrs={**INPUT, "inputmode": "numeric"}),
            "access_url": forms.TextInput(attrs={**INPUT, "inputmode": "url"}),
        }
        labels = {
            "duration_minutes": "Durée en minutes (facultatif)",
            "access_url": "Adresse d'inscription (facultatif)",
        }
        help_texts = {"summary": "300 caractères au plus."}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["domain"].queryset = Domain.objects.in_force()
        self.fields["domain"].empty_label = "Choisissez"
        self.fields["level"].choices = [("", "Choisissez"), *Level.choices]
