from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import render

from campus.slugs.models import PastSlug
from catalogue.models import Domain, Module, Parcours, Partner, Programme, Training


def find_by_slug(queryset, slug, *, kind):
    """Return (object, None), or (None, redirection) when the slug is one it had before. Raises Http404."""
    found = queryset.filter(slug=slug).first()
    if found is not None:
        return found, None
    past = PastSlug.objects.filter(kind=kind, slug=slug).values_list("object_id", flat=True).first()
    moved = queryset.filter(pk=past).first() if past else None
    if moved is None:
        raise Http404
    return None, HttpResponsePermanentRedirect(moved.get_absolute_url())


def visible(queryset, user):
    """What is published; staff also see the rest, as a preview."""
    return queryset if user.is_staff else queryset.published()


def module_detail(request, slug):
    modules = visible(Module.objects.select_related("domain").prefetch_related("providers", "audiences"), request.user)
    training, redirection = find_by_slug(modules, slug, kind=Training.past_slug_kind)
    return redirection or render(request, "catalogue/training_detail.html", {"training": training})


def parcours_detail(request, slug):
    parcours = visible(
        Parcours.objects.select_related("domain").prefetch_related("providers", "audiences"), request.user
    )
    training, redirection = find_by_slug(parcours, slug, kind=Training.past_slug_kind)
    if redirection:
        return redirection
    steps = training.steps.select_related("module").filter(module__in=Module.objects.published())
    return render(request, "catalogue/training_detail.html", {"training": training, "steps": steps})


def programme_detail(request, slug):
    programmes = visible(Programme.objects.select_related("beneficiary"), request.user)
    programme, redirection = find_by_slug(programmes, slug, kind=Programme.past_slug_kind)
    return redirection or render(request, "catalogue/programme_detail.html", {"programme": programme})


def domain_detail(request, slug):
    domain, redirection = find_by_slug(Domain.objects.select_related("merged_into"), slug, kind=Domain.past_slug_kind)
    if redirection:
        return redirection
    if domain.merged_into:
        return HttpResponsePermanentRedirect(domain.merged_into.get_absolute_url())
    return render(request, "catalogue/domain_detail.html", {"domain": domain})


def partner_detail(request, slug):
    partner = Partner.objects.visible().select_related("organisation").filter(organisation__slug=slug).first()
    if partner is None:
        raise Http404
    return render(request, "catalogue/partner_detail.html", {"partner": partner})
