"""Time and memory of an import as ratios: ten times the modules must take about ten times as long, in nearly the same memory.

Everything is written for real, then undone (a dry run), in the database that DATABASE_URL or the embedded server gives.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

from bench.servers import vacuum

SIZES = [10_000, 100_000]
HEADER = (
    "id;titre;type;domaine;resume;description;objectifs;publics;niveau;modalites;rythme;duree_minutes;langues;organismes;"
    "acces;etat;publie_le;prerequis_recommandes\n"
)
REFERENCES = {
    "domaines.csv": "id;nom;description;pictogramme;ordre;valide_du\nbench;Domaine du banc;Mesures;digital/coding;99;2024-01-01\n",
    "publics.csv": "id;nom\nbench;Public du banc\n",
    "organisations.csv": "id;nom;type\nbench;Organisme du banc;autre\n",
}


def write_modules(path: Path, count: int) -> None:
    """Write `count` modules, in chains of ten, each advising the one before."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for number in range(count):
            advised = f"bench-{number - 1}" if number % 10 else ""
            file.write(
                f"bench-{number};Formation de mesure {number};formation;bench;Résumé {number};{'Une longue description. ' * 40};"
                f"Mesurer | Comparer;bench;novice;en-ligne;autonome;60;fr;bench;campus;publie;2026-01-01;{advised}\n"
            )


def child(folder: str) -> None:
    """Import the files of `folder`, print seconds and the peak of memory (MB)."""
    django.setup()
    from catalogue.importing.service import import_files  # noqa: PLC0415

    start = time.perf_counter()
    counts = import_files(sorted(Path(folder).iterdir()), dry_run=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": time.perf_counter() - start, "peak": peak, "records": counts.total()}))


def main() -> None:
    django.setup()
    results = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            for name, content in REFERENCES.items():
                (Path(folder) / name).write_text(content, encoding="utf-8")
            write_modules(Path(folder) / "modules.csv", size)
            weight = (Path(folder) / "modules.csv").stat().st_size / 1e6
            command = [sys.executable, "-m", "bench.imports", folder]
            result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        results.append(result)
        print(
            f"{size:7} modules, {weight:4.0f} MB of CSV: {result['seconds']:6.1f} s, peak {result['peak']:4.0f} MB",
            flush=True,
        )
    vacuum()
    small, large = results
    print(
        f"× 10 modules: × {large['seconds'] / small['seconds']:.1f} time, × {large['peak'] / small['peak']:.1f} memory"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(sys.argv[1])
    else:
        main()
