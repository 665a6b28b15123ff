"""What a list of sessions says of each, read and worded at once (SQL by hand for the same reason as in catalogue.cards)."""

import datetime
from operator import itemgetter
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.core.paginator import Page, Paginator
from django.utils import timezone

from campus.prepared import prepared_cursor
from catalogue import wording
from catalogue.addresses import address_of
from catalogue.enums import Access, Modality, SessionState
from catalogue.models.session import state_of

PAGE_SIZE = 20

# Never the link of an online session: only the enrolled see it.
# `id = ANY(ARRAY(...))` rather than joins: PostgreSQL plans it in half the time, and planning is most of this query.
ENTRIES = """
    SELECT id, starts_at, ends_at, time_zone, modality, seats, seats_taken + seats_reserved, audience_note, is_selective,
           needs_agreement,
           enrolment_opens_at, enrolment_closes_at, cancelled_at,
           (SELECT json_build_array(slug, title, access) FROM catalogue_training WHERE id = module_id),
           (SELECT json_build_array(name, city) FROM catalogue_place WHERE id = place_id),
           ARRAY(SELECT name FROM accounts_organisation
                 WHERE id = ANY(ARRAY(
                     SELECT organisation_id FROM catalogue_session_restricted_to WHERE session_id = session.id))
                 ORDER BY name)
    FROM catalogue_session AS session
"""

BY_IDS = "WHERE id = ANY(%(ids)s) AND starts_at IS NOT NULL ORDER BY starts_at, id"

NEXT_OF_MODULES = """
    WHERE module_id = ANY(%(modules)s) AND cancelled_at IS NULL AND starts_at > %(now)s
    ORDER BY starts_at, id
    LIMIT %(limit)s
"""

# Whole class names: those put together at run time are not found by build_assets.
BADGES = {
    SessionState.OPEN: "fr-badge--success",
    SessionState.FULL: "fr-badge--warning",
    SessionState.SCHEDULED: "fr-badge--info",
}


class Entry(TypedDict):
    """A session of a module in a list, all in words. A dictionary: templates read it twice as fast as an object."""

    id: int
    dates: str
    """In the time of its place, which is said when it is not that of Paris."""
    month: str
    """The month it begins in Paris, as `?mois=` counts it: « mars 2027 »."""
    state: str
    badge: str
    """The class that colours the badge of its state, or ""."""
    module_url: str
    module_title: str
    city: str
    """Or how it is held, when in no place."""
    place: str
    """How it is held, then where."""
    starts_at: str
    """For machines: ISO 8601, in the time of its place."""
    ends_at: str
    time_zone: str
    """Of TimeZone."""
    opens_at: str
    """When enrolment opens, while it is not open yet: ISO 8601, in UTC; or ""."""
    modality: str
    """Of Modality."""
    site: list[str] | None
    """The name and the city of its place."""
    seats: int
    seats_left: int
    enrolment: str
    """Until when one enrols, or from when; "" when it is neither."""
    action: str
    """What one can ask for now, on the campus, were it the waiting list; "" when nothing."""
    reserved: list[str]
    """Whom it is reserved to, in sentences."""
    decided: list[str]
    """Who decides on a request, in sentences."""


def entries_of(ids: list[int]) -> list[Entry]:
    """The sessions of modules that have these ids, the next one first. One query."""
    return _entries(BY_IDS, {"ids": ids})


def private_entry(session) -> Entry:
    """A session of a programme that has dates, for those invited: whom else it is kept for is not said."""
    place = [session.place.name, session.place.city] if session.place else None
    entry = _entry(
        session.pk,
        session.starts_at,
        session.ends_at,
        session.time_zone,
        session.modality,
        session.seats,
        session.seats_taken,
        session.audience_note,
        session.is_selective,
        session.needs_agreement,
        session.enrolment_opens_at,
        session.enrolment_closes_at,
        session.cancelled_at,
        ("", session.programme.title, Access.CAMPUS),
        place,
        [],
    )
    return {**entry, "module_url": session.page_url}


def next_entries(module_ids: list[int], limit: int) -> list[Entry]:
    """The next sessions of these modules, that are not cancelled. One query."""
    return _entries(NEXT_OF_MODULES, {"modules": module_ids, "now": timezone.now(), "limit": limit})


def first_opening(entries: list[Entry]) -> str:
    """From when one will enrol in one of these sessions, in a sentence; "" when no enrolment is still to open."""
    to_open = [entry for entry in entries if entry["opens_at"]]
    return min(to_open, key=itemgetter("opens_at"))["enrolment"] if to_open else ""


def page_of_entries(sessions, number) -> Page:
    """The page `number` of a queryset of sessions of modules, or the nearest one. `number` may be any junk."""
    page = Paginator(sessions.values_list("pk", flat=True), PAGE_SIZE).get_page(number)
    page.object_list = entries_of(list(page.object_list))
    return page


def _entries(where: str, parameters: dict) -> list[Entry]:
    with prepared_cursor() as cursor:
        cursor.execute(ENTRIES + where, parameters)
        return [_entry(*row) for row in cursor.fetchall()]


def _entry(
    pk,
    starts_at,
    ends_at,
    time_zone,
    modality,
    seats,
    taken,
    note,
    is_selective,
    needs_agreement,
    opens_at,
    closes_at,
    cancelled_at,
    module,
    place,
    restricted,
) -> Entry:
    slug, title, access = module
    name, city = place or ("", "")
    held = Modality(modality).label
    zone = ZoneInfo(time_zone)
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    seats_left = max(seats - taken, 0)
    state = state_of(starts_at, ends_at, opens_at, closes_at, cancelled_at, seats_left)
    enrolment = ""
    if state == SessionState.OPEN:
        enrolment = f"Inscriptions jusqu'au {wording.instant_day_in_words(closes_at)}."
    elif state == SessionState.SCHEDULED:
        enrolment = f"Inscriptions à partir du {wording.instant_day_in_words(opens_at)}."
    reserved = [f"Réservée à : {note}"] if note else []
    if restricted:
        reserved.append(f"Réservée aux agents de : {', '.join(restricted)}")
    decided = ["Sur sélection : l'équipe choisit parmi les demandes."] if is_selective else []
    if needs_agreement:
        decided.append("Avec l'accord de votre supérieur.")
    is_open = state in {SessionState.OPEN, SessionState.FULL} and access == Access.CAMPUS
    action = ""
    if is_open:
        action = "Demander une place" if is_selective else "S'inscrire" if seats_left else "Liste d'attente"
    return {
        "id": pk,
        "dates": wording.session_dates_in_words(starts_at, ends_at, time_zone),
        "month": wording.day_in_words(timezone.localtime(starts_at), "F Y"),
        "state": state.label,
        "badge": BADGES.get(state, ""),
        "module_url": address_of("module_detail", slug),
        "module_title": title,
        "city": city or held.lower(),
        "place": f"{held} : {name}, {city}" if place else held,
        "starts_at": start.isoformat(timespec="seconds"),
        "ends_at": end.isoformat(timespec="seconds"),
        "time_zone": time_zone,
        "opens_at": opens_at.astimezone(datetime.UTC).isoformat() if state == SessionState.SCHEDULED else "",
        "modality": modality,
        "site": place,
        "seats": seats,
        "seats_left": seats_left,
        "enrolment": enrolment,
        "action": action,
        "reserved": reserved,
        "decided": decided,
    }
