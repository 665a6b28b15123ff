"""One French alphabetical order for every server, whatever its collations (the embedded one has no ICU)."""

import re

from django.db.models import F, Func, Value
from django.db.models.functions import Lower, Replace

ACCENTED = "ÀÂÄÁÃÇÉÈÊËÎÏÍÔÖÓÕÙÛÜÚŸÑàâäáãçéèêëîïíôöóõùûüúÿñ'’-"
PLAIN = "AAAAACEEEEIIIOOOOUUUUYNaaaaaceeeeiiioooouuuuyn   "
DROPPED = '«»"“”().…'
LIGATURES = {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"}


def sort_key(field: str) -> Lower:
    """Expression for a stored generated column: `field` in lower case, without accents, ligatures nor punctuation."""
    expression = F(field)
    for ligature, letters in LIGATURES.items():
        expression = Replace(expression, Value(ligature), Value(letters))
    translated = Func(expression, Value(ACCENTED + DROPPED), Value(PLAIN), function="translate")
    return Lower(Func(translated, function="btrim"))


_PLAIN_LETTERS = str.maketrans(dict(zip(ACCENTED, PLAIN, strict=True)) | dict.fromkeys(DROPPED, "") | LIGATURES)


def plain(text: str) -> str:
    """`text` written as `sort_key` writes a column, to compare with it."""
    return text.translate(_PLAIN_LETTERS).strip(" ").lower()


_BUT_DOTS = _PLAIN_LETTERS | {ord("."): "."}


def plain_but_dots(text: str) -> str:
    """The same, with the dots that addresses have."""
    return text.translate(_BUT_DOTS).strip(" ").lower()


_VARIANTS = {letter: "" for letter in PLAIN.lower() if letter.isalpha()}
for _accented, _letter in zip(ACCENTED, PLAIN, strict=True):
    if _letter.isalpha():
        _VARIANTS[_letter.lower()] += _accented
_LIGATURE = re.compile("oe|ae|.", re.DOTALL)


def pattern_of(word: str) -> str:
    """A regular expression of PostgreSQL that finds `word`, as `plain` writes it, whatever the accents and the case.

    Ten times quicker on a text than to write it plain and look there.
    """
    return "".join(pattern_of_letters(letters[0]) for letters in _LIGATURE.finditer(word))


def pattern_of_letters(letters: str) -> str:
    """The regular expression of a plain letter, or of two that a ligature joins, whatever its accents and its case."""
    if len(letters) == 2:
        apart = "".join(map(pattern_of_letters, letters))
        together = "".join(ligature for ligature, written in LIGATURES.items() if written.lower() == letters)
        return f"(?:{apart}|[{together}])"
    if letters.isalpha():
        return f"[{letters}{letters.upper()}{_VARIANTS.get(letters, '')}]"
    return re.escape(letters)
