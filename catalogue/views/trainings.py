from django.shortcuts import render

from catalogue.models import Module, Parcours, Training
from catalogue.views.lookup import find_by_slug, visible


def training_list(request):
    return render(request, "catalogue/training_list.html")


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
