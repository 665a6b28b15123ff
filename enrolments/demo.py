"""What the invented agents of the demonstration have done: their profiles, and a full « Mon espace » for the first of them.

Everything is written only if absent, by the transitions and services that agents use; a second call changes nothing.
"""

import datetime
from collections import Counter

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from campus.accounts.enums import OrganisationKind
from campus.accounts.models import User
from catalogue.enums import Access, Region
from catalogue.models import Domain, Metier, Module, Parcours, Session
from enrolments import alerts, demo_licences, favourites, follows, profiles, rules, transitions
from enrolments.enums import Category, EnrolmentState
from enrolments.models import Enrolment, Profile
from enrolments.transitions.base import write

FIRST_AGENT = "agent001@exemple.gouv.fr"
SERVICES = [
    "Bureau des systèmes d'information", "Direction de la transformation", "Service des usagers", "Mission données",
    "Secrétariat général", "Bureau de la formation", "Pôle produits numériques",
]  # fmt: skip
NEEDS = {7: "Interprétation en langue des signes", 31: "Salle accessible en fauteuil roulant", 53: "Documents agrandis"}
"""Accessibility needs, by number of agent."""
EMPLOYERS = [OrganisationKind.MINISTRY, OrganisationKind.OPERATOR, OrganisationKind.LOCAL_AUTHORITY]
BEFORE_START = datetime.timedelta(days=7)
CROWD_BEGINS = 100
"""Agents below this number are left free for who tries the demonstration."""
WAIT_AHEAD = 2
FIRST_TRAINER = "formateur001@exemple.gouv.fr"
CAME = 11
"""To a session that is over."""


def load() -> Counter:
    """Write what is absent. Returns how many of what was written: « profils », « inscriptions »…"""
    written = Counter()
    written["profils"] = _write_profiles()
    agent = User.objects.filter(email=FIRST_AGENT, is_demo=True).first()
    if agent and Session.objects.public().open_for_enrolment().exists():
        before = Enrolment.objects.count()
        _write_enrolments(agent)
        written["inscriptions"] = Enrolment.objects.count() - before
        _write_record(agent)
        _fill_taught_sessions()
    written["licences"] = demo_licences.load(FIRST_AGENT)
    return written


@transaction.atomic
def _write_profiles() -> int:
    """One for each demo account, as at a first sign-in, and an employer: always the same for the same rank."""
    metiers, domains = list(Metier.objects.all()) or [None], list(Domain.objects.in_force())
    employers = list(profiles.employers_to_choose().filter(kind__in=EMPLOYERS)) or [None]
    people, new, interests = User.objects.filter(is_demo=True).order_by("email"), [], []
    without = set(people.filter(profile=None).values_list("pk", flat=True))
    for number, agent in enumerate(people, start=1):
        if agent.pk not in without:
            continue
        agent.organisation = agent.organisation or employers[number * 3 % len(employers)]
        agent.last_login = agent.last_login or agent.joined_at
        region = Region.values[number * 5 % len(Region.values)]
        profile = Profile(
            agent=agent,
            category=Category.CONTRACT if number % 4 == 0 else Category.AGENT,
            service=SERVICES[number % len(SERVICES)],
            metier=metiers[number * 7 % len(metiers)],
            region=region,
            time_zone=profiles.zone_of(region),
            accessibility_needs=NEEDS.get(number, ""),
        )
        new.append(profile)
        interests += [(profile, domains[number * step % len(domains)]) for step in (1, 4) if domains]
    User.objects.bulk_update([profile.agent for profile in new], ["organisation", "last_login"])
    Profile.objects.bulk_create(new)
    link = Profile.interests.through
    link.objects.bulk_create(
        [link(profile=profile, domain=domain) for profile, domain in interests], ignore_conflicts=True
    )
    return len(new)


def _write_enrolments(agent: User) -> None:
    """A seat to come, a rank in a waiting list, an offer to answer, a session attended."""
    crowd = list(User.objects.filter(is_demo=True, is_staff=False).order_by("email")[CROWD_BEGINS:])
    has = set(Enrolment.objects.live().filter(agent=agent).values_list("state", flat=True))
    if EnrolmentState.ENROLLED not in has:
        _first_accepted(agent, _open_sessions().order_by("starts_at", "pk"))
    if EnrolmentState.WAITING not in has:
        _wait(agent, crowd)
    if EnrolmentState.OFFERED not in has:
        _be_offered(agent, crowd)
    _have_attended(agent)


