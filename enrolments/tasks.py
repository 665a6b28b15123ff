"""What the worker does for enrolments twice a minute."""

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from campus.mailing.worker import every_round
from catalogue.models import Session
from enrolments import transitions
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment

A_ROUND = 200
"""Moves at most: a round is one transaction, that must not keep sessions locked for long."""


@every_round
def expire_offers() -> None:
    over = Enrolment.objects.filter(state=EnrolmentState.OFFERED, offer_expires_at__lte=timezone.now())
    for enrolment in over.order_by("session", "pk")[:A_ROUND]:
        transitions.expire_offer(enrolment=enrolment)


@every_round
def offer_free_seats() -> None:
    """Seats that staff have added, and any that a fault has left."""
    queue = Enrolment.objects.filter(session=OuterRef("pk"), state=EnrolmentState.WAITING)
    free = Session.objects.not_cancelled().upcoming().filter(Exists(queue), seats_taken__lt=F("seats"))
    for session in free.order_by("pk")[:A_ROUND]:
        transitions.promote(session=session)
