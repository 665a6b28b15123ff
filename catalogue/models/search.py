"""What the search keeps: an entry for each published training, the words of the catalogue, synonyms, empty searches."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models

from campus.kept import forget


class SearchEntry(models.Model):
    """A published training as lists filter, sort and search it. Written by triggers alone (migration 0004)."""

    training = models.OneToOneField(
        "catalogue.Training", on_delete=models.CASCADE, primary_key=True, related_name="search_entry"
    )
    title_key = models.CharField(max_length=250)
    published_on = models.DateField()
    minutes = models.PositiveIntegerField(null=True)
    facets = ArrayField(models.TextField())
    """What it answers to: « niveau:novice », « domaine:3 » (the id), « competence:12 »…"""
    vector = SearchVectorField()
    """Title (A), skills (B), summary, type and organisations (C), description and contents (D)."""

    class Meta:
        indexes = [
            GinIndex(fields=["vector"], name="searchentry_vector"),
            GinIndex(OpClass("title_key", name="gin_trgm_ops"), name="searchentry_title_trigrams"),
            # As lists are sorted (catalogue.search.results.ORDERS).
            models.Index(fields=["title_key", "training"], name="searchentry_by_title"),
            models.Index(fields=["-published_on", "title_key", "training"], name="searchentry_by_novelty"),
            models.Index(fields=["minutes", "title_key", "training"], name="searchentry_by_length"),
        ]

    def __str__(self):
        return self.title_key


class SearchWord(models.Model):
    """A word of the catalogue, proposed to who mistypes it. Written by the same triggers."""

    word = models.TextField(primary_key=True)
    plain = models.TextField()

    class Meta:
        indexes = [GinIndex(OpClass("plain", name="gin_trgm_ops"), name="searchword_trigrams")]

    def __str__(self):
        return self.word


class Synonym(models.Model):
    """Words and expressions that find the same trainings."""

    KEPT_AS = "synonyms"

    terms = ArrayField(
        models.CharField(max_length=100),
        verbose_name="termes équivalents",
        help_text="Un par ligne : « IA », « intelligence artificielle »…",
    )

    class Meta:
        verbose_name = "groupe de synonymes"
        verbose_name_plural = "synonymes de la recherche"
        ordering = ["terms"]

    def __str__(self):
        return " = ".join(self.terms)

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        forget(self.KEPT_AS)  # who has just written it tries it

    def clean(self):
        self.terms = list(dict.fromkeys(term.strip() for term in self.terms or [] if term.strip()))
        if len(self.terms) < 2:
            raise ValidationError({"terms": "Donnez au moins deux termes équivalents, un par ligne."})


class EmptySearch(models.Model):
    """Words that found nothing, and how often. Nothing says who looked for them."""

    words = models.CharField("mots cherchés", max_length=200, unique=True)
    count = models.PositiveIntegerField("fois", default=1)
    last_on = models.DateField("dernière fois")

    class Meta:
        verbose_name = "recherche sans résultat"
        verbose_name_plural = "recherches sans résultat"
        ordering = ["-count", "-last_on"]

    def __str__(self):
        return self.words
