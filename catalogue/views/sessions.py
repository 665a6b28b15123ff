"""The sessions to come."""

from itertools import groupby

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format

from catalogue.addresses import address_of
from catalogue.models import Session

PAGE_SIZE = 20


def session_list(request):
    sessions = Session.objects.public().not_cancelled().upcoming().for_list()
    page = Paginator(sessions, PAGE_SIZE).get_page(request.GET.get("page"))
    for session in page:
        session.module_url = address_of("module_detail", session.module_slug)
    months = [(month, list(group)) for month, group in groupby(page, key=month_of)]
    return render(request, "catalogue/session_list.html", {"page_obj": page, "months": months})


def month_of(session) -> str:
    """The month a session begins, in its place: "mars 2027"."""
    return date_format(timezone.localtime(session.starts_at, session.zone), "F Y")
