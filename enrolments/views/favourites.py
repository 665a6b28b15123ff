"""Favourites, before signing in too."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from campus.personal import private
from catalogue.models import Training
from enrolments import favourites
from enrolments.views.common import PAGE_SIZE, from_our_pages


@private
def favourite_list(request):
    """The favourites of who is signed in, or those that the browser keeps."""
    page = Paginator(favourites.ids_of(request), PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = favourites.described(page.object_list)
    return render(request, "enrolments/favourites.html", {"page_obj": page})


@private
@from_our_pages
@require_POST
def add(request, slug):
    training = get_object_or_404(Training.objects.published(), slug=slug)
    try:
        favourites.add(request, training)
    except favourites.FavouriteRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request,
            format_html(
                '« {} » est dans <a href="{}">vos favoris</a>.', training.title, reverse("enrolments:favourites")
            ),
        )
    return redirect(training)


@private
@require_POST
def remove(request, pk):
    training = get_object_or_404(Training, pk=pk)
    favourites.remove(request, training)
    messages.success(request, f"« {training.title} » n'est plus dans vos favoris.")
    return redirect("enrolments:favourites")
