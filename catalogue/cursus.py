"""The curricula of partners: their levels, and the trainings placed in them. Each function locks the cursus."""

from django.db import transaction
from django.db.models import Max

from campus.refusal import Refused
from catalogue import versions
from catalogue.models import Cursus, CursusLevel, CursusTraining, Partner, Training

MAX_PUBLIC = 10
"""Cursus that the page of a partner shows."""
MAX_TRAININGS = 100
"""Trainings in a cursus."""


class CursusRefused(Refused):
    """What a cursus cannot be, or hold."""


@transaction.atomic
def write(*, cursus: Cursus, levels: list[str], by=None, version: str = "") -> Cursus:
    """Save a cursus, new or changed, with the levels of these names in this order.

    A level that keeps its name keeps its trainings. The others that go, when as many come, change names in order; else
    they must be empty. `version`: of `said_in`, as the page showed it. Raises CursusRefused, versions.Outdated.
    """
    partner = Partner.objects.select_for_update(of=("self",)).get(pk=cursus.partner_id)
    if saved := partner.cursus.select_related("written_by").filter(pk=cursus.pk).first():
        wanted = {**said_in(cursus), "levels": levels}
        versions.check(version, saved=said_in(saved), wanted=wanted, by=saved.written_by)
    others = partner.cursus.filter(is_public=True).exclude(pk=cursus.pk)
    if cursus.is_public and others.count() >= MAX_PUBLIC:
        raise CursusRefused(
            f"Votre page montre déjà {MAX_PUBLIC} cursus : décochez cette case, ici ou pour l'un d'eux.", "is_public"
        )
    if partner.cursus.filter(name=cursus.name, year=cursus.year).exclude(pk=cursus.pk).exists():
        raise CursusRefused("Vous avez déjà un cursus de ce nom pour cette année.", "name")
    cursus.written_by = by
    cursus.save()
    _lock(cursus)
    before = list(cursus.levels.all())
    gone = [level for level in before if level.name not in levels]
    known = {level.name: level for level in before if level.name in levels}
    new = [name for name in levels if name not in known]
    if len(gone) == len(new):
        known |= dict(zip(new, gone, strict=True))
        gone = []
    _delete(gone)
    for position, name in enumerate(levels, start=1):
        level = known.get(name) or CursusLevel(cursus=cursus)
        level.name, level.position = name, position
        level.save()
    return cursus


def said_in(cursus: Cursus) -> dict:
    """What its page lets change, by name of field."""
    fields = {name: getattr(cursus, name) for name in ("name", "year", "description", "is_public")}
    return fields | {"levels": list(cursus.levels.values_list("name", flat=True))}


def _delete(levels: list[CursusLevel]) -> None:
    full = [f"« {level} »" for level in levels if level.places.exists()]
    if full:
        raise CursusRefused(f"Retirez d'abord les formations de {', '.join(full)}.", "levels")
    for level in levels:
        level.delete()


@transaction.atomic
def add_training(*, level: CursusLevel, training: Training, note: str = "") -> CursusTraining:
    """Place a published training last in a level. Raises CursusRefused."""
    _lock(level.cursus)
    if not training.is_published:
        raise CursusRefused("Cette formation n'est pas au catalogue.", "training")
    if level.places.filter(training=training).exists():
        raise CursusRefused(f"« {training} » est déjà au niveau « {level} ».", "training")
    if CursusTraining.objects.filter(level__cursus=level.cursus_id).count() >= MAX_TRAININGS:
        raise CursusRefused(f"Un cursus compte {MAX_TRAININGS} formations au plus.", "training")
    last = level.places.aggregate(last=Max("position"))["last"] or 0
    return level.places.create(training=training, position=last + 1, note=note)


@transaction.atomic
def move(*, place: CursusTraining, is_up: bool) -> bool:
    """Change places with the training before, or after, in the level. False for the first, or the last."""
    _lock(place.level.cursus)
    others = place.level.places.all()
    place = others.filter(pk=place.pk).first()
    if place is None:  # removed meanwhile
        return False
    if is_up:
        other = others.filter(position__lt=place.position).order_by("-position").first()
    else:
        other = others.filter(position__gt=place.position).order_by("position").first()
    if other is None:
        return False
    place.position, other.position = other.position, place.position
    CursusTraining.objects.bulk_update([place, other], ["position"])
    return True


def _lock(cursus: Cursus) -> None:
    Cursus.objects.select_for_update(of=("self",)).get(pk=cursus.pk)
