"""The controlled words that describe a training: for whom, for which job, which skills."""

from django.db import models


class Term(models.Model):
    slug = models.SlugField("identifiant", max_length=100, unique=True)
    name = models.CharField("nom", max_length=150, unique=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.name


class Audience(Term):
    """A public that trainings are meant for."""

    position = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "public visé"
        verbose_name_plural = "publics visés"
        ordering = ["position", "name"]


class Metier(Term):
    """A digital job of the State."""

    family = models.CharField("famille", max_length=100)

    class Meta:
        verbose_name = "métier"
        ordering = ["family", "name"]


class Skill(Term):
    """A skill that a training develops."""

    class Meta:
        verbose_name = "compétence"
        ordering = ["name"]
