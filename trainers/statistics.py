"""What became of the applications to a call, counted among those that its reader may know of."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format

from trainers.enums import ApplicationState
from trainers.models import Application, ApplicationEvent, ApplicationSkill, Call

S = ApplicationState
TAKEN = [S.ACCEPTED, S.ONBOARDING, S.ACTIVE]
DECIDED = [*TAKEN, S.POOL, S.REFUSED, S.INADMISSIBLE]
STAGES = [S.SUBMITTED, S.ADMISSIBLE, S.IN_REVIEW, S.MORE_ASKED, S.INTERVIEW, S.ADVISED]


@dataclass
class Measure:
    """A row of a table, and a bar of its chart: `value` against `target`, when there is one."""

    label: str
    value: float
    target: float | None = None
    more: str = ""


@dataclass
class Statistics:
    received: int
    decided: int
    taken: int
    by_month: list[Measure]
    by_state: list[Measure]
    by_skill: list[Measure]
    """Applicants who say to have a skill that the call seeks, against its target; `more`: how many are taken."""
    delays: list[Measure]
    """Median days that applications have spent in a stage that they have left, against the usual delay."""

    @property
    def acceptance(self) -> float | None:
        """Percentage of those taken among those decided."""
        return 100 * self.taken / self.decided if self.decided else None


def statistics_of(call: Call, user) -> Statistics:
    """In six queries. Conflicts of interest of `user` are not counted."""
    applications = Application.objects.visible_to(user).filter(call=call).order_by()
    states = Counter(dict(applications.values_list("state").annotate(Count("pk"))))
    return Statistics(
        received=states.total(),
        decided=sum(states[state] for state in DECIDED),
        taken=sum(states[state] for state in TAKEN),
        by_month=_by_month(applications),
        by_state=[Measure(state.label, states[state]) for state in S if states[state]],
        by_skill=_by_skill(call, applications),
        delays=_delays(call, applications),
    )


def _by_month(applications) -> list[Measure]:
    months = applications.annotate(month=TruncMonth("submitted_at")).values_list("month").annotate(Count("pk"))
    return [Measure(date_format(month, "F Y"), count) for month, count in months.order_by("month")]


def _by_skill(call, applications) -> list[Measure]:
    said = ApplicationSkill.objects.filter(application__in=applications.values("pk")).order_by()
    taken = Count("pk", filter=Q(application__state__in=TAKEN))
    counts = said.values("skill").annotate(claimed=Count("pk"), taken=taken)
    by_skill = {row["skill"]: (row["claimed"], row["taken"]) for row in counts}
    measures = []
    for sought in call.skills.select_related("skill"):
        claimed, taken = by_skill.get(sought.skill_id, (0, 0))
        measures.append(Measure(sought.skill.name, claimed, sought.target, more=f"{taken}"))
    return measures


def _delays(call, applications) -> list[Measure]:
    events = ApplicationEvent.objects.filter(application__in=applications.values("pk"))
    rows = events.order_by("application", "happened_at", "pk").values_list("application", "to_state", "happened_at")
    stays = defaultdict(list)
    for (before, state, since), (after, _next, until) in pairwise(rows.iterator(chunk_size=2000)):
        if before == after:
            stays[state].append((until - since) / datetime.timedelta(days=1))
    usual = {S.SUBMITTED: call.admissibility_days, S.IN_REVIEW: call.review_days, S.ADVISED: call.decision_days}
    return [
        Measure(state.label, round(median(stays[state]), 1), usual.get(state), more=f"{len(stays[state])}")
        for state in STAGES
        if stays[state]
    ]


def table(statistics: Statistics) -> list[list]:
    """All of it as rows for spreadsheets."""
    rows = [["tableau", "ligne", "valeur", "cible ou délai usuel", "complément"]]
    for name, measures in [
        ("Candidatures reçues par mois", statistics.by_month),
        ("Candidatures par état", statistics.by_state),
        ("Candidatures par compétence recherchée", statistics.by_skill),
        ("Jours passés par étape (médiane)", statistics.delays),
    ]:
        rows += [[name, each.label, each.value, each.target, each.more] for each in measures]
    rows.append(["Décisions", "Retenues", statistics.taken, None, f"sur {statistics.decided} décidées"])
    return rows
