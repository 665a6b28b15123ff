"""Sessions as a calendar that agendas subscribe to (RFC 5545)."""

import datetime
from urllib.parse import urlsplit

from django.utils import timezone
from icalendar import Calendar, Event

from catalogue.models import Slot

EVENTS = 1000
"""The next ones; an agenda comes back for the others."""
CANCELLED_DAYS = 30
"""How long a cancelled session is still told, so that agendas take it off."""


def calendar_of(sessions, origin: str) -> bytes:
    """The slots of `sessions` (a queryset, the cancelled ones included) as an iCalendar; `origin`: https://host.

    Never the link of an online session: only the enrolled see it.
    """
    told_until = timezone.now() - datetime.timedelta(days=CANCELLED_DAYS)
    slots = (
        Slot.objects.filter(session__in=sessions, ends_at__gt=timezone.now())
        .exclude(session__cancelled_at__lt=told_until)
        .select_related("session__module", "session__place")
        .order_by("starts_at", "pk")[:EVENTS]
    )
    calendar = Calendar()
    calendar.add("prodid", "-//Campus du numérique public//Sessions//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Sessions du Campus du numérique public")
    for slot in slots:
        calendar.add_component(_event(slot, origin))
    return calendar.to_ical()


def _event(slot: Slot, origin: str) -> Event:
    session = slot.session
    event = Event()
    event.add("uid", f"session-{session.pk}-{slot.pk}@{urlsplit(origin).hostname}")
    event.add("dtstamp", session.updated_at)
    event.add("dtstart", slot.starts_at.astimezone(datetime.UTC))
    event.add("dtend", slot.ends_at.astimezone(datetime.UTC))
    event.add("summary", session.module.title)
    event.add("url", origin + session.module.get_absolute_url())
    event.add("status", "CANCELLED" if session.cancelled_at else "CONFIRMED")
    if session.place:
        place = session.place
        event.add("location", f"{place.name}, {place.address}, {place.postcode} {place.city}")
    else:
        event.add("location", session.get_modality_display())
    return event
