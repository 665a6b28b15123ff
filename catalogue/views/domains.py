from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render

from catalogue.models import Domain
from catalogue.views.lookup import find_by_slug


def domain_detail(request, slug):
    domain, redirection = find_by_slug(Domain.objects.select_related("merged_into"), slug, kind=Domain.past_slug_kind)
    if redirection:
        return redirection
    if domain.merged_into:
        return HttpResponsePermanentRedirect(domain.merged_into.get_absolute_url())
    return render(request, "catalogue/domain_detail.html", {"domain": domain})
