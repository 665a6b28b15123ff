"""Files that people send: what they are by their content, what is refused, under which name they are given back.

    checked = check(file, accepted=[PDF, PNG], max_bytes=5_000_000)

Nothing here opens a document as its reader would: what comes from outside is looked at, stored under a random name, and
only ever given back as an attachment (`attachment`).
"""

from campus.uploads.checking import Checked, check
from campus.uploads.serving import attachment
from campus.uploads.types import DOCX, JPEG, ODP, ODT, PDF, PNG, PPTX, XLSX, FileType, content_type_of

__all__ = [
    "DOCX",
    "JPEG",
    "ODP",
    "ODT",
    "PDF",
    "PNG",
    "PPTX",
    "XLSX",
    "Checked",
    "FileType",
    "attachment",
    "check",
    "content_type_of",
]
