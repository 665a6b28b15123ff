"""What an enrolment costs: the deciding POST, the same through the service function, and the bare SQL transaction.

Everything in one run, between two readings of the pivot (bench.pages), on a copy of the demonstration campus, dropped at the
end. The three ways take the same locks, write the same rows and commit as often, in two processes of four threads.
"""

import json
import os
import subprocess
import sys
import threading
import time

import django
import psycopg

from bench.copies import measure_on_copies
from bench.servers import CLIENTS, ROOT, Server, vacuum

COUNT = int(os.environ.get("BENCH_ENROLMENTS", "1000"))
"""Enrolments at each reading; it is also how many agents ask at once for ten seats."""
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
MANY = 100
PROCESSES, THREADS = 2, 4
BARE = [
    "SELECT id, email FROM accounts_user WHERE id = %(agent)s FOR NO KEY UPDATE",
    "SELECT seats, seats_taken FROM catalogue_session WHERE id = %(session)s FOR UPDATE",
    """
    WITH enrolment AS (
        INSERT INTO enrolments_enrolment (agent_id, session_id, state, queued_at, created_at, updated_at)
        VALUES (%(agent)s, %(session)s, 'inscrite', now(), now(), now()) RETURNING id
    ),
    event AS (
        INSERT INTO enrolments_enrolmentevent (enrolment_id, from_state, to_state, happened_at, happened_by_id, reason)
        SELECT id, '', 'inscrite', now(), %(agent)s, '' FROM enrolment RETURNING id
    )
    INSERT INTO mailing_message (key, "to", subject, text, html, is_urgent, is_secret, state, attempts, error,
                                 next_attempt_at, created_at)
    SELECT 'bare ' || id, 'banc@exemple.gouv.fr', 'Vous êtes inscrit', repeat('x', 400), repeat('x', 900), false, false,
           'en-attente', 0, '', now(), now() FROM event
    """,
]
"""Two locks, three rows and what the triggers do: no less can be done."""


# --- In processes of their own -------------------------------------------------------------------------------------


def enrol_by_service(pairs: list):
    """A function that enrols (agent, session) as views do, which have read both, the profile and the module."""
    from campus.accounts.models import User  # noqa: PLC0415
    from catalogue.models import Session  # noqa: PLC0415
    from enrolments.transitions import enrol  # noqa: PLC0415

    agents = User.objects.select_related("profile").in_bulk({agent for agent, _session in pairs})
    sessions = Session.objects.select_related("module").in_bulk({session for _agent, session in pairs})

    def work(agent: int, session: int) -> None:
        enrol(agent=agents[agent], session=sessions[session], by=agents[agent])

    return work


def enrol_by_sql(_pairs: list):
    """A function that does it in bare SQL, prepared, on one connection."""
    connection = psycopg.connect(os.environ["DATABASE_URL"], prepare_threshold=0)

    def work(agent: int, session: int) -> None:
        with connection.transaction():
            for statement in BARE:
                connection.execute(statement, {"agent": agent, "session": session})

    return work


def worker(way: str) -> None:
    """Read the pairs to enrol, say « ready », and once told to go do it with some threads."""
    django.setup()
    pairs = json.loads(sys.stdin.readline())
    waiting = iter(pairs)
    turn, warm, go = threading.Lock(), threading.Barrier(THREADS + 1), threading.Event()

    def run():
        work = {"service": enrol_by_service, "sql": enrol_by_sql}[way](pairs)
        with turn:
            first = next(waiting)
        work(*first)  # connects, fills the caches
        warm.wait()
        go.wait()
        while True:
            with turn:
                pair = next(waiting, None)
            if pair is None:
                return
            work(*pair)

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    warm.wait()
    print("ready", flush=True)
    sys.stdin.readline()
    go.set()
    for thread in threads:
        thread.join()
    print("done", flush=True)


def rate(way: str, agents: list, sessions: list) -> float:
    """Enrolments a second, `way` being « service » or « sql »."""
    pairs = [(agent.pk, sessions[number % len(sessions)].pk) for number, agent in enumerate(agents)]
    command = [sys.executable, "-m", "bench.enrolments", way]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    workers = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(PROCESSES)]
    for number, each in enumerate(workers):
        each.stdin.write(json.dumps(pairs[number::PROCESSES]) + "\n")
        each.stdin.flush()
    said(workers, "ready")
    start = time.perf_counter()
    for each in workers:
        each.stdin.write("go\n")
        each.stdin.flush()
    said(workers, "done")
    return (len(pairs) - PROCESSES * THREADS) / (time.perf_counter() - start)


def said(workers: list, word: str) -> None:
    for each in workers:
        if each.stdout.readline().strip() != word:
            raise SystemExit(f"not {word}")


# --- What is printed -----------------------------------------------------------------------------------------------


def verdict(is_met: bool) -> str:
    return "ok" if is_met else "MISSED"


