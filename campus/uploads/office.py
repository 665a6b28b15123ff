"""ODT, ODP, DOCX, PPTX and XLSX documents: ZIP archives, looked at without reading what they say."""

import re
import zipfile
import zlib

from django.core.exceptions import ValidationError

from campus.uploads.types import DOCX, ODP, ODT, PPTX, XLSX, FileType

MAX_MEMBERS = 5_000
MAX_UNPACKED = 150 * 1024 * 1024
MAX_RATIO = 200
"""Unpacked to packed, of a member that weighs: text packs ten times, a bomb a thousand."""
MAX_HEAD = 1024 * 1024
CHUNK = 64 * 1024

MAIN_PARTS = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DOCX,
    b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": PPTX,
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": XLSX,
}
ODF = {each.content_type.encode(): each for each in (ODT, ODP)}
MACROS = re.compile(r"(^|/)(vbaProject\.bin|vbaData\.xml)$|^(Basic|Scripts)/.", re.IGNORECASE)
OBJECTS = re.compile(r"(^|/)(activeX/|embeddings/[^/]*\.(bin|exe|js|vbs|bat|cmd|ps1|hta|lnk)$)", re.IGNORECASE)
REMOTE = re.compile(rb"<Relationship\b(?=[^>]*/(attachedTemplate|oleObject|frame)\")(?=[^>]*\bTargetMode=\"External\")")

BROKEN = "Ce document est abîmé : ouvrez-le, enregistrez-le de nouveau, puis renvoyez-le."
MACRO = "Ce document contient des macros : enregistrez-le sans macros, ou en PDF."
OBJECT = "Ce document contient un objet incorporé qui pourrait s'exécuter : retirez-le, ou enregistrez en PDF."
BOMB = "Ce document, une fois décompressé, est démesuré : enregistrez-le en PDF."


def check(file) -> FileType | None:
    """None for an archive that is none of these documents. Raises ValidationError for what is broken or could run something."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _check_members(members)
            found = _type_of(archive)
            _check_remote(archive, members)
            _read_all(archive, members)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        raise ValidationError(BROKEN) from error
    return found


def _check_members(members) -> None:
    names = [member.filename for member in members]
    if any(member.flag_bits & 0x1 for member in members):
        raise ValidationError("Ce document est protégé par un mot de passe : enregistrez-le sans protection.")
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise ValidationError(BOMB)
    if any(member.file_size > CHUNK and member.file_size > MAX_RATIO * member.compress_size for member in members):
        raise ValidationError(BOMB)
    if any(name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") for name in names):
        raise ValidationError("Ce document contient des fichiers aux noms anormaux : enregistrez-le de nouveau.")
    if len({name.lower() for name in names}) < len(names):
        raise ValidationError("Ce document contient deux fois le même fichier : enregistrez-le de nouveau.")
    if any(MACROS.search(name) for name in names):
        raise ValidationError(MACRO)
    if any(OBJECTS.search(name) for name in names):
        raise ValidationError(OBJECT)


def _type_of(archive) -> FileType | None:
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        types = _head_of(archive, "[Content_Types].xml")
        if b"macroEnabled" in types:
            raise ValidationError(MACRO)
        found = next((each for main, each in MAIN_PARTS.items() if b'"' + main + b'"' in types), None)
        main_part = {DOCX: "word/document.xml", PPTX: "ppt/presentation.xml", XLSX: "xl/workbook.xml"}.get(found)
        if found and main_part not in names:
            raise ValidationError(BROKEN)
        return found
    if names[:1] == ["mimetype"]:
        found = ODF.get(_head_of(archive, "mimetype"))
        if found and not {"content.xml", "META-INF/manifest.xml"} <= set(names):
            raise ValidationError(BROKEN)
        if found and b"manifest:encryption-data" in _head_of(archive, "META-INF/manifest.xml"):
            raise ValidationError("Ce document est protégé par un mot de passe : enregistrez-le sans protection.")
        return found
    raise ValidationError("Ce fichier est une archive : envoyez les documents qu'elle contient, un par un.")


def _check_remote(archive, members) -> None:
    for member in members:
        if member.filename.endswith(".rels") and REMOTE.search(_head_of(archive, member.filename)):
            raise ValidationError(
                "Ce document va chercher un modèle ou un objet ailleurs : détachez-le, ou enregistrez en PDF."
            )


def _head_of(archive, name) -> bytes:
    with archive.open(name) as member:
        return member.read(MAX_HEAD)


def _read_all(archive, members) -> None:
    """Every checksum; what is unpacked is bounded by _check_members."""
    for member in members:
        with archive.open(member) as content:
            while content.read(CHUNK):
                pass
