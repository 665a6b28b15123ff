"""Files joined to the applications of the demonstration: PDFs of one page, written here word by word."""

import textwrap

from django.core.files.base import ContentFile

from trainers.enums import ApplicationState, AttachmentKind, ContentType, ContributionKind
from trainers.models import Application, Attachment, Contribution

EVERY = 3
"""One application in so many has files."""
LINE = 90
"""Letters that fit in a line."""


def create_files(applications: list[Application]) -> int:
    """Join a CV to some of `applications`, and materials where a training was held already. Returns how many files."""
    created = 0
    for application in applications[::EVERY]:
        if application.state == ApplicationState.DRAFT:
            continue
        created += 1
        _join(application, AttachmentKind.CV, "CV.pdf", _cv(application))
        for contribution in application.contributions.filter(kind=ContributionKind.EXISTING)[:1]:
            created += 1
            _join(application, AttachmentKind.MATERIAL, "Supports.pdf", _materials(contribution), contribution)
    return created


def _join(application, kind, name, lines, contribution=None):
    content = pdf_of(lines)
    Attachment.objects.create(
        application=application,
        contribution=contribution,
        kind=kind,
        file=ContentFile(content, name),
        name=name,
        content_type=ContentType.PDF,
        size=len(content),
        # A CV names whom it is of; materials do not.
        is_identity_free=kind == AttachmentKind.MATERIAL,
        uploaded_at=application.created_at,
        uploaded_by=application.applicant,
    )


def _cv(application) -> list[str]:
    return [
        str(application.applicant),
        f"{application.job_title}, {application.service}",
        str(application.organisation),
        "",
        "Expérience",
        application.experience,
        "",
        "Pourquoi former",
        application.motivation,
    ]


def _materials(contribution: Contribution) -> list[str]:
    return [
        contribution.title,
        f"Pour {contribution.audience}",
        "",
        "Objectifs",
        *(f"- {objective}" for objective in contribution.objectives),
        "",
        "Ce que les participants en ont dit",
        contribution.feedback,
    ]


def pdf_of(lines: list[str]) -> bytes:
    """A PDF of one A4 page that says these lines, the first one as a title."""
    drawn = [f"BT /F1 18 Tf 56 770 Td ({_escaped(lines[0])}) Tj /F1 11 Tf 0 -30 Td 16 TL"]
    drawn += [f"({_escaped(row)}) Tj T*" for line in lines[1:] for row in _rows(line)]
    page = "\n".join([*drawn, "ET"]).encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (fr) >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count, start = len(objects) + 1, len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
    return content + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, start)


def _rows(line: str) -> list[str]:
    return textwrap.wrap(line, LINE) or [""]


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
