"""A file of students as a school sends it, CSV or XLSX, read into rows; what each row is worth is enrolments.students'."""

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from campus.uploads import XLSX, check
from catalogue.importing.faults import UnreadableFile
from catalogue.importing.tabular import read_csv, read_xlsx

MAX_MB = 5
MAX_ROWS = 10_000
LONGEST_CELL = 300
HEADER = ["Adresse électronique", "Prénom", "Nom"]
COLUMNS = {
    "email": {
        "adresse electronique",
        "adresse",
        "adresse e mail",
        "adresse mail",
        "email",
        "e mail",
        "courriel",
        "mail",
    },
    "first_name": {"prenom", "prenoms"},
    "last_name": {"nom", "nom de famille", "nom d usage"},
}
"""How schools name them, without accents nor case. Other columns are left where they are: they are not needed."""


class Row(NamedTuple):
    """A student as typed; `line` is that of the file."""

    line: int
    email: str
    first_name: str
    last_name: str


def read_students(file: UploadedFile) -> list[Row]:
    """The rows of the first sheet of a file. Raises ValidationError, which says what to do, when it cannot be read whole."""
    if file.size > MAX_MB * 1024 * 1024:
        raise ValidationError(f"Ce fichier pèse plus de {MAX_MB} Mo : envoyez-le en plusieurs parties.")
    is_workbook = file.read(2) == b"PK"
    file.seek(0)
    if is_workbook:
        check(file, accepted=[XLSX], max_bytes=MAX_MB * 1024 * 1024)
    with tempfile.NamedTemporaryFile(suffix=".xlsx" if is_workbook else ".csv") as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        try:
            return _rows(read_xlsx if is_workbook else read_csv, Path(copy.name))
        except UnreadableFile as error:
            where = f" à la {error.place}" if error.place else ""
            raise ValidationError(f"Ce fichier ne se lit pas{where} : il faut {error.expected}.") from error
        except UnicodeDecodeError as error:
            raise ValidationError(
                "Les accents de ce fichier ne se lisent pas : enregistrez-le en « CSV UTF-8 », ou en XLSX."
            ) from error


def _rows(read, path: Path) -> list[Row]:
    rows, names = [], None
    for place, values in _first_sheet(read(path)):
        names = names or _columns_of(values)
        # A zero byte is no text for PostgreSQL: another control character is refused in its place, on its line.
        typed = (values.get(names[field], "").replace("\0", "\1") for field in COLUMNS)
        cells = (value.strip(" \t\r\n")[:LONGEST_CELL] for value in typed)
        rows.append(Row(int(place.removeprefix("ligne ")), *cells))
        if len(rows) > MAX_ROWS:
            raise ValidationError(f"Ce fichier a plus de {MAX_ROWS} lignes : envoyez-le en plusieurs parties.")
    if not rows:
        raise ValidationError("Ce fichier ne contient aucun élève : une ligne par élève, sous les noms des colonnes.")
    return rows


def _first_sheet(records: Iterator[tuple[str, str, dict]]) -> Iterator[tuple[str, dict]]:
    """The other sheets are not read, be they empty."""
    first = None
    try:
        for sheet, place, values in records:
            first = first or sheet
            if sheet != first:
                return
            yield place, values
    except UnreadableFile as error:
        if first is None or error.column in {"", first}:
            raise


def _columns_of(values: dict) -> dict[str, str]:
    """The name that the file gives to each of COLUMNS."""
    found = {}
    for name in values:
        field = next((field for field, names in COLUMNS.items() if _plain(name) in names), None)
        if field in found:
            raise ValidationError(
                f"Deux colonnes disent la même chose, « {found[field]} » et « {name} » : gardez-en une."
            )
        if field:
            found[field] = name
    missing = [f"« {label} »" for field, label in zip(COLUMNS, HEADER, strict=True) if field not in found]
    if missing:
        raise ValidationError(f"La première ligne doit nommer les colonnes ; il manque {' et '.join(missing)}.")
    return found


def _plain(name: str) -> str:
    """« Adresse e-mail » as « adresse e mail »."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return " ".join(re.findall(r"[a-z]+", "".join(char for char in letters if not unicodedata.combining(char))))
