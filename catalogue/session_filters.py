"""What a visitor may ask of the sessions to come: /sessions/?region=bretagne&disponibilite=ouverte&mois=2026-12

Whatever is unknown in it is left out, so that a stale or mangled link still gives a list.
"""

import copy
import datetime
import re
from typing import TypedDict

import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.http import QueryDict
from django.utils import timezone

from catalogue.enums import Modality, Region
from catalogue.models import Slot, Training
from catalogue.search.facets import values_of_facets
from catalogue.wording import day_in_words
from catalogue.words import every_word

MAX_WORDS_LENGTH = 200
LISTED = ["domaine", "modalite", "region", "disponibilite"]
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")


class Selected(TypedDict):
    """A filter in force, and the query string of the same list without it."""

    label: str
    url_without: str


def next_month(first_day: datetime.date, months: int = 1) -> datetime.date:
    """The first day of the month after; of the one before with `months` -1."""
    return (first_day + datetime.timedelta(days=31 if months > 0 else -1)).replace(day=1)


def bounds_of_month(first_day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """The instants, in Paris, when a month begins and when the next one does."""
    midnights = [datetime.datetime.combine(day, datetime.time()) for day in (first_day, next_month(first_day))]
    return timezone.make_aware(midnights[0]), timezone.make_aware(midnights[1])


class WordsField(forms.CharField):
    def to_python(self, value):
        return super().to_python(value)[:MAX_WORDS_LENGTH].strip()


class KnownChoicesField(forms.Field):
    """Several of the choices, in their order. Any other value is dropped."""

    widget = forms.MultipleHiddenInput

    def __init__(self, *, choices=(), **kwargs):
        super().__init__(**kwargs)
        self.choices = choices

    def clean(self, value):
        asked = set(value or ())
        return [known for known, _label in self.choices if known in asked]


class MonthField(forms.CharField):
    """The first day of a month written « 2026-12 », None for anything else."""

    def clean(self, value):
        return datetime.date.fromisoformat(f"{value}-01") if value and MONTH.fullmatch(value) else None


class SessionFilterForm(forms.Form):
    q = WordsField(required=False)
    domaine = KnownChoicesField(label="Domaine")
    modalite = KnownChoicesField(label="Modalité", choices=Modality.choices)
    region = KnownChoicesField(label="Région", choices=Region.choices)
    disponibilite = KnownChoicesField(label="Disponibilité", choices=[("ouverte", "Inscriptions ouvertes")])
    mois = MonthField(label="Mois")


class SharedFilter(django_filters.Filter):
    """One that each request copies without what it is made of, which never changes: a deep copy is a tenth of the page."""

    def __deepcopy__(self, _memo):
        copied = copy.copy(self)
        copied.method = self.method  # binds the method to the copy
        return copied


class SessionFilter(django_filters.FilterSet):
    """Sessions that answer all the filters, and one at least of the values chosen in each."""

    q = SharedFilter(method="filter_words")
    domaine = SharedFilter(method="filter_domains")
    modalite = SharedFilter(field_name="modality", lookup_expr="in")
    region = SharedFilter(field_name="place__region", lookup_expr="in")
    disponibilite = SharedFilter(method="filter_open")
    mois = SharedFilter(method="filter_month")

    def __init__(self, data, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        domains = [value for value in values_of_facets()["domaine"] if value.is_proposed]
        self.domain_ids = {value.slug: int(value.key) for value in domains}
        self.form.fields["domaine"].choices = [(value.slug, value.label) for value in domains]

    def get_form_class(self):
        return SessionFilterForm

    def filter_words(self, sessions, _name, words):
        return sessions.filter(every_word(words, keys=("module__title_key",)))

    def filter_domains(self, sessions, _name, slugs):
        domains = [self.domain_ids[slug] for slug in slugs]
        return sessions.filter(module__in=Training.objects.in_domains(domains))

    def filter_open(self, sessions, _name, _values):
        return sessions.open_for_enrolment()

    def filter_month(self, sessions, _name, first_day):
        start, end = bounds_of_month(first_day)
        that_month = Slot.objects.filter(session=OuterRef("pk"), starts_at__gte=start, starts_at__lt=end)
        return sessions.filter(Exists(that_month))

    @property
    def words(self) -> str:
        return self.form.cleaned_data["q"]

    @property
    def month(self) -> datetime.date | None:
        """The first day of the month asked."""
        return self.form.cleaned_data["mois"]

    def groups(self) -> list[dict]:
        """The boxes to tick, a group a filter, as components of catalogue.search.form.Group without counts."""
        return [self._group(name) for name in LISTED]

    def _group(self, name: str) -> dict:
        field, ticked = self.form.fields[name], self.form.cleaned_data[name]
        choices = [
            {"value": value, "label": label, "state": " checked" if value in ticked else ""}
            for value, label in field.choices
        ]
        return {"name": name, "label": field.label, "choices": choices, "is_open": bool(ticked)}

    def months(self, shown: datetime.date | None) -> list[dict]:
        """The twelve months to choose from, and the one shown when it is another: value, label, selected."""
        month = timezone.localdate().replace(day=1)
        months = [month := month if not number else next_month(month) for number in range(12)]
        if shown and shown not in months:
            months.insert(0, shown)
        return [
            {"value": f"{month:%Y-%m}", "label": day_in_words(month, "F Y"), "selected": month == shown}
            for month in months
        ]

    def selected(self) -> list[Selected]:
        """The filters in force but the month, as tags to remove."""
        selected = [("q", self.words, f"« {self.words} »")] if self.words else []
        for name in LISTED:
            labels = dict(self.form.fields[name].choices)
            selected += [(name, value, labels[value]) for value in self.form.cleaned_data[name]]
        return [{"label": label, "url_without": self.url(without=(name, value))} for name, value, label in selected]

    def url(self, *, without=None, **changes) -> str:
        """The query string of these filters, less the pair `without`, with other `changes` (None takes one away)."""
        kept = QueryDict(mutable=True)
        for name, values in self.form.cleaned_data.items():
            if name != "mois":
                each = [values] if name == "q" else values
                kept.setlist(name, [value for value in each if value and (name, value) != without])
        if self.month:
            kept["mois"] = f"{self.month:%Y-%m}"
        if self.data.get("vue") == "mois":
            kept["vue"] = "mois"
        for name, value in changes.items():
            kept.setlist(name, [value] if value else [])
        return f"?{kept.urlencode()}"
