"""The public directory: who agreed to be there, with what they agreed to show, and nothing that tells more.

A filter only finds people by what they show: otherwise it would tell what they keep for themselves.
"""

from typing import TypedDict

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Prefetch
from django.http import QueryDict

from catalogue.enums import Language, Region
from catalogue.models import Module, Skill
from catalogue.search.facets import values_of_facets
from catalogue.session_filters import KnownChoicesField, Selected
from trainers.enums import DirectoryField
from trainers.models import Trainer, TrainerSkill

F = DirectoryField
FILTERS = ["competence", "domaine", "region"]


class Card(TypedDict):
    """What is public of a trainer; what they do not show is empty."""

    id: int
    name: str
    organisation: str
    biography: str
    skills: list[str]
    modules: list[Module]
    regions: list[str]
    languages: list[str]


def with_details(trainers):
    """A queryset of trainers, with all that `card_of` reads: two more queries, however many they are."""
    skills = TrainerSkill.objects.select_related("skill").order_by("skill__name")
    modules = Module.objects.published().order_by("title_key").only("title", "slug", "kind")
    return trainers.select_related("user__organisation").prefetch_related(
        Prefetch("skills", skills), Prefetch("modules", modules, to_attr="public_modules")
    )


def card_of(trainer: Trainer) -> Card:
    """Only what `trainer`, of `with_details`, agreed to show. The account's address is never part of it."""
    shows = set(trainer.listed_fields)
    user = trainer.user
    return {
        "id": trainer.pk,
        "name": user.get_full_name(),
        "organisation": user.organisation.name if F.ORGANISATION in shows and user.organisation else "",
        "biography": trainer.biography if F.BIOGRAPHY in shows else "",
        "skills": [each.skill.name for each in trainer.skills.all()] if F.SKILLS in shows else [],
        "modules": trainer.public_modules if F.MODULES in shows else [],
        "regions": [Region(value).label for value in trainer.regions] if F.REGIONS in shows else [],
        "languages": [Language(value).label for value in trainer.languages] if F.LANGUAGES in shows else [],
    }


class DirectoryForm(forms.Form):
    competence = KnownChoicesField(label="Compétence")
    domaine = KnownChoicesField(label="Domaine")
    region = KnownChoicesField(label="Région", choices=Region.choices)


class DirectoryFilter(django_filters.FilterSet):
    """Trainers who show one at least of the values chosen in each filter. Whatever is unknown is left out."""

    competence = django_filters.Filter(method="filter_skills")
    domaine = django_filters.Filter(method="filter_domains")
    region = django_filters.Filter(method="filter_regions")

    def __init__(self, data, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        shown = TrainerSkill.objects.filter(trainer__in=showing(self.queryset, F.SKILLS), skill=OuterRef("pk"))
        self.form.fields["competence"].choices = list(
            Skill.objects.filter(Exists(shown)).order_by("name").values_list("slug", "name")
        )
        domains = [value for value in values_of_facets()["domaine"] if value.is_proposed]
        self.domain_ids = {value.slug: int(value.key) for value in domains}
        self.form.fields["domaine"].choices = [(value.slug, value.label) for value in domains]

    def get_form_class(self):
        return DirectoryForm

    def filter_skills(self, trainers, _name, slugs):
        taught = TrainerSkill.objects.filter(trainer=OuterRef("pk"), skill__slug__in=slugs)
        return showing(trainers, F.SKILLS).filter(Exists(taught))

    def filter_domains(self, trainers, _name, slugs):
        modules = Module.objects.published().in_domains([self.domain_ids[slug] for slug in slugs])
        held = Trainer.modules.through.objects.filter(trainer=OuterRef("pk"), module__in=modules)
        return showing(trainers, F.MODULES).filter(Exists(held))

    def filter_regions(self, trainers, _name, regions):
        return showing(trainers, F.REGIONS).filter(regions__overlap=regions)

    def groups(self) -> list[dict]:
        """The boxes to tick, for catalogue/filter_groups.html."""
        return [self._group(name) for name in FILTERS if self.form.fields[name].choices]

    def _group(self, name: str) -> dict:
        field, ticked = self.form.fields[name], self.form.cleaned_data[name]
        choices = [
            {"id": f"{name}-{number}", "value": value, "label": label, "state": " checked" if value in ticked else ""}
            for number, (value, label) in enumerate(field.choices)
        ]
        return {"name": name, "label": field.label, "choices": choices, "is_open": bool(ticked)}

    def selected(self) -> list[Selected]:
        """The filters in force, as tags to remove."""
        return [
            {"label": dict(self.form.fields[name].choices)[value], "url_without": self._url(without=(name, value))}
            for name in FILTERS
            for value in self.form.cleaned_data[name]
        ]

    def _url(self, *, without) -> str:
        kept = QueryDict(mutable=True)
        for name in FILTERS:
            kept.setlist(name, [value for value in self.form.cleaned_data[name] if (name, value) != without])
        return f"?{kept.urlencode()}"


def showing(trainers, field: DirectoryField):
    """Those of a queryset of trainers who show `field`."""
    return trainers.filter(listed_fields__contains=[field])
