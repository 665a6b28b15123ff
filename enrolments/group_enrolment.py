"""Students enrolled together by their school: one by one, by the same rules as anybody, with what became of each."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from campus.accounts.models import User
from catalogue.models import Session
from enrolments import rules, transitions
from enrolments.enums import EnrolmentState
from enrolments.models import CohortMember, Enrolment

MOST = 100
"""Students at once: each takes the session's lock for a moment."""
DONE = {
    EnrolmentState.ENROLLED: "place réservée",
    EnrolmentState.OFFERED: "place proposée, à accepter par l'élève",
    EnrolmentState.WAITING: "en liste d'attente",
    EnrolmentState.REQUESTED: "demande enregistrée",
}
OF_ALL = "place prise parmi celles de tous"


class Outcome(NamedTuple):
    member: CohortMember
    state: str
    """"" when nothing was written."""
    told: str
    """In words, without anything of what the student does elsewhere."""
    was_in: bool = False
    """Whether the school had enrolled them before, so that nothing was done."""


def enrol_students(*, session: Session, members: Iterable[CohortMember], by: User) -> list[Outcome]:
    """Enrol each of `members`, on the seats reserved for their school first; those who waited with all are given one too.

    Each is a transaction of its own: some may be refused, and the others are enrolled all the same. Of who was in the
    session already by themself, nothing more is told.
    """
    members = list(members)
    if session.is_selective:
        told = "session sur sélection : chaque élève demande une place depuis son espace, en disant pourquoi"
        return [Outcome(member, "", told) for member in members]
    was_in = set()
    for school in {member.cohort.organisation_id for member in members}:
        was_in.update(enrolled_by(school, session).values_list("agent", flat=True))
    return [_enrol(session, member, by)._replace(was_in=member.user_id in was_in) for member in members]


def enrolled_by(school_id: int, session: Session) -> QuerySet:
    """Those whom a school has enrolled in a session already; not who waits, to whom it may give a reserved seat."""
    return Enrolment.objects.live().exclude(state=EnrolmentState.WAITING).filter(session=session).asked_by(school_id)


@transaction.atomic
def _enrol(session: Session, member: CohortMember, by: User) -> Outcome:
    """Under the lock of the student's place in the promotion, which they may be leaving."""
    agent = member.user
    if CohortMember.objects.accepted().select_for_update(no_key=True).filter(pk=member.pk).first() is None:
        return Outcome(member, "", "n'a pas accepté d'être dans la promotion, ou l'a quittée")
    if not agent.is_active:
        return Outcome(member, "", "ne peut pas être inscrit : écrivez au campus")
    try:
        enrolment = transitions.enrol(agent=agent, session=session, by=by)
        if enrolment.state == EnrolmentState.WAITING:
            enrolment = transitions.take_reserved_seat(enrolment=enrolment, by=by)
    except transitions.EnrolmentRefused as refusal:
        return Outcome(member, "", _why_not(session, agent, refusal))
    return Outcome(member, enrolment.state, OF_ALL if _is_of_all(enrolment) else DONE[enrolment.state])


def _is_of_all(enrolment: Enrolment) -> bool:
    return enrolment.state == EnrolmentState.ENROLLED and enrolment.quota_id is None


def _why_not(session: Session, agent: User, refusal: transitions.EnrolmentRefused) -> str:
    """What the school may know of a refusal: it speaks of the session, never of what else the student follows."""
    if refusal.argument == "superior_email":
        return "l'accord d'un supérieur est demandé : l'élève s'inscrit depuis son espace"
    terms = rules.Terms(session, agent)
    if terms.conflict:
        return "pas libre à ces dates, ou déjà dans une autre session de cette formation"
    if not terms.is_open:
        return "cette session est réservée à d'autres employeurs"
    return str(refusal)
