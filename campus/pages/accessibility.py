"""What the footer of every page says of accessibility (loi n° 2005-102, article 47)."""

from django.core.cache import cache
from django.db import Error

from campus.pages.models import AccessibilityAudit

CACHE_KEY = "accessibility-status"
CACHE_SECONDS = 60
NO_AUDIT = "non conforme"


def current_status() -> str:
    """The status of the latest audit, « non conforme » without one. Error pages call it too: it raises nothing."""
    try:
        return cache.get_or_set(CACHE_KEY, _read_status, CACHE_SECONDS)
    except Error:
        return NO_AUDIT


def _read_status() -> str:
    audit = AccessibilityAudit.objects.first()
    return audit.status if audit else NO_AUDIT
