"""A sheet of people as somebody sends it, CSV or XLSX, its columns named in the first line: read one line at a time."""

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from campus.uploads import XLSX, check
from catalogue.importing.faults import UnreadableFile
from catalogue.importing.tabular import read_csv, read_xlsx

EMAIL_NAMES = {
    "adresse electronique",
    "adresse electronique professionnelle",
    "adresse",
    "adresses",
    "adresse e mail",
    "adresse mail",
    "email",
    "e mail",
    "courriel",
    "courriels",
    "mail",
    "mel",
}
"""How a column of addresses is named, once `plain`."""


def is_workbook(file: UploadedFile) -> bool:
    """Whether a file is an XLSX, or says it is, by its first bytes."""
    start = file.read(2)
    file.seek(0)
    return start == b"PK"


def read_sheet(
    file: UploadedFile, *, max_mb: int, sought: dict[str, set[str]], labels: list[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (line in the file, {field: text}) of the first sheet; other sheets, and other columns, are not read.

    sought: by field, how its column may be named, once `plain`; labels: how each is told. Raises ValidationError, which says
    what to do, when the file is too heavy, lacks a column, be it of one line, or cannot be read further.
    """
    if file.size > max_mb * 1024 * 1024:
        raise ValidationError(f"Ce fichier pèse plus de {max_mb} Mo : envoyez-le en plusieurs parties.")
    has_sheets = is_workbook(file)
    if has_sheets:
        check(file, accepted=[XLSX], max_bytes=max_mb * 1024 * 1024)
    with tempfile.NamedTemporaryFile(suffix=".xlsx" if has_sheets else ".csv") as copy, told_to_sender():
        shutil.copyfileobj(file, copy)
        copy.flush()
        records = _first_sheet((read_xlsx if has_sheets else read_csv)(Path(copy.name), with_header=True))
        _place, header = next(records, ("", {}))  # a workbook may have charts alone
        names = _columns_of(header, sought, labels)
        for place, values in records:
            yield int(place.removeprefix("ligne ")), {field: values.get(names[field], "") for field in sought}


@contextmanager
def told_to_sender() -> Iterator[None]:
    """What cannot be read inside, raised as a ValidationError that says what to do."""
    try:
        yield
    except UnreadableFile as error:
        where = f" à la {error.place}" if error.place else ""
        raise ValidationError(f"Ce fichier ne se lit pas{where} : il faut {error.expected}.") from error
    except UnicodeDecodeError as error:
        raise ValidationError(
            "Les accents de ce fichier ne se lisent pas : enregistrez-le en « CSV UTF-8 », ou en XLSX."
        ) from error


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


def _columns_of(header: Iterable[str], sought: dict[str, set[str]], labels: list[str]) -> dict[str, str]:
    """The name that the file gives to each of `sought` (field: its plain names). Raises ValidationError for one that is
    missing, told by its label, or there twice."""
    found = {}
    for name in header:
        field = next((field for field, names in sought.items() if plain(name) in names), None)
        if field in found:
            raise ValidationError(
                f"Deux colonnes disent la même chose, « {found[field]} » et « {name} » : gardez-en une."
            )
        if field:
            found[field] = name
    missing = [f"« {label} »" for field, label in zip(sought, labels, strict=True) if field not in found]
    if missing:
        *first, last = missing
        told = f"{', '.join(first)} et {last}" if first else last
        raise ValidationError(f"La première ligne doit nommer les colonnes ; il manque {told}.")
    return found


def plain(name: str) -> str:
    """« Adresse e-mail » as « adresse e mail »."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return " ".join(re.findall(r"[a-z]+", "".join(char for char in letters if not unicodedata.combining(char))))
