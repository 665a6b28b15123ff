"""What an address asks of the catalogue: /catalogue/?q=donnees&domaine=data&domaine=cybersecurite&tri=nouveaute

Whatever is unknown in it is left out, so that a stale or mangled link still gives a list.
"""

import re
from functools import cached_property
from typing import TypedDict

from django.http import QueryDict

from catalogue.cards import Card
from catalogue.search.facets import LABELS, Value, values_of_facets
from catalogue.search.help import words_meant
from catalogue.search.query import question_of
from catalogue.search.results import ORDERS, Results, search

MAX_WORDS_LENGTH = 200
LAST_PAGE = 1_000_000
DEFAULT_ORDER = "pertinence"
"""Where nothing is sought all is as relevant: titles then follow the alphabet."""
ORDER_LABELS = {
    "pertinence": "Pertinence, puis titre",
    "prochaine-session": "Prochaine session",
    "nouveaute": "Nouveauté",
    "duree": "Durée",
    "titre": "Titre",
}


class Choice(TypedDict):
    """A box to tick. `state`: its attribute, checked, disabled or none."""

    value: str
    label: str
    count: int
    state: str


class Group(TypedDict):
    """The boxes of one facet. `is_open`: one of them is ticked."""

    name: str
    label: str
    choices: list[Choice]
    is_open: bool


class Selected(TypedDict):
    """A filter in force, and the query string of the same list without it."""

    label: str
    url_without: str


class WayOut(TypedDict):
    """What an empty list would hold without the words, or without a facet."""

    label: str
    url: str
    count: int


class CatalogueSearch:
    """A search as its address asks it (`data`: request.GET), and its answer.

    `words`: what is sought; `ignored`: what was typed instead, when no letter nor digit is in it.
    """

    def __init__(self, data: QueryDict):
        typed = " ".join(data.get("q", "").replace("\x00", "").split())[:MAX_WORDS_LENGTH].strip()
        self.words, self.ignored = (typed, "") if re.search(r"\w", typed) else ("", typed)
        self.values = values_of_facets()
        self.ticked: dict[str, list[Value]] = {
            facet: [value for value in values if value.slug in asked]
            for facet, values in self.values.items()
            if (asked := set(data.getlist(facet)))
        }
        self.ticked = {facet: values for facet, values in self.ticked.items() if values}
        self.order = asked if (asked := data.get("tri")) in ORDERS else DEFAULT_ORDER
        self.page = _number(data.get("page"))

    @cached_property
    def question(self):
        return question_of(self.words) if self.words else None

    @cached_property
    def _answer(self) -> tuple[str, Results]:
        results = self._search(self.question, self.page)
        if results.found or self.question is None:
            return "", results
        meant = words_meant(self.words)
        return meant, self._search(question_of(meant), self.page) if meant else results

    @property
    def meant(self) -> str:
        """The words that were meant, when those typed find nothing and these do; or ""."""
        return self._answer[0]

    @property
    def results(self) -> Results:
        """The page asked. For words that find nothing, that of the words meant."""
        return self._answer[1]

    def found_as_typed(self) -> Results:
        """The first page for the words as they are, never corrected: what suggestions need."""
        return self._search(self.question, 1)

    def all_ids(self) -> list[int]:
        """The ids of all that the search finds, in its order."""
        return self._search(question_of(self.meant) if self.words and self.meant else self.question, None).ids

    def _search(self, question, page) -> Results:
        ticked = {facet: [value.key for value in values] for facet, values in self.ticked.items()}
        return search(question, ticked, order=self.order, page=page)

    @property
    def is_filtered(self) -> bool:
        return bool(self.words or self.ticked)

    @property
    def highlighted(self) -> list[str]:
        """Words and expressions to show in what is found."""
        question = question_of(self.meant) if self.meant else self.question
        return question.highlighted if question else []

    @property
    def cached_by(self) -> list:
        """All that the form says, but for the names of values, which change seldom: a key for what is kept of it."""
        return [self.words, self.ticked, self.order, self.results.counts]

    def groups(self) -> list[Group]:
        """The facets to tick, with what each value would give."""
        return [self._group(facet) for facet in LABELS]

    def _group(self, facet: str) -> Group:
        ticked, counts = self.ticked.get(facet, []), self.results.counts
        choices = []
        for value in self.values[facet]:
            if value.is_proposed or value in ticked:
                count = counts.get(f"{facet}:{value.key}", 0)
                state = " checked" if value in ticked else "" if count else " disabled"
                choices.append({"value": value.slug, "label": value.label, "count": count, "state": state})
        return {"name": facet, "label": LABELS[facet], "choices": choices, "is_open": bool(ticked)}

    def orders(self) -> list[dict]:
        """The ways to sort: value ("" by default), label, and whether it is the one in force."""
        return [
            {"value": "" if value == DEFAULT_ORDER else value, "label": label, "selected": value == self.order}
            for value, label in ORDER_LABELS.items()
        ]

    def selected(self) -> list[Selected]:
        """The filters in force, as tags to remove."""
        tags = []
        if self.words:
            tags.append({"label": f"« {self.words} »", "url_without": self.url(words="")})
        for facet, values in self.ticked.items():
            for value in values:
                kept = {**self.ticked, facet: [other for other in values if other != value]}
                tags.append({"label": value.label, "url_without": self.url(ticked=kept)})
        return tags

    def ways_out(self) -> list[WayOut]:
        """When nothing is found: each filter that, left out, would give something. One query when there are words."""
        ways = [self._way_out(facet, values) for facet, values in self.ticked.items()]
        if self.words and self.ticked:
            count = self._search(None, 1).total
            ways.append({"label": self.words, "url": self.url(words=""), "count": count})
        return [way for way in ways if way["count"]]

    def _way_out(self, facet: str, values: list[Value]) -> WayOut:
        url = self.url(ticked={**self.ticked, facet: []})
        label = " ou ".join(value.label for value in values)
        return {"label": label, "url": url, "count": self.results.without.get(facet, 0)}

    def nearest_domains(self, near: list[Card]) -> list[Value]:
        """Those that the filters would allow and those of the trainings `near`; all when there are none."""
        counts, names = self.results.counts, {card["domain"] for card in near}
        domains = [value for value in self.values["domaine"] if value.is_proposed]
        nearest = [value for value in domains if value.label in names or counts.get(f"domaine:{value.key}")]
        return nearest or domains

    def url(self, *, words: str | None = None, ticked=None) -> str:
        """The query string of this search with other words or filters, from its first page."""
        query = QueryDict(mutable=True)
        words = self.words if words is None else words
        if words:
            query["q"] = words
        for facet, values in (self.ticked if ticked is None else ticked).items():
            query.setlist(facet, [value.slug for value in values])
        if self.order != DEFAULT_ORDER:
            query["tri"] = self.order
        return f"?{query.urlencode()}"


def _number(asked: str | None) -> int:
    """A page number from anything: 1 unless it is a plain positive number."""
    if asked and asked.isascii() and asked.isdigit():
        return min(max(int(asked[:8]), 1), LAST_PAGE)
    return 1
