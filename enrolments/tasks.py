"""What the worker does for enrolments twice a minute."""

from django.db.models import Exists, F, OuterRef

from campus.mailing.worker import every_round
from catalogue.models import Session
from enrolments import transitions
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment
from enrolments.transitions.agreements import remind, to_remind

A_ROUND = 200
"""Moves at most: a round is one transaction, that must not keep sessions locked for long."""


@every_round
def expire_what_is_over() -> None:
    for enrolment in Enrolment.objects.overdue().order_by("session", "pk")[:A_ROUND]:
        transitions.expire(enrolment=enrolment)


@every_round
def remind_superiors() -> None:
    for agreement in to_remind().select_related("enrolment").order_by("enrolment__session", "pk")[:A_ROUND]:
        remind(agreement=agreement)


@every_round
def offer_free_seats() -> None:
    """Seats that staff have added, and any that a fault has left."""
    queue = Enrolment.objects.filter(session=OuterRef("pk"), state=EnrolmentState.WAITING)
    free = Session.objects.not_cancelled().upcoming().filter(Exists(queue), seats_taken__lt=F("seats"))
    for session in free.order_by("pk")[:A_ROUND]:
        transitions.promote(session=session)
