"""Sessions in which a school or an employer may reserve seats, or enrol its people."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from campus.accounts.models import Organisation
from catalogue.enums import Access
from catalogue.models import Session


def sessions_for(organisation: Organisation, query: str = "") -> QuerySet:
    """Sessions to come that the people of `organisation` may be in, whose enrolments are not over, by date; those whose
    title, or city, has `query`."""
    sessions = (
        Session.objects.public()
        .not_cancelled()
        .upcoming()
        .filter(enrolment_closes_at__gt=timezone.now(), module__access=Access.CAMPUS)
        .filter(Q(restricted_to=None) | Q(restricted_to=organisation))
        .filter(Q(module__restricted_to=None) | Q(module__restricted_to=organisation))
        .select_related("module", "programme", "place")
    )
    if query:
        sessions = sessions.filter(Q(module__title__icontains=query) | Q(place__city__icontains=query))
    return sessions
