"""Figures about several people, for a school or an employer: nothing is counted of fewer than five, not even by difference."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.text import slugify

from catalogue.models import Slot
from enrolments.enums import EnrolmentState, Reinvestment

FEWEST = 5
"""People that a figure is about, at least: fewer could be known one by one."""
HIDDEN = "non chiffré"
"""Of fewer than five, or what would give them away."""

CAME = Q(state=EnrolmentState.PRESENT)
ANSWERED = CAME & Q(feedback__isnull=False)
LENGTH = Subquery(
    Slot.objects.filter(session=OuterRef("session"))
    .order_by()
    .values("session")
    .annotate(length=Sum(F("ends_at") - F("starts_at")))
    .values("length")
)


class Figures(NamedTuple):
    """None for what is about fewer than five people, or would give them away."""

    label: str
    people: int | None
    enrolments: int | None
    came: int | None
    """People who came to a session at least."""
    followed: int | None
    """Sessions followed, all people together."""
    hours: int | None
    """Of these sessions."""
    answers: int | None
    """Participants' feedback on them, of five people at least."""
    satisfaction: float | None
    """Its mean, from 1 to 5."""
    reinvesting: int | None
    """How many in a hundred of these answers will use at work what was learned."""

    @property
    def is_hidden(self) -> bool:
        """Whether nothing is told of enrolments nor of sessions followed."""
        return self.people is None and self.came is None


COUNTS = {
    "people": Count("agent", distinct=True),
    "enrolments": Count("pk"),
    "came": Count("agent", distinct=True, filter=CAME),
    "followed": Count("pk", filter=CAME),
    "length": Sum(LENGTH, filter=CAME),
    "answerers": Count("agent", distinct=True, filter=ANSWERED),
    "answers": Count("pk", filter=ANSWERED),
    "satisfaction": Avg("feedback__satisfaction", filter=ANSWERED),
    "reinvesting": Count("pk", filter=ANSWERED & Q(feedback__reinvestment=Reinvestment.YES)),
}
HIDDEN_TOGETHER = {
    "people": ("people", ["people", "enrolments"]),
    "came": ("came", ["came", "followed", "hours"]),
    "answers": ("answerers", ["answers", "satisfaction", "reinvesting"]),
}
"""By field of Figures: the count of people that it is about, and what is hidden with it."""


def told(count: int, *wholes: int) -> int | None:
    """`count` people, None when they are too few to be told, or those that it leaves of one of `wholes`: « 9 of 10 came »
    tells of one."""
    if count < FEWEST or any(0 < whole - count < FEWEST for whole in wholes):
        return None
    return count


def half_up(value: float, places: int = 0) -> float:
    """A figure rounded as one reads it in French: half an hour is 1 hour, 4.25 is 4.3 (Python would say 0, and 4.2)."""
    return float(Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def figures_of(enrolments: QuerySet, label: str = "Ensemble") -> Figures:
    """What a queryset of Enrolment amounts to. One query."""
    return _figures(label, enrolments.order_by().aggregate(**COUNTS))


def figures_by(enrolments: QuerySet, field: str, most: int | None = None) -> list[Figures]:
    """The same for each value of `field`, a text, in its order; the `most` that concern most people. One query.

    The whole less what is shown gives away what is hidden: where that is one row, or fewer than five people together, the
    smallest of the others is hidden too.
    """
    groups = list(enrolments.order_by().values(label=F(field)).annotate(**COUNTS).order_by("-people", "label")[:most])
    rows = [_figures(group["label"] or "Non renseigné", group) for group in groups]
    for field, (count, columns) in HIDDEN_TOGETHER.items():
        _keep_from_subtraction(rows, [group[count] for group in groups], field, columns)
    return sorted(rows, key=lambda row: slugify(row.label))


def _keep_from_subtraction(rows: list[Figures], counts: list[int], field: str, columns: list[str]) -> None:
    by_size = sorted(range(len(rows)), key=counts.__getitem__)
    hidden = [
        rank for rank in by_size if getattr(rows[rank], field) is None and (counts[rank] or rows[rank].people is None)
    ]
    shown = [rank for rank in by_size if getattr(rows[rank], field) is not None]
    while hidden and shown and (len(hidden) == 1 or sum(counts[rank] for rank in hidden) < FEWEST):
        rank = shown.pop(0)
        hidden.append(rank)
        rows[rank] = rows[rank]._replace(**dict.fromkeys(columns))


def _figures(label: str, counts: dict) -> Figures:
    people, came = told(counts["people"]), told(counts["came"], counts["people"])
    answers = counts["answers"] if told(counts["answerers"]) else None
    hours = int(half_up(counts["length"].total_seconds() / 3600)) if counts["length"] else 0
    return Figures(
        label=label,
        people=people,
        enrolments=counts["enrolments"] if people else None,
        came=came,
        followed=counts["followed"] if came else None,
        hours=hours if came else None,
        answers=answers,
        satisfaction=half_up(counts["satisfaction"], 1) if answers else None,
        reinvesting=int(half_up(100 * counts["reinvesting"] / answers)) if answers else None,
    )
