"""One French alphabetical order for every server, whatever its collations (the embedded one has no ICU)."""

from django.db.models import F, Func, Value
from django.db.models.functions import Lower, Replace

ACCENTED = "ÀÂÄÁÃÇÉÈÊËÎÏÍÔÖÓÕÙÛÜÚŸÑàâäáãçéèêëîïíôöóõùûüúÿñ'’-"
PLAIN = "AAAAACEEEEIIIOOOOUUUUYNaaaaaceeeeiiioooouuuuyn   "
DROPPED = '«»"“”().…'


def sort_key(field: str) -> Lower:
    """Expression for a stored generated column: `field` in lower case, without accents, ligatures nor punctuation."""
    expression = Replace(F(field), Value("œ"), Value("oe"))
    for ligature, letters in [("Œ", "OE"), ("æ", "ae"), ("Æ", "AE")]:
        expression = Replace(expression, Value(ligature), Value(letters))
    translated = Func(expression, Value(ACCENTED + DROPPED), Value(PLAIN), function="translate")
    return Lower(Func(translated, function="btrim"))
