"""How the text of a file was saved: in UTF-8, or as spreadsheets set in French save « CSV »."""

import codecs
import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from catalogue.importing.faults import UnreadableFile

BLOCK = 65_536
CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
"""What no text holds, and pictures, PDF or old workbooks do."""


def encoding_of(file: BinaryIO) -> str:
    """UTF-8, with or without its mark, else Windows-1252. Reads block by block, and leaves `file` at its start.

    Raises UnicodeDecodeError for a text in another encoding, UnreadableFile for what is no text.
    """
    try:
        decoder = codecs.getincrementaldecoder("utf-8")()
        for block in _blocks(file):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        for number, block in enumerate(_blocks(file)):
            if number == 0 and block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                raise  # a text, with a zero byte beside each letter
            if CONTROLS.search(block):
                raise UnreadableFile("un fichier CSV ou XLSX") from error
            block.decode("cp1252")
        return "cp1252"
    finally:
        file.seek(0)
    return "utf-8-sig"


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    return iter(partial(file.read, BLOCK), b"")