def _open_sessions():
    """Sessions where anybody is enrolled at once, not before a week, the smallest first."""
    return (
        Session.objects.public()
        .not_cancelled()
        .filter(
            module__access=Access.CAMPUS,
            module__restricted_to=None,
            restricted_to=None,
            is_selective=False,
            needs_agreement=False,
            starts_at__gt=timezone.now() + BEFORE_START,
            enrolment_opens_at__lte=timezone.now(),
            enrolment_closes_at__gt=timezone.now(),
        )
        .order_by("seats", "starts_at", "pk")
    )


def _first_accepted(agent: User, sessions) -> Enrolment | None:
    for session in sessions:
        if enrolment := _enrol(agent, session):
            return enrolment
    return None


def _enrol(agent: User, session: Session) -> Enrolment | None:
    """None when the rules refuse, such as a session at the same time as another."""
    try:
        return transitions.enrol(agent=agent, session=session, by=agent)
    except transitions.EnrolmentRefused:
        return None


def _fill(session: Session, crowd: list[User], waiting: int = 0) -> None:
    """Enrol agents of the crowd until the session is full and so many wait."""
    for agent in crowd:
        session.refresh_from_db(fields=["seats_taken", "seats_reserved"])
        if not session.seats_left and session.enrolments.waiting().count() >= waiting:
            return
        _enrol(agent, session)


def _suits(agent: User, session: Session) -> bool:
    is_in = session.enrolments.live().filter(agent=agent).exists()
    return not is_in and rules.Terms(session, agent).conflict is None


def _wait(agent: User, crowd: list[User]) -> None:
    for session in _open_sessions():
        if _suits(agent, session):
            _fill(session, crowd, waiting=WAIT_AHEAD)
            _enrol(agent, session)
            return


def _be_offered(agent: User, crowd: list[User]) -> None:
    """Somebody leaves a full session of which the agent is the first to wait."""
    for session in _open_sessions():
        if _suits(agent, session) and not session.enrolments.waiting().exists():
            _fill(session, crowd)
            _enrol(agent, session)
            leaving = session.enrolments.filter(state=EnrolmentState.ENROLLED, agent__in=crowd).first()
            if leaving:
                transitions.withdraw(enrolment=leaving, by=leaving.agent, reason="Réunion imprévue")
            return


def _have_attended(agent: User) -> None:
    """Written without the rules, nor messages: nobody enrols in what is over."""
    if Enrolment.objects.filter(agent=agent, state=EnrolmentState.PRESENT).exists():
        return
    over = Session.objects.public().not_cancelled().filter(ends_at__lt=timezone.now(), seats_taken__lt=F("seats"))
    session = over.order_by("-ends_at", "pk").first()
    if session:
        enrolment = Enrolment(agent=agent, session=session, created_at=session.enrolment_opens_at)
        for state in (EnrolmentState.ENROLLED, EnrolmentState.PRESENT):
            write(enrolment, state, None)


def _fill_taught_sessions() -> None:
    """Who came to the sessions that the first trainer has taught."""
    crowd = list(User.objects.filter(email__startswith="agent", is_demo=True).order_by("email")[CROWD_BEGINS:])
    taught = Session.objects.filter(
        ends_at__lt=timezone.now(), assignments__trainer__user__email=FIRST_TRAINER, assignments__state="acceptee"
    )
    for session in taught.filter(enrolments=None).order_by("starts_at", "pk"):
        for number, agent in enumerate(crowd[: min(CAME, session.seats)]):
            came = EnrolmentState.ABSENT if number % 6 == 5 else EnrolmentState.PRESENT
            enrolment = Enrolment(agent=agent, session=session, created_at=session.enrolment_opens_at)
            for state in (EnrolmentState.ENROLLED, came):
                write(enrolment, state, None)


def _write_record(agent: User) -> None:
    """Favourites, an alert, a training in progress elsewhere and one that is done."""
    if not agent.favourites.exists():
        modules = Module.objects.published().order_by("title_key").values_list("pk", flat=True)
        parcours = Parcours.objects.published().order_by("title_key").values_list("pk", flat=True)
        favourites.merge(agent, [*parcours[:1], *modules[:2]])
    if not agent.session_alerts.exists():
        coming = Session.objects.not_cancelled().upcoming().filter(module=OuterRef("pk"))
        module = alerts.modules_with_alerts().exclude(Exists(coming)).order_by("title_key").first()
        if module:
            alerts.ask(agent=agent, module=module)
    if not agent.follows.exists():
        followed = [
            follows.follow(agent=agent, module=module)
            for module in follows.modules_to_follow().order_by("title_key")[:2]
        ]
        for follow in followed[1:]:
            follows.finish(follow=follow, on=timezone.localdate() - datetime.timedelta(days=30))
