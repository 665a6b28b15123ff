"""What an employer's HR correspondents see and publish: figures without anybody's name, and trainings advised to agents."""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from campus.accounts.hierarchy import BELOW
from campus.accounts.models import Organisation, User
from campus.refusal import Refused
from catalogue.models import Training
from enrolments.figures import HIDDEN, Figures, figures_by, figures_of
from enrolments.models import Enrolment, InternalPriority

FIRST_YEAR = 2023
"""When the campus began."""
TRAININGS_SHOWN = 50
MOST_ADVISED = 50
HEADER = [
    "Tableau", "Intitulé", "Personnes inscrites", "Inscriptions", "Personnes venues", "Participations", "Heures suivies",
    "Avis", "Satisfaction sur 5", "S'en serviront au travail (%)",
]  # fmt: skip


class PriorityRefused(Refused):
    """A training that cannot be advised so."""


class Report(NamedTuple):
    """A year of an employer."""

    whole: Figures
    by_organisation: list[Figures]
    by_training: list[Figures]

    @property
    def satisfaction(self) -> list[Figures]:
        """The whole, then the organisations, where there are several, whose feedback may be told."""
        several = self.by_organisation if len(self.by_organisation) > 1 else []
        return [self.whole, *(row for row in several if row.answers is not None)]

    @property
    def leaves_out(self) -> bool:
        """Whether `satisfaction` is not that of all the organisations."""
        return len(self.satisfaction) - 1 < len(self.by_organisation) > 1


def years() -> list[int]:
    """Those one may ask for, the current one first."""
    return list(range(timezone.localdate().year, FIRST_YEAR - 1, -1))


def enrolments_of(organisation: Organisation, year: int) -> QuerySet:
    """Those, in sessions that begin in `year`, of agents of `organisation` and of those below it, whose account was used. Who
    only says that they are one of its agents does not count: nothing proves it."""
    below = RawSQL(BELOW, [[organisation.pk]])  # noqa: S611 (no value comes from outside)
    start, end = (timezone.make_aware(datetime.datetime(each, 1, 1)) for each in (year, year + 1))
    return (
        Enrolment.objects.concerned()
        .of_used_accounts()
        .filter(agent__organisation__in=below, session__starts_at__gte=start, session__starts_at__lt=end)
        .exclude(agent__profile__chose_employer=True)
    )


def report_of(organisation: Organisation, year: int) -> Report:
    """Three queries."""
    enrolments = enrolments_of(organisation, year)
    return Report(
        figures_of(enrolments),
        figures_by(enrolments, "agent__organisation__name"),
        figures_by(enrolments, "session__module__title", TRAININGS_SHOWN),
    )


def report_rows(report: Report) -> Iterator[list]:
    """The same as rows of a spreadsheet, what is hidden said so."""
    yield HEADER
    tables = [("Ensemble", [report.whole]), ("Organisation", report.by_organisation), ("Formation", report.by_training)]
    for name, lines in tables:
        for line in lines:
            yield [name, line.label, *(HIDDEN if value is None else value for value in line[1:])]


@transaction.atomic
def advise(*, organisation: Organisation, training: Training, note: str, by: User) -> InternalPriority:
    """Put a training at the end of what an employer advises. Raises PriorityRefused when it is there, and beyond
    MOST_ADVISED."""
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    advised = organisation.internal_priorities.all()
    if advised.filter(training=training).exists():
        raise PriorityRefused("Cette formation est déjà dans vos priorités.", "training")
    if advised.count() >= MOST_ADVISED:
        raise PriorityRefused(f"Vous conseillez déjà {MOST_ADVISED} formations : retirez-en une d'abord.", "training")
    last = advised.aggregate(last=Max("position"))["last"] or 0
    return organisation.internal_priorities.create(training=training, note=note.strip(), position=last + 1, added_by=by)


@transaction.atomic
def move_up(*, priority: InternalPriority) -> None:
    """Put a training before the one that stands above it; nothing for the first, nor for one removed meanwhile."""
    Organisation.objects.select_for_update(no_key=True).get(pk=priority.organisation_id)
    ordered = list(InternalPriority.objects.filter(organisation=priority.organisation_id))
    rank = ordered.index(priority) if priority in ordered else 0
    if rank:
        ordered[rank - 1 : rank + 1] = ordered[rank], ordered[rank - 1]
        for position, each in enumerate(ordered, start=1):
            each.position = position
        InternalPriority.objects.bulk_update(ordered, ["position"])


def no_longer_advise(*, priority: InternalPriority) -> None:
    InternalPriority.objects.filter(pk=priority.pk).delete()
