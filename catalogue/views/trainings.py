"""The catalogue: its list, the page of a module, the page of a parcours."""

from itertools import groupby
from operator import itemgetter

from django.shortcuts import render

from catalogue import linked_data
from catalogue.addresses import origin_of
from catalogue.agenda import next_entries
from catalogue.cards import page_of_cards
from catalogue.filters import TrainingFilter
from catalogue.models import Module, Parcours, Training
from catalogue.related import related_to_module, related_to_parcours
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
    modules = visible(Module.objects.all(), request.user)
    module, redirection = find_by_slug(modules, slug, kind=Training.past_slug_kind)
    if redirection:
        return redirection
    related = related_to_module(module)
    sessions = next_entries([module.pk], limit=SESSIONS_SHOWN)
    context = {
        "training": module,
        "related": related,
        "sessions": sessions,
        "linked_data": linked_data.of_module(module, related, sessions, origin_of(request)),
    }
    return render(request, "catalogue/module_detail.html", context)


def parcours_detail(request, slug):
    parcours_list = visible(Parcours.objects.all(), request.user)
    parcours, redirection = find_by_slug(parcours_list, slug, kind=Training.past_slug_kind)
    if redirection:
        return redirection
    related = related_to_parcours(parcours)
    context = {
        "training": parcours,
        "related": related,
        "stages": [(stage, list(steps)) for stage, steps in groupby(related["steps"], key=itemgetter("stage"))],
        "sessions": next_entries([step["module_id"] for step in related["steps"]], limit=SESSIONS_SHOWN),
        "linked_data": linked_data.of_parcours(parcours, related, origin_of(request)),
    }
    return render(request, "catalogue/parcours_detail.html", context)
