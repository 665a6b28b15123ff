"""What those who are in a session were last told of its dates and place: written with the first message, then when told anew.

The number of the last change is the SEQUENCE of invitations (RFC 5545).
"""

from django.db import connection

from campus.prepared import prepared_cursor, read_row
from catalogue import wording
from catalogue.models import Session
from enrolments.models import Announced, Enrolment

Period = tuple  # of two aware datetimes

# What one is told of when it changes. `session` and `place` name the tables of the statement around it.
DIGEST = """
    md5(json_build_array(
        (SELECT json_agg(json_build_array(extract(epoch FROM slot.starts_at), extract(epoch FROM slot.ends_at))
                         ORDER BY slot.starts_at)
         FROM catalogue_slot AS slot WHERE slot.session_id = session.id),
        session.modality, place.name, place.address, place.postcode, place.city, session.room, session.online_url
    )::text)
"""
ONE_DIGEST = f"""
    SELECT {DIGEST}
    FROM catalogue_session AS session LEFT JOIN catalogue_place AS place ON place.id = session.place_id
    WHERE session.id = %s
"""  # noqa: S608 (no value comes from outside)

PERIODS = "SELECT starts_at, ends_at FROM catalogue_slot WHERE session_id = %s ORDER BY starts_at"


def digest_of(session: Session) -> str:
    """The fingerprint of what those who are in the session are told of it."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_DIGEST, [session.pk])
        return cursor.fetchone()[0]


def periods_of(session: Session) -> list[Period]:
    """The start and the end of each slot, in their order. A slot's rank tells it from the others: an import makes all of
    them anew, so that their ids mean nothing. Read once by object: a session is read anew under each lock."""
    if "_periods" not in session.__dict__:
        with prepared_cursor() as cursor:
            cursor.execute(PERIODS, [session.pk])
            session._periods = cursor.fetchall()
    return session._periods


def place_of(session: Session) -> str:
    """Where it is held, then its room on a second line."""
    place = session.place
    where = f"{place.name}, {place.address}, {place.postcode} {place.city}" if place else session.get_modality_display()
    return f"{where}\n{session.room}"


def dates_of(session: Session) -> str:
    if session.starts_at is None:
        return "dates à fixer"
    return wording.session_dates_in_words(session.starts_at, session.ends_at, session.time_zone)


def facts_of(session: Session, periods: list[Period]) -> dict:
    """The fields of Announced that say what is true now."""
    return {
        "digest": digest_of(session),
        "dates": dates_of(session),
        "slots": [[start.isoformat(), end.isoformat()] for start, end in periods],
        "place": place_of(session),
    }


def announced_of(session: Session, periods: list[Period]) -> Announced:
    """What was last told of the session; what is true now, when nobody was told anything. Under the session's lock, which
    makes once by object enough."""
    if "_announced" not in session.__dict__:
        announced = read_row(Announced, session_id=session.pk)
        session._announced = announced or Announced.objects.create(session=session, **facts_of(session, periods))
    return session._announced


def moved_since(enrolment: Enrolment) -> bool:
    """Whether the dates or the place of the session have changed since the agent asked for it, and they were told so:
    leaving it then needs no reason."""
    return Announced.objects.filter(session=enrolment.session_id, moved_at__gt=enrolment.created_at).exists()
