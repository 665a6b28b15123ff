"""The sessions to come: as a list, as a month, as a calendar to subscribe to."""

from itertools import groupby
from operator import itemgetter

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from catalogue.addresses import origin_of
from catalogue.agenda import page_of_entries
from catalogue.calendars import calendar_of
from catalogue.models import Session
from catalogue.month import WEEKDAYS, weeks_of
from catalogue.session_filters import SessionFilter, next_month


def session_list(request):
    is_month = request.GET.get("vue") == "mois"
    upcoming = Session.objects.public().upcoming()
    # In a month, who looks for a session at its date reads that it is cancelled.
    filters = SessionFilter(request.GET, queryset=upcoming if is_month else upcoming.not_cancelled())
    sessions = filters.qs
    context = {"filters": filters, "groups": filters.groups(), "selected_filters": filters.selected()}
    if is_month:
        return render(request, "catalogue/session_month.html", context | month_context(filters, sessions))
    page = page_of_entries(sessions, request.GET.get("page"))
    context["proposed_months"] = filters.months(filters.month)
    context["page_obj"] = page
    context["months"] = [(month, list(entries)) for month, entries in groupby(page.object_list, itemgetter("month"))]
    return render(request, "catalogue/session_list.html", context)


def month_context(filters, sessions):
    present = timezone.localdate().replace(day=1)
    month = filters.month or first_month_of(sessions) or present
    if not filters.month:
        sessions = filters.filter_month(sessions, "mois", month)
    weeks = weeks_of(month, sessions)
    return {
        "month": month,
        "proposed_months": filters.months(month),
        "weekdays": WEEKDAYS,
        "weeks": weeks,
        "has_sessions": any(day.entries for week in weeks for day in week),
        "previous_url": filters.url(mois=f"{next_month(month, -1):%Y-%m}") if month > present else "",
        "next_url": filters.url(mois=f"{next_month(month):%Y-%m}"),
        "list_url": filters.url(mois=f"{month:%Y-%m}", vue=None),
    }


def first_month_of(sessions):
    """The first day of the month of the next of these sessions, None when there is none."""
    next_at = sessions.not_cancelled().values_list("starts_at", flat=True).first()
    return next_at and timezone.localdate(next_at).replace(day=1)


def session_calendar(request):
    """The sessions of the same address, the cancelled ones said so, for agendas."""
    asked = request.GET.copy()
    # An agenda keeps what it was told: a session that fills up, or is cancelled, must not vanish from it unsaid.
    asked.pop("disponibilite", None)
    filters = SessionFilter(asked, queryset=Session.objects.public())
    return HttpResponse(
        calendar_of(filters.qs, origin_of(request)),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="sessions.ics"'},
    )
