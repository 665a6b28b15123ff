"""Throughput of our pages as a ratio to the pivot's, taken in one run.

Each page is measured between two readings of the pivot (bench/pivot: a minimal Django view, one query, a plain template of
30 cards, no middleware), under the same gunicorn. A ratio travels from one machine to another better than requests a second.
"""

import os

import django

from bench.servers import CLIENTS, Server, vacuum

SECONDS = float(os.environ.get("BENCH_SECONDS", "4"))
WARM_UP = 2  # seconds: each thread opens its database connection and fills its caches
REQUESTS = 10_000
# Issues 2 and 3; they set none for the home page.
BARS = {"list": 0.25, "detail": 0.3, "home": 0, "kept": 3, "bare": 0}


def pages() -> list[tuple[str, str]]:
    """(kind, path) of the pages measured: those of the demonstration catalogue, 150 trainings."""
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


def compare(server: Server, kind: str, path: str, pivot: Server) -> None:
    """Print what `server` does of `path` between two readings of the pivot."""
    server.measure(path, WARM_UP)
    before = pivot.measure("/", SECONDS)
    ours = server.measure(path, SECONDS)
    after = pivot.measure("/", SECONDS)
    ratio = ours["rate"] / ((before["rate"] + after["rate"]) / 2)
    bar = f"{kind} ≥ {BARS[kind]} {'ok' if ratio >= BARS[kind] else 'BELOW'}" if BARS[kind] else kind
    print(
        f"{path[:60]:60} {ours['size'] / 1000:5.0f} {ours['rate']:6.0f} {ours['p95']:7.0f} {ours['cpu']:7.2f}"
        f" {ours['cpu'] / after['cpu']:7.1f} {ratio:8.2f}   {bar}",
        flush=True,
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
    django.setup()
    listed = pages()
    vacuum()
    ours = Server("campus.wsgi", 8765, CAMPUS_PAGE_CACHE_SECONDS="0")
    keeping = Server("campus.wsgi", 8767, CAMPUS_PAGE_CACHE_SECONDS="60")
    pivot, bare = Server("bench.pivot.wsgi", 8766), Server("bench.pivot.bare", 8768)
    try:
        pivot.measure("/", 1)
        print(f"{'page':60} {'kB':>5} {'/s':>6} {'p95 ms':>7} {'CPU ms':>7} {'× pivot':>7} {'/s × pivot':>8}   bar")
        for kind, path in listed:
            compare(ours, kind, path, pivot)
        print("The same, kept for visitors without cookies (campus/page_cache.py):")
        for _kind, path in [listed[0], listed[7], listed[-1]]:
            compare(keeping, "kept", path, pivot)
        print("The pivot itself, and what gunicorn does with no Django at all:")
        compare(pivot, "bare", "/", pivot)
        compare(bare, "bare", "/", pivot)
        asked = 0
        while asked < REQUESTS:
            for _kind, path in listed:
                asked += ours.measure(path, 2)["rate"] * 2
        used = ", ".join(f"{megabytes:.0f}" for megabytes in ours.memory())
        print(f"Memory of the workers after {asked:,.0f} requests more: {used} MB PSS (bar: ≤ 100); {CLIENTS} clients")
    finally:
        for server in (ours, keeping, pivot, bare):
            server.stop()


if __name__ == "__main__":
    main()
