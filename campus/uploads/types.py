"""The formats that may be sent, and the names of files."""

import unicodedata
from pathlib import PurePosixPath
from typing import NamedTuple

LONGEST_NAME = 150


class FileType(NamedTuple):
    label: str
    content_type: str
    extensions: tuple[str, ...]
    """The first one is given to a name without any."""


PDF = FileType("PDF", "application/pdf", (".pdf",))
ODT = FileType("ODT", "application/vnd.oasis.opendocument.text", (".odt",))
ODP = FileType("ODP", "application/vnd.oasis.opendocument.presentation", (".odp",))
DOCX = FileType("DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",))
PPTX = FileType("PPTX", "application/vnd.openxmlformats-officedocument.presentationml.presentation", (".pptx",))
XLSX = FileType("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",))
PNG = FileType("PNG", "image/png", (".png",))
JPEG = FileType("JPEG", "image/jpeg", (".jpg", ".jpeg", ".jfif"))


TYPES = [PDF, ODT, ODP, DOCX, PPTX, PNG, JPEG]


def content_type_of(name: str) -> str:
    """Of a file that was kept under a name that `check` gave; that of any file when its extension tells nothing."""
    found = next((each for each in TYPES if extension_of(name) in each.extensions), None)
    return found.content_type if found else "application/octet-stream"


def extension_of(name: str) -> str:
    """In lower case, with its dot; "" when there is none."""
    return PurePosixPath(_visible(name)).suffix.lower()


def safe_name(name: str, file_type: FileType) -> str:
    """`name` without folder, control or direction characters, with an extension of its type, 150 characters at most."""
    visible = _visible(name)
    extension = PurePosixPath(visible).suffix.lower()
    if extension not in file_type.extensions:
        visible, extension = visible + file_type.extensions[0], file_type.extensions[0]
    stem = visible[: -len(extension)].strip(". ") or "document"
    return stem[: LONGEST_NAME - len(extension)] + extension


def _visible(name: str) -> str:
    base = name.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in base if unicodedata.category(char)[0] != "C").strip()
