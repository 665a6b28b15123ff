"""The file that an agent may join to a finished training: what it is by its content, under which name it comes back."""

import unicodedata
from pathlib import PurePosixPath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, UnidentifiedImageError

TYPES = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg"}
TRAILER_BYTES = 1024
"""The end of a PDF is sought so far from that of the file, as readers do."""
LONGEST_NAME = 150


def checked_name(file: UploadedFile) -> str:
    """The name to give back to a proof, that ends with the extension of what it is.

    Raises ValidationError for what is too heavy or is neither PDF, PNG nor JPEG, whatever its name says.
    """
    limit = settings.PROOF_MAX_MB
    if file.size > limit * 1024 * 1024:
        raise ValidationError(f"Ce fichier pèse plus de {limit} Mo : joignez-en un plus léger.")
    extension = _extension_of(file)
    if not extension:
        raise ValidationError("Ce fichier n'est ni un PDF, ni une image PNG ou JPEG lisible : joignez-en un autre.")
    return safe_name(file.name, extension)


def safe_name(name: str, extension: str) -> str:
    """`name` without folder, control or direction characters, with this extension."""
    base = name.replace("\\", "/").rpartition("/")[2]
    visible = "".join(char for char in base if unicodedata.category(char)[0] != "C").strip()
    stem = PurePosixPath(visible or "justificatif").stem.strip(". ") or "justificatif"
    return stem[: LONGEST_NAME - len(extension)] + extension


def content_type_of(name: str) -> str:
    return TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")


def _extension_of(file: UploadedFile) -> str:
    """Of TYPES, by content; "" for anything else."""
    file.seek(0)
    head = file.read(5)
    if head == b"%PDF-":
        file.seek(max(file.size - TRAILER_BYTES, 0))
        return ".pdf" if b"%%EOF" in file.read() else ""
    file.seek(0)
    try:
        with Image.open(file, formats=["PNG", "JPEG"]) as image:
            found = ".png" if image.format == "PNG" else ".jpg"
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return ""
    finally:
        file.seek(0)
    return found
