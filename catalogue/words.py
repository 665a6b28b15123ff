"""Looking for what people type in a list: each word somewhere, accents and case aside."""

import re
import unicodedata

from django.db.models import Q

from catalogue.sorting import pattern_of, plain, plain_but_dots

MOST_LETTERS = 200
MOST_WORDS = 10
_APART = re.compile(r"[\s,;'’-]+")


def every_word(text: str, *, keys: tuple[str, ...] = (), fields: tuple[str, ...] = ()) -> Q:
    """Rows that have each word of `text` in one of these columns at least, whatever the order, the accents and the case.

    keys: columns that sort_key writes; fields: texts as they were typed, addresses too. Beyond MOST_LETTERS, and MOST_WORDS,
    nothing is looked for; all rows when no word is left.
    """
    words = _APART.split(unicodedata.normalize("NFC", text[:MOST_LETTERS]))
    sought = Q()
    for word in [word for word in words if plain(word)][:MOST_WORDS]:
        in_keys = [(f"{key}__contains", plain(word)) for key in keys]
        in_fields = [(f"{field}__regex", pattern_of(plain_but_dots(word))) for field in fields]
        sought &= Q(*in_keys, *in_fields, _connector=Q.OR)
    return sought
