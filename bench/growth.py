"""From 150 to 100,000 trainings: how the pages and the search slow down, as ratios.

Databases of their own, beside the one that DATABASE_URL or the embedded server gives: copies of the demonstration
campus, whose trainings are multiplied (their sessions at most twenty times: an agenda does not grow like a catalogue).
"""

import os
import statistics
import sys
import time

import django

from bench.copies import measure_on_copies
from bench.servers import Server

SIZES = [1, 67, 667]
"""Times 150 trainings."""
STEP = 1_000_000
"""Between the id of a row and that of its copy."""
SESSIONS_COPIED = 20
LINKS = ["audiences", "metiers", "skills", "providers", "other_domains"]
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
RUNS = 11
# A word found in about half of the trainings, then one in few.
WORDS = ["outil", "accessibilité"]
BY_HAND = """
    WITH found AS MATERIALIZED (
        SELECT training_id, facets, ts_rank(vector, query) AS rank
        FROM catalogue_searchentry, (SELECT {question} AS query) AS question WHERE vector @@ query
    ),
    taught AS MATERIALIZED (
        SELECT found.training_id, region, enrolment_opens_at <= now() AND enrolment_closes_at > now()
               AND seats_taken < seats AS is_open
        FROM found
        JOIN (SELECT id AS training_id, id AS module_id FROM catalogue_training
              UNION ALL SELECT parcours_id, module_id FROM catalogue_step) AS part USING (training_id)
        JOIN catalogue_session AS session USING (module_id)
        LEFT JOIN catalogue_place AS place ON place.id = session.place_id
        WHERE cancelled_at IS NULL AND starts_at > now()
    )
    SELECT (SELECT count(*) FROM found),
           ARRAY(SELECT training_id FROM found ORDER BY rank DESC LIMIT 20),
           (SELECT json_object_agg(facet, count) FROM (
               SELECT facet, count(*) FROM found, unnest(facets) AS facet GROUP BY facet) AS counted),
           (SELECT json_object_agg(region, count) FROM (
               SELECT region, count(DISTINCT training_id) FROM taught WHERE region <> '' GROUP BY region) AS counted),
           (SELECT count(DISTINCT training_id) FROM taught),
           (SELECT count(DISTINCT training_id) FROM taught WHERE is_open)
"""
"""The same answer, as one would write it for these words alone."""


def columns_of(cursor, table: str, **changed: str) -> tuple[str, str]:
    """The columns of a table, and what a copy number `n` has in them: `changed`, or the same."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [table]
    )
    names = [row[0] for row in cursor.fetchall()]
    return ", ".join(names), ", ".join(changed.get(name, name) for name in names)


def multiply(connection, times: int) -> int:
    """Make `times` - 1 copies of each training, with what hangs from it. Returns how many trainings are published."""
    other = f"+ n * {STEP}"
    copied = {
        "catalogue_training": {
            "id": f"id {other}",
            "external_id": "external_id || '-' || n",
            "slug": "slug || '-' || n",
            "title": "title || ' ' || n",
            "title_key": "title_key || ' ' || n",
        },
        **{
            f"catalogue_training_{links}": {"id": f"id {other}", "training_id": f"training_id {other}"}
            for links in LINKS
        },
        "catalogue_step": {
            "id": f"id {other}",
            "parcours_id": f"parcours_id {other}",
            "module_id": f"module_id {other}",
        },
        "catalogue_session": {
            "id": f"id {other}",
            "module_id": f"module_id {other}",
            "external_id": "external_id || '-' || n",
        },
    }
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no trigger: the index is made once, below
        for table, changed in copied.items():
            names, values = columns_of(cursor, table, **changed)
            copies = min(times, SESSIONS_COPIED) if table == "catalogue_session" else times
            only = "WHERE programme_id IS NULL" if table == "catalogue_session" else ""
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, {copies - 1}) AS n {only}"
            )
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute(f"SELECT catalogue_index(ARRAY(SELECT id FROM catalogue_training WHERE id >= {STEP}))")
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("SELECT count(*) FROM catalogue_searchentry")
        return cursor.fetchone()[0]


def milliseconds(run) -> float:
    """The median time of `run`, once warm."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[RUNS // 3 :])


def child() -> None:
    """Multiply the trainings of the database of DATABASE_URL, measure, print."""
    django.setup()
    from django.db import connection  # noqa: PLC0415

    from catalogue.models import Domain, Module  # noqa: PLC0415
    from catalogue.search.query import question_of  # noqa: PLC0415
    from catalogue.search.results import search  # noqa: PLC0415

    count = multiply(connection, int(sys.argv[1]))
    print(f"{count:,} trainings", flush=True)
    server = Server("campus.wsgi", 8769, CAMPUS_PAGE_CACHE_SECONDS="0")
    try:
        module = Module.objects.published().filter(sessions__isnull=False).first()
        domain = Domain.objects.in_force().first()
        for path in ["/catalogue/", "/catalogue/?page=4", domain.get_absolute_url(), module.get_absolute_url()]:
            server.measure(path, 2)
            measured = server.measure(path, SECONDS)
            print(f"  {path[:60]:60} {measured['rate']:6.0f} /s, p95 {measured['p95']:5.0f} ms", flush=True)
    finally:
        server.stop()
    for words in WORDS:
        question = question_of(words)

        def ours(question=question):
            return search(question, {}, order="pertinence", page=1)

        def by_hand(question=question):
            with connection.cursor() as cursor:
                cursor.execute(BY_HAND.format(question=question.sql), question.parameters)
                cursor.fetchone()

        found, time_of_ours, time_by_hand = ours().found, milliseconds(ours), milliseconds(by_hand)
        print(
            f"  « {words} » in {found:,}: {time_of_ours:.1f} ms with all the counts, by hand {time_by_hand:.1f} ms, "
            f"× {time_of_ours / time_by_hand:.2f} (bar: ≤ 2)",
            flush=True,
        )


def main() -> None:
    django.setup()
    measure_on_copies("bench.growth", {f"growth_{times}": str(times) for times in SIZES})


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
    if len(sys.argv) > 1:
        child()
    else:
        main()
