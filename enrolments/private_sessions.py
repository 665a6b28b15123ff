"""The private sessions, those of sur-mesure programmes, that somebody is invited to. rules.Terms says it of one of them."""

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from campus.accounts.hierarchy import EMPLOYER_IDS
from catalogue.models import Session
from enrolments.models import Enrolment, Profile


def open_to(profile: Profile) -> QuerySet:
    """Those to come that the agent of `profile` may enrol in and is not in yet, the next one first.

    An employer that the agent alone says invites to nothing.
    """
    agent, now = profile.agent, timezone.now()
    employers = RawSQL(EMPLOYER_IDS, [agent.organisation_id])  # noqa: S611 (no value comes from outside)
    return (
        Session.objects.inviting(agent.email, [] if profile.chose_employer else employers)
        .not_cancelled()
        .upcoming(now)
        .filter(enrolment_opens_at__lte=now, enrolment_closes_at__gt=now)
        .exclude(enrolments__in=Enrolment.objects.live().filter(agent=agent))
    )
