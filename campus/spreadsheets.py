"""Rows as files that spreadsheets open: CSV line by line, XLSX. No cell is ever taken for a formula."""

import csv
import datetime
import tempfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Any, BinaryIO

from django.http import StreamingHttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
SEPARATOR = " | "
BOM = "\ufeff"
"""At the head of a file for people: spreadsheets then read its accents. What machines read has none: the open
data (catalogue.open_data), the hours that payroll software takes in (trainers.admin.hours)."""


def safe_cell(value: Any) -> Any:
    """A value as a cell: booleans and instants as machines read them, lists joined, text that starts like a formula quoted."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = SEPARATOR.join(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the line of each row of values, as machines read it: commas between cells, points in numbers."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def french_csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The same as a spreadsheet set in French opens it: semicolons (it would leave commas in one column), « 3,9 »."""
    writer = csv.writer(_Echo(), delimiter=";")
    for row in rows:
        yield writer.writerow([_french_cell(value) for value in row])


def _french_cell(value: Any) -> Any:
    return str(value).replace(".", ",") if isinstance(value, float | Decimal) else safe_cell(value)


def csv_response(name: str, rows: Iterable[Iterable[Any]], *, is_for_machines: bool = False) -> StreamingHttpResponse:
    """Rows as the file `name`.csv in UTF-8: for people in France, with its mark, unless it is for machines to read."""
    lines = csv_lines(rows) if is_for_machines else chain([BOM], french_csv_lines(rows))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def xlsx_file(title: str, rows: Iterable[Iterable[Any]]) -> BinaryIO:
    """A workbook of one sheet, in a temporary file at its start; rows are not kept in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        cells = [safe_cell(value) for value in row]
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in cells])
    file = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    book.save(file)
    file.seek(0)
    return file


class _Echo:
    """What csv.writer writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line
