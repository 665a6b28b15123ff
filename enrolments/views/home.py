"""« Mon espace »: what to do and what comes; then what was."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.shortcuts import render
from django.utils import timezone

from campus.personal import private
from enrolments.enums import LIVE, EnrolmentState
from enrolments.models import Enrolment
from enrolments.suggestions import suggestions_for
from enrolments.to_do import to_do_of
from enrolments.views.common import PAGE_SIZE, with_profile

COMING = [*LIVE, EnrolmentState.CANCELLED]
"""What is shown of sessions to come."""


@private
@login_required
@with_profile
def home(request):
    """What to answer, what to do, what comes, what may interest."""
    now, profile = timezone.now(), request.user.profile
    # All at once, since offers and requests are among them: sessions to come of one agent do not overlap, so they are few.
    # A session that was cancelled stays among them until its day, so that nobody goes there.
    coming = list(
        _mine(request.user)
        .filter(state__in=COMING, session__ends_at__gt=now)
        .select_related("agreement")
        .with_rank()
        .order_by("session__starts_at", "pk")
    )
    context = {
        "offers": [
            enrolment
            for enrolment in coming
            if enrolment.state == EnrolmentState.OFFERED and enrolment.offer_expires_at > now
        ],
        "awaited": [
            enrolment
            for enrolment in coming
            if enrolment.state == EnrolmentState.REQUESTED
            and hasattr(enrolment, "agreement")
            and enrolment.agreement.is_awaited
        ],
        "to_do": to_do_of(profile),
        "page_obj": Paginator(coming, PAGE_SIZE).get_page(request.GET.get("page")),
        "suggestions": suggestions_for(profile),
        "time_zone": profile.time_zone,
    }
    return render(request, "enrolments/home.html", context)


@private
@login_required
@with_profile
def history(request):
    """What is over: sessions that were attended or missed, seats that were left or refused."""
    past = (
        _mine(request.user)
        .exclude(state__in=COMING, session__ends_at__gt=timezone.now())
        .select_related("feedback", "session__module", "session__programme", "session__place")
        .with_last_reason()
        .order_by("-session__starts_at", "-pk")
    )
    page = Paginator(past, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "enrolments/history.html", {"page_obj": page})


def _mine(agent) -> QuerySet:
    return Enrolment.objects.filter(agent=agent).select_related(
        "session__module", "session__programme", "session__place"
    )
