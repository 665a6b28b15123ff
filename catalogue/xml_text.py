"""Texts that an XML file can hold."""

import re

# https://www.w3.org/TR/xml/#charsets
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def printable(text: str) -> str:
    """`text` without the control characters that XML cannot hold, however escaped: a search or a pasted title has some."""
    return FORBIDDEN.sub("", text)
