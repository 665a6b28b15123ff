"""« Pour vous »: open sessions and recent trainings that go with what a profile says, and why."""

import datetime
from typing import NamedTuple

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from django.utils import timezone

from campus.accounts.hierarchy import EMPLOYER_IDS
from catalogue.agenda import Entry, entries_of
from catalogue.cards import Card, cards_of
from catalogue.enums import Access, PublicationState, Region
from catalogue.models import Domain, Session, Training
from enrolments.enums import LIVE, EnrolmentState
from enrolments.models import Enrolment, ExternalFollow, InternalPriority, Profile

SHOWN = 4
ADVISED = 10
"""By one's employers, at most."""
RECENT_DAYS = 365


class Suggestions(NamedTuple):
    """Each with why it is there, in a few words."""

    sessions: list[tuple[Entry, str]]
    trainings: list[tuple[Card, str]]
    advised: list[tuple[Card, str]]
    """By an employer, who says why, or who."""


def suggestions_for(profile: Profile) -> Suggestions:
    """What to propose to the agent of `profile`: nothing that they have, had, or may not enter. Five queries at most."""
    rows = list(_sessions(profile).union(_trainings(profile), all=True))
    reasons = {(session, training): _reason(profile, *flags) for session, training, _at, *flags in rows}
    dated = sorted((row for row in rows if row[0]), key=lambda row: row[2])
    recent = sorted((row for row in rows if not row[0]), key=lambda row: row[2], reverse=True)
    first_of = {}  # the first session of each module
    for session, training, *_rest in dated:
        first_of.setdefault(training, session)
    of_session = {session: reasons[session, training] for training, session in list(first_of.items())[:SHOWN]}
    trainings = [training for _session, training, *_rest in recent if training not in first_of][:SHOWN]
    return Suggestions(
        sessions=[(entry, of_session[entry["id"]]) for entry in entries_of(list(of_session))],
        trainings=list(zip(cards_of(trainings), [reasons[None, pk] for pk in trainings], strict=False)),
        advised=_advised(profile),
    )


def _advised(profile: Profile) -> list[tuple[Card, str]]:
    """What the employers of the agent advise, in their order, the nearest employer first."""
    if profile.chose_employer or profile.agent.organisation_id is None:
        return []
    employers = RawSQL(EMPLOYER_IDS, [profile.agent.organisation_id])  # noqa: S611 (no value comes from outside)
    is_theirs = Case(When(organisation=profile.agent.organisation_id, then=0), default=1)
    priorities = (
        InternalPriority.objects.filter(organisation__in=employers, training__state=PublicationState.PUBLISHED)
        .order_by(is_theirs, "organisation__name", "position", "pk")
        .values_list("training", "note", "organisation__name")
    )
    notes = {}  # one training may be advised by two of them
    for training, note, employer in priorities[:ADVISED]:
        notes.setdefault(training, f"{employer} : {note}" if note else employer)
    return list(zip(cards_of(list(notes)), notes.values(), strict=False))


def _sessions(profile: Profile) -> QuerySet:
    """Rows (session, its module, when it starts, by domain, by métier, by region) of open sessions that fit."""
    is_near = ExpressionWrapper(Q(place__region=profile.region), BooleanField()) if profile.region else Value(False)
    own = None if profile.chose_employer else profile.agent.organisation_id
    employers = RawSQL(EMPLOYER_IDS, [own])  # noqa: S611 (no value comes from outside)
    sessions = (
        Session.objects.public()
        .open_for_enrolment()
        .filter(Q(restricted_to=None) | Q(restricted_to__in=employers), module__access=Access.CAMPUS)
        .filter(Q(module__restricted_to=None) | Q(module__restricted_to__in=employers))
    )
    fitting = _fitting(sessions, profile, "module_id", is_near)
    # More than are shown: several may be of one module.
    return fitting.values_list("pk", "module", "starts_at", "by_domain", "by_metier", "by_region")[: 3 * SHOWN]


def _trainings(profile: Profile) -> QuerySet:
    """The same columns, without session, of trainings published in the last year."""
    since = timezone.localdate() - datetime.timedelta(days=RECENT_DAYS)
    trainings = (
        Training.objects.published()
        .filter(Q(restricted_to=None) | Q(restricted_to=profile.agent.organisation_id), published_on__gte=since)
        .annotate(session=Value(None, BigIntegerField()), published_at=Cast("published_on", DateTimeField()))
        .order_by("-published_on", "pk")
    )
    fitting = _fitting(trainings, profile, "pk", Value(False))
    return fitting.values_list("session", "pk", "published_at", "by_domain", "by_metier", "by_region")[: 3 * SHOWN]


def _fitting(rows: QuerySet, profile: Profile, training: str, is_near) -> QuerySet:
    """The rows that fit, with the reasons: `by_domain` names it. `training` names the column of its id; what the agent has is out."""
    agent, this = profile.agent_id, OuterRef(training)
    domains = Domain.objects.filter(pk__in=profile.interests.values("pk"))
    of_domain = domains.filter(Q(trainings=this) | Q(secondary_trainings=this)).order_by("position", "name")
    of_metier = Training.metiers.through.objects.filter(training=this, metier=profile.metier_id)
    theirs = Enrolment.objects.filter(agent=agent, session__module=this, state__in=[*LIVE, EnrolmentState.PRESENT])
    followed = ExternalFollow.objects.filter(agent=agent, module=this)
    return (
        rows.exclude(Exists(theirs))
        .exclude(Exists(followed))
        .annotate(by_domain=Subquery(of_domain.values("name")[:1]), by_metier=Exists(of_metier), by_region=is_near)
        .filter(Q(by_domain__isnull=False) | Q(by_metier=True) | Q(by_region=True))
    )


def _reason(profile: Profile, by_domain: str | None, by_metier: bool, by_region: bool) -> str:
    """« Pour votre métier, dans le domaine Data »."""
    words = [
        "pour votre métier" if by_metier else "",
        f"dans le domaine {by_domain}" if by_domain else "",
        f"dans votre région, {Region(profile.region).label}" if by_region else "",
    ]
    said = ", ".join(filter(None, words))
    return said[:1].upper() + said[1:]
