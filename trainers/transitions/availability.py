"""When trainers say to be free, or not to be."""

import datetime

from django.db import transaction
from django.utils import timezone

from trainers.enums import AvailabilityKind
from trainers.models import Availability, Trainer
from trainers.transitions.base import TransitionRefused


@transaction.atomic
def add_availability(
    *,
    trainer: Trainer,
    kind: AvailabilityKind,
    starts_on: datetime.date,
    ends_on: datetime.date,
    note: str = "",
) -> Availability:
    """Say that a trainer is free, or is not, from one day to another, both included.

    Raises TransitionRefused: period in disorder or over, or that overlaps another.
    """
    trainer = Trainer.objects.select_for_update(of=("self",), no_key=True).get(pk=trainer.pk)
    if ends_on < starts_on:
        raise TransitionRefused("Le dernier jour précède le premier.", "ends_on")
    if ends_on < timezone.localdate():
        raise TransitionRefused("Ces dates sont passées.", "ends_on")
    if other := trainer.availabilities.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).first():
        raise TransitionRefused(f"Vous avez déjà dit : {str(other).lower()}. Retirez d'abord ces dates.", "starts_on")
    return Availability.objects.create(
        trainer=trainer, kind=kind, starts_on=starts_on, ends_on=ends_on, note=note.strip()
    )
