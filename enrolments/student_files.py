"""A file of students as a school sends it, CSV or XLSX, read into rows; what each row is worth is enrolments.students'."""

from typing import NamedTuple

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from catalogue.importing.sheets import EMAIL_NAMES, read_sheet

MAX_MB = 5
MAX_ROWS = 10_000
LONGEST_CELL = 300
HEADER = ["Adresse électronique", "Prénom", "Nom"]
COLUMNS = {
    "email": EMAIL_NAMES,
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
    rows = []
    for line, values in read_sheet(file, max_mb=MAX_MB, sought=COLUMNS, labels=HEADER):
        # A zero byte is no text for PostgreSQL: another control character is refused in its place, on its line.
        typed = (values[field].replace("\0", "\1") for field in COLUMNS)
        cells = (value.strip(" \t\r\n")[:LONGEST_CELL] for value in typed)
        rows.append(Row(line, *cells))
        if len(rows) > MAX_ROWS:
            raise ValidationError(
                f"Ce fichier a plus de {intcomma(MAX_ROWS)} lignes : envoyez-le en plusieurs parties."
            )
    if not rows:
        raise ValidationError("Ce fichier ne contient aucun élève : une ligne par élève, sous les noms des colonnes.")
    return rows
