"""Addresses that stay true: a slug for each page, and the memory of the slugs it had before."""

from collections.abc import Container

from django.db import models, transaction
from django.utils.text import slugify

SLUG_MAX_LENGTH = 200


class PastSlug(models.Model):
    """A slug that a page had once: its old address redirects to the present one."""

    kind = models.CharField("type de page", max_length=30)
    slug = models.SlugField("ancien slug", max_length=200)
    object_id = models.BigIntegerField("identifiant de la page")
    changed_at = models.DateTimeField("changé le", auto_now_add=True)

    class Meta:
        verbose_name = "ancienne adresse"
        verbose_name_plural = "anciennes adresses"
        ordering = ["kind", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="past_slug_unique"),
        ]

    def __str__(self):
        return f"{self.kind} : {self.slug}"


def remember_slug(*, kind: str, slug: str, object_id: int) -> None:
    """Make the old address of a page lead to it. A slug taken over by another page follows the latest owner."""
    PastSlug.objects.update_or_create(kind=kind, slug=slug, defaults={"object_id": object_id})


def free_slug(queryset, text: str) -> str:
    """Return a slug made from `text` that no row of `queryset` has, adding -2, -3… where it is taken."""
    taken = queryset.filter(slug__startswith=slug_base(text)[: SLUG_MAX_LENGTH - 10]).values_list("slug", flat=True)
    return slug_not_in(set(taken), text)


def slug_not_in(taken: Container[str], text: str) -> str:
    """Return a slug made from `text` that is not in `taken`, adding -2, -3… where it is."""
    base = slug = slug_base(text)
    number = 2
    while slug in taken:
        suffix = f"-{number}"
        slug, number = base[: SLUG_MAX_LENGTH - len(suffix)] + suffix, number + 1
    return slug


def slug_base(text: str) -> str:
    plain = text.replace("œ", "oe").replace("Œ", "OE").replace("'", " ").replace("’", " ")
    return slugify(plain)[:SLUG_MAX_LENGTH].strip("-") or "page"


class Slugged(models.Model):
    """A row with a page of its own.

    A subclass says `slug_source` (the field an empty slug is made from) and `past_slug_kind` (its family of addresses).
    Saving a changed slug remembers the former one in the same transaction.
    """

    slug_source = "title"
    past_slug_kind = ""

    slug = models.SlugField(
        "slug",
        max_length=200,
        unique=True,
        blank=True,
        help_text="Dernière partie de l'adresse de la page. Laissé vide, il est tiré du titre. "
        "Si vous le changez, l'ancienne adresse continue de mener ici.",
    )

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self.slug:
            others = type(self)._base_manager.exclude(pk=self.pk)
            self.slug = free_slug(others, getattr(self, self.slug_source))
        former = getattr(self, "_loaded_slug", None)
        with transaction.atomic():
            super().save(*args, **kwargs)
            if former and former != self.slug:
                remember_slug(kind=self.past_slug_kind, slug=former, object_id=self.pk)
        self._loaded_slug = self.slug

    @classmethod
    def from_db(cls, db, field_names, values):
        instance = super().from_db(db, field_names, values)
        instance._loaded_slug = instance.__dict__.get("slug")
        return instance
