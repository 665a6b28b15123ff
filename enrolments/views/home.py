"""« Mon espace »."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone

from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment
from enrolments.views.common import PAGE_SIZE, private, with_profile


@private
@login_required
@with_profile
def home(request):
    """« Mon espace »: what to answer, what comes, what was."""
    mine = (
        Enrolment.objects.filter(agent=request.user)
        .select_related("session__module", "session__programme", "session__place")
        .order_by("session__starts_at", "pk")
    )
    coming = mine.live().filter(session__ends_at__gt=timezone.now()).with_rank()
    page = Paginator(coming, PAGE_SIZE).get_page(request.GET.get("page"))
    past = mine.exclude(pk__in=coming.values("pk")).order_by("-session__starts_at", "-pk")
    context = {
        "offers": list(mine.filter(state=EnrolmentState.OFFERED, offer_expires_at__gt=timezone.now())[:PAGE_SIZE]),
        "page_obj": page,
        "past": past[:PAGE_SIZE],
    }
    return render(request, "enrolments/home.html", context)
