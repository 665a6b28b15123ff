"""The sessions to come."""

from itertools import groupby
from operator import itemgetter

from django.shortcuts import render

from catalogue.agenda import page_of_entries
from catalogue.models import Session


def session_list(request):
    sessions = Session.objects.public().not_cancelled().upcoming()
    page = page_of_entries(sessions, request.GET.get("page"))
    months = [(month, list(entries)) for month, entries in groupby(page.object_list, key=itemgetter("month"))]
    return render(request, "catalogue/session_list.html", {"page_obj": page, "months": months})
