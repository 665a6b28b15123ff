"""Large files, imported by the worker: queued, run whole or not at all, shown while they run (docs/decisions/0012).

file_import, is_new = queue_students(cohort=cohort, by=user, invites=True)
"""

import datetime
import logging
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.files.uploadedfile import UploadedFile
from django.db import DEFAULT_DB_ALIAS, Error, IntegrityError, connections, transaction
from django.db.models import F
from django.utils import timezone

from campus.accounts.models import User
from campus.mailing import worker
from campus.mailing.worker import every_round
from campus.refusal import Refused
from catalogue.importing.faults import UnreadableFile
from catalogue.importing.reading import read_file
from enrolments import licence_imports, students
from enrolments.cohorts import CohortBusy
from enrolments.enums import FileImportKind, FileImportState
from enrolments.models import Cohort, CohortImport, FileImport, LicencePool

logger = logging.getLogger(__name__)
AT_ONCE = 500
"""Lines up to which a file is imported while one waits for the page; beyond, the worker does it."""
KEPT_DAYS = 7
"""How long what became of a file is kept: it may name people."""
MOST_ATTEMPTS = 3
A_ROUND = 5
"""Imports at most, so that messages leave between two rounds."""
TOLD_EVERY = 1.0
"""Seconds between two signs of progress."""
LICENCES = {FileImportKind.CODES: licence_imports.import_codes, FileImportKind.USAGES: licence_imports.import_usages}
K, S = FileImportKind, FileImportState


class FileImportRefused(Refused):
    """Something that cannot be done with an import."""


# --- What is asked ---------------------------------------------------------------------------------------------------------


def is_large(path: Path) -> bool:
    """Whether a file has more than AT_ONCE lines; no more are read. One that cannot be read is told so at once."""
    return lines_in(path, AT_ONCE + 1) > AT_ONCE


def lines_in(path: Path, most: int | None = None, watch: licence_imports.Watch = iter) -> int:
    """How many lines of a file can be read, up to `most`."""
    count = 0
    try:
        for _record in watch(islice(read_file(path), most)):
            count += 1
    except UnreadableFile:
        pass  # what is wrong is told by who imports it
    return count


def queue_students(*, cohort: Cohort, by: User, invites: bool) -> tuple[FileImport | None, bool]:
    """Have the worker import the students that are kept for a promotion. Returns the import, and whether it is a new one:
    a second click, or tab, gets the one that goes on. None without a file."""
    pending = CohortImport.objects.filter(cohort=cohort).first()
    if pending is None:
        return cohort.file_imports.live().first(), False
    fields = {"cohort": cohort, "file_name": pending.file_name, "lines_total": len(pending.rows)}
    return _queue(cohort.file_imports, kind=K.STUDENTS, uploaded_by=by, invites=invites, **fields)


def queue_licences(
    *, pool: LicencePool, kind: FileImportKind, file: UploadedFile, by: User, is_dry_run: bool
) -> tuple[FileImport, bool]:
    """Have the worker import a file of codes or of usages, or only try it. Returns as `queue_students`."""
    file.seek(0)
    fields = {"pool": pool, "file_name": file.name[-150:], "content": file.read()}
    return _queue(pool.file_imports, kind=kind, uploaded_by=by, is_dry_run=is_dry_run, **fields)


def keep_tried(
    *, pool: LicencePool, kind: FileImportKind, file: UploadedFile, by: User, report: licence_imports.Report
) -> FileImport:
    """Keep a file that was tried while one waited, and found good, until it is confirmed as those of the worker are."""
    file.seek(0)
    return FileImport.objects.create(
        pool=pool,
        kind=kind,
        file_name=file.name[-150:],
        content=file.read(),
        is_dry_run=True,
        state=S.DONE,
        lines_total=report.counts.total(),
        told=report.told,
        lines=report.unmatched,
        uploaded_by=by,
        ended_at=timezone.now(),
    )


def _queue(others, **fields) -> tuple[FileImport, bool]:
    try:
        with transaction.atomic():
            return FileImport.objects.create(**fields), True
    except IntegrityError as error:
        if "file_import_one_live" not in str(error):
            raise
        # Over meanwhile: what became of it is the answer all the same.
        return others.live().first() or others.first(), False


def confirm(*, file_import: FileImport) -> None:
    """Import for good a file that was tried. Nothing for one that was confirmed already.

    Raises FileImportRefused when another import goes on in the same pool.
    """
    tried = FileImport.objects.filter(pk=file_import.pk, state=S.DONE, is_dry_run=True, content__isnull=False)
    try:
        with transaction.atomic():
            tried.update(state=S.WAITING, is_dry_run=False, attempts=0, lines_done=0, told=[], lines=[], ended_at=None)
    except IntegrityError as error:
        if "file_import_one_live" not in str(error):
            raise
        raise FileImportRefused("Un autre import est en cours dans cette réserve : attendez qu'il finisse.") from error


