"""The catalogue: its list, the page of a module, the page of a parcours."""

from itertools import groupby

from django.db.models import Prefetch
from django.shortcuts import render

from campus.accounts.models import Organisation
from catalogue.filters import TrainingFilter
from catalogue.models import Module, Parcours, Session, Training
from catalogue.views.cards import page_of_cards
from catalogue.views.lookup import find_by_slug, visible

SESSIONS_SHOWN = 5


def training_list(request):
    trainings = Training.objects.published().order_by("title_key", "pk")
    filters = TrainingFilter(request.GET, queryset=trainings)
    context = {
        "page_obj": page_of_cards(filters.qs, request.GET.get("page")),
        "words": filters.words,
        "filter_groups": filters.groups(),
        "selected_filters": filters.selected(),
    }
    return render(request, "catalogue/training_list.html", context)


def module_detail(request, slug):
    modules = visible(with_providers(Module.objects.select_related("domain")), request.user)
    module, redirection = find_by_slug(modules, slug, kind=Training.past_slug_kind)
    if redirection:
        return redirection
    context = {
        "training": module,
        "terms": module.terms(),
        "prerequisites": module.prerequisites.filter(requires__in=Module.objects.published()).select_related(
            "requires"
        ),
        "sessions": upcoming_sessions([module]),
        "parcours_list": Parcours.objects.published().filter(steps__module=module).only("slug", "kind", "title"),
    }
    return render(request, "catalogue/module_detail.html", context)


def parcours_detail(request, slug):
    parcours_list = with_providers(Parcours.objects.select_related("domain").with_total_minutes())
    parcours, redirection = find_by_slug(visible(parcours_list, request.user), slug, kind=Training.past_slug_kind)
    if redirection:
        return redirection
    steps = parcours.steps.filter(module__in=Module.objects.published()).select_related("module").order_by("position")
    context = {
        "training": parcours,
        "terms": parcours.terms(),
        "stages": [(stage, list(group)) for stage, group in groupby(steps, key=lambda step: step.stage)],
        "step_count": len(steps),
        "sessions": upcoming_sessions([step.module_id for step in steps]),
    }
    return render(request, "catalogue/parcours_detail.html", context)


def with_providers(trainings):
    """`trainings` with their providers, each with its page when it is a partner."""
    return trainings.prefetch_related(Prefetch("providers", Organisation.objects.select_related("partner")))


def upcoming_sessions(modules):
    """The next sessions of `modules` (Module objects or ids); their online links stay in the database."""
    sessions = Session.objects.filter(module__in=modules).not_cancelled().upcoming()
    related = sessions.select_related("module", "place").prefetch_related("restricted_to")
    return related.defer("online_url")[:SESSIONS_SHOWN]
