"""The catalogue: its list and what comes from it, the page of a module, the page of a parcours."""

from itertools import groupby
from operator import itemgetter

from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone

from catalogue import linked_data, open_data
from catalogue.addresses import origin_of
from catalogue.agenda import first_opening, next_entries
from catalogue.cards import cards_of, highlighted_cards
from catalogue.models import Module, Parcours, Training
from catalogue.related import related_to_module, related_to_parcours
from catalogue.search.form import CatalogueSearch
from catalogue.search.help import near, record_empty
from catalogue.search.results import PAGE_SIZE
from catalogue.similar import similar_to
from catalogue.views.lookup import find_by_slug, visible
from catalogue.views.open_data import csv_response

SESSIONS_SHOWN = 5
SUGGESTED = 8


def training_list(request):
    asked = CatalogueSearch(request.GET)
    results = asked.results
    page = Paginator(range(results.total), PAGE_SIZE).get_page(asked.page)
    page.object_list = highlighted_cards(results.ids, asked.highlighted)
    context = {
        "asked": asked,
        "page_obj": page,
        "selected_filters": asked.selected(),
    }
    if not results.total:
        if asked.words and not results.found:
            record_empty(asked.words)
        near_cards = cards_of(near(asked.words)) if asked.words else []
        context |= {"near": near_cards, "ways_out": asked.ways_out(), "domains": asked.nearest_domains(near_cards)}
    return render(request, "catalogue/training_list.html", context)


def training_export(request):
    """All the trainings that an address of the list finds, in its order, as CSV."""
    rows = open_data.trainings_in_order(CatalogueSearch(request.GET).all_ids())
    return csv_response(open_data.CATALOGUE, "formations", request, rows)


def suggestions(request):
    """Up to eight trainings for what is being typed, as JSON: {"suggestions": [{"title", "url", "kind"}]}."""
    asked = CatalogueSearch(request.GET)
    ids = asked.found_as_typed().ids[:SUGGESTED] if asked.words else []
    found = [{"title": card["title"], "url": card["url"], "kind": card["kind"]} for card in cards_of(ids)]
    return JsonResponse({"suggestions": found})


def detail_context(request, training, related, sessions, linked_data_of):
    """What the pages of modules and of parcours share.

    `cached_by` is all that they say, to be the key of what is kept of them; `linked_data` is only made when it is not.
    """
    similar = similar_to(training)
    fields = [value for name, value in vars(training).items() if name != "_state"]
    page_url = origin_of(request) + training.get_absolute_url()
    return {
        "training": training,
        "related": related,
        "sessions": sessions,
        "similar": similar,
        "page_url": page_url,
        "today": timezone.localdate(),
        "linked_data": linked_data_of,
        "cached_by": [fields, related, sessions, similar, page_url],
    }


def module_detail(request, slug):
    modules = visible(Module.objects.all(), request.user)
    module, redirection = find_by_slug(modules, slug, kind=Training.past_slug_kind)
    if redirection:
        return redirection
    related = related_to_module(module)
    sessions = next_entries([module.pk], limit=SESSIONS_SHOWN)
    context = detail_context(
        request, module, related, sessions, lambda: linked_data.of_module(module, related, sessions, origin_of(request))
    )
    context["can_choose"] = any(session["action"] for session in sessions)
    context["opening"] = first_opening(sessions)
    return render(request, "catalogue/module_detail.html", context)


def parcours_detail(request, slug):
    parcours_list = visible(Parcours.objects.all(), request.user)
    parcours, redirection = find_by_slug(parcours_list, slug, kind=Training.past_slug_kind)
    if redirection:
        return redirection
    related = related_to_parcours(parcours)
    sessions = next_entries([step["module_id"] for step in related["steps"]], limit=SESSIONS_SHOWN)
    context = detail_context(
        request, parcours, related, sessions, lambda: linked_data.of_parcours(parcours, related, origin_of(request))
    )
    context["stages"] = [(stage, list(steps)) for stage, steps in groupby(related["steps"], key=itemgetter("stage"))]
    return render(request, "catalogue/parcours_detail.html", context)
