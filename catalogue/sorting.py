"""One French alphabetical order for every server, whatever its collations (the embedded one has no ICU)."""

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
