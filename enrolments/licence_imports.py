"""Files of licences: codes or links to give, and what providers say of their use. CSV or XLSX, all or nothing.

Files are read line by line, and compared with what is known in PostgreSQL: memory does not grow with them.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import connection, transaction
from django.utils import timezone

from campus.accounts.models import User
from campus.refusal import Refused
from catalogue.importing.faults import UnreadableFile
from catalogue.importing.reading import Record, read_file
from enrolments.enums import LicenceState
from enrolments.models import LicenceCode, LicencePool
from enrolments.transitions.licence_base import lock
from enrolments.transitions.licence_usages import Usage, note_usages

CODE_COLUMNS = ["code"]
USAGE_COLUMNS = ["code", "email", "statut", "date", "resultat"]
STATUSES = {"activee": LicenceState.ACTIVATED, "terminee": LicenceState.DONE}
LONGEST_CODE = LicenceCode._meta.get_field("value").max_length
LONGEST_RESULT = 200
BATCH = 500
Watch = Callable[[Iterable], Iterable]
"""What wraps the lines to show how far one is: tqdm, or nothing."""

IN_FILE = """
    SELECT place, first_place, value FROM (
        SELECT line, place, value, first_value(line) OVER same AS first_line, first_value(place) OVER same AS first_place
        FROM licence_import WINDOW same AS (PARTITION BY value ORDER BY line)
    ) AS lines WHERE line <> first_line ORDER BY line
"""
IN_POOL = """
    SELECT place, value FROM licence_import
    WHERE EXISTS (SELECT FROM enrolments_licencecode AS known WHERE known.pool_id = %s AND known.value = licence_import.value)
    ORDER BY line
"""
WRITE = """
    INSERT INTO enrolments_licencecode (pool_id, value, imported_at)
    SELECT %s, value, now() FROM licence_import ORDER BY line
"""


class FileRefused(Refused):
    """A file with faults: nothing of it is written. `faults` are sentences, one a bad line, all of them."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__(f"{intcomma(len(faults))} ligne(s) à corriger : rien n'est écrit.")


@dataclass
class Report:
    """What was, or would be, done with each line of a file."""

    counts: Counter = field(default_factory=Counter)
    unmatched: list[str] = field(default_factory=list)

    @property
    def told(self) -> list[str]:
        """« activées : 12 »."""
        return [f"{what} : {intcomma(count)}" for what, count in self.counts.items()]


# --- Codes -----------------------------------------------------------------------------------------------------------------


