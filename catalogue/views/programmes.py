from django.shortcuts import render

from catalogue.models import Programme
from catalogue.views.lookup import find_by_slug, visible


def programme_list(request):
    return render(request, "catalogue/programme_list.html")


def programme_detail(request, slug):
    programmes = visible(Programme.objects.select_related("beneficiary"), request.user)
    programme, redirection = find_by_slug(programmes, slug, kind=Programme.past_slug_kind)
    return redirection or render(request, "catalogue/programme_detail.html", {"programme": programme})
