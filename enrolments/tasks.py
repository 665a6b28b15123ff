"""What the worker does for enrolments twice a minute."""

from django.db.models import Exists, F, OuterRef, QuerySet

from campus.mailing.worker import every_round, one_by_one
from catalogue.models import Session
from enrolments import transitions
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment, SeatQuota
from enrolments.transitions.agreements import remind, to_remind

A_ROUND = 200
"""Moves at most, so that messages leave between two rounds."""


@every_round
def expire_what_is_over() -> None:
    overdue = Enrolment.objects.overdue().order_by("session_id", "pk")[:A_ROUND]
    one_by_one(overdue, lambda enrolment: transitions.expire(enrolment=enrolment))


@every_round
def release_quotas() -> None:
    overdue = SeatQuota.objects.overdue().order_by("session_id", "pk")[:A_ROUND]
    one_by_one(overdue, lambda quota: transitions.release(quota=quota))


@every_round
def remind_superiors() -> None:
    silent = to_remind().select_related("enrolment").order_by("enrolment__session_id", "pk")[:A_ROUND]
    one_by_one(silent, lambda agreement: remind(agreement=agreement))


@every_round
def offer_free_seats() -> None:
    """Seats that staff have added, and any that a fault has left; reserved ones, once who waits is of the promotion.

    Only sessions with somebody to serve are taken: others, however many, would come first each time.
    """
    queue = Enrolment.objects.filter(session=OuterRef("pk"), state=EnrolmentState.WAITING)
    waited_for = Session.objects.not_cancelled().upcoming().filter(Exists(queue))
    _offer(waited_for.with_seats_left())
    _offer(waited_for.filter(pk__in=_waited_for_by_their_people(waited_for.filter(seats_reserved__gt=0))))


def _waited_for_by_their_people(sessions: QuerySet) -> set[int]:
    """The keys of those where somebody waits for whom a seat is kept. A query an organisation that keeps some there."""
    left = SeatQuota.objects.in_force().filter(used__lt=F("seats"), session__in=sessions)
    found: set[int] = set()
    for organisation in left.order_by().values_list("organisation", flat=True).distinct():
        theirs = left.filter(organisation=organisation).values("session")
        queue = Enrolment.objects.waiting().filter(session__in=theirs).of_people_of(organisation)
        found.update(queue.order_by().values_list("session", flat=True).distinct())
    return found


def _offer(free: QuerySet) -> None:
    one_by_one(free.order_by("pk")[:A_ROUND], lambda session: transitions.promote(session=session))
