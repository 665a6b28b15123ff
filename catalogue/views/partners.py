from django.http import Http404
from django.shortcuts import render

from catalogue.models import Partner


def partner_list(request):
    return render(request, "catalogue/partner_list.html")


def partner_detail(request, slug):
    partner = Partner.objects.visible().select_related("organisation").filter(organisation__slug=slug).first()
    if partner is None:
        raise Http404
    return render(request, "catalogue/partner_detail.html", {"partner": partner})
