"""PDF files: their beginning, their end, and the names of what could run or hide something.

A look, not a proof: a reader of PDF would cost more than it protects, given hostile files in a web process. The names are
sought in the file and in what its object streams unpack to, within limits.
"""

import re
import zlib

from django.core.exceptions import ValidationError

from campus.uploads.types import PDF, FileType

TRAILER_BYTES = 1024
"""The end is sought so far from that of the file, as readers do."""
MAX_UNPACKED = 32 * 1024 * 1024
MAX_PEEKED = 256

ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")
STREAM = re.compile(rb"(?<!end)stream\r?\n")
HIDDEN = {
    re.compile(rb"/(JavaScript|SubmitForm|ImportData)(?![A-Za-z0-9])"): "Ce PDF contient un programme (JavaScript) "
    "ou un formulaire qui envoie des données : imprimez-le en PDF, puis envoyez le résultat.",
    re.compile(rb"/Launch(?![A-Za-z0-9])"): "Ce PDF lance un programme : imprimez-le en PDF, puis envoyez le résultat.",
    re.compile(rb"/(EmbeddedFiles?|RichMedia)(?![A-Za-z0-9])"): "Ce PDF contient d'autres fichiers : "
    "envoyez-les à part, et ce document sans pièce jointe.",
    re.compile(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)"): "Ce PDF est protégé par un mot de passe ou des restrictions : "
    "enregistrez-le sans protection.",
}


def check(file) -> FileType:
    """Raises ValidationError when it is cut, encrypted, or holds programs or other files."""
    data = file.read()
    if b"%%EOF" not in data[-TRAILER_BYTES:] or b"startxref" not in data:
        raise ValidationError("Ce PDF est incomplet : enregistrez-le de nouveau, puis renvoyez-le.")
    for part in (data, *_unpacked(data)):
        names = ESCAPED.sub(lambda match: bytes([int(match[1], 16)]), part)  # /J#61vaScript is /JavaScript
        for pattern, refusal in HIDDEN.items():
            if pattern.search(names):
                raise ValidationError(refusal)
    return PDF


def _unpacked(data: bytes):
    """What the streams unpack to that may hold objects: theirs begin with numbers. Raises ValidationError for a bomb."""
    left = MAX_UNPACKED
    for start in STREAM.finditer(data):
        unpacker = zlib.decompressobj()
        packed = data[start.end() : start.end() + MAX_PEEKED]
        try:
            begun = unpacker.decompress(packed, MAX_PEEKED)
            if not begun.lstrip()[:1].isdigit() and begun.lstrip()[:1] != b"%":
                continue
            end = data.find(b"endstream", start.end())
            unpacker = zlib.decompressobj()
            content = unpacker.decompress(data[start.end() : end if end > 0 else len(data)], left)
        except zlib.error:
            continue
        left -= len(content)
        if left <= 0:
            raise ValidationError("Ce PDF, une fois décompressé, est démesuré : allégez-le, puis renvoyez-le.")
        yield content
