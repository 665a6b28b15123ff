"""Sessions in which a school or an employer may reserve seats, or enrol its people."""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from campus.accounts.hierarchy import organisations_above
from campus.accounts.models import Organisation
from catalogue.enums import Access
from catalogue.models import Session, Training


def sessions_for(organisation: Organisation, query: str = "") -> QuerySet:
    """Sessions to come that the people of `organisation` may be in, whose enrolments are not over, by date; those with the
    words of `query` in their title or city. What is kept for an employer is open to the organisations below it, as to their agents."""
    above = organisations_above(organisation.pk)
    kept = Session.restricted_to.through.objects.filter(session=OuterRef("pk"))
    module_kept = Training.restricted_to.through.objects.filter(training=OuterRef("module"))
    return (
        Session.objects.public()
        .not_cancelled()
        .upcoming()
        .filter(enrolment_closes_at__gt=timezone.now(), module__access=Access.CAMPUS)
        .filter(~Exists(kept) | Exists(kept.filter(organisation__in=above)))
        .filter(~Exists(module_kept) | Exists(module_kept.filter(organisation__in=above)))
        .with_words(query)
        .select_related("module", "programme", "place")
    )
