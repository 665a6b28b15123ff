"""How often one may do something: counted in the database, by the hour, for all processes together."""

import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from campus.accounts.models import Rate
from campus.mailing.worker import every_round

HIT = """
    INSERT INTO accounts_rate ("limit", subject, hour, count) VALUES (%s, %s, %s, 1)
    ON CONFLICT ("limit", subject, hour) DO UPDATE SET count = accounts_rate.count + 1
    RETURNING count
"""


def allows(limit: str, subject: str) -> bool:
    """Count one more time that `subject` (an address, an IP) does what `limit` names; False when it is once too many.

    limit: a key of settings.RATE_LIMITS, so many times an hour.
    """
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    hashed = salted_hmac("rate", subject, algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(HIT, [limit, hashed, hour])
        return cursor.fetchone()[0] <= settings.RATE_LIMITS[limit]


def ip_of(request) -> str:
    """The address that the request comes from; behind our proxy, the one that the proxy saw."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


@every_round
def forget_old_rates() -> None:
    Rate.objects.filter(hour__lt=timezone.now() - datetime.timedelta(days=1)).delete()
