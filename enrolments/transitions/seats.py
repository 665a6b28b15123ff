"""The life of a seat: asked for, waited for, offered, taken, left."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from catalogue.models import Session
from enrolments import rules
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment
from enrolments.transitions.agreements import ask_agreement
from enrolments.transitions.base import EnrolmentRefused, give_on, lock, lock_agent, lock_both, move


@dataclass
class Answers:
    """What an agent says when asking for a seat; what the session does not ask is left out."""

    accepts_direct: bool = False
    motivation: str = ""
    declared_level: str = ""
    selection_answer: str = ""


@transaction.atomic
def enrol(
    *, agent: User, session: Session, by: User | None, answers: Answers | None = None, superior_email: str = ""
) -> Enrolment:
    """Give `agent` a seat, or the last rank of the waiting list, or take their request when somebody is to decide.

    The same enrolment when they have one already. Raises EnrolmentRefused (enrolments.rules). Whoever waits goes before
    whoever comes. superior_email: who is asked, when the session or the employer wants their agreement.
    """
    agent = lock_agent(agent)
    session = lock(session)
    terms = rules.Terms(session, agent)
    if terms.mine:
        return terms.mine
    if terms.refusal:
        raise EnrolmentRefused(terms.refusal)
    if terms.situation.somebody_waits:
        give_on(session)
    quota = None if session.is_selective else terms.quota
    enrolment = Enrolment(agent=agent, session=session, quota_id=quota, **asdict(answers or Answers()))
    is_full = quota is None and session.seats_left == 0
    if terms.asks_superior:
        return ask_agreement(enrolment, superior_email, by, hold=not (session.is_selective or is_full))
    if session.is_selective:
        return move(enrolment, EnrolmentState.REQUESTED, by)
    return move(enrolment, EnrolmentState.WAITING if is_full else EnrolmentState.ENROLLED, by)


@transaction.atomic
def accept(*, enrolment: Enrolment, by: User) -> Enrolment:
    """Take the seat that is offered. Raises EnrolmentRefused when the offer is over or clashes with another session."""
    lock_agent(User(pk=enrolment.agent_id))
    enrolment = lock_both(enrolment)
    if enrolment.state == EnrolmentState.ENROLLED:
        return enrolment  # a double click
    now = timezone.now()
    is_offered = enrolment.state == EnrolmentState.OFFERED and enrolment.offer_expires_at > now
    if not is_offered or (enrolment.session.starts_at and enrolment.session.starts_at <= now):
        raise EnrolmentRefused("Cette place n'est plus proposée.")
    if clash := rules.Terms(enrolment.session, enrolment.agent).clash:
        raise EnrolmentRefused(clash)
    return move(enrolment, EnrolmentState.ENROLLED, by)


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: User, reason: str = "") -> Enrolment:
    """Leave a seat, an offer, a request or the waiting list; a seat goes on at once.

    Raises EnrolmentRefused once the session has begun, and without the reason that is wanted (rules.wants_reason).
    """
    enrolment = lock_both(enrolment)
    session, reason = enrolment.session, reason.strip()
    if enrolment.state == EnrolmentState.WITHDRAWN:
        return enrolment
    if session.starts_at and session.starts_at <= timezone.now():
        raise EnrolmentRefused("La session a commencé : écrivez au campus.")
    if not reason and rules.wants_reason(enrolment):
        raise EnrolmentRefused("La session est proche : dites pourquoi vous vous désistez.", "reason")
    enrolment = move(enrolment, EnrolmentState.WITHDRAWN, by, reason)
    give_on(session)
    return enrolment


@transaction.atomic
def expire(*, enrolment: Enrolment) -> None:
    """End what was not answered in time: an offer, a superior's agreement, a wait or a request once the session began.

    Nothing when it was answered meanwhile. A seat that this frees goes on.
    """
    enrolment = lock_both(enrolment)
    if Enrolment.objects.overdue().filter(pk=enrolment.pk).exists():
        move(enrolment, EnrolmentState.EXPIRED, None)
        give_on(enrolment.session)


@transaction.atomic
def promote(*, session: Session) -> None:
    """Offer what seats are free to the first who wait. To call when seats were added."""
    give_on(lock(session))


@transaction.atomic
def cancel_all(*, session: Session, by: User | None) -> None:
    """Tell all who are in a session, or wait for it, that it is cancelled. Once."""
    session = lock(session)
    for enrolment in session.enrolments.live().select_related("agent").select_for_update(of=("self",)):
        enrolment.session = session
        move(enrolment, EnrolmentState.CANCELLED, by, session.cancel_reason)


def rank_of(enrolment: Enrolment) -> int | None:
    """The rank in the waiting list, from 1; None when not in it."""
    if enrolment.state != EnrolmentState.WAITING:
        return None
    return Enrolment.objects.with_rank().get(pk=enrolment.pk).rank
