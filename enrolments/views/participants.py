"""What a trainer sees of who learns: the participants of the sessions they teach until some days after their end
(settings.PARTICIPANTS_DAYS), then how many came and what they thought of it.

Here and not in `trainers`, which stands below enrolments.
"""

import datetime

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from enrolments.enums import ATTENDED, EnrolmentState
from enrolments.feedback_figures import comments_on, with_feedback
from enrolments.figures import FEWEST
from enrolments.models import Enrolment
from trainers.views.common import for_trainers

PAGE_SIZE = 100
LIST_SIZE = 20
CAME = {EnrolmentState.PRESENT: "Oui", EnrolmentState.ABSENT: "Non"}
SUBJECTS = ["session__module", "session__programme", "session__place"]


@for_trainers
def participants(request, trainer, pk):
    """Who is in a session, for a trainer who has accepted it: names, employers, declared levels; until it is over, what each
    needs to follow it. Nobody any more once the days given to go back to it are over.

    No address, no motivation, nobody who only waits: a trainer does without. What somebody needs to see, hear or sit is read
    by who prepares the room and the documents, and no longer than that: it may tell of their health.
    """
    accepted = trainer.assignments.accepted().filter(session__ends_at__isnull=False).select_related(*SUBJECTS)
    assignment = get_object_or_404(accepted, session=pk)
    session = assignment.session
    if session.ends_at <= _named_since():
        context = {"session": session, "days": settings.PARTICIPANTS_DAYS}
        return render(request, "enrolments/participants_gone.html", context)
    is_over = session.ends_at <= timezone.now()
    enrolled = (
        Enrolment.objects.filter(session=session, state__in=[EnrolmentState.ENROLLED, *ATTENDED])
        .select_related("agent__organisation", "agent__profile")
        .order_by("agent__last_name", "agent__first_name", "pk")
    )
    page = Paginator(enrolled, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "assignment": assignment,
        "session": session,
        "page_obj": page,
        "rows": [_row(enrolment, is_over) for enrolment in page],
        "is_over": is_over,
    }
    return render(request, "enrolments/participants.html", context)


def _named_since() -> datetime.datetime:
    """A trainer reads who was in the sessions that have ended since then."""
    return timezone.now() - datetime.timedelta(days=settings.PARTICIPANTS_DAYS)


def _row(enrolment: Enrolment, is_over: bool) -> dict:
    agent = enrolment.agent
    profile = getattr(agent, "profile", None)
    return {
        # Never the account's own name: without any, it would be its address.
        "name": agent.get_full_name() or "Nom non renseigné",
        "organisation": agent.organisation.name if agent.organisation else "",
        "level": enrolment.get_declared_level_display(),
        "needs": profile.accessibility_needs if profile and not is_over else "",
        "came": CAME.get(enrolment.state, "Pas encore notée") if is_over else "",
    }


@for_trainers
def taught_sessions(request, trainer):
    """The sessions that a trainer has taught, the latest first, with how many came and what they thought of it."""
    states = {
        "present_count": [EnrolmentState.PRESENT],
        "absent_count": [EnrolmentState.ABSENT],
        "enrolled_count": [EnrolmentState.ENROLLED, *ATTENDED],
    }
    counts = {
        name: Count("session__enrolments", filter=Q(session__enrolments__state__in=names))
        for name, names in states.items()
    }
    over = with_feedback(_taught(trainer).annotate(**counts)).order_by("-session__starts_at", "-pk")
    page = Paginator(over, LIST_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "fewest": FEWEST, "named_since": _named_since()}
    return render(request, "enrolments/taught_sessions.html", context)


@for_trainers
def session_feedback(request, trainer, pk):
    """The comments on a session that is over, without names; none, and why, under five answers."""
    session = get_object_or_404(_taught(trainer), session=pk).session
    page = Paginator(comments_on(session), LIST_SIZE).get_page(request.GET.get("page"))
    context = {"session": session, "page_obj": page, "fewest": FEWEST}
    return render(request, "enrolments/session_feedback.html", context)


def _taught(trainer):
    over = trainer.assignments.accepted().filter(session__ends_at__lte=timezone.now())
    return over.select_related(*SUBJECTS)
