"""Import files into the catalogue: all or nothing."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from campus.accounts.models import User
from catalogue.importing.checking import Checker
from catalogue.importing.faults import Fault, ImportRefused
from catalogue.importing.sections import SECTIONS
from catalogue.importing.spool import Spool
from catalogue.importing.writing import ARCHIVED, CHANGED, CREATED, UNCHANGED, Change, Writer
from catalogue.models import ImportRun

ONE_AT_A_TIME = 0x43414D50  # advisory lock


def no_progress(iterable: Iterable, label: str, total: int | None) -> Iterable:
    return iterable


def import_files(
    paths: Iterable[Path],
    *,
    by: User | None = None,
    dry_run: bool = False,
    archive_missing: bool = False,
    label: str = "",
    digest: str = "",
    track: Callable[[Iterable, str, int | None], Iterable] = no_progress,
    on_change: Callable[[Change], None] = lambda change: None,
) -> Counter:
    """Check all the files, then write what they change in one transaction and log it as an ImportRun.

    dry_run: do everything, then undo it. archive_missing: also archive the published modules, parcours and programmes that
    an import once created and that are in none of the files, for each of these sections that the files hold.
    track(iterable, label, total) returns the iterable, showing progress. on_change is told of each record, unchanged ones
    included. Returns how many records were created, changed, unchanged, archived (writing.CREATED…).
    Raises ImportRefused with every fault of every file; nothing is then written. Memory grows with the number of
    ids, not with the texts.
    """
    paths = [Path(path) for path in paths]
    label = (label or ", ".join(path.name for path in paths))[:100]
    counts = Counter()

    def count(change: Change) -> None:
        counts[change.action] += 1
        on_change(change)

    with Spool() as spool, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
            cursor.execute("SET LOCAL campus.index_later = on")
        checker = Checker(spool, timezone.localdate())
        checker.check(paths, track)
        if checker.faults:
            raise ImportRefused(checker.faults)
        writer = Writer(spool, by=by, reason=f"Import : {label}", track=track, on_change=count)
        try:
            writer.write()
            for section in reversed(SECTIONS.values()):  # parcours before their modules
                if archive_missing and section.publishable and spool.counts[section.name]:
                    writer.archive_missing(section, checker.keys[section.name])
            if not writer.faults:  # the database would say the same again, in its own words
                connection.check_constraints()
        except (IntegrityError, DataError) as error:
            raise ImportRefused([*writer.faults, _refusal(error, label)]) from error
        if writer.faults:
            raise ImportRefused(writer.faults)
        if dry_run:
            transaction.set_rollback(True)
        else:
            _index_all()
            _log(counts, happened_by=by, label=label, digest=digest or digest_of(paths))
    return counts


def _index_all() -> None:
    """Index once all that was written, and let the triggers index what follows in this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL campus.index_later = off")
        cursor.execute("SELECT catalogue_index(ARRAY(SELECT id FROM catalogue_training))")


def digest_of(paths: Iterable[Path], start: bytes = b"") -> str:
    """SHA-256 (hexadecimal) of `start`, then of the contents of the files."""
    digest = hashlib.sha256(start)
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()


def _log(counts: Counter, **fields) -> None:
    ImportRun.objects.create(
        created_count=counts[CREATED],
        changed_count=counts[CHANGED],
        unchanged_count=counts[UNCHANGED],
        archived_count=counts[ARCHIVED],
        **fields,
    )


def _refusal(error, label: str) -> Fault:
    """What the database refused, in the words of the constraint: a case that no check above foresaw."""
    details = error.__cause__.diag
    for section in SECTIONS.values():
        for table in [section.model, *(spec.table for spec in [*section.links, *section.children])]:
            for constraint in table._meta.constraints:
                if constraint.name == details.constraint_name:
                    expected = str(constraint.get_violation_error_message())
                    return Fault(label, f"rubrique « {section.name} »", "", details.message_detail or "", expected)
    return Fault(label, "", "", details.message_detail or "", f"ce que la base accepte ({details.message_primary})")
