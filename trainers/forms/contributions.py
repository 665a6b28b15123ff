"""What an applicant brings: one form for each kind of contribution."""

import re

from django import forms

from catalogue.enums import Level, Modality
from catalogue.models import Domain
from catalogue.wording import MINUTES_A_DAY, duration_in_words
from trainers.enums import ContributionKind, HelpKind
from trainers.forms.drafts import DraftForm, line, select, some_of, text
from trainers.models import Contribution

DURATION = re.compile(
    r"^(?:(?P<days>\d+(?:[.,]5)?)\s*j(?:ours?)?)?\s*(?:(?P<hours>\d+(?:[.,]\d+)?)\s*h(?:eures?)?)?"
    r"\s*(?:(?P<minutes>\d+)\s*(?:min(?:utes?)?)?)?$"
)
LONGEST = 30_000
MAX_OBJECTIVES = 10


class DurationField(forms.CharField):
    """A duration as one writes it (« 3 h 30 », « 2 jours », « 45 min »); in minutes."""

    def __init__(self, **kwargs):
        super().__init__(max_length=40, widget=forms.TextInput(attrs={"class": "fr-input"}), **kwargs)

    def prepare_value(self, value):
        return duration_in_words(value).partition(" (")[0] if isinstance(value, int) else value

    def has_changed(self, initial, data):
        return (self.prepare_value(initial) or "") != (data or "")

    def clean(self, value):
        value = super().clean(value).replace("\u00a0", " ").strip().lower()
        if not value:
            return None
        found = DURATION.match(value)
        if found is None or value.isdigit():
            raise forms.ValidationError("Écrivez une durée comme « 3 h 30 », « 2 jours » ou « 45 min ».")
        days, hours, minutes = (float((found[name] or "0").replace(",", ".")) for name in ("days", "hours", "minutes"))
        total = round(days * MINUTES_A_DAY + hours * 60 + minutes)
        if not 0 < total <= LONGEST:
            raise forms.ValidationError("Écrivez une durée d'une minute à 500 heures.")
        return total


class LinesField(forms.CharField):
    """A list, one item a line."""

    def __init__(self, *, longest, most, rows=4, **kwargs):
        self.longest, self.most = longest, most
        widget = forms.Textarea(attrs={"class": "fr-input", "rows": rows})
        super().__init__(max_length=(longest + 2) * most, widget=widget, **kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial, data):
        return self._lines(self.prepare_value(initial) or "") != self._lines(data or "")

    def clean(self, value):
        lines = self._lines(super().clean(value))
        if len(lines) > self.most:
            raise forms.ValidationError(f"Écrivez {self.most} lignes au plus : il y en a {len(lines)}.")
        if too_long := next((each for each in lines if len(each) > self.longest), None):
            raise forms.ValidationError(f"Une ligne compte {self.longest} caractères au plus : « {too_long[:40]}… ».")
        return lines

    def _lines(self, value) -> list[str]:
        return [each.strip() for each in value.splitlines() if each.strip()]


class ContributionForm(DraftForm):
    """What the three kinds share."""

    title = line("Titre", max_length=200)
    domain = forms.ModelChoiceField(
        label="Domaine",
        queryset=Domain.objects.none(),
        empty_label="Choisissez",
        widget=forms.Select(attrs={"class": "fr-select"}),
    )
    audience = line("Pour quel public ?", "Métiers, niveau de départ, type de service…", max_length=300)

    class Meta:
        model = Contribution
        fields = ["title", "domain", "audience"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["domain"].queryset = Domain.objects.in_force()


class ExistingForm(ContributionForm):
    level = select("Niveau", Level.choices)
    duration_minutes = DurationField(label="Durée", help_text="Par exemple « 3 h 30 » ou « 2 jours ».")
    modalities = some_of("Modalités", Modality.choices)
    objectives = LinesField(
        label="Objectifs",
        help_text="Ce que les participants sauront faire. Un par ligne, dix au plus.",
        longest=300,
        most=MAX_OBJECTIVES,
    )
    materials = text(
        "Supports",
        "Ce qui existe : diapositives, exercices, données… Vous pourrez les joindre.",
        max_length=3000,
        rows=3,
    )
    past_runs = text("Quand et pour qui a-t-elle eu lieu ?", max_length=3000, rows=3)
    feedback = text("Quels retours avez-vous reçus ?", "Facultatif.", max_length=3000, rows=3)

    class Meta(ContributionForm.Meta):
        fields = [
            *ContributionForm.Meta.fields,
            "level",
            "duration_minutes",
            "modalities",
            "objectives",
            "materials",
            "past_runs",
            "feedback",
        ]


class IdeaForm(ContributionForm):
    need = text("À quel besoin répond-elle ?", "Ce que les agents ne savent pas faire aujourd'hui.", max_length=3000)
    sketch = text(
        "À quoi ressemblerait-elle ?", "Facultatif. Une esquisse suffit : déroulé, durée, exercices.", max_length=5000
    )

    class Meta(ContributionForm.Meta):
        fields = [*ContributionForm.Meta.fields, "need", "sketch"]


class HelpForm(ContributionForm):
    existing_work = text("Qu'est-ce qui existe déjà ?", max_length=3000)
    help_kinds = some_of("Quelle aide souhaitez-vous ?", HelpKind.choices)
    help_wanted = text("Précisez l'aide souhaitée", "Facultatif.", max_length=3000, rows=3)

    class Meta(ContributionForm.Meta):
        fields = [*ContributionForm.Meta.fields, "existing_work", "help_kinds", "help_wanted"]


FORMS = {
    ContributionKind.EXISTING: ExistingForm,
    ContributionKind.IDEA: IdeaForm,
    ContributionKind.HELP: HelpForm,
}


class NewContributionForm(forms.Form):
    kind = forms.ChoiceField(
        label="Que proposez-vous ?",
        choices=ContributionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que vous proposez."},
    )
