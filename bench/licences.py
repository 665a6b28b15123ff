"""Licences: a stampede through HTTP, 2,000 requests on 600 licences by 50 clients, and files of 20,000 and 80,000 codes.

On a copy of the demonstration campus, dropped at the end. What is printed: who got what, the order of the line, a request as a
ratio to the pivot (bench.pages), and an import of four times the codes as ratios of time and memory.
"""

import datetime
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

from bench.copies import measure_on_copies
from bench.servers import Server, vacuum

REQUESTS, LICENCES, CLIENTS = int(os.environ.get("BENCH_REQUESTS", "2000")), 600, 50
CODES = [20_000, 80_000]


def verdict(is_met: bool) -> str:
    return "ok" if is_met else "MISSED"


def new_pool(year: int, seats: int, access: str):
    from django.utils import timezone  # noqa: PLC0415

    from enrolments.models import LicencePool  # noqa: PLC0415

    day = datetime.timedelta(days=1)
    return LicencePool.objects.create(
        provider="banc",
        year=year,
        seats=seats,
        summary="Banc",
        conditions="Banc",
        is_for_known_employers=False,
        mode="directe",
        access=access,
        campaign_code="BANC",
        start_url="https://banc.exemple.fr/",
        opens_at=timezone.now() - day,
        closes_at=timezone.now() + day,
    )


def stampede(ours: Server, pivot: Server, crowd) -> None:
    from django.urls import reverse  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from enrolments.models import Licence, LicenceEvent, LicencePool  # noqa: PLC0415

    pool = new_pool(timezone.localdate().year, LICENCES, "campagne")
    path = reverse("enrolments:licence_ask", args=[pool.pk])
    body = f"csrfmiddlewaretoken={crowd.TOKEN}"
    before = pivot.measure("/", 4)
    forms = [(path, cookie, body) for cookie in crowd.cookies_of(crowd.new_agents(REQUESTS))]
    sent = ours.send(forms, CLIENTS)  # ends the run if an answer is not a redirection
    states = list(pool.licences.order_by("queued_at", "pk").values_list("state", flat=True))
    arrivals = list(LicenceEvent.objects.filter(licence__pool=pool).order_by("pk").values_list("licence", flat=True))
    in_order = arrivals == list(pool.licences.order_by("queued_at", "pk").values_list("pk", flat=True))
    ranks = [licence.rank for licence in Licence.objects.in_line().filter(pool=pool).with_rank()]
    is_right = (
        states == ["attribuee"] * LICENCES + ["demandee"] * (REQUESTS - LICENCES)
        and ranks == list(range(1, REQUESTS - LICENCES + 1))
        and in_order
        and LicencePool.objects.get(pk=pool.pk).given == LICENCES
    )
    print(
        f"{REQUESTS} requests on {LICENCES} licences, {CLIENTS} clients: {states.count('attribuee')} given, "
        f"{states.count('demandee')} in line in their order, no other answer than a redirection {verdict(is_right)}\n"
        f"  {sent['rate']:.0f} /s, {sent['cpu']:.1f} ms of CPU, {sent['cpu'] / before['cpu']:.1f} × the pivot; "
        f"p99 / p50: × {sent['p99'] / sent['p50']:.1f}",
        flush=True,
    )


def imports() -> None:
    results = []
    for rank, count in enumerate(CODES):
        pool = new_pool(2030 + rank, count, "codes")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "codes.csv"
            path.write_text("code\n" + "".join(f"BANC-{number:06}\n" for number in range(count)), encoding="utf-8")
            command = [sys.executable, "-m", "bench.licences", "import", str(pool.pk), str(path)]
            results.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
        is_whole = pool.codes.count() == count
        print(
            f"{count:6} codes: {results[-1]['seconds']:.1f} s, peak {results[-1]['peak']:.0f} MB {verdict(is_whole)}",
            flush=True,
        )
    few, many = results
    print(f"× 4 codes: × {many['seconds'] / few['seconds']:.1f} time, × {many['peak'] / few['peak']:.2f} memory")


def child(pool: str, path: str) -> None:
    """Import a file of codes, print seconds and the peak of memory (MB)."""
    django.setup()
    from enrolments.licence_imports import import_codes  # noqa: PLC0415
    from enrolments.models import LicencePool  # noqa: PLC0415

    start = time.perf_counter()
    import_codes(pool=LicencePool.objects.get(pk=pool), path=Path(path), by=None, is_dry_run=False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": time.perf_counter() - start, "peak": peak}))


def measure() -> None:
    django.setup()
    from bench import crowd  # noqa: PLC0415

    imports()
    vacuum()
    ours, pivot = Server("campus.wsgi", 8765), Server("bench.pivot.wsgi", 8766)
    try:
        for server in (ours, pivot):
            server.measure("/", 2)
        stampede(ours, pivot, crowd)
    finally:
        ours.stop()
        pivot.stop()


def main() -> None:
    django.setup()
    measure_on_copies("bench.licences", {"licences": "measure"})


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
    match sys.argv[1:]:
        case ["measure"]:
            measure()
        case ["import", pool, path]:
            child(pool, path)
        case _:
            main()
