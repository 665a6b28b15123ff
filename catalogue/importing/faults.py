"""What is wrong in the files of an import."""

from typing import NamedTuple

SHOWN_CHARACTERS = 80


class Fault(NamedTuple):
    """One thing to correct. `place` is "ligne 12" or "fiche 3"; `expected` completes « attendu : … »."""

    file: str
    place: str
    column: str
    value: str
    expected: str

    def __str__(self):
        where = ", ".join(
            part for part in (self.file, self.place, self.column and f"colonne « {self.column} »") if part
        )
        shown = self.value if len(self.value) <= SHOWN_CHARACTERS else self.value[:SHOWN_CHARACTERS] + "…"
        return f"{where} : « {shown} » ; attendu : {self.expected}"


class ImportRefused(Exception):
    """The files hold faults: nothing was written. `faults` are all of them."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


class UnreadableFile(Exception):
    """The rest of a file cannot be read."""

    def __init__(self, expected: str, place: str = "", value: str = "", column: str = ""):
        super().__init__(expected)
        self.place, self.value, self.column, self.expected = place, value, column, expected
