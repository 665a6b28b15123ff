"""What staff decide: whom to choose, to refuse, to add, to move up; who came."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from campus.accounts.models import Organisation, User, domain_of
from catalogue.enums import SessionState
from catalogue.models import Session
from enrolments import rules
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment, QueuePriority
from enrolments.models.priority import HIGHEST
from enrolments.transitions.base import EnrolmentRefused, give_on, lock, lock_agent, lock_both, log, move


@transaction.atomic
def select(*, enrolment: Enrolment, by: User) -> Enrolment:
    """Give a seat to somebody who asked for it. Raises EnrolmentRefused without a seat left, before the agreement, when
    they have another session then, and for who waits: `move_up` says why they go before others."""
    enrolment = _requested(enrolment)
    if enrolment.state == EnrolmentState.ENROLLED:
        return enrolment  # a double click
    if enrolment.state != EnrolmentState.REQUESTED:
        raise EnrolmentRefused(f"{enrolment.agent} n'a pas de demande à accepter : faites passer devant qui attend.")
    terms = rules.Terms(enrolment.session, enrolment.agent)
    if terms.conflict:
        raise EnrolmentRefused(f"{enrolment.agent} a déjà « {terms.conflict} ».")
    if not enrolment.held_until:
        enrolment.quota_id = terms.quota
    if not (enrolment.held_until or enrolment.quota_id or enrolment.session.seats_left):
        raise EnrolmentRefused(f"Plus de place pour {enrolment.agent} : mettez sa demande en liste d'attente.")
    return move(enrolment, EnrolmentState.ENROLLED, by)


@transaction.atomic
def put_in_line(*, enrolment: Enrolment, by: User) -> Enrolment:
    """Keep a request in the waiting list, at the rank of its arrival. Raises EnrolmentRefused before the agreement."""
    enrolment = move(_requested(enrolment), EnrolmentState.WAITING, by)
    give_on(enrolment.session)
    return enrolment


def _requested(enrolment: Enrolment) -> Enrolment:
    """The request, locked, once nothing but staff's decision is missing."""
    enrolment = lock_both(enrolment)
    agreement = getattr(enrolment, "agreement", None)
    if enrolment.state == EnrolmentState.REQUESTED and agreement and not agreement.is_given:
        raise EnrolmentRefused(f"La demande de {enrolment.agent} attend l'accord de son supérieur.")
    return enrolment


@transaction.atomic
def refuse(*, enrolment: Enrolment, by: User, reason: str) -> Enrolment:
    """Turn down a request, or somebody who waits. Raises EnrolmentRefused without a reason, which the agent reads."""
    enrolment, reason = lock_both(enrolment), reason.strip()
    if not reason:
        raise EnrolmentRefused("Dites pourquoi : la personne le lira.", "reason")
    enrolment = move(enrolment, EnrolmentState.REFUSED, by, reason)
    give_on(enrolment.session)
    return enrolment


@transaction.atomic
def add_agent(*, session: Session, email: str, by: User, reason: str) -> Enrolment:
    """Enrol somebody by their address, opening their account when they have none; in the line when no seat is free.

    Outside the window and without selection nor agreement: staff answer for it. Raises EnrolmentRefused for a session
    that is over or cancelled, one kept for other employers, and one that clashes with another of theirs.
    """
    email = email.strip().lower()
    domain = domain_of(email)
    account, _is_new = User.objects.get_or_create(
        email=email, defaults={"organisation": domain.organisation if domain else None}
    )
    agent = lock_agent(account)
    session = lock(session)
    terms = rules.Terms(session, agent)
    if terms.mine:
        raise EnrolmentRefused(f"{agent} a déjà une inscription : {terms.mine.get_state_display().lower()}.", "email")
    if not agent.is_active:
        raise EnrolmentRefused("Ce compte est fermé.", "email")
    if session.state in {SessionState.CANCELLED, SessionState.FINISHED} or session.starts_at is None:
        raise EnrolmentRefused(f"On n'inscrit plus personne à cette session : {session.state.label.lower()}.")
    if not terms.is_open:
        raise EnrolmentRefused(f"{agent} n'est pas des employeurs à qui la session est réservée.", "email")
    if terms.conflict:
        raise EnrolmentRefused(f"{agent} a déjà « {terms.conflict} ».", "email")
    give_on(session)
    enrolment = Enrolment(agent=agent, session=session, quota_id=terms.quota)
    is_full = terms.quota is None and rules.is_full_for_newcomers(session)
    if is_full and session.starts_at <= timezone.now():
        raise EnrolmentRefused("La session a commencé et n'a plus de place.")
    return move(enrolment, EnrolmentState.WAITING if is_full else EnrolmentState.ENROLLED, by, reason)


@transaction.atomic
def move_up(*, enrolment: Enrolment, by: User, reason: str) -> Enrolment:
    """Put somebody who waits before all others. Raises EnrolmentRefused without a reason, or when they do not wait."""
    enrolment, reason = lock_both(enrolment), reason.strip()
    if enrolment.state != EnrolmentState.WAITING:
        raise EnrolmentRefused(f"{enrolment.agent} n'est pas en liste d'attente.")
    if not reason:
        raise EnrolmentRefused("Dites pourquoi : l'historique le garde.", "reason")
    waiting = Enrolment.objects.waiting().filter(session=enrolment.session)
    highest = waiting.aggregate(highest=Max("priority"))["highest"]
    enrolment.priority = max(highest, HIGHEST) + 1
    enrolment.save(update_fields=["priority", "updated_at"])
    log(enrolment, enrolment.state, by, reason)
    return enrolment


@transaction.atomic
def set_priority(*, session: Session, organisation: Organisation, level: int, by: User, reason: str) -> QueuePriority:
    """Have the agents of an employer, and of those below it, go first in the line of a session.

    level: 1 to 9. Those moved up by hand keep their rank. Raises EnrolmentRefused without a reason.
    """
    if not reason.strip():
        raise EnrolmentRefused("Dites pourquoi : l'historique le garde.", "reason")
    session = lock(session)
    priority, _is_new = QueuePriority.objects.update_or_create(
        session=session,
        organisation=organisation,
        defaults={"level": level, "reason": reason.strip(), "set_by": by, "set_at": timezone.now()},
    )
    _order_again(session)
    return priority


@transaction.atomic
def lift_priority(*, priority: QueuePriority) -> None:
    """Take a priority away; the line takes its order back."""
    session = lock(priority.session)
    priority.delete()
    _order_again(session)


def _order_again(session: Session) -> None:
    """One write an employer, however long the line is."""
    waiting = Enrolment.objects.waiting().filter(session=session, priority__lte=HIGHEST)
    first_of_employers = waiting.order_by("agent__organisation_id", "pk").distinct("agent__organisation_id")
    for enrolment in first_of_employers.select_related("agent"):
        level = rules.Terms(session, enrolment.agent).priority
        waiting.filter(agent__organisation=enrolment.agent.organisation_id).update(priority=level)


@transaction.atomic
def note_attendance(*, enrolment: Enrolment, is_present: bool, by: User) -> Enrolment:
    """Say whether somebody came. Raises EnrolmentRefused before the session begins, and for who had no seat."""
    enrolment = lock_both(enrolment)
    to_state = EnrolmentState.PRESENT if is_present else EnrolmentState.ABSENT
    if enrolment.state == to_state:
        return enrolment
    if enrolment.session.starts_at is None or enrolment.session.starts_at > timezone.now():
        raise EnrolmentRefused("La session n'a pas commencé.")
    return move(enrolment, to_state, by)
