"""Seats that a school, or an employer, reserves in sessions until a day: the same pages in both spaces."""

from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from campus.personal import UNPROCESSABLE, posted
from enrolments import transitions
from enrolments.bookable import sessions_for
from enrolments.cohort_forms import QuotaForm
from enrolments.models import SeatQuota
from enrolments.views.common import PAGE_SIZE
from enrolments.views.spaces import asked, for_hr, for_school_referents


class Space(NamedTuple):
    """Where one reserves from: the template that pages extend, the names of their addresses, for whom seats are kept."""

    template: str
    quotas: str
    sessions: str
    reserve: str
    change: str
    release: str
    people: str


SCHOOL = Space(
    "enrolments/cohorts/space.html",
    "enrolments:cohort_quotas",
    "enrolments:cohort_quota_sessions",
    "enrolments:cohort_quota_reserve",
    "enrolments:cohort_quota_change",
    "enrolments:cohort_quota_release",
    "vos élèves",
)
EMPLOYER = Space(
    "enrolments/employers/space.html",
    "enrolments:employer_quotas",
    "enrolments:employer_quota_sessions",
    "enrolments:employer_quota_reserve",
    "enrolments:employer_quota_change",
    "enrolments:employer_quota_release",
    "vos agents",
)


def _list(request, organisation, space):
    quotas = (
        SeatQuota.objects.filter(organisation=organisation)
        .select_related("session__module", "session__programme", "session__place")
        .order_by(F("released_at").desc(nulls_first=True), "session__starts_at", "pk")
    )
    page = Paginator(quotas, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"organisation": organisation, "space": space, "page_obj": page}
    return render(request, "enrolments/quotas/list.html", context)


def _sessions(request, organisation, space):
    """Those with free seats: how many may be reserved in each, or what the organisation has there already."""
    query = asked(request)
    page = Paginator(sessions_for(organisation, query).with_seats_left(), PAGE_SIZE).get_page(request.GET.get("page"))
    sessions = list(page.object_list)
    own = {quota.session_id: quota for quota in _in_force(organisation).filter(session__in=sessions)}
    rooms = transitions.rooms_in(sessions)
    rows = [(session, rooms[session.pk], own.get(session.pk)) for session in sessions]
    context = {"organisation": organisation, "space": space, "query": query, "page_obj": page, "rows": rows}
    return render(request, "enrolments/quotas/sessions.html", context)


def _reserve(request, organisation, space, session_pk):
    session = get_object_or_404(sessions_for(organisation), pk=session_pk)
    if quota := _in_force(organisation).filter(session=session).first():
        messages.info(request, "Des places de cette session vous sont déjà réservées : changez-en ici le nombre.")
        return redirect(space.change, organisation.slug, quota.pk)

    def write(**fields):
        transitions.reserve(session=session, organisation=organisation, by=request.user, **fields)
        return f"{fields['seats']} place{'s' if fields['seats'] > 1 else ''} vous sont réservées."

    return _form(request, organisation, space, session, None, write)


def _change(request, organisation, space, pk):
    quota = _quota_of(organisation, pk)
    if quota.released_at:
        messages.error(request, transitions.RELEASED)
        return redirect(space.quotas, organisation.slug)

    def write(**fields):
        transitions.change_quota(quota=quota, **fields)
        return "Votre réservation est changée."

    return _form(request, organisation, space, quota.session, quota, write)


def _form(request, organisation, space, session, quota, write):
    room = transitions.room_in(session, quota.seats if quota else 0)
    form, status = QuotaForm(posted(request), session=session, most=room.most, quota=quota), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            seats, day = form.cleaned_data["seats"], form.cleaned_data["reserved_until"]
            try:
                told = write(seats=seats, reserved_until=transitions.end_of(day, session))
            except transitions.EnrolmentRefused as refusal:
                form.add_error(refusal.argument, str(refusal))
            else:
                messages.success(request, told)
                return redirect(space.quotas, organisation.slug)
    context = {
        "organisation": organisation,
        "space": space,
        "form": form,
        "session": session,
        "quota": quota,
        "room": room,
    }
    return render(request, "enrolments/quotas/form.html", context, status=status)


def _release(request, organisation, space, pk):
    """Asked first: nobody takes back what is everybody's."""
    quota = _quota_of(organisation, pk)
    if request.method == "POST":
        transitions.release(quota=quota)
        told = f"Les places de « {quota.session.subject} » que personne n'a prises sont rendues à tous."
        messages.success(request, told)
    if request.method == "POST" or quota.released_at:
        return redirect(space.quotas, organisation.slug)
    context = {
        "organisation": organisation,
        "space": space,
        "template": space.template,
        "quota": quota,
        "title": "Rendre les places",
        "button": "Rendre ces places à tous",
        "back": reverse(space.quotas, args=[organisation.slug]),
        "back_label": "Les garder",
    }
    return render(request, "enrolments/quotas/release.html", context)


def _in_force(organisation):
    return SeatQuota.objects.in_force().filter(organisation=organisation)


def _quota_of(organisation, pk) -> SeatQuota:
    """A reservation of this organisation. Raises Http404 for another's."""
    quotas = organisation.quotas.select_related("session__module", "session__programme", "session__place")
    return get_object_or_404(quotas, pk=pk)


def _in(space: Space, decorate, view):
    return decorate(lambda request, organisation, **kwargs: view(request, organisation, space, **kwargs))


cohort_quotas = _in(SCHOOL, for_school_referents, _list)
cohort_quota_sessions = _in(SCHOOL, for_school_referents, _sessions)
cohort_quota_reserve = _in(SCHOOL, for_school_referents, _reserve)
cohort_quota_change = _in(SCHOOL, for_school_referents, _change)
cohort_quota_release = _in(SCHOOL, for_school_referents, _release)
employer_quotas = _in(EMPLOYER, for_hr, _list)
employer_quota_sessions = _in(EMPLOYER, for_hr, _sessions)
employer_quota_reserve = _in(EMPLOYER, for_hr, _reserve)
employer_quota_change = _in(EMPLOYER, for_hr, _change)
employer_quota_release = _in(EMPLOYER, for_hr, _release)
