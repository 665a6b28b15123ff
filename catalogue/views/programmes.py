"""« Sur-mesure » programmes: how they are made, their list, the page of each."""

from django.core.paginator import Paginator
from django.shortcuts import render

from catalogue import linked_data
from catalogue.addresses import address_of, origin_of
from catalogue.models import Programme
from catalogue.related import related_to_programme
from catalogue.views.lookup import find_by_slug, visible

PAGE_SIZE = 20


def programme_list(request):
    programmes = Programme.objects.published().select_related("beneficiary").prefetch_related("domains")
    page = Paginator(programmes.defer("need", "design"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "catalogue/programme_list.html", {"page_obj": page, "cards": [card_of(p) for p in page]})


def card_of(programme) -> dict:
    """What the list says of a programme. A dictionary: the key of its cached fragment, and twice as quick to read."""
    return {
        "url": address_of("programme_detail", programme.slug),
        "title": programme.title,
        "summary": programme.summary,
        "domains": [domain.name for domain in programme.domains.all()],
        "beneficiary": programme.beneficiary.name,
        "years": programme.years,
        "agents_trained": programme.agents_trained,
    }


def programme_detail(request, slug):
    programmes = visible(Programme.objects.select_related("beneficiary__partner"), request.user)
    programme, redirection = find_by_slug(programmes, slug, kind=Programme.past_slug_kind)
    if redirection:
        return redirection
    context = {
        "programme": programme,
        "related": related_to_programme(programme),
        "linked_data": linked_data.of_programme(programme, origin_of(request)),
    }
    return render(request, "catalogue/programme_detail.html", context)
