"""When nothing is found: the words that were meant, the trainings that come near, what staff should know of it."""

import datetime
import re

from django.db import connection
from django.utils import timezone

from catalogue.models import EmptySearch
from catalogue.search.query import question_of, tokens_of
from catalogue.search.results import search
from catalogue.sorting import plain

NEAR_SHOWN = 6
MAX_LENGTH = EmptySearch._meta.get_field("words").max_length
LIKENESS = 0.3
MEANT = """
    SELECT token, nearest.word FROM unnest(%(tokens)s::text[]) AS token CROSS JOIN LATERAL (
        SELECT word, plain FROM catalogue_searchword WHERE plain %% token
        ORDER BY similarity(plain, token) DESC, word LIMIT 1
    ) AS nearest WHERE nearest.plain <> token
"""
RECORD = """
    WITH forgotten AS (DELETE FROM catalogue_emptysearch WHERE count = 1 AND last_on < %(old)s AND words <> %(words)s)
    INSERT INTO catalogue_emptysearch AS known (words, count, last_on) VALUES (%(words)s, 1, %(today)s)
    ON CONFLICT (words) DO UPDATE SET count = known.count + 1, last_on = excluded.last_on
"""
NEAR = """
    SELECT training_id FROM catalogue_searchentry
    WHERE word_similarity(%(plain)s, title_key) >= %(likeness)s
    ORDER BY word_similarity(%(plain)s, title_key) DESC, title_key, training_id LIMIT %(limit)s
"""
# E-mail addresses and numbers of six digits or more, however spaced, are not recorded.
PERSONAL = re.compile(r"@|(?:\d[\s.()/+-]*){6}")
KEPT_DAYS = 180
"""How long a search made once is kept."""
TOKENS_CORRECTED = 8


def words_meant(text: str) -> str:
    """What was meant by words that find nothing, "" when nothing better is known. It does find trainings.

    Nothing for quotes, exclusions and long texts: who writes them knows what they want.
    """
    tokens = tokens_of(text)
    if len(tokens) > TOKENS_CORRECTED or any(token.is_excluded or token.is_phrase for token in tokens):
        return ""
    meant = _nearest_words([plain(token.text) for token in tokens])
    corrected = " ".join(meant.get(plain(token.text), token.text) for token in tokens)
    if plain(corrected) == plain(text) or not corrected:
        return ""
    return corrected if search(question_of(corrected), {}, order="titre", page=1).total else ""


def _nearest_words(tokens: list[str]) -> dict[str, str]:
    """The word of the catalogue that comes nearest to each token (in plain letters) that is not one. One query."""
    with connection.cursor() as cursor:
        cursor.execute(MEANT, {"tokens": tokens})
        return dict(cursor.fetchall())


def near(text: str) -> list[int]:
    """Ids of the published trainings that come near `text`: those with some of its words, then with a like title."""
    question = question_of(text, any_word=True)
    some_words = search(question, {}, order="pertinence", page=1).ids[:NEAR_SHOWN] if question else []
    with connection.cursor() as cursor:
        cursor.execute(NEAR, {"plain": plain(text), "likeness": LIKENESS, "limit": NEAR_SHOWN})
        alike = [row[0] for row in cursor.fetchall()]
    return list(dict.fromkeys([*some_words, *alike]))[:NEAR_SHOWN]


def record_empty(text: str) -> None:
    """Count a search that found nothing; addresses and long numbers are left out."""
    words = " ".join(text.lower().split())[:MAX_LENGTH]
    if not words or PERSONAL.search(words):
        return
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(RECORD, {"words": words, "today": today, "old": today - datetime.timedelta(days=KEPT_DAYS)})
