"""Throughput of our pages as a ratio to the pivot's, taken in one run.

Each page is measured between two readings of the pivot (bench/pivot: a minimal Django view, one query, a plain template of
30 cards, no middleware), under the same gunicorn. A ratio travels from one machine to another better than requests a second.
"""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import django

ROOT = Path(__file__).parents[1]
SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
WARM_UP = 2  # seconds: each thread opens its database connection and fills its caches
CLIENTS = 16
OURS, PIVOT = 8765, 8766
BARS = {"list": 0.25, "detail": 0.3, "home": 0}  # issue 2; it sets none for the home page


def serve(application: str, port: int) -> subprocess.Popen:
    command = [
        sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4",
        "--keep-alive", "30", "--no-control-socket", "--log-level", "error",
    ]  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return server
        time.sleep(0.1)
    raise SystemExit(f"{application} does not start")


def measure(port: int, path: str, seconds: float = SECONDS) -> dict:
    command = [sys.executable, str(ROOT / "bench" / "load.py"), str(port), path, str(seconds), str(CLIENTS)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def pages() -> list[tuple[str, str]]:
    """(kind, path) of the pages measured: those of the demonstration catalogue, 150 trainings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
    django.setup()
    from catalogue.models import Domain, Module, Parcours, Programme  # noqa: PLC0415

    module = Module.objects.published().filter(sessions__isnull=False).first()
    parcours = Parcours.objects.published().first()
    domain = Domain.objects.in_force().first()
    return [
        ("list", "/catalogue/"),
        ("list", "/catalogue/?page=3"),
        ("list", f"/catalogue/?domaine={domain.slug}&niveau=debutant"),
        ("list", "/catalogue/?q=donn%C3%A9es"),
        ("list", "/sessions/"),
        ("list", "/partenaires/"),
        ("list", "/sur-mesure/"),
        ("detail", module.get_absolute_url()),
        ("detail", parcours.get_absolute_url()),
        ("list", domain.get_absolute_url()),
        ("detail", Programme.objects.published().first().get_absolute_url()),
        ("home", "/"),
    ]


def main() -> None:
    listed = pages()
    servers = [serve("campus.wsgi", OURS), serve("bench.pivot.wsgi", PIVOT)]
    try:
        measure(PIVOT, "/", 1)
        print(f"{'page':60} {'kB':>5} {'/s':>6} {'p95 ms':>7} {'× pivot':>8}   bar")
        for kind, path in listed:
            measure(OURS, path, WARM_UP)
            before = measure(PIVOT, "/")
            ours = measure(OURS, path)
            after = measure(PIVOT, "/")
            ratio = ours["rate"] / ((before["rate"] + after["rate"]) / 2)
            verdict = "ok" if ratio >= BARS[kind] else "BELOW"
            print(
                f"{path:60} {ours['size'] / 1000:5.0f} {ours['rate']:6.0f} {ours['p95']:7.0f} {ratio:8.2f}   "
                f"{kind} ≥ {BARS[kind]} {verdict}",
                flush=True,
            )
        print(f"pivot: {after['rate']:.0f}/s, {after['size'] / 1000:.0f} kB, {CLIENTS} clients")
    finally:
        for server in servers:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
