"""What messages say of a session, in words; for templates/enrolments/emails/session.html and .txt."""

from django.conf import settings
from django.urls import reverse

from catalogue import wording
from catalogue.agenda import next_entries
from catalogue.enums import Modality
from catalogue.models import Session
from enrolments.announcements import Period, dates_of

OTHER_SESSIONS = 3


def session_facts(session: Session, periods: list[Period], *, is_over: bool, with_link: bool) -> dict:
    """The facts of a session. is_over: for those who do not go there, how to get in is left out. with_link: for those who
    have a seat, who alone see the link of an online session."""
    is_online = session.modality != Modality.ON_SITE and not is_over
    return {
        "title": session.subject.title,
        "url": settings.SITE_URL + session.subject.get_absolute_url(),
        "dates": [wording.dates_in_words(start, end, session.zone) for start, end in periods] or [dates_of(session)],
        "zone": wording.zone_in_words(session.time_zone) or "heure de Paris",
        "modality": session.get_modality_display(),
        "place": session.place,
        "room": "" if is_over else bare_room(session.room),
        "access": session.place.access_notes if session.place and not is_over else "",
        "link": session.online_url if with_link else "",
        "link_comes": is_online and not session.online_url,
        "link_is_kept": is_online and bool(session.online_url) and not with_link,
    }


def bare_room(room: str) -> str:
    """What follows « Salle : », whether staff have written "B 12" or "Salle B 12"."""
    return room[6:] if room.lower().startswith("salle ") else room


def other_sessions(session: Session) -> list[dict]:
    """The next sessions of the same module that one may ask for: their dates, place and address."""
    if session.module is None or not session.module.is_published:
        return []
    entries = next_entries([session.module_id], OTHER_SESSIONS + 3)
    return [
        {
            "dates": entry["dates"],
            "place": entry["place"],
            "url": settings.SITE_URL + reverse("enrolments:enrol", args=[entry["id"]]),
        }
        for entry in entries
        if entry["id"] != session.pk and entry["is_open"]
    ][:OTHER_SESSIONS]
