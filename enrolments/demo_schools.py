"""What the invented schools and employers of the demonstration have: promotions, reserved seats, figures, advised trainings.

Everything is written only if absent; a second call changes nothing.
"""

import datetime
from collections import Counter
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from campus.accounts.demo_people import invented_name
from campus.accounts.enums import Role
from campus.accounts.hierarchy import organisations_below
from campus.accounts.models import Membership, Organisation, User
from catalogue.models import CursusLevel, Session, Training
from enrolments import cohorts, employers, students, transitions
from enrolments.bookable import sessions_for
from enrolments.enums import EnrolmentState
from enrolments.group_enrolment import enrol_students
from enrolments.models import Cohort, Enrolment, SeatQuota
from enrolments.student_files import Row
from enrolments.transitions.base import write

SCHOOLS = [
    ("École nationale de la magistrature", "enm", "Promotion Simone Rozès"),
    ("Institut national du service public", "insp", "Promotion Germaine Poinso-Chapuis"),
    ("Mines Paris – PSL", "mines-paris", "Promotion Alice Recoque"),
    ("Institut de la gestion publique et du développement économique", "igpde", "Promotion Germaine Tillion"),
]
"""Name, host of the students' invented addresses, promotion."""
CORRESPONDENTS = {
    "rh@exemple.gouv.fr": "Ministère de l'Économie et des Finances",
    "agent200@exemple.gouv.fr": "Ministère de la Justice",
}
STUDENTS, ENROLLED, RESERVED, CAME = 28, 6, 10, 7
LONG_AGO = datetime.timedelta(days=300)
ADVICE = [
    "Conseillée à tous nos services cette année.",
    "Attendue de chaque encadrant d'ici la fin de l'année.",
    "",
]


def load() -> Counter:
    """Write what is absent. Returns how many of what was written: « promotions », « priorités internes »…"""
    written = Counter()
    written["correspondants RH"] = sum(_make_correspondent(email, name) for email, name in CORRESPONDENTS.items())
    for rank, (name, host, promotion) in enumerate(SCHOOLS):
        school = Organisation.objects.filter(name=name).first()
        if school and not school.cohorts.exists():
            _write_cohort(school, rank, host, promotion)
            written["promotions"] += 1
    for name in CORRESPONDENTS.values():
        employer = Organisation.objects.filter(name=name).first()
        if employer and not employer.internal_priorities.exists():
            written["priorités internes"] += _write_employer(employer)
    return written


def _make_correspondent(email: str, name: str) -> int:
    user, organisation = User.objects.filter(email=email).first(), Organisation.objects.filter(name=name).first()
    if not (user and organisation):
        return 0
    _membership, is_new = Membership.objects.get_or_create(user=user, organisation=organisation, role=Role.HR)
    return int(is_new)


@transaction.atomic
def _write_cohort(school: Organisation, rank: int, host: str, promotion: str) -> None:
    """Students who came to a session, some who show what they follow, seats reserved and some of them taken."""
    year = timezone.localdate().year
    studies = CursusLevel.objects.filter(cursus__partner__organisation=school).order_by("cursus_id", "position").first()
    cohort = Cohort(name=promotion, year=year, studies=studies)
    cohorts.save_cohort(cohort=cohort, organisation=school, by=None)
    names = [invented_name(1_000 + rank * STUDENTS + number) for number in range(STUDENTS)]
    rows = [Row(n, f"eleve{n:02}@{host}.example", *name) for n, name in enumerate(names, start=1)]
    students.add_students(cohort, rows, invites=False)
    long_ago = timezone.now() - LONG_AGO
    cohort.members.update(added_at=long_ago, accepted_at=long_ago)
    members = list(cohort.members.select_related("user"))
    for member in members[::4]:
        cohorts.agree(member=member, shows=True)
    _have_come([member.user for member in members[:CAME]], _over().order_by("-ends_at")[rank : rank + 1])
    if session := _reserve(school, skip=rank):
        referent = school.memberships.filter(role=Role.REFERENT).order_by("pk").first()
        enrol_students(session=session, members=members[:ENROLLED], by=referent and referent.user)


def _write_employer(employer: Organisation) -> int:
    """Agents who came to a session this year, advised trainings, reserved seats; how many trainings."""
    theirs = organisations_below([employer.pk])
    agents = User.objects.filter(organisation__in=theirs, is_demo=True, email__startswith="agent").order_by("email")
    this_year = _over().filter(starts_at__year=timezone.localdate().year).order_by("starts_at")
    _have_come(list(agents[: 2 * CAME]), this_year[:2])
    _reserve(employer, skip=len(SCHOOLS))
    advised = Training.objects.published().order_by("-published_on", "pk")[: len(ADVICE)]
    for training, note in zip(advised, ADVICE, strict=False):
        employers.advise(organisation=employer, training=training, note=note, by=None)
    return len(advised)


def _over() -> QuerySet:
    return (
        Session.objects.public()
        .not_cancelled()
        .filter(
            ends_at__lt=timezone.now(), ends_at__gt=timezone.now() - LONG_AGO, seats__gte=F("seats_taken") + 2 * CAME
        )
    )


def _have_come(agents: list[User], sessions: Iterable[Session]) -> None:
    """Written without the rules, nor messages: nobody enrols in what is over."""
    for session in sessions:
        there = set(session.enrolments.values_list("agent", flat=True))
        for agent in agents:
            if agent.pk not in there:
                enrolment = Enrolment(agent=agent, session=session, created_at=session.starts_at)
                for state in (EnrolmentState.ENROLLED, EnrolmentState.PRESENT):
                    write(enrolment, state, None)


def _reserve(organisation: Organisation, *, skip: int) -> Session | None:
    """Seats of a session where anybody is enrolled at once, not the one that others have."""
    free = (
        sessions_for(organisation)
        .open_for_enrolment()
        .filter(is_selective=False, needs_agreement=False, seats__gte=F("seats_taken") + F("seats_reserved") + RESERVED)
    )
    taken = SeatQuota.objects.in_force().values("session")
    for session in free.exclude(pk__in=taken)[skip:]:
        until = min(session.enrolment_closes_at, timezone.now() + datetime.timedelta(days=20))
        try:
            transitions.reserve(
                session=session, organisation=organisation, seats=RESERVED, reserved_until=until, by=None
            )
        except transitions.EnrolmentRefused:
            continue  # somebody waits there
        return session
    return None
