"""The cursus of a partner, in its space: levels, and the trainings placed in them, found in the catalogue."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from campus.personal import posted
from catalogue import cursus as service
from catalogue import versions
from catalogue.models import Cursus, CursusTraining, Training
from catalogue.partner_access import for_partner_referents
from catalogue.partner_forms import CursusForm, CursusTrainingForm, NoteForm
from catalogue.views.space_forms import status_of, try_to

PAGE_SIZE = 20
SEARCH_MAX = 200


@for_partner_referents
def cursus_list(request, partner):
    page = Paginator(partner.cursus.with_training_count(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "catalogue/space/cursus_list.html", {"partner": partner, "page_obj": page})


@for_partner_referents
def cursus_create(request, partner):
    return _write(request, partner, Cursus(partner=partner), {"levels": []}, "Nouveau cursus")


@for_partner_referents
def cursus_change(request, partner, pk):
    cursus = get_object_or_404(partner.cursus, pk=pk)
    return _write(request, partner, cursus, service.said_in(cursus), f"Modifier {cursus.name}")


def _write(request, partner, cursus, said, title):
    form = CursusForm(
        posted(request), instance=cursus, initial={"levels": said["levels"]}, version=versions.version_of(said)
    )

    def write(levels, **fields):
        for name, value in fields.items():
            setattr(cursus, name, value)
        service.write(cursus=cursus, levels=levels, by=request.user, version=form.version)

    if request.method == "POST" and try_to(write, form):
        messages.success(request, "Le cursus est enregistré.")
        return redirect("catalogue:cursus_detail", partner.organisation.slug, cursus.pk)
    context = {"partner": partner, "form": form, "title": title}
    return render(request, "catalogue/space/cursus_form.html", context, status=status_of(form))


@for_partner_referents
def cursus_detail(request, partner, pk):
    """Levels and what is placed in them."""
    cursus = get_object_or_404(partner.cursus, pk=pk)
    places = CursusTraining.objects.select_related("training")
    context = {
        "partner": partner,
        "cursus": cursus,
        "levels": list(cursus.levels.prefetch_related(Prefetch("places", places))),
    }
    return render(request, "catalogue/space/cursus_detail.html", context)


@for_partner_referents
def cursus_delete(request, partner, pk):
    cursus = get_object_or_404(partner.cursus.with_training_count(), pk=pk)
    if request.method == "POST":
        cursus.delete()
        messages.success(request, f"Le cursus « {cursus} » est supprimé.")
        return redirect("catalogue:cursus_list", partner.organisation.slug)
    return render(request, "catalogue/space/cursus_delete.html", {"partner": partner, "cursus": cursus})


@for_partner_referents
def cursus_add(request, partner, pk):
    """Search the catalogue, then place one of what is found in a level."""
    cursus = get_object_or_404(partner.cursus, pk=pk)
    words = request.GET.get("q", "")[:SEARCH_MAX].strip()
    found = Training.objects.published().with_words(words).order_by("title_key", "pk")
    page = Paginator(found.only("title", "kind", "level"), PAGE_SIZE).get_page(request.GET.get("page"))
    level = cursus.levels.filter(pk=_number(request.GET.get("niveau"))).first()
    form = CursusTrainingForm(posted(request), cursus=cursus, found=page, initial={"level": level})
    if request.method == "POST" and try_to(service.add_training, form):
        messages.success(request, f"« {form.cleaned_data['training']} » est dans votre cursus.")
        return redirect("catalogue:cursus_detail", partner.organisation.slug, cursus.pk)
    context = {"partner": partner, "cursus": cursus, "level": level, "form": form, "page_obj": page, "words": words}
    return render(request, "catalogue/space/cursus_add.html", context, status=status_of(form))


@for_partner_referents
def cursus_note(request, partner, pk, place):
    """The note beside a training."""
    place = _place(partner, pk, place)
    form = NoteForm(posted(request), instance=place)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "La précision est enregistrée.")
        return redirect("catalogue:cursus_detail", partner.organisation.slug, pk)
    context = {"partner": partner, "place": place, "form": form}
    return render(request, "catalogue/space/cursus_note.html", context, status=status_of(form))


@for_partner_referents
@require_POST
def cursus_move(request, partner, pk, place):
    place = _place(partner, pk, place)
    if service.move(place=place, is_up=request.POST.get("sens") == "monter"):
        messages.success(request, f"« {place.training} » a changé de place.")
    return redirect("catalogue:cursus_detail", partner.organisation.slug, pk)


@for_partner_referents
@require_POST
def cursus_remove(request, partner, pk, place):
    place = _place(partner, pk, place)
    place.delete()
    messages.success(request, f"« {place.training} » n'est plus au niveau « {place.level} ».")
    return redirect("catalogue:cursus_detail", partner.organisation.slug, pk)


def _place(partner, pk, place) -> CursusTraining:
    places = CursusTraining.objects.select_related("training", "level__cursus")
    return get_object_or_404(places, pk=place, level__cursus=pk, level__cursus__partner=partner)


def _number(text) -> int | None:
    """An id of what an address says, None for junk."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None
