"""Read import files one record at a time, whatever their format."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from catalogue.importing.faults import UnreadableFile
from catalogue.importing.structured import read_json, read_yaml
from catalogue.importing.tabular import read_csv, read_xlsx

READERS = {".yaml": read_yaml, ".yml": read_yaml, ".json": read_json, ".csv": read_csv, ".xlsx": read_xlsx}


class Record(NamedTuple):
    """One record as it was typed: values are str (« » when empty), lists or dicts of them."""

    section: str
    place: str
    values: dict


def read_file(path: Path) -> Iterator[Record]:
    """Yield the records of a file in bounded memory. Raises UnreadableFile, possibly after some records."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(f"un fichier {', '.join(READERS)}", value=path.name)
    try:
        for section, place, values in reader(path):
            yield Record(section, place, values)
    except OSError as error:
        raise UnreadableFile("un fichier qui existe et que l'on peut lire", value=error.strerror or "") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            "un fichier enregistré en UTF-8", value=repr(error.object[error.start : error.end])
        ) from error
