from django.http import HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone

from catalogue import linked_data
from catalogue.addresses import origin_of
from catalogue.cards import page_of_cards
from catalogue.models import Domain, Training
from catalogue.views.lookup import find_by_slug


def find_domain(slug):
    """Return (domain, None), or (None, redirection) when it has another address or is merged. Raises Http404."""
    domain, redirection = find_by_slug(Domain.objects.all(), slug, kind=Domain.past_slug_kind)
    if domain is not None and domain.merged_into_id:
        return None, HttpResponsePermanentRedirect(domain.merged_into.get_absolute_url())
    return domain, redirection


def domain_detail(request, slug):
    domain, redirection = find_domain(slug)
    if redirection:
        return redirection
    trainings = Training.objects.published().in_domains([domain]).parcours_first()
    context = {
        "domain": domain,
        "is_closed": domain.valid_until is not None and domain.valid_until <= timezone.localdate(),
        "page_obj": page_of_cards(trainings, request.GET.get("page"), kept_as=f"trainings-of-domain-{domain.pk}"),
        "linked_data": linked_data.of_domain(domain, origin_of(request)),
    }
    return render(request, "catalogue/domain_detail.html", context)
