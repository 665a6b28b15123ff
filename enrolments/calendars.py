"""The sessions of an agent in their agenda: the events of the invitations sent with messages, as plain data
(campus.mailing.calendars), and the feed that their agenda subscribes to.

One event a slot. Its identifier is made of the enrolment and of the rank of the slot, so that it stays the same when slots are
moved, or made anew by an import; who comes back after leaving has another enrolment, hence other events.
"""

import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from campus.mailing import calendars
from enrolments.announcements import Period
from enrolments.enums import ATTENDED, LIVE, EnrolmentState
from enrolments.models import Enrolment
from enrolments.navigation import home_url

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


def invitation(enrolment: Enrolment, periods: list[Period], sequence: int, gone: list[Period] = ()) -> list[dict]:
    """What puts the session in the agenda of its agent, or moves it there.

    gone: slots that were announced after the last of `periods`, and are no more. They go with the same calendar, as
    cancelled events: one message tells the whole change.
    """
    kept = _invited(enrolment, periods, len(periods), sequence, "CONFIRMED")
    return kept + _invited(enrolment, gone, len(periods), sequence, "CANCELLED", first=len(periods) + 1)


def cancellation(enrolment: Enrolment, periods: list[Period], sequence: int) -> list[dict]:
    """What takes the session off the agenda of its agent. sequence: above that of the last invitation."""
    return _invited(enrolment, periods, len(periods), sequence, "CANCELLED")


def feed_of(agent) -> str:
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
    events = []
    for enrolment in enrolments:
        periods = [(slot.starts_at, slot.ends_at) for slot in enrolment.session.slots.all()]
        status = _status_of(enrolment)
        # A cancellation comes after all that was sent.
        sequence = (enrolment.sequence or 0) + (status == "CANCELLED")
        events += _events(enrolment, periods, len(periods), sequence, status)
    return calendars.build("PUBLISH", events, now, name="Mes sessions du campus")


def _status_of(enrolment: Enrolment) -> str:
    if enrolment.state == EnrolmentState.ENROLLED or enrolment.state in ATTENDED:
        return "CONFIRMED"
    return "TENTATIVE" if enrolment.state in LIVE else "CANCELLED"


def _invited(enrolment: Enrolment, periods, count, sequence, status, first=1) -> list[dict]:
    attendee = {"name": str(enrolment.agent), "email": enrolment.agent.email}
    return [{**event, "attendee": attendee} for event in _events(enrolment, periods, count, sequence, status, first)]


def _events(
    enrolment: Enrolment, periods: list[Period], count: int, sequence: int, status: str, first: int = 1
) -> list[dict]:
    """The slots of a session that has `count` of them, from the rank `first` on."""
    if not periods:
        return []
    session = enrolment.session
    title = TITLES.get(enrolment.state, "") + session.subject.title
    seated = enrolment.state == EnrolmentState.ENROLLED or enrolment.state in ATTENDED
    common = {
        "sequence": sequence,
        "status": status,
        "url": settings.SITE_URL + session.page_url,
        "location": _location(session, with_link=seated),
        "description": _description(session, with_link=seated),
    }
    host = urlsplit(settings.SITE_URL).hostname
    return [
        {
            **common,
            "uid": f"inscription-{enrolment.pk}-{rank}@{host}",
            "start": start.isoformat(),
            "end": end.isoformat(),
            "summary": f"{title} ({rank}/{count})" if 1 < count >= rank else title,
        }
        for rank, (start, end) in enumerate(periods, start=first)
    ]


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
    lines.append(f"Mes inscriptions : {home_url()}")
    return "\n".join(lines)
