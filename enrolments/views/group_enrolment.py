"""A school enrols students of a promotion in a session: which session, which students, what became of each."""

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from campus.personal import UNPROCESSABLE
from enrolments.bookable import sessions_for
from enrolments.enums import EnrolmentState
from enrolments.group_enrolment import MOST, enrol_students, enrolled_by
from enrolments.models import SeatQuota
from enrolments.views.cohorts import for_current_cohorts
from enrolments.views.common import PAGE_SIZE
from enrolments.views.spaces import asked


@for_current_cohorts
def cohort_sessions(request, organisation, cohort):
    """Which session: those with seats reserved first, said so too among the others."""
    query = asked(request)
    quotas = SeatQuota.objects.in_force().filter(organisation=organisation, session__in=sessions_for(organisation))
    quotas = quotas.select_related("session__module", "session__place").order_by("session__starts_at")
    page = Paginator(sessions_for(organisation, query), PAGE_SIZE).get_page(request.GET.get("page"))
    reserved = {quota.session_id: quota for quota in quotas}
    context = {
        "organisation": organisation,
        "cohort": cohort,
        "query": query,
        "quotas": quotas,
        "page_obj": page,
        "rows": [(session, reserved.get(session.pk)) for session in page.object_list],
    }
    return render(request, "enrolments/cohorts/sessions.html", context)


@for_current_cohorts
@require_http_methods(["GET", "HEAD", "POST"])
def cohort_enrol(request, organisation, cohort, session_pk):
    """Which students; then, in one page, who has a seat and who has not, and why."""
    session = get_object_or_404(sessions_for(organisation), pk=session_pk)
    chosen = [int(pk) for pk in request.POST.getlist("members") if pk.isdecimal() and len(pk) < 19][: MOST + 1]
    if request.method != "POST" or request.POST.keys() & {"chercher", "cocher"}:
        return _choose(request, cohort, session, chosen)
    members = list(cohort.members.filter(pk__in=chosen).select_related("user"))
    if not members or len(chosen) > MOST:
        error = f"Cochez {MOST} élèves au plus." if members else "Cochez au moins un élève."
        return _choose(request, cohort, session, chosen, error)
    outcomes = enrol_students(session=session, members=members, by=request.user)
    done = [outcome for outcome in outcomes if outcome.state and not outcome.was_in]
    context = {
        "organisation": organisation,
        "cohort": cohort,
        "session": session,
        "done": done,
        "some_wait": any(outcome.state != EnrolmentState.ENROLLED for outcome in done),
        "was_in": [outcome for outcome in outcomes if outcome.state and outcome.was_in],
        "refused": [outcome for outcome in outcomes if not outcome.state],
    }
    return render(request, "enrolments/cohorts/enrolled.html", context)


def _choose(request, cohort, session, chosen, error=""):
    """The students of the promotion, or those that are searched; whoever is ticked stays so, shown or not."""
    query, ticks = asked(request), request.POST.get("cocher")
    is_in = enrolled_by(cohort.organisation_id, session).filter(agent=OuterRef("user"))
    members = cohort.members.accepted().annotate(is_in=Exists(is_in))
    page = Paginator(members.with_words(query), MOST).get_page(request.GET.get("page"))
    shown = {member.pk for member in page.object_list}
    ticked = {"oui": {*chosen, *shown}, "non": {*chosen} - shown}.get(ticks, {*chosen})
    context = {
        "organisation": cohort.organisation,
        "cohort": cohort,
        "session": session,
        "quota": SeatQuota.objects.in_force().filter(organisation=cohort.organisation, session=session).first(),
        "error": error,
        "query": query,
        "unanswered": cohort.members.invited().count(),
        "page_obj": page,
        "ticked": ticked,
        "ticked_elsewhere": members.filter(pk__in=ticked - shown),
    }
    return render(request, "enrolments/cohorts/enrol.html", context, status=UNPROCESSABLE if error else 200)
