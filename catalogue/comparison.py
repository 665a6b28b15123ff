"""Trainings side by side: /catalogue/comparer/?m=premiers-pas-en-agilite&m=booster-agile"""

from typing import NamedTuple, TypedDict

from django.http import QueryDict
from django.utils.text import capfirst

from catalogue import wording
from catalogue.cards import Card, cards_of
from catalogue.models import Training
from catalogue.related import related_to_module, related_to_parcours

MOST = 4
PROPOSED = 10


class Row(TypedDict):
    """What one compares by, and what each training says of it ("" for nothing)."""

    label: str
    cells: list[str]


class Column(NamedTuple):
    card: Card
    url_without: str


class Comparison:
    """The trainings that an address names, and what is wrong with it, in sentences (`problems`)."""

    def __init__(self, data: QueryDict):
        asked = list(dict.fromkeys(slug for slug in data.getlist("m") if slug))
        found = {training.slug: training for training in Training.objects.published().filter(slug__in=asked[:50])}
        known = [slug for slug in asked if slug in found]
        self.slugs = known[:MOST]
        self.trainings = [found[slug] for slug in self.slugs]
        self.words = " ".join(data.get("ajouter", "").split())[:200]
        self.problems = []
        if len(known) < len(asked):
            self.problems.append("Une des formations demandées n'est pas, ou n'est plus, au catalogue.")
        if len(known) > MOST:
            self.problems.append(f"On compare {MOST} formations au plus : les premières sont gardées.")

    @property
    def is_full(self) -> bool:
        return len(self.slugs) == MOST

    def columns(self) -> list[Column]:
        cards = cards_of([training.pk for training in self.trainings])
        return [
            Column(card, self._url(other for other in self.slugs if other != slug))
            for card, slug in zip(cards, self.slugs, strict=True)
        ]

    def rows(self, columns: list[Column]) -> list[Row]:
        """Four queries at most, one a training."""
        related = [
            related_to_parcours(training) if training.is_parcours else related_to_module(training)
            for training in self.trainings
        ]
        cards = [column.card for column in columns]
        rows = {
            "En quelques mots": [card["summary"] for card in cards],
            "Type": [card["kind"] for card in cards],
            "Domaine": [card["domain"] for card in cards],
            "Niveau": [card["level"] for card in cards],
            "Durée": [card["duration"] or "Selon les modules" for card in cards],
            "Modalités": [capfirst(wording.modalities_in_words(training.modalities)) for training in self.trainings],
            "Pour qui": [", ".join(each["audiences"]) for each in related],
            "Prérequis": [
                " ; ".join(
                    filter(None, [training.prerequisites_text.rstrip(" ."), *_titles(each.get("prerequisites", []))])
                )
                for training, each in zip(self.trainings, related, strict=True)
            ],
            "Compétences": [", ".join(each["skills"]) for each in related],
            "Organisme": [card["providers"] for card in cards],
            "Prix": [wording.price_in_words(training.price_cents) for training in self.trainings],
            "Accès": [training.get_access_display() or "Module par module" for training in self.trainings],
            "Prochaine session": [card["next_session"] for card in cards],
            "Certification": [training.certification for training in self.trainings],
        }
        return [{"label": label, "cells": cells} for label, cells in rows.items() if any(cells)]

    def proposals(self) -> list[dict]:
        """Up to ten trainings whose titles or summaries have the words looked for: title, url of the comparison with it."""
        if not self.words or self.is_full:
            return []
        trainings = Training.objects.published().with_words(self.words).exclude(slug__in=self.slugs)
        found = trainings.order_by("title_key", "pk").values_list("slug", "title")[:PROPOSED]
        return [{"title": title, "url": self._url([*self.slugs, slug])} for slug, title in found]

    @staticmethod
    def _url(slugs) -> str:
        query = QueryDict(mutable=True)
        query.setlist("m", list(slugs))
        return f"?{query.urlencode()}"


def _titles(links) -> list[str]:
    return [link["title"] for link in links]
