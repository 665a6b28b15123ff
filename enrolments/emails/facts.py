"""What messages say of a session, in words, as plain data (JSON); for templates/enrolments/emails/session.html and .txt."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from catalogue import wording
from catalogue.agenda import next_entries
from catalogue.enums import Modality, TimeZone
from catalogue.models import Place, Session
from enrolments.announcements import Period, dates_of

OTHER_SESSIONS = 3


def session_facts(session: Session, periods: list[Period], *, agent, is_over: bool, with_link: bool) -> dict:
    """The facts of a session, for `agent` (None: for somebody who does not go there).

    is_over: for those who do not go there any more, how to get in is left out. with_link: for those who have a seat, who alone
    see the link of an online session.
    """
    is_online = session.modality != Modality.ON_SITE and not is_over
    dates = words_of(periods, session.time_zone)
    own_zone = own_zone_of(agent) if is_online else ""
    own_dates = words_of(periods, own_zone) if own_zone else dates
    return {
        "title": session.subject.title,
        "url": settings.SITE_URL + session.page_url,
        "dates": dates or [dates_of(session)],
        "zone": wording.zone_in_words(session.time_zone) or "heure de Paris",
        "own_dates": own_dates if own_dates != dates else [],
        "own_zone": TimeZone(own_zone).label if own_zone else "",
        "modality": session.get_modality_display(),
        "place": place_facts(session.place),
        "room": "" if is_over else room_in_words(session.room),
        "access": session.place.access_notes if session.place and not is_over else "",
        "link": session.online_url if with_link else "",
        "link_comes": is_online and not session.online_url,
        "link_is_kept": is_online and bool(session.online_url) and not with_link,
    }


def place_facts(place: Place | None) -> dict | None:
    return place and {name: getattr(place, name) for name in ("name", "address", "postcode", "city")}


def words_of(periods: list[Period], time_zone: str) -> list[str]:
    return [wording.dates_in_words(start, end, ZoneInfo(time_zone)) for start, end in periods]


def own_zone_of(agent) -> str:
    """The time zone where the agent works; "" when they have not said."""
    profile = getattr(agent, "profile", None)
    return profile.time_zone if profile else ""


def room_in_words(room: str) -> str:
    """« Salle des Ducs » as staff wrote it; « Salle : B 12 » when they wrote a bare name."""
    return room if not room or room.lower().startswith(("salle ", "amphi")) else f"Salle : {room}"


def other_sessions(session: Session) -> list[dict]:
    """The next sessions of the same module that one may ask for, now or later: dates, place, address, and a note when it is
    later. Read once by object."""
    if "_others" not in session.__dict__:
        session._others = _read_others(session)
    return session._others


def _read_others(session: Session) -> list[dict]:
    if session.module is None or not session.module.is_published:
        return []
    entries = next_entries([session.module_id], OTHER_SESSIONS + 3)
    return [
        {
            "dates": entry["dates"],
            "place": entry["place"],
            "url": settings.SITE_URL + reverse("enrolments:enrol", args=[entry["id"]]),
            "note": "" if entry["action"] else entry["enrolment"],
        }
        for entry in entries
        if entry["id"] != session.pk and (entry["action"] or entry["enrolment"])
    ][:OTHER_SESSIONS]
