"""CSV and XLSX files: a first line of column names, then one record a line."""

import csv
import datetime
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from catalogue.importing.encodings import encoding_of
from catalogue.importing.faults import UnreadableFile

BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, InvalidFileException, ParseError, KeyError, IndexError, TypeError, ValueError,
    AttributeError,
)  # fmt: skip
"""What openpyxl raises on a workbook that no spreadsheet wrote, when it is opened or further on."""


def read_csv(path: Path, *, with_header: bool = False) -> Iterator[tuple[str, str, dict]]:
    """Yield (section, "ligne 12", values): the file's name is the section, `,` or `;` separates.

    with_header: "ligne 1" comes first, each column under its own name. Raises UnreadableFile, and UnicodeDecodeError as
    encoding_of.
    """
    with path.open("rb") as file:
        encoding = encoding_of(file)
    with path.open(encoding=encoding, newline="") as file:
        first = file.readline()
        file.seek(0)
        delimiter = ";" if first.count(";") > first.count(",") else ","
        lines = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            yield from _records(path.stem, lines, with_header)
        except csv.Error as error:
            raise UnreadableFile(
                "un CSV bien formé, guillemets fermés", f"ligne {lines.line_num}", str(error)
            ) from error


def read_xlsx(path: Path, *, with_header: bool = False) -> Iterator[tuple[str, str, dict]]:
    """Yield (section, "ligne 12", values): each sheet is a section, named by it. with_header as read_csv. Raises
    UnreadableFile."""
    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except BROKEN as error:
        raise UnreadableFile("un classeur XLSX", value=path.name) from error
    try:
        for sheet in workbook.worksheets:
            yield from _records(sheet.title, _lines_of(sheet), with_header)
    finally:
        workbook.close()


def _lines_of(sheet) -> Iterator[list[str]]:
    try:
        for row in sheet.iter_rows(values_only=True):
            yield [_text(cell) for cell in row]
    except BROKEN as error:
        raise UnreadableFile("un classeur XLSX en bon état", column=sheet.title) from error


def _records(section: str, lines: Iterable[list[str]], with_header: bool) -> Iterator[tuple[str, str, dict]]:
    lines = iter(lines)
    header = [name.strip() for name in next(lines, [])]
    while header and not header[-1]:
        header.pop()
    if not header:
        raise UnreadableFile("une première ligne de noms de colonnes", "ligne 1", column=section)
    if "" in header or len(set(header)) < len(header):
        raise UnreadableFile("des noms de colonnes tous différents, aucun vide", "ligne 1", " | ".join(header))
    if with_header:
        yield section, "ligne 1", {name: name for name in header}
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            raise UnreadableFile(
                f"{len(header)} cellules, comme la première ligne", f"ligne {number}", " | ".join(cells[len(header) :])
            )
        yield section, f"ligne {number}", dict(zip(header, cells, strict=False))


def _text(cell) -> str:
    """A spreadsheet's cell as one would type it in a CSV file."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, datetime.datetime):
        return cell.strftime("%Y-%m-%d" if cell.time() == datetime.time() else "%Y-%m-%d %H:%M")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
