"""What a person typed, as a question to PostgreSQL's full-text search."""

import re
from typing import NamedTuple

from campus.kept import kept
from catalogue.models import Synonym
from catalogue.sorting import plain

PREFIX_LETTERS = 3
"""The last word may be unfinished from this length on: « IA » must not find « ialisme »."""
TOKENS = re.compile(r'(-?)(?:"([^"]*)"|[«“]([^»”]*)[»”]|(\S+))')
PLURAL = re.compile(r"(?<=\w{3})[sx]\b")
# Everything here is a training: these words, beside others, ask for nothing more.
GENERIC = {"formation", "formations", "cours", "module", "modules", "stage", "stages", "apprendre", "former"}


class Token(NamedTuple):
    """A word or a quoted phrase, wanted or excluded."""

    text: str
    is_phrase: bool
    is_excluded: bool


class Question(NamedTuple):
    """A tsquery as SQL, the same without the synonyms, their parameters, and the words to highlight."""

    sql: str
    typed_sql: str
    """What answers it too comes first: the words typed outweigh their synonyms."""
    parameters: dict[str, str]
    highlighted: list[str]


def tokens_of(text: str) -> list[Token]:
    """Split what was typed: words, "quoted phrases", -exclusions. What has no letter nor digit is left out."""
    tokens = []
    for minus, quoted, guillemets, word in TOKENS.findall(text):
        phrase = (quoted or guillemets).strip()
        token = Token(phrase or word, bool(phrase), bool(minus))
        if re.search(r"\w", token.text):
            tokens.append(token)
    specific = [token for token in tokens if token.is_phrase or plain(token.text) not in GENERIC]
    return specific if any(not token.is_excluded for token in specific) else tokens


def question_of(text: str, *, any_word: bool = False) -> Question | None:
    """The question that `text` asks; None when it asks for nothing.

    Every token is wanted, under any of its synonyms; with `any_word`, one of them is enough.
    """
    wanted = [token for token in tokens_of(text) if not token.is_excluded]
    excluded = [token for token in tokens_of(text) if token.is_excluded]
    synonyms = known_synonyms()
    builder = _Builder()
    parts = [builder.alternatives(*part, synonyms) for part in _with_expressions_joined(wanted, synonyms)]
    if not parts and not excluded:
        return None
    join = " || " if any_word else " && "
    sql = join.join(f"({' || '.join(alternatives)})" for alternatives in parts)
    typed_sql = join.join(alternatives[0] for alternatives in parts)
    for token in excluded:
        without = f"!! {builder.phrase(token.text)}"
        sql = f"({sql}) && {without}" if sql else without
        typed_sql = f"({typed_sql}) && {without}" if typed_sql else without
    return Question(sql, typed_sql, builder.parameters, builder.highlighted)


def known_synonyms() -> dict[str, list[str]]:
    """The other terms of the groups that staff keep, by the key of each term; read once a minute."""
    return kept(Synonym.KEPT_AS, _read_synonyms)


def _read_synonyms() -> dict[str, list[str]]:
    synonyms: dict[str, list[str]] = {}
    for terms in Synonym.objects.order_by("pk").values_list("terms", flat=True):
        for key in map(key_of, terms):
            synonyms.setdefault(key, []).extend(term for term in terms if key_of(term) != key)
    return synonyms


def key_of(term: str) -> str:
    """A term in plain letters and in the singular: « Marchés publics » is « marche public »."""
    return PLURAL.sub("", " ".join(plain(term).split()))


def _with_expressions_joined(wanted: list[Token], synonyms: dict[str, list[str]]):
    """Yield (text, is_phrase, is_last): words that follow each other and form a known expression come as one."""
    longest = max((len(term.split()) for term in synonyms), default=1) if len(wanted) > 1 else 1
    position = 0
    while position < len(wanted):
        for size in range(min(longest, len(wanted) - position), 1, -1):
            run = wanted[position : position + size]
            if not any(token.is_phrase for token in run) and key_of(" ".join(t.text for t in run)) in synonyms:
                yield " ".join(token.text for token in run), True, False
                position += size
                break
        else:
            token = wanted[position]
            position += 1
            yield token.text, token.is_phrase, position == len(wanted)


class _Builder:
    """Collects the parameters of the parts of a question."""

    def __init__(self):
        self.parameters = {}
        self.highlighted = []

    def alternatives(self, text: str, is_phrase: bool, is_last: bool, known: dict) -> list[str]:
        """The SQL of `text`, then of each of its synonyms."""
        synonyms = known.get(key_of(text), [])
        typed = self.phrase(text)
        last_word = re.findall(r"\w+", plain(text))[-1:]
        if is_last and not is_phrase and last_word and len(last_word[0]) >= PREFIX_LETTERS:
            typed = f"({typed} || {self._prefix(last_word[0])})"
        self.highlighted += [text, *synonyms]
        return [typed, *map(self.phrase, synonyms)]

    def phrase(self, text: str) -> str:
        return f"phraseto_tsquery('campus_french', {self._add(text)})"

    def _prefix(self, word: str) -> str:
        return f"to_tsquery('campus_simple', {self._add(word + ':*')})"

    def _add(self, value: str) -> str:
        name = f"words_{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"