def drop(*, file_import: FileImport) -> None:
    """Forget an import. Raises FileImportRefused once the worker has begun it: it goes to its end, or to none of it."""
    FileImport.objects.filter(pk=file_import.pk).exclude(state=S.RUNNING).delete()
    if FileImport.objects.filter(pk=file_import.pk).exists():
        raise FileImportRefused("Cet import a commencé : attendez qu'il finisse.")


@transaction.atomic
def drop_students(*, cohort: Cohort) -> None:
    """Forget the file that is kept for a promotion. Raises FileImportRefused as `drop` does."""
    if live := cohort.file_imports.live().first():
        drop(file_import=live)
    CohortImport.objects.filter(cohort=cohort).delete()


# --- What the worker does --------------------------------------------------------------------------------------------------


@every_round
def run_imports() -> None:
    """Those that wait, and those whose worker has died: tasks run in one worker at a time, so none of them is going on."""
    for file_import in FileImport.objects.live().order_by("attempts", "pk").defer("content")[:A_ROUND]:
        run(file_import)


@every_round
def forget_ended_imports() -> None:
    since = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    FileImport.objects.filter(ended_at__lt=since).delete()


def run(file_import: FileImport) -> None:
    """Import a file in one transaction, with what became of it. Out of any transaction: others see it begin, and go on.

    What is refused is told, with every line to correct. Whatever else is raised leaves it to be begun again, MOST_ATTEMPTS
    times in all.
    """
    begun = FileImport.objects.live().filter(pk=file_import.pk)
    if not begun.update(state=S.RUNNING, attempts=F("attempts") + 1, lines_done=0):
        return  # dropped meanwhile
    file_import = FileImport.objects.select_related("cohort__organisation", "pool", "uploaded_by").get(
        pk=file_import.pk
    )
    if file_import.attempts > MOST_ATTEMPTS:
        told = f"Cet import s'est arrêté {MOST_ATTEMPTS} fois avant sa fin : écrivez au campus. Rien n'est importé."
        _end(file_import, S.FAILED, [told])
        return
    importing = _import_students if file_import.kind == K.STUDENTS else _import_licences
    try:
        with _progress_of(file_import) as progress, transaction.atomic(durable=True):
            told, lines = importing(file_import, progress)
            _end(file_import, S.DONE, told, lines)
    except CohortBusy:
        raise  # a smaller file is being imported by whoever waits for it: this one is begun again after
    except Refused as refusal:
        _end(file_import, S.FAILED, [str(refusal)], getattr(refusal, "faults", []))


def _end(file_import: FileImport, state: FileImportState, told: list[str], lines: Iterable[str] = ()) -> None:
    """The content is kept of what was only tried, to be imported."""
    is_kept = file_import.is_dry_run and state == S.DONE
    erased = {} if is_kept else {"content": None}
    FileImport.objects.filter(pk=file_import.pk, state=S.RUNNING).update(
        state=state, told=told, lines=list(lines), ended_at=timezone.now(), **erased
    )


def _import_students(file_import: FileImport, progress: "Progress") -> tuple[list[str], list[str]]:
    count = students.import_students(
        cohort=file_import.cohort, by=file_import.uploaded_by, invites=file_import.invites, watch=progress
    )
    return [f"élèves importés : {intcomma(count)}"], []


def _import_licences(file_import: FileImport, progress: "Progress") -> tuple[list[str], list[str]]:
    with as_path(file_import.file_name, [bytes(file_import.content)]) as path:
        progress.expect(lines_in(path, watch=progress))
        report = LICENCES[file_import.kind](
            pool=file_import.pool,
            path=path,
            by=file_import.uploaded_by,
            is_dry_run=file_import.is_dry_run,
            watch=progress,
        )
    return report.told, report.unmatched


@contextmanager
def as_path(name: str, chunks: Iterable[bytes]) -> Iterator[Path]:
    """What was sent, as a file of its extension."""
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix.lower()) as copy:
        for chunk in chunks:
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


class Progress:
    """Wraps the lines of an import, and tells how many are behind; never stops it."""

    def __init__(self, write: Callable[[str, int], None]):
        self._write = write

    def expect(self, total: int) -> None:
        self._write("lines_total", total)

    def __call__(self, lines: Iterable) -> Iterator:
        next_at = time.monotonic()
        for done, line in enumerate(lines):
            if time.monotonic() >= next_at:
                self._write("lines_done", done)
                next_at = time.monotonic() + TOLD_EVERY
            yield line


@contextmanager
def _progress_of(file_import: FileImport) -> Iterator[Progress]:
    """In a connection of its own: what the import's transaction writes is seen by nobody before its end. The worker, which
    does nothing else meanwhile, shows there that it lives."""
    connection = connections.create_connection(DEFAULT_DB_ALIAS)

    def write(column: str, value: int) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE enrolments_fileimport SET {column} = %s WHERE id = %s",  # noqa: S608 (a name of ours)
                    [value, file_import.pk],
                )
                cursor.execute(worker.STILL_ALIVE, [worker.own_name()])
        except Error:
            logger.warning("The progress of import %s is not shown.", file_import.pk, exc_info=True)

    try:
        yield Progress(write)
    finally:
        connection.close()
