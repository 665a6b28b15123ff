"""One statement answers a search: which trainings, in which order, and how many each value of each facet would give.

A facet's counts are taken as if that facet alone were free. So each training found is judged once: it counts for all
facets if it passes them all, for one facet if it fails that one only, for none otherwise.
"""

from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from catalogue.search.query import Question

PAGE_SIZE = 20
ORDERS = {
    "pertinence": "rank DESC, title_key, training_id",
    "prochaine-session": "next_at NULLS LAST, title_key, training_id",
    "nouveaute": "published_on DESC, title_key, training_id",
    "duree": "minutes NULLS LAST, title_key, training_id",
    "titre": "title_key, training_id",
}

# Of description, summary, skills and title, in PostgreSQL's order (D to A): a word of the title outweighs all the rest.
WEIGHTS = "{0.02, 0.08, 0.2, 1}"

# What only the coming sessions tell; a parcours has those of its modules. `is_open` says what SessionState.OPEN says.
COMING = """
    dated AS (
        SELECT module_id, starts_at, 'region:' || place.region AS region,
               enrolment_opens_at <= %(now)s AND enrolment_closes_at > %(now)s AND seats_taken < seats AS is_open
        FROM catalogue_session AS session LEFT JOIN catalogue_place AS place ON place.id = session.place_id
        JOIN catalogue_training AS module ON module.id = session.module_id AND module.state = 'publie'
        WHERE cancelled_at IS NULL AND starts_at > %(now)s
    ),
    coming AS (
        SELECT training_id, min(starts_at) AS next_at,
               array_remove(array_agg(DISTINCT region) || ARRAY[
                   'disponibilite:session-a-venir', CASE WHEN bool_or(is_open) THEN 'disponibilite:session-ouverte' END
               ], NULL) AS facets
        FROM (
            SELECT module_id AS training_id, dated.* FROM dated
            UNION ALL SELECT parcours_id, dated.* FROM dated JOIN catalogue_step USING (module_id)
        ) AS taught
        GROUP BY training_id
    )
"""

FOUND = """
    found AS MATERIALIZED (
        SELECT training_id, title_key, published_on, minutes, next_at, {rank} AS rank,
               entry.facets || coalesce(coming.facets, '{{}}') AS facets
        FROM catalogue_searchentry AS entry LEFT JOIN coming USING (training_id) {matching}
    ),
    judged AS MATERIALIZED (SELECT *, array_remove(ARRAY[{failures}]::text[], NULL) AS failed FROM found)
"""

ANSWER = """
    SELECT
        (SELECT count(*) FROM judged WHERE failed = '{{}}'),
        ARRAY(SELECT training_id FROM judged WHERE failed = '{{}}' ORDER BY {order} {part}),
        (SELECT json_object_agg(facet, count) FROM (
            SELECT facet, count(*) FROM judged, unnest(facets) AS facet
            WHERE failed = '{{}}' OR (cardinality(failed) = 1 AND starts_with(facet, failed[1] || ':'))
            GROUP BY facet) AS counted),
        (SELECT json_object_agg(facet, count) FROM (
            SELECT failed[1] AS facet, count(*) FROM judged WHERE cardinality(failed) = 1 GROUP BY 1) AS spared),
        (SELECT count(*) FROM found)
"""

# The page asked, or the last one.
PAGE = """
    LIMIT %(page_size)s OFFSET %(page_size)s * least(
        %(page)s - 1, greatest((SELECT count(*) - 1 FROM judged WHERE failed = '{}') / %(page_size)s, 0))
"""


class Results(NamedTuple):
    total: int
    ids: list[int]
    """Those of the page asked, or all of them."""
    counts: dict[str, int]
    """« niveau:novice »: how many trainings this value would give, the other facets kept."""
    without: dict[str, int]
    """« niveau »: how many more trainings there would be without this facet."""
    found: int
    """How many answer the words alone."""


def search(question: Question | None, ticked: dict[str, list[str]], *, order: str, page: int | None = None) -> Results:
    """Published trainings that answer the question and, in each facet of `ticked`, one at least of the keys given.

    `order` is one of ORDERS. `page` counts from 1, beyond the last it is the last; None gives all ids. One query.
    """
    parameters = {"now": timezone.now(), "page": page, "page_size": PAGE_SIZE}
    failures = []
    for facet, keys in ticked.items():
        if keys:
            parameters[f"facet_{facet}"] = [f"{facet}:{key}" for key in keys]
            failures.append(f"CASE WHEN NOT facets && %(facet_{facet})s::text[] THEN '{facet}' END")
    rank, matching, asked = "0", "", ""
    if question:
        parameters |= question.parameters
        asked = f"question AS (SELECT {question.sql} AS query, {question.typed_sql} AS typed),"
        rank = f"ts_rank('{WEIGHTS}', vector, query) + 2 * ts_rank('{WEIGHTS}', vector, typed)"
        matching = "CROSS JOIN question WHERE vector @@ query"
    part = PAGE if page is not None else ""
    sql = (
        f"WITH {asked} {COMING}, {FOUND.format(rank=rank, matching=matching, failures=', '.join(failures))}"
        f"{ANSWER.format(order=ORDERS[order], part=part)}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        total, ids, counts, without, found = cursor.fetchone()
    return Results(total, ids, counts or {}, without or {}, found)
