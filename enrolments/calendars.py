"""The sessions of an agent as iCalendars: invitations sent with messages, and the feed that their agenda subscribes to.

One event a slot. Its identifier is made of the enrolment and of the rank of the slot, so that it stays the same when slots are
moved, or made anew by an import; who comes back after leaving has another enrolment, hence other events. Instants are in UTC:
nothing to say of time zones, nor of the changes of the hour.
"""

import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event, vCalAddress

from enrolments.announcements import Period
from enrolments.enums import ATTENDED, LIVE, EnrolmentState
from enrolments.models import Enrolment

PRODID = "-//Campus du numérique public//Inscriptions//FR"
KEPT_DAYS = 365
"""How long a session that was attended stays in the feed."""
GONE_DAYS = 30
"""How long one that was left, refused or cancelled is still told as cancelled, so that agendas take it off."""
MOST = 500
"""Enrolments in a feed, the latest sessions first."""

TITLES = {
    EnrolmentState.REQUESTED: "Demande : ",
    EnrolmentState.WAITING: "Liste d'attente : ",
    EnrolmentState.OFFERED: "Place proposée : ",
}


def invitation(enrolment: Enrolment, periods: list[Period], sequence: int, gone: list[Period] = ()) -> bytes:
    """What puts the session in the agenda of its agent, or moves it there.

    gone: slots that were announced after the last of `periods`, and are no more. They go with the same calendar, as
    cancelled events: one message tells the whole change.
    """
    calendar = _calendar("REQUEST")
    for rank, period in enumerate([*periods, *gone], start=1):
        status = "CONFIRMED" if rank <= len(periods) else "CANCELLED"
        calendar.add_component(_invited(enrolment, period, rank, len(periods), sequence, status))
    return calendar.to_ical()


def cancellation(enrolment: Enrolment, periods: list[Period], sequence: int) -> bytes:
    """What takes the session off the agenda of its agent. sequence: above that of the last invitation."""
    calendar = _calendar("CANCEL")
    for rank, period in enumerate(periods, start=1):
        calendar.add_component(_invited(enrolment, period, rank, len(periods), sequence, "CANCELLED"))
    return calendar.to_ical()


def feed_of(agent) -> bytes:
    """All the sessions of an agent, with their links: seats, what they wait for, and for a month what is over."""
    now = timezone.now()
    ended_after = now - datetime.timedelta(days=KEPT_DAYS)
    gone_after = now - datetime.timedelta(days=GONE_DAYS)
    enrolments = (
        Enrolment.objects.filter(agent=agent, session__ends_at__gt=ended_after)
        .filter(Q(state__in=[*LIVE, *ATTENDED]) | Q(updated_at__gt=gone_after))
        .select_related("session__module", "session__programme", "session__place")
        .prefetch_related("session__slots")
        .annotate(sequence=F("session__announced__sequence"))
        .order_by("-session__starts_at", "-pk")[:MOST]
    )
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", "Mes sessions du campus")
    calendar.add("x-published-ttl", "PT1H")
    for enrolment in enrolments:
        periods = [(slot.starts_at, slot.ends_at) for slot in enrolment.session.slots.all()]
        status = _status_of(enrolment)
        # A cancellation comes after all that was sent.
        sequence = (enrolment.sequence or 0) + (status == "CANCELLED")
        for rank, period in enumerate(periods, start=1):
            calendar.add_component(_event(enrolment, period, rank, len(periods), sequence, status))
    return calendar.to_ical()


def _status_of(enrolment: Enrolment) -> str:
    if enrolment.state == EnrolmentState.ENROLLED or enrolment.state in ATTENDED:
        return "CONFIRMED"
    return "TENTATIVE" if enrolment.state in LIVE else "CANCELLED"


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _invited(enrolment, period, rank, count, sequence, status) -> Event:
    event = _event(enrolment, period, rank, count, sequence, status)
    attendee = vCalAddress(f"mailto:{enrolment.agent.email}")
    attendee.params["CN"] = str(enrolment.agent)
    attendee.params["ROLE"] = "REQ-PARTICIPANT"
    attendee.params["PARTSTAT"] = "ACCEPTED"
    attendee.params["RSVP"] = "FALSE"
    event.add("attendee", attendee, encode=False)
    return event


def _event(enrolment: Enrolment, period: Period, rank: int, count: int, sequence: int, status: str) -> Event:
    session = enrolment.session
    start, end = period
    title = TITLES.get(enrolment.state, "") + session.subject.title
    event = Event()
    event.add("uid", f"inscription-{enrolment.pk}-{rank}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", start.astimezone(datetime.UTC))
    event.add("dtend", end.astimezone(datetime.UTC))
    event.add("sequence", sequence)
    event.add("status", status)
    event.add("summary", f"{title} ({rank}/{count})" if 1 < count >= rank else title)
    event.add("url", settings.SITE_URL + session.page_url)
    organizer = vCalAddress(f"mailto:{settings.CONTACT_EMAIL}")
    organizer.params["CN"] = parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or "Campus du numérique public"
    event.add("organizer", organizer)
    seated = enrolment.state == EnrolmentState.ENROLLED or enrolment.state in ATTENDED
    event.add("location", _location(session, with_link=seated))
    event.add("description", _description(session, with_link=seated))
    return event


def _location(session, *, with_link: bool) -> str:
    place = session.place
    if place:
        parts = [place.name, place.address, f"{place.postcode} {place.city}", session.room]
        return ", ".join(part for part in parts if part)
    return (with_link and session.online_url) or session.get_modality_display()


def _description(session, *, with_link: bool) -> str:
    lines = []
    if with_link and session.online_url:
        lines.append(f"Rejoindre la session en ligne : {session.online_url}")
    if session.place and session.place.access_notes:
        lines.append(f"Accès des personnes handicapées : {session.place.access_notes}")
    lines.append(f"Mes inscriptions : {settings.SITE_URL}{reverse('enrolments:home')}")
    return "\n".join(lines)
