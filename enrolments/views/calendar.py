"""The calendar of an agent, which their agenda subscribes to by a secret address."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from campus.personal import private
from enrolments.calendar_keys import agent_of_key, drop_key, renew_key
from enrolments.calendars import feed_of
from enrolments.models import CalendarKey


@private
@login_required
def calendar(request):
    key = CalendarKey.objects.filter(agent=request.user).first()
    address = settings.SITE_URL + reverse("enrolments:calendar_feed", args=[key.key]) if key else ""
    webcal = f"webcal://{address.partition('://')[2]}"
    return render(request, "enrolments/calendar.html", {"key": key, "address": address, "webcal": webcal})


@private
@login_required
@require_POST
def calendar_renew(request):
    had_one = CalendarKey.objects.filter(agent=request.user).exists()
    renew_key(request.user)
    over = " L'ancienne ne fonctionne plus." if had_one else ""
    messages.success(request, f"Votre adresse d'agenda est prête.{over}")
    return redirect("enrolments:calendar")


@private
@login_required
@require_POST
def calendar_delete(request):
    drop_key(request.user)
    messages.success(request, "Votre adresse d'agenda est supprimée : elle ne donne plus accès à rien.")
    return redirect("enrolments:calendar")


@private
@require_safe
def calendar_feed(request, key):
    """For agendas, which do not sign in: who knows the address reads it."""
    agent = agent_of_key(key)
    if agent is None:
        raise Http404
    return HttpResponse(
        feed_of(agent),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="campus.ics"', "X-Robots-Tag": "noindex"},
    )
