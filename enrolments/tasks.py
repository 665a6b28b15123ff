"""What the worker does for enrolments twice a minute."""

from django.db.models import Exists, OuterRef, QuerySet

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
    """Seats that staff have added, and any that a fault has left; reserved ones, once who waits is of the promotion."""
    queue = Enrolment.objects.filter(session=OuterRef("pk"), state=EnrolmentState.WAITING)
    waited_for = Session.objects.not_cancelled().upcoming().filter(Exists(queue))
    _offer(waited_for.with_seats_left())
    _offer(waited_for.filter(seats_reserved__gt=0))


def _offer(free: QuerySet) -> None:
    one_by_one(free.order_by("pk")[:A_ROUND], lambda session: transitions.promote(session=session))
