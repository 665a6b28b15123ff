"""How many licences the agents of an organisation have. Employers see no figure from which one person could be guessed."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import connection
from django.db.models import Count, Q

from campus.accounts.hierarchy import organisations_below
from campus.accounts.models import Organisation
from enrolments.enums import LICENCE_HELD, LicenceAccess, LicenceProvider, LicenceState
from enrolments.figures import HIDDEN, told
from enrolments.models import Licence, LicencePool

HEADER = ["Tableau", "Licence", "Attribuées", "Activées", "Terminées", "Demandées"]

MINISTRY_HEADER = ["Employeur", "En file", "Contingents", "Attribuées", "Activées", "Terminées", "Rendues ou reprises"]

# By the organisation above all others: the ministry.
BY_MINISTRY = """
    WITH RECURSIVE place(id, top_id) AS (
        SELECT id, id FROM accounts_organisation WHERE parent_id IS NULL
        UNION ALL
        SELECT child.id, place.top_id FROM accounts_organisation AS child JOIN place ON place.id = child.parent_id
    )
    , licences AS (
        SELECT place.top_id,
               count(*) FILTER (WHERE licence.state = %(asked)s) AS asked,
               count(*) FILTER (WHERE licence.state = ANY(%(held)s)) AS given,
               count(*) FILTER (WHERE licence.activated_at IS NOT NULL AND licence.state = ANY(%(held)s)) AS activated,
               count(*) FILTER (WHERE licence.state = %(done)s) AS finished,
               count(*) FILTER (WHERE licence.state = %(taken_back)s) AS taken_back
        FROM enrolments_licence AS licence
        JOIN accounts_user AS agent ON agent.id = licence.agent_id
        LEFT JOIN place ON place.id = agent.organisation_id
        WHERE licence.pool_id = %(pool)s
        GROUP BY place.top_id
    ), allotments AS (
        SELECT place.top_id, sum(allotment.seats) AS seats
        FROM enrolments_allotment AS allotment JOIN place ON place.id = allotment.organisation_id
        WHERE allotment.pool_id = %(pool)s
        GROUP BY place.top_id
    )
    SELECT coalesce(top.name, 'Employeur inconnu'), coalesce(asked, 0), coalesce(seats, 0), coalesce(given, 0),
           coalesce(activated, 0), coalesce(finished, 0), coalesce(taken_back, 0)
    FROM licences
    FULL JOIN allotments USING (top_id)
    LEFT JOIN accounts_organisation AS top ON top.id = top_id
    ORDER BY 4 DESC, 2 DESC, 1
"""


class LicenceFigure(NamedTuple):
    """What an employer may know of a pool; None where it would say something of fewer than five people."""

    name: str
    """« Pix 2026 »."""
    given: int | None
    activated: int | None
    finished: int | None
    asked: int | None


class MinistryFigure(NamedTuple):
    """What staff know of a pool: exact."""

    name: str
    asked: int
    allotted: int
    """Licences kept for it and for those below it."""
    given: int
    activated: int
    finished: int
    taken_back: int


def licence_figures(organisation: Organisation) -> list[LicenceFigure]:
    """A figure a pool, the latest year first, of the agents of `organisation` and of those below it.

    Who only says that they are one of its agents does not count (issue 4). Every account here was used: agents alone ask.
    """
    below = organisations_below([organisation.pk])
    theirs = Licence.objects.filter(agent__organisation__in=below).exclude(agent__profile__chose_employer=True)
    held, finished = Q(state__in=LICENCE_HELD), Q(state=LicenceState.DONE)
    pools = theirs.values_list("pool__provider", "pool__year").annotate(
        given=Count("pk", filter=held),
        activated=Count("pk", filter=held & Q(activated_at__isnull=False)),
        finished=Count("pk", filter=finished),
        asked=Count("pk", filter=Q(state=LicenceState.REQUESTED)),
    )
    return [
        LicenceFigure(
            name=f"{LicenceProvider(provider).label} {year}",
            given=told(given),
            activated=told(activated, given),
            finished=told(finished, activated, given),
            asked=told(asked),
        )
        for provider, year, given, activated, finished, asked in pools.order_by("-pool__year", "pool__provider")
    ]


def figure_rows(figures: Iterable[LicenceFigure]) -> Iterator[list]:
    """The same as rows of a spreadsheet, what is hidden said so."""
    yield HEADER
    for figure in figures:
        yield ["Licences", figure.name, *(HIDDEN if value is None else value for value in figure[1:])]


def by_ministry(pool: LicencePool) -> list[MinistryFigure]:
    """How the licences of a pool are spread."""
    with connection.cursor() as cursor:
        cursor.execute(
            BY_MINISTRY,
            {
                "pool": pool.pk,
                "held": LICENCE_HELD,
                "asked": LicenceState.REQUESTED,
                "done": LicenceState.DONE,
                "taken_back": LicenceState.TAKEN_BACK,
            },
        )
        return [MinistryFigure(*row) for row in cursor.fetchall()]


def left_in_words(pool: LicencePool) -> str:
    """« 52, dont 7 pour tous »: the others are in allotments."""
    total = intcomma(pool.left)
    return f"{total}, dont {intcomma(pool.common_left)} pour tous" if pool.allotted else total


def missing_codes(pool: LicencePool) -> int:
    """How many of the licences left have no code to be given with. Of a pool with its counts (`with_counts`)."""
    return 0 if pool.is_over or pool.access != LicenceAccess.CODES else max(pool.left - pool.codes_left, 0)


def room_in_words(pool: LicencePool) -> str:
    """What is free to give: for all, by allotment, in codes. Of a pool with its counts."""
    allotted = ", ".join(
        f"{allotment.organisation} {intcomma(allotment.left)}" for allotment in pool.allotments.all() if allotment.left
    )
    told = f"Libres pour tous : {intcomma(pool.common_left)}. "
    if pool.allotted:
        told += f"Libres en contingents, pour leurs seuls agents : {allotted or 'aucune'}. "
    if pool.access == LicenceAccess.CODES:
        told += f"Codes libres : {intcomma(pool.codes_left)}"
        missing = missing_codes(pool)
        told += f", il en manque {intcomma(missing)} pour tout attribuer. " if missing else ". "
    return told.strip()
