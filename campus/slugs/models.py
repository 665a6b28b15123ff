"""Addresses that stay true: a slug for each page, and the memory of the slugs it had before."""

from django.db import models, transaction
from django.utils.text import slugify


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


def free_slug(queryset, text: str, max_length: int = 200) -> str:
    """Return a slug made from `text` that no row of `queryset` has, adding -2, -3… where it is taken."""
    base = slugify(text.replace("œ", "oe").replace("Œ", "OE").replace("'", " ").replace("’", " "))
    base = base[:max_length].strip("-") or "page"
    taken = set(queryset.filter(slug__startswith=base).values_list("slug", flat=True))
    slug, number = base, 2
    while slug in taken:
        suffix = f"-{number}"
        slug, number = base[: max_length - len(suffix)] + suffix, number + 1
    return slug


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