@transaction.atomic
def import_codes(*, pool: LicencePool, path: Path, by: User | None, is_dry_run: bool, watch: Watch = iter) -> Report:
    """Add the codes of a file to a pool, in the order of the file. Raises FileRefused."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.licence_import")
        cursor.execute("CREATE TEMPORARY TABLE licence_import (line serial, place text, value text) ON COMMIT DROP")
        faults: list[str] = []
        with cursor.copy("COPY licence_import (place, value) FROM STDIN") as copy:
            for record in watch(_records(path, CODE_COLUMNS, faults)):
                value = record.values["code"].strip()
                if fault := _fault_of_code(value):
                    faults.append(_told(record, fault))
                else:
                    copy.write_row((record.place, value))
        cursor.execute(IN_FILE)
        faults += [
            f"{place} : « {_short(value)} » est déjà plus haut, {first}." for place, first, value in cursor.fetchall()
        ]
        lock(pool.pk)  # only now: agents wait for it
        cursor.execute(IN_POOL, [pool.pk])
        faults += [f"{place} : « {_short(value)} » est déjà dans la réserve." for place, value in cursor.fetchall()]
        if faults:
            raise FileRefused(faults)
        cursor.execute("SELECT count(*) FROM licence_import")
        [count] = cursor.fetchone()
        if not count:
            raise FileRefused(["Aucun code dans ce fichier : une ligne par code, sous la colonne « code »."])
        if not is_dry_run:
            cursor.execute(WRITE, [pool.pk])
    return Report(Counter({"codes ajoutés": count}))


def _fault_of_code(value: str) -> str:
    if not value:
        return "le code manque."
    if len(value) > LONGEST_CODE:
        return f"« {_short(value)} » a plus de {LONGEST_CODE} caractères."
    if any(char.isspace() or not char.isprintable() for char in value):
        return f"« {_short(value)} » contient une espace ou un caractère invisible."
    if value.lower().startswith("http:"):
        return f"« {_short(value)} » : un lien commence par https://."
    return ""


# --- What providers say ----------------------------------------------------------------------------------------------------


@transaction.atomic
def import_usages(*, pool: LicencePool, path: Path, by: User | None, is_dry_run: bool, watch: Watch = iter) -> Report:
    """Note which licences are activated or finished, by code or else by e-mail; lines of nobody are in `unmatched`.

    Raises FileRefused. Reading the file again changes nothing more.
    """
    faults: list[str] = []
    count = 0
    for count, record in enumerate(_records(path, USAGE_COLUMNS, faults), 1):  # noqa: B007 (how many there are)
        _usage_of(record, faults)
    if not count and not faults:
        faults.append("Aucun usage dans ce fichier : une ligne par licence, sous les noms des colonnes.")
    if faults:
        raise FileRefused(faults)
    pool, report = lock(pool.pk), Report()
    records = iter(watch(_records(path, USAGE_COLUMNS, faults)))
    while batch := list(islice(records, BATCH)):
        usages = [_usage_of(record, faults) for record in batch]
        for usage, outcome in zip(usages, note_usages(pool=pool, usages=usages, by=by), strict=True):
            report.counts[outcome] += 1
            if outcome in {"inconnues", "rendues ou reprises"}:
                report.unmatched.append(f"{usage.place} : {usage.code or usage.email} ({outcome})")
    if is_dry_run:
        transaction.set_rollback(True)
    return report


def _usage_of(record: Record, faults: list[str]) -> Usage | None:
    """What a line says; None, with its fault told, when it says nothing clear."""
    values = {name: value.strip() for name, value in record.values.items()}
    status = values.get("statut", "").lower().replace("é", "e")
    told = []
    if any("\0" in value for value in values.values()):
        told.append("une cellule contient un caractère nul, qui n'est pas du texte : tapez-la de nouveau.")
    if not values.get("code") and not values.get("email"):
        told.append("un code ou une adresse est attendu.")
    if status not in STATUSES:
        told.append(f"statut « {_short(values.get('statut', ''))} » ; attendu : activée ou terminée.")
    if len(values.get("resultat", "")) > LONGEST_RESULT:
        told.append(f"le résultat a plus de {LONGEST_RESULT} caractères.")
    on = None
    if written := values.get("date", ""):
        try:
            on = datetime.date.fromisoformat(written[:10])
        except ValueError:
            told.append(f"date « {_short(written)} » ; attendue : 2026-03-14.")
        else:
            if on > timezone.localdate():
                told.append(f"la date « {written} » est à venir.")
    if told:
        faults.extend(_told(record, fault) for fault in told)
        return None
    return Usage(
        place=record.place,
        code=values.get("code", ""),
        email=values.get("email", "").lower(),
        state=STATUSES[status],
        at=timezone.make_aware(datetime.datetime.combine(on, datetime.time(12))) if on else timezone.now(),
        result=values.get("resultat", ""),
    )


# --- Reading ---------------------------------------------------------------------------------------------------------------


def _records(path: Path, columns: list[str], faults: list[str]) -> Iterator[Record]:
    """The lines of a file with at least one of `columns`, others left out; what cannot be read is told in `faults`."""
    try:
        for record in read_file(path):
            values = {name.lower(): value for name, value in record.values.items()}
            if missing := _missing_columns(columns, values):
                faults.append(f"ligne 1 : il y faut {missing}.")
                return
            yield record._replace(values={name: values[name] for name in columns if name in values})
    except UnreadableFile as problem:
        where = f"{problem.place} : " if problem.place else ""
        faults.append(f"{where}ce fichier ne se lit pas plus loin ; attendu : {problem.expected}.")


def _missing_columns(columns: list[str], values: dict) -> str:
    """What the first line should hold, "" when it does."""
    if columns == CODE_COLUMNS:
        return "" if "code" in values else "la colonne « code »"
    if "statut" in values and values.keys() & {"code", "email"}:
        return ""
    return "la colonne « statut », et « code » ou « email » ; s'il y en a, « date » et « resultat »"


def _told(record: Record, fault: str) -> str:
    return f"{record.place} : {fault}"


def _short(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:60]}…"
