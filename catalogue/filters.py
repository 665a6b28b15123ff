"""What a visitor may ask of the catalogue: /catalogue/?q=donnees&domaine=data&domaine=cybersecurite&niveau=novice"""

from typing import NamedTuple

import django_filters
from django import forms

from catalogue.enums import Level, Modality, TrainingKind
from catalogue.models import Domain, Training

MAX_WORDS_LENGTH = 200


class Choice(NamedTuple):
    """A box to tick."""

    value: str
    label: str
    is_checked: bool


class Group(NamedTuple):
    """The boxes of one filter. `is_open`: one of them is ticked."""

    name: str
    label: str
    choices: list[Choice]
    is_open: bool


class Selected(NamedTuple):
    """A filter in force, and the query string of the same list without it."""

    label: str
    url_without: str


class KnownChoicesField(forms.MultipleChoiceField):
    """Several of the choices, in their order. Any other value is dropped: a stale or mangled link still gives a list."""

    def clean(self, value):
        asked = set(value or ())
        return [known for known, _label in self.choices if known in asked]


class KnownChoicesFilter(django_filters.Filter):
    field_class = KnownChoicesField


class WordsField(forms.CharField):
    def to_python(self, value):
        return super().to_python(value)[:MAX_WORDS_LENGTH].strip()


class WordsFilter(django_filters.Filter):
    field_class = WordsField


class TrainingFilter(django_filters.FilterSet):
    """Trainings that answer all the filters, and one at least of the values ticked in each."""

    q = WordsFilter(label="Mot", method="filter_words")
    domaine = KnownChoicesFilter(label="Domaine", method="filter_domains")
    type = KnownChoicesFilter(label="Type", field_name="kind", lookup_expr="in", choices=TrainingKind.choices)
    niveau = KnownChoicesFilter(label="Niveau", field_name="level", lookup_expr="in", choices=Level.choices)
    modalite = KnownChoicesFilter(
        label="Modalité", field_name="modalities", lookup_expr="overlap", choices=Modality.choices
    )

    class Meta:
        model = Training
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        asked = self.data.getlist("domaine")
        # A closed domain is no longer proposed, but the links that name it keep their meaning.
        domains = Domain.objects.in_force() | Domain.objects.filter(slug__in=asked, merged_into=None)
        self._domains = {domain.slug: domain for domain in domains.only("slug", "name")}
        self.filters["domaine"].extra["choices"] = [(slug, domain.name) for slug, domain in self._domains.items()]

    def filter_words(self, trainings, _name, words):
        return trainings.with_words(words)

    def filter_domains(self, trainings, _name, slugs):
        return trainings.in_domains([self._domains[slug] for slug in slugs])

    @property
    def words(self) -> str:
        return self.form.cleaned_data["q"]

    def groups(self) -> list[Group]:
        """The filters to tick, each with its choices."""
        groups = []
        for name in ["domaine", "type", "niveau", "modalite"]:
            field, ticked = self.form.fields[name], self.form.cleaned_data[name]
            choices = [Choice(value, label, value in ticked) for value, label in field.choices]
            groups.append(Group(name, field.label, choices, bool(ticked)))
        return groups

    def selected(self) -> list[Selected]:
        """The filters in force."""
        selected = [Selected(f"« {self.words} »", self._query_without("q", self.words))] if self.words else []
        for group in self.groups():
            for choice in group.choices:
                if choice.is_checked:
                    selected.append(Selected(choice.label, self._query_without(group.name, choice.value)))
        return selected

    def _query_without(self, name: str, value: str) -> str:
        kept = self.data.copy()
        kept.clear()
        for field, values in self.form.cleaned_data.items():
            values = [values] if isinstance(values, str) else values
            kept.setlist(field, [each for each in values if each and (field, each) != (name, value)])
        return f"?{kept.urlencode()}"
