"""« Sur-mesure » programmes: how they are made, their list, the page of each."""

from django.core.paginator import Paginator
from django.shortcuts import render

from catalogue.models import Module, Programme
from catalogue.views.lookup import find_by_slug, visible

PAGE_SIZE = 20


def programme_list(request):
    programmes = Programme.objects.published().select_related("beneficiary").prefetch_related("domains")
    page = Paginator(programmes.defer("need", "design"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "catalogue/programme_list.html", {"page_obj": page})


def programme_detail(request, slug):
    programmes = visible(Programme.objects.select_related("beneficiary__partner"), request.user)
    programme, redirection = find_by_slug(programmes, slug, kind=Programme.past_slug_kind)
    if redirection:
        return redirection
    context = {
        "programme": programme,
        "domains": programme.domains.all(),
        "modules": programme.modules.filter(pk__in=Module.objects.published()).only("kind", "slug", "title"),
        "testimonials": programme.testimonials.all(),
    }
    return render(request, "catalogue/programme_detail.html", context)
