"""The public directory, and the page of a trainer who agreed to be in it."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render

from trainers.directory import DirectoryFilter, card_of, with_details
from trainers.models import Trainer

PAGE_SIZE = 24


def directory(request):
    filters = DirectoryFilter(request.GET, queryset=Trainer.objects.listed())
    page = Paginator(with_details(filters.qs), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "cards": [card_of(trainer) for trainer in page],
        "groups": filters.groups(),
        "selected_filters": filters.selected(),
    }
    return render(request, "trainers/directory.html", context)


def trainer_detail(request, pk):
    """The page of who agreed to have one; of nobody else, staff included."""
    trainer = get_object_or_404(with_details(Trainer.objects.listed()), pk=pk)
    return render(request, "trainers/trainer_detail.html", {"card": card_of(trainer)})
