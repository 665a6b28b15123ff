"""Show in a text where the words looked for are."""

import re
from functools import lru_cache
from html import escape  # what Django's calls, without its care for lazy texts: forty texts a page

from django.utils.safestring import SafeString

from catalogue.sorting import pattern_of_letters, plain

ENDINGS = re.compile(r"(?:ement|ation|ibles|ables|ible|able|ites|ite|aux|al|ees|ee|er|es|e|s|x)$")
SHORTEST = 3
"""Letters that must remain of a word without its ending."""


def pattern_for(words: list[str]) -> re.Pattern | None:
    """A pattern that finds these words and expressions in a text, whatever their accents, case and endings."""
    return _pattern_for(tuple(words))


@lru_cache(maxsize=256)
def _pattern_for(words: tuple[str, ...]) -> re.Pattern | None:
    patterns = [
        r"[\s'’-]+".join(map(_pattern_of_word, found)) for word in words if (found := re.findall(r"\w+", plain(word)))
    ]
    if not patterns:
        return None
    # Words that follow each other are one mark: a space alone between two tags is lost where templates are `spaceless`.
    word = rf"\b(?:{'|'.join(patterns)})"
    return re.compile(rf"{word}(?:\s+{word})*", re.IGNORECASE)


def _pattern_of_word(word: str) -> str:
    stem = ENDINGS.sub("", word)
    if len(stem) < SHORTEST:
        stem = word
    return "".join(map(pattern_of_letters, stem)) + (r"\w{0,5}\b" if len(stem) >= SHORTEST else r"\b")


def highlight(text: str, pattern: re.Pattern | None) -> str | SafeString:
    """`text` escaped, with what `pattern` finds between <mark> and </mark>."""
    if pattern is None:
        return text
    parts, end = [], 0
    for found in pattern.finditer(text):
        parts += [escape(text[end : found.start()]), "<mark>", escape(found.group()), "</mark>"]
        end = found.end()
    return SafeString("".join([*parts, escape(text[end:])]))  # each part is escaped
