"""How often one may do something: counted in the database, over the last hour, for all processes together."""

import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from campus.accounts.models import Rate
from campus.mailing.worker import every_round

HOUR = datetime.timedelta(hours=1)
HIT = """
    WITH before AS (
        SELECT coalesce(sum(count), 0) * %(weight)s AS count FROM accounts_rate
        WHERE "limit" = %(limit)s AND subject = %(subject)s AND hour = %(before)s
    )
    INSERT INTO accounts_rate ("limit", subject, hour, count)
    SELECT %(limit)s, %(subject)s, %(hour)s, 1 FROM before WHERE before.count + 1 <= %(most)s
    ON CONFLICT ("limit", subject, hour) DO UPDATE SET count = accounts_rate.count + 1
        WHERE (SELECT before.count FROM before) + accounts_rate.count + 1 <= %(most)s
    RETURNING count
"""


def allows(limit: str, subject: str) -> bool:
    """Count one more time that `subject` (an address, an IP) does what `limit` names; False when it is once too many.

    limit: a key of settings.RATE_LIMITS, so many times an hour. Hours are the clock's: of those of the hour before, as
    many count as if they had been spread evenly. What is refused is not counted.
    """
    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    values = {
        "limit": limit,
        "subject": salted_hmac("rate", subject, algorithm="sha256").hexdigest(),
        "hour": hour,
        "before": hour - HOUR,
        "weight": 1 - (now - hour) / HOUR,
        "most": settings.RATE_LIMITS[limit],
    }
    with connection.cursor() as cursor:
        cursor.execute(HIT, values)
        return cursor.fetchone() is not None


def ip_of(request) -> str:
    """The address that the request comes from; behind our proxy, the one that the proxy saw."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


@every_round
def forget_old_rates() -> None:
    Rate.objects.filter(hour__lt=timezone.now() - datetime.timedelta(days=1)).delete()
