"""What the worker does for licences twice a minute."""

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from campus.mailing.worker import every_round, one_by_one
from enrolments.models import Licence, LicencePool
from enrolments.transitions import licence as transitions

A_ROUND = 200
"""Moves of a kind at most, so that messages leave between two rounds."""


@every_round
def follow_licences() -> None:
    """End what is over; remind of what is not activated; take it back; close the requests of past years."""
    for due, transition in [
        (Licence.objects.over(), transitions.expire),
        (Licence.objects.to_take_back(), transitions.take_back_unused),
        (Licence.objects.to_remind(), transitions.remind),
        (Licence.objects.unanswered(), transitions.close),
    ]:
        one_by_one(due.order_by("pool_id", "pk")[:A_ROUND], lambda licence, act=transition: act(licence=licence))


@every_round
def give_free_licences() -> None:
    """Licences and codes that staff have added."""
    line = Licence.objects.in_line().filter(pool=OuterRef("pk"))
    free = LicencePool.objects.filter(Exists(line), year__gte=timezone.localdate().year, given__lt=F("seats"))
    one_by_one(free.order_by("pk"), lambda pool: transitions.promote(pool=pool))
