"""iCalendars, made of plain data (JSON): what goes in an agenda is written with what it tells, and built when it is sent.

An event is {"uid", "start", "end" (instants, in ISO 8601), "sequence", "status", "summary", "url", "location", "description"}, and
in an invitation "attendee" ({"name", "email"}); the campus organises it. Instants are told in UTC: nothing to say of time zones,
nor of the changes of the hour.
"""

import datetime
from email.utils import parseaddr

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress

PRODID = "-//Campus du numérique public//Inscriptions//FR"
PLAIN = ["uid", "sequence", "status", "summary", "url", "location", "description"]


def build(method: str, events: list[dict], stamp: datetime.datetime, *, name: str = "") -> str:
    """The calendar of these events. stamp: when they were true; name: of a calendar that agendas subscribe to."""
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_built(event, stamp))
    return calendar.to_ical().decode()


def _built(data: dict, stamp: datetime.datetime) -> Event:
    event = Event()
    event.add("dtstamp", stamp)
    event.add("dtstart", _instant(data["start"]))
    event.add("dtend", _instant(data["end"]))
    for name in PLAIN:
        event.add(name, data[name])
    campus = parseaddr(settings.DEFAULT_FROM_EMAIL)[0] or "Campus du numérique public"
    event.add("organizer", _address(name=campus, email=settings.CONTACT_EMAIL))
    if "attendee" in data:
        attendee = _address(**data["attendee"])
        attendee.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"})
        event.add("attendee", attendee, encode=False)
    return event


def _instant(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)


def _address(*, name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = name
    return address
