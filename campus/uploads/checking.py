"""What a file is, by its content; clear French refusals (ValidationError) for the rest."""

from collections.abc import Collection
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from campus.uploads import images, office, pdf
from campus.uploads.types import FileType, extension_of, safe_name

OLD_OFFICE = bytes.fromhex("D0CF11E0A1B11AE1")


class Checked(NamedTuple):
    file_type: FileType
    name: str
    """The name to give back: safe, with the extension of the type."""


def check(file: UploadedFile, *, accepted: Collection[FileType], max_bytes: int) -> Checked:
    """Say what `file` is. Raises ValidationError, for whoever sent it, when it may not be kept.

    Refused: what is too heavy, of another type than `accepted`, broken, encrypted, or that could run something; and a name
    whose extension says another type than the content.
    """
    if not file.size:
        raise ValidationError("Ce fichier est vide : choisissez-en un autre.")
    if file.size > max_bytes:
        raise ValidationError(
            f"Ce fichier pèse plus de {max_bytes // 1024 // 1024} Mo : allégez-le, ou envoyez-le en plusieurs parties."
        )
    try:
        found = _recognise(file)
    finally:
        file.seek(0)
    if found is None or found not in accepted:
        *first, last = [each.label for each in accepted]
        labels = f"{', '.join(first)} ou {last}" if first else last
        raise ValidationError(f"Ce format n'est pas accepté. Envoyez l'un de ceux-ci : {labels}.")
    extension = extension_of(file.name or "")
    if extension and extension not in found.extensions:
        raise ValidationError(
            f"Le nom de ce fichier finit par « {extension} », mais son contenu est celui d'un {found.label} : "
            f"renommez-le en « {found.extensions[0]} », ou vérifiez que c'est le bon."
        )
    return Checked(found, safe_name(file.name or "", found))


def _recognise(file) -> FileType | None:
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if head.startswith(b"%PDF-"):
        return pdf.check(file)
    if head.startswith(b"PK\x03\x04"):
        return office.check(file)
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff")):
        return images.check(file)
    if head == OLD_OFFICE:
        raise ValidationError(
            "Ce document est d'un ancien format (DOC, PPT, XLS) ou protégé par un mot de passe : "
            "enregistrez-le sans protection, en PDF, en DOCX ou en PPTX."
        )
    return None
