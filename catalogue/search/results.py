"""One statement answers a search: which trainings, in which order, and how many each value of each facet would give.

A facet's counts are taken as if that facet alone were free. So each training found is judged once: it counts for all
facets if it passes them all, for one facet if it fails that one only, for none otherwise.
"""

from typing import NamedTuple

from django.utils import timezone

from campus.kept import forget, kept
from campus.prepared import prepared_cursor
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
TITLE = "{a}"

# First the titles that answer, by a synonym nearly as well as by the words typed; beyond 50 letters a title speaks of more
# besides. Elsewhere the words typed outweigh their synonyms.
RANK = f"""
    CASE WHEN ts_filter(vector, '{TITLE}') @@ query
         THEN 2 + ts_rank('{WEIGHTS}', vector, query) * CASE WHEN ts_filter(vector, '{TITLE}') @@ typed THEN 1.2 ELSE 1 END
              / greatest(length(title_key), 50)
         WHEN vector @@ typed THEN 1 + ts_rank('{WEIGHTS}', vector, typed)
         ELSE ts_rank('{WEIGHTS}', vector, query) END
"""

# What only the coming sessions tell; a parcours has those of its modules. `is_open` says what SessionState.OPEN says.
COMING = """
    dated AS (
        SELECT module_id, starts_at, 'region:' || place.region AS region,
               enrolment_opens_at <= %(now)s AND enrolment_closes_at > %(now)s AND seats_taken + seats_reserved < seats AS is_open
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
            SELECT facet COLLATE "C" AS facet, count(*) FROM judged, unnest(facets) AS facet {counting}
            GROUP BY 1) AS counted),
        (SELECT json_object_agg(facet, count) FROM (
            SELECT failed[1] AS facet, count(*) FROM judged WHERE cardinality(failed) = 1 GROUP BY 1) AS spared),
        (SELECT count(*) FROM found)
"""

# Left out when no facet is ticked: PostgreSQL then guesses better how many there are.
COUNTING = """
    WHERE failed = '{}' OR (cardinality(failed) = 1 AND starts_with(facet, failed[1] || ':'))
"""

# The page asked, or the last one.
PAGE = """
    LIMIT %(page_size)s OFFSET %(page_size)s * least(
        %(page)s - 1, greatest((SELECT count(*) - 1 FROM judged WHERE failed = '{}') / %(page_size)s, 0))
"""


SMALL = 10_000
"""So many trainings are counted quickly enough to be counted each time."""
WHOLE = """
    SELECT ARRAY(SELECT training_id FROM catalogue_searchentry ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s), {total}
"""
WHOLE_BY_SESSION = f"""
    WITH {COMING} SELECT ARRAY(
        SELECT training_id FROM catalogue_searchentry LEFT JOIN coming USING (training_id)
        ORDER BY {{order}} LIMIT %(limit)s OFFSET %(offset)s), {{total}}
"""  # noqa: S608 (made of constants)


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

    `order` is one of ORDERS. `page` counts from 1, beyond the last it is the last; None gives all ids. One query, and
    once a minute one more when nothing is asked.
    """
    ticked = {facet: keys for facet, keys in ticked.items() if keys}
    order = "titre" if question is None and order == "pertinence" else order
    if question is None and not ticked and page is not None:
        return _whole_catalogue(order, page)
    return _search(question, ticked, order, page)


def _whole_catalogue(order: str, page: int) -> Results:
    """What is counted when nothing is asked is kept a minute: this page must be as quick with 100,000 trainings."""
    counted = kept("whole-catalogue", lambda: _search(None, {}, "titre", 1))
    offset = PAGE_SIZE * min(page - 1, max(counted.total - 1, 0) // PAGE_SIZE)
    sql = WHOLE_BY_SESSION if order == "prochaine-session" else WHOLE
    total = "(SELECT count(*) FROM catalogue_searchentry)" if counted.total <= SMALL else "%(total)s"
    parameters = {"now": timezone.now(), "limit": PAGE_SIZE, "offset": offset, "total": counted.total}
    with prepared_cursor() as cursor:
        cursor.execute(sql.format(order=ORDERS[order], total=total), parameters)
        ids, total = cursor.fetchone()
    if total == counted.total and len(ids) == min(PAGE_SIZE, total - offset):
        return counted._replace(ids=ids)
    forget("whole-catalogue")  # trainings came or went since
    return _search(None, {}, order, page)


def _search(question, ticked, order, page) -> Results:
    parameters = {"now": timezone.now(), "page": page, "page_size": PAGE_SIZE}
    failures = []
    for facet, keys in ticked.items():
        parameters[f"facet_{facet}"] = [f"{facet}:{key}" for key in keys]
        failures.append(f"CASE WHEN NOT facets && %(facet_{facet})s::text[] THEN '{facet}' END")
    rank, matching, asked = "0", "", ""
    if question:
        parameters |= question.parameters
        asked = f"question AS MATERIALIZED (SELECT {question.sql} AS query, {question.typed_sql} AS typed),"
        rank = RANK if order == "pertinence" else rank
        matching = "CROSS JOIN question WHERE vector @@ query"
    part = PAGE if page is not None else ""
    sql = (
        f"WITH {asked} {COMING}, {FOUND.format(rank=rank, matching=matching, failures=', '.join(failures))}"
        f"{ANSWER.format(order=ORDERS[order], part=part, counting=COUNTING if failures else '')}"
    )
    with prepared_cursor() as cursor:
        cursor.execute(sql, parameters)
        total, ids, counts, without, found = cursor.fetchone()
    return Results(total, ids, counts or {}, without or {}, found)