def cost_of_a_form(ours: Server, pivot: Server, crowd) -> None:
    before = pivot.measure("/", SECONDS)
    sent = ours.send(crowd.forms_of(crowd.new_agents(COUNT), crowd.new_sessions(MANY, COUNT)))
    after = pivot.measure("/", SECONDS)
    cost = sent["cpu"] / ((before["cpu"] + after["cpu"]) / 2)
    print(
        f"The deciding POST: {sent['cpu']:.1f} ms of CPU, {cost:.1f} × the pivot, which takes "
        f"{before['cpu']:.2f} and {after['cpu']:.2f} ms (bar: ≤ 6) {verdict(cost <= 6)}",
        flush=True,
    )


def rates(ours: Server, name: str, crowd, count: int) -> None:
    bare = rate("sql", crowd.new_agents(COUNT), crowd.new_sessions(count, COUNT))
    sent = ours.send(crowd.forms_of(crowd.new_agents(COUNT), crowd.new_sessions(count, COUNT)))
    service = rate("service", crowd.new_agents(COUNT), crowd.new_sessions(count, COUNT))
    bare = (bare + rate("sql", crowd.new_agents(COUNT), crowd.new_sessions(count, COUNT))) / 2
    by_http, by_service = sent["rate"] / bare, service / bare
    print(
        f"{name}: bare SQL {bare:.0f} /s, service {service:.0f} /s, {by_service:.2f} of it (goal: ≥ 0.3) "
        f"{verdict(by_service >= 0.3)}, HTTP {sent['rate']:.0f} /s, {by_http:.2f} of it (goal: ≥ 0.1) {verdict(by_http >= 0.1)}",
        flush=True,
    )
    if count == 1:
        spread = sent["p99"] / sent["p50"]
        print(
            f"  through HTTP with {CLIENTS} clients: p50 {sent['p50']:.0f} ms, p99 {sent['p99']:.0f} ms, × {spread:.1f} "
            f"(bar: < 10) {verdict(spread < 10)}",
            flush=True,
        )


def stampede(ours: Server, crowd) -> None:
    from enrolments.models import Enrolment  # noqa: PLC0415

    [session] = crowd.new_sessions(1, 10)
    start = time.perf_counter()
    ours.send(crowd.forms_of(crowd.new_agents(COUNT), [session]))
    seconds = time.perf_counter() - start
    states = list(session.enrolments.order_by("queued_at", "pk").values_list("state", flat=True))
    ranks = [enrolment.rank for enrolment in Enrolment.objects.waiting().filter(session=session).with_rank()]
    is_right = states == ["inscrite"] * 10 + ["en-attente"] * (COUNT - 10) and ranks == list(range(1, COUNT - 9))
    print(
        f"Stampede of {COUNT} agents on 10 seats: {seconds:.0f} s; {states.count('inscrite')} enrolled, "
        f"{states.count('en-attente')} in line, ranks 1 to {ranks[-1]} {verdict(is_right)}",
        flush=True,
    )


def own_page(ours: Server, pivot: Server, crowd) -> None:
    from django.urls import reverse  # noqa: PLC0415

    from enrolments.transitions import enrol  # noqa: PLC0415

    [agent] = crowd.new_agents(1)
    for session in crowd.new_sessions(3, 10):
        enrol(agent=agent, session=session, by=agent)
    path, [cookie] = reverse("enrolments:home"), crowd.cookies_of([agent])
    ours.measure(path, 2, cookie)
    page, after = ours.measure(path, SECONDS, cookie), pivot.measure("/", SECONDS)
    print(
        f"{path}, three enrolments: {page['rate']:.0f} /s, p95 {page['p95']:.0f} ms, {page['cpu']:.1f} ms of CPU, "
        f"{page['cpu'] / after['cpu']:.1f} × the pivot"
    )


def measure() -> None:
    django.setup()
    from bench import crowd  # noqa: PLC0415

    ours, pivot = Server("campus.wsgi", 8765), Server("bench.pivot.wsgi", 8766)
    try:
        for server, path in ((ours, "/"), (pivot, "/")):
            server.measure(path, 2)
        ours.send(crowd.forms_of(crowd.new_agents(100), crowd.new_sessions(MANY, COUNT)))  # warm
        vacuum()
        cost_of_a_form(ours, pivot, crowd)
        rates(ours, "One hot session", crowd, 1)
        rates(ours, f"{MANY} sessions", crowd, MANY)
        stampede(ours, crowd)
        own_page(ours, pivot, crowd)
    finally:
        ours.stop()
        pivot.stop()


def main() -> None:
    django.setup()
    measure_on_copies("bench.enrolments", {"enrolments": "measure"})


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
    match sys.argv[1:]:
        case ["measure"]:
            measure()
        case [way]:
            worker(way)
        case _:
            main()
