"""The hours of a session said at the time of somebody who lives elsewhere."""

import datetime
from zoneinfo import ZoneInfo

from catalogue import wording
from catalogue.enums import TimeZone


def hours_elsewhere(
    starts_at: datetime.datetime, ends_at: datetime.datetime, session_zone: str, agent_zone: str
) -> str:
    """« à votre heure (La Réunion) : mardi 14 mars 2027, de 13 h à 16 h »; "" when both clocks tell the same.

    Of a session of several days, which is said without hours, only the beginning.
    """
    here, there = ZoneInfo(session_zone), ZoneInfo(agent_zone)
    if all(
        instant.astimezone(here).utcoffset() == instant.astimezone(there).utcoffset()
        for instant in (starts_at, ends_at)
    ):
        return ""
    start, end = starts_at.astimezone(there), ends_at.astimezone(there)
    day, hour = wording.day_in_words(start, "l j F Y"), wording.time_in_words(start)
    if starts_at.astimezone(here).date() != ends_at.astimezone(here).date():
        hours = f"à partir du {day} à {hour}"
    elif start.date() == end.date():
        hours = f"{day}, de {hour} à {wording.time_in_words(end)}"
    else:
        hours = f"du {day} à {hour} au {wording.day_in_words(end, 'l j F Y')} à {wording.time_in_words(end)}"
    return f"à votre heure ({TimeZone(agent_zone).label}) : {hours}"
