"""Time and memory of an import of students, from the file to the promotion: 500, then 5,000; a tenth of the lines faulty first.

Everything is written for real, then undone, in the database that DATABASE_URL or the embedded server gives.
"""

import io
import json
import resource
import subprocess
import sys
import time

import django

from bench.servers import vacuum

SIZES = [500, 5_000]


def file_of(count: int, *, faulty: bool):
    """A CSV file of `count` students, where one address in ten is none."""
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    lines = io.StringIO()
    lines.write("Adresse électronique;Prénom;Nom\n")
    for number in range(count):
        host = "ecole.example" if number % 10 or not faulty else ""
        lines.write(f"eleve{number}@{host};Élève;Numéro {number}\n")
    return SimpleUploadedFile("eleves.csv", lines.getvalue().encode())


def child(count: int) -> None:
    """Import `count` students, print seconds and the peak of memory (MB)."""
    django.setup()
    from django.db import transaction  # noqa: PLC0415

    from campus.accounts.models import Organisation, User  # noqa: PLC0415
    from enrolments.models import Cohort  # noqa: PLC0415
    from enrolments.student_files import read_students  # noqa: PLC0415
    from enrolments.students import check_students, import_students, keep_import  # noqa: PLC0415

    with transaction.atomic():
        by = User.objects.create_user("banc@ecole.example")
        school = Organisation.objects.create(name="École du banc", kind="autre")
        cohort = Cohort.objects.create(organisation=school, name="Banc", year=2026)
        start = time.perf_counter()
        faults = len(check_students(cohort, read_students(file_of(count, faulty=True))).faults)
        checked = time.perf_counter() - start
        start = time.perf_counter()
        keep_import(cohort=cohort, file_name="eleves.csv", rows=read_students(file_of(count, faulty=False)), by=by)
        written = import_students(cohort=cohort, by=by, invites=True)
        imported = time.perf_counter() - start
        transaction.set_rollback(True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"faults": faults, "checked": checked, "written": written, "imported": imported, "peak": peak}))


def main() -> None:
    django.setup()
    results = []
    for size in SIZES:
        command = [sys.executable, "-m", "bench.students", str(size)]
        result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        results.append(result)
        print(
            f"{size:6} students: {result['faults']} faults told in {result['checked']:.2f} s, {result['written']} imported in "
            f"{result['imported']:.2f} s, peak {result['peak']:.0f} MB",
            flush=True,
        )
    vacuum()
    small, large = results
    print(
        f"× 10 students: × {large['imported'] / small['imported']:.1f} time, × {large['peak'] / small['peak']:.1f} memory"
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(int(sys.argv[1]))
    else:
        main()
