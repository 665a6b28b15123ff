"""Files that people send: those that are kept, those that are refused and in which words, their names."""

import pytest
from django.core.exceptions import ValidationError

from campus.uploads import DOCX, JPEG, ODP, ODT, PDF, PNG, PPTX, check
from campus.uploads.types import safe_name
from tests.files import GOOD, HOSTILE, MAX_BYTES, pdf, sent

ALL = [PDF, ODT, DOCX, ODP, PPTX, PNG, JPEG]


@pytest.mark.parametrize("case", GOOD)
def test_what_is_accepted_is_known_by_its_content(case):
    content, name, content_type = GOOD[case]
    file = sent(content, name)

    checked = check(file, accepted=ALL, max_bytes=MAX_BYTES)

    assert checked.file_type.content_type == content_type
    assert file.read() == content  # from its beginning, for whoever stores it


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_hostile_is_refused_in_clear_words(case):
    content, name, words = HOSTILE[case]

    with pytest.raises(ValidationError) as refusal:
        check(sent(content, name), accepted=ALL, max_bytes=MAX_BYTES)

    assert words in refusal.value.message


def test_only_what_is_asked_for_is_accepted():
    content, name, _type = GOOD["docx"]

    with pytest.raises(ValidationError, match="PDF, PNG ou JPEG"):
        check(sent(content, name), accepted=[PDF, PNG, JPEG], max_bytes=MAX_BYTES)


def test_a_text_that_only_speaks_of_javascript_is_accepted():
    spoken = pdf(b"<< /Length 40 >>\nstream\n(Former a JavaScript et a /JavaScriptCore)\nendstream")

    assert check(sent(spoken, "cv.pdf"), accepted=ALL, max_bytes=MAX_BYTES).file_type == PDF


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("CV d'Élodie.pdf", "CV d'Élodie.pdf"),
        ("CV.PDF", "CV.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\moi\\cv.pdf", "cv.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("cv\u202efdp.exe", "cvfdp.exe.pdf"),
        (".pdf", "pdf.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_a_name_is_made_safe(name, kept):
    assert safe_name(name, PDF) == kept
