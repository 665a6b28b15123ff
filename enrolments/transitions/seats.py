"""The life of a seat: asked for, waited for, offered, taken, left."""

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from catalogue.models import Session
from enrolments import rules
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment
from enrolments.transitions.base import EnrolmentRefused, give_on, lock, lock_both, move


@transaction.atomic
def enrol(*, agent: User, session: Session, by: User | None) -> Enrolment:
    """Give `agent` a seat, or the last rank of the waiting list. The same enrolment when they have one already.

    Raises EnrolmentRefused (enrolments.rules). Whoever waits goes before whoever comes.
    """
    User.objects.select_for_update(no_key=True).get(pk=agent.pk)  # two tabs on two sessions of the same morning
    session = lock(session.pk)
    existing = Enrolment.objects.live().filter(agent=agent, session=session).first()
    if existing:
        return existing
    if refusal := rules.refusal_for(session, agent):
        raise EnrolmentRefused(refusal)
    give_on(session)
    is_full = session.seats_left == 0 or Enrolment.objects.waiting().filter(session=session).exists()
    enrolment = Enrolment(agent=agent, session=session)
    return move(enrolment, EnrolmentState.WAITING if is_full else EnrolmentState.ENROLLED, by)


@transaction.atomic
def accept(*, enrolment: Enrolment, by: User) -> Enrolment:
    """Take the seat that is offered. Raises EnrolmentRefused when the offer is over or clashes with another session."""
    User.objects.select_for_update(no_key=True).get(pk=enrolment.agent_id)
    enrolment = lock_both(enrolment)
    if enrolment.state == EnrolmentState.ENROLLED:
        return enrolment  # a double click
    if enrolment.state != EnrolmentState.OFFERED or enrolment.offer_expires_at <= timezone.now():
        raise EnrolmentRefused("Cette place n'est plus proposée.")
    if conflict := rules.conflict_of(enrolment.session, enrolment.agent):
        raise EnrolmentRefused(f"Vous avez déjà « {conflict} » : désistez-vous d'abord.")
    return move(enrolment, EnrolmentState.ENROLLED, by)


@transaction.atomic
def withdraw(*, enrolment: Enrolment, by: User, reason: str = "") -> Enrolment:
    """Leave a seat, an offer or the waiting list; a seat goes on at once.

    Raises EnrolmentRefused once the session has begun, and after the deadline when a seat is left without a reason.
    """
    enrolment = lock_both(enrolment)
    session, reason = enrolment.session, reason.strip()
    if enrolment.state == EnrolmentState.WITHDRAWN:
        return enrolment
    if session.starts_at <= timezone.now():
        raise EnrolmentRefused("La session a commencé : écrivez au campus.")
    is_late = enrolment.state == EnrolmentState.ENROLLED and rules.withdrawal_deadline(session) <= timezone.now()
    if is_late and not reason:
        raise EnrolmentRefused("La session est proche : dites pourquoi vous vous désistez.", "reason")
    enrolment = move(enrolment, EnrolmentState.WITHDRAWN, by, reason)
    give_on(session)
    return enrolment


@transaction.atomic
def expire_offer(*, enrolment: Enrolment) -> None:
    """End an offer that nobody took in time; it goes to the next. Nothing when it was answered meanwhile."""
    enrolment = lock_both(enrolment)
    if enrolment.state == EnrolmentState.OFFERED and enrolment.offer_expires_at <= timezone.now():
        move(enrolment, EnrolmentState.EXPIRED, None)
        give_on(enrolment.session)


@transaction.atomic
def promote(*, session: Session) -> None:
    """Offer what seats are free to the first who wait. To call when seats were added."""
    give_on(lock(session.pk))


@transaction.atomic
def cancel_all(*, session: Session, by: User | None) -> None:
    """Tell all who are in a session, or wait for it, that it is cancelled. Once."""
    session = lock(session.pk)
    for enrolment in session.enrolments.live().select_related("agent").select_for_update(of=("self",)):
        enrolment.session = session
        move(enrolment, EnrolmentState.CANCELLED, by, session.cancel_reason)


def rank_of(enrolment: Enrolment) -> int | None:
    """The rank in the waiting list, from 1; None when not in it."""
    if enrolment.state != EnrolmentState.WAITING:
        return None
    return Enrolment.objects.with_rank().get(pk=enrolment.pk).rank
