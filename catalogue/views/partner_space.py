"""« Espace partenaire »: which ones, and the first page of each."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render

from campus.personal import private
from catalogue.partner_access import for_referents, partners_of
from catalogue.partner_tasks import tasks_of

PAGE_SIZE = 20


@private
@login_required
def spaces(request):
    """The space of who is a référent of one partner; the list for several; for others, whom it is for (403)."""
    page = Paginator(partners_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    if page.paginator.count == 1:
        return redirect("catalogue:partner_space", page[0].organisation.slug)
    status = 200 if page.paginator.count else 403
    return render(request, "catalogue/space/list.html", {"page_obj": page}, status=status)


@for_referents
def space(request, partner):
    """What there is to do."""
    return render(request, "catalogue/space/home.html", {"partner": partner, "tasks": tasks_of(partner)})
