"""What a visitor may ask of the catalogue: /catalogue/?q=donnees&domaine=data&domaine=cybersecurite&niveau=novice"""

from typing import TypedDict

import django_filters
from django import forms
from django.http import QueryDict

from catalogue.enums import Level, Modality, TrainingKind
from catalogue.models import Domain, Training

MAX_WORDS_LENGTH = 200


class Choice(TypedDict):
    """A box to tick."""

    id: str
    value: str
    label: str
    checked: str
    """The attribute, or ""."""


class Group(TypedDict):
    """The boxes of one filter. `is_open`: one of them is ticked."""

    name: str
    label: str
    choices: list[Choice]
    is_open: bool


class Selected(TypedDict):
    """A filter in force, and the query string of the same list without it."""

    label: str
    url_without: str


class WordsField(forms.CharField):
    def to_python(self, value):
        return super().to_python(value)[:MAX_WORDS_LENGTH].strip()


class KnownChoicesField(forms.Field):
    """Several of the choices, in their order. Any other value is dropped: a stale or mangled link still gives a list.

    Django's own MultipleChoiceField copies its choices four times for each form, to draw widgets that we do not use.
    """

    widget = forms.MultipleHiddenInput

    def __init__(self, *, choices=(), **kwargs):
        super().__init__(**kwargs)
        self.choices = choices

    def clean(self, value):
        asked = set(value or ())
        return [known for known, _label in self.choices if known in asked]


class TrainingFilterForm(forms.Form):
    q = WordsField(required=False)
    domaine = KnownChoicesField(label="Domaine")
    type = KnownChoicesField(label="Type", choices=TrainingKind.choices)
    niveau = KnownChoicesField(label="Niveau", choices=Level.choices)
    modalite = KnownChoicesField(label="Modalité", choices=Modality.choices)


class TrainingFilter(django_filters.FilterSet):
    """Trainings that answer all the filters, and one at least of the values ticked in each."""

    q = django_filters.Filter(method="filter_words")
    domaine = django_filters.Filter(method="filter_domains")
    type = django_filters.Filter(field_name="kind", lookup_expr="in")
    niveau = django_filters.Filter(field_name="level", lookup_expr="in")
    modalite = django_filters.Filter(field_name="modalities", lookup_expr="overlap")

    class Meta:
        model = Training
        fields = []

    def __init__(self, data, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        domains = list(Domain.objects.in_force().values_list("pk", "slug", "name"))
        strangers = set(data.getlist("domaine")) - {slug for _pk, slug, _name in domains}
        if strangers:
            # A closed domain is no longer proposed, but the links that name it keep their meaning.
            closed = Domain.objects.filter(slug__in=strangers, merged_into=None)
            domains += closed.values_list("pk", "slug", "name")
        self.domain_ids = {slug: pk for pk, slug, _name in domains}
        self.form.fields["domaine"].choices = [(slug, name) for _pk, slug, name in domains]

    def get_form_class(self):
        # Written above rather than put together by django-filter at each request, which costs as much as the queries.
        return TrainingFilterForm

    def filter_words(self, trainings, _name, words):
        return trainings.with_words(words)

    def filter_domains(self, trainings, _name, slugs):
        return trainings.in_domains([self.domain_ids[slug] for slug in slugs])

    @property
    def words(self) -> str:
        """What is looked for in titles and summaries, or ""."""
        return self.form.cleaned_data["q"]

    def groups(self) -> list[Group]:
        """The filters to tick."""
        return [self._group(name) for name in ["domaine", "type", "niveau", "modalite"]]

    def _group(self, name: str) -> Group:
        field, ticked = self.form.fields[name], self.form.cleaned_data[name]
        choices = [
            {"id": f"{name}-{value}", "value": value, "label": label, "checked": " checked" if value in ticked else ""}
            for value, label in field.choices
        ]
        return {"name": name, "label": field.label, "choices": choices, "is_open": bool(ticked)}

    def selected(self) -> list[Selected]:
        """The filters in force."""
        selected = [("q", self.words, f"« {self.words} »")] if self.words else []
        for name in ["domaine", "type", "niveau", "modalite"]:
            labels = dict(self.form.fields[name].choices)
            selected += [(name, value, labels[value]) for value in self.form.cleaned_data[name]]
        return [{"label": label, "url_without": self._url_without(name, value)} for name, value, label in selected]

    def _url_without(self, name: str, value: str) -> str:
        kept = QueryDict(mutable=True)
        for field, values in self.form.cleaned_data.items():
            each_value = [values] if field == "q" else values
            kept.setlistdefault(field, [each for each in each_value if each and (field, each) != (name, value)])
        return f"?{kept.urlencode()}"
