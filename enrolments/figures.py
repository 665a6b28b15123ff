"""Figures about several people, for a school or an employer: nothing is counted of fewer than five."""

from typing import NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.text import slugify

from catalogue.models import Slot
from enrolments.enums import EnrolmentState

FEWEST = 5
"""People that a figure is about, at least: fewer could be known one by one."""
HIDDEN = "non chiffré"
"""Not « moins de cinq »: a larger figure is hidden too, where a smaller one could be told from it."""

CAME = Q(state=EnrolmentState.PRESENT)
LENGTH = Subquery(
    Slot.objects.filter(session=OuterRef("session"))
    .order_by()
    .values("session")
    .annotate(length=Sum(F("ends_at") - F("starts_at")))
    .values("length")
)


class Figures(NamedTuple):
    """None for what is about fewer than five people."""

    label: str
    people: int | None
    enrolments: int | None
    came: int | None
    """People who came to a session at least."""
    followed: int | None
    """Sessions followed, all people together."""
    hours: int | None
    """Of these sessions."""


COUNTS = {
    "people": Count("agent", distinct=True),
    "enrolments": Count("pk"),
    "came": Count("agent", distinct=True, filter=CAME),
    "followed": Count("pk", filter=CAME),
    "length": Sum(LENGTH, filter=CAME),
}


def figures_of(enrolments: QuerySet, label: str = "Ensemble") -> Figures:
    """What a queryset of Enrolment amounts to. One query."""
    return _figures(label, enrolments.order_by().aggregate(**COUNTS))


def figures_by(enrolments: QuerySet, field: str, most: int | None = None) -> list[Figures]:
    """The same for each value of `field`, a text, in its order; the `most` that concern most people. One query.

    Where one row alone would be hidden, which the whole would give away, the smallest of the others is hidden with it.
    """
    groups = list(enrolments.order_by().values(label=F(field)).annotate(**COUNTS).order_by("-people", "label")[:most])
    rows = [_figures(group["label"] or "Non renseigné", group) for group in groups]
    if sum(row.people is None for row in rows) == 1 and len(rows) > 1:
        position = max(position for position, row in enumerate(rows) if row.people is not None)
        rows[position] = Figures(rows[position].label, None, None, None, None, None)
    return sorted(rows, key=lambda row: slugify(row.label))


def _figures(label: str, counts: dict) -> Figures:
    asked = counts["people"] >= FEWEST
    came = counts["came"] >= FEWEST
    hours = round(counts["length"].total_seconds() / 3600) if counts["length"] else 0
    return Figures(
        label=label,
        people=counts["people"] if asked else None,
        enrolments=counts["enrolments"] if asked else None,
        came=counts["came"] if came else None,
        followed=counts["followed"] if came else None,
        hours=hours if came else None,
    )
