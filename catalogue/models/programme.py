from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from campus.slugs.models import Slugged
from catalogue.models.publication import Publishable
from catalogue.querysets import ProgrammeQuerySet
from catalogue.sorting import sort_key


class Programme(Slugged, Publishable):
    """A « sur-mesure » programme: designed with one administration for its agents."""

    past_slug_kind = "programme"

    external_id = models.CharField(
        "identifiant d'import", max_length=100, unique=True, null=True, blank=True, editable=False
    )
    title = models.CharField("titre", max_length=200)
    title_key = models.GeneratedField(
        expression=sort_key("title"), output_field=models.CharField(max_length=250), db_persist=True
    )
    beneficiary = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="programmes", verbose_name="bénéficiaire"
    )
    summary = models.CharField("en quelques mots", max_length=300)
    need = models.TextField("besoin", help_text="Markdown.")
    design = models.TextField("ce qui a été conçu", help_text="Markdown.")
    domains = models.ManyToManyField("catalogue.Domain", related_name="programmes", verbose_name="domaines")
    years = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(2023), MaxValueValidator(2100)]),
        verbose_name="années",
        help_text="Séparées par des virgules.",
    )
    agents_trained = models.PositiveIntegerField("agents formés", null=True, blank=True)
    modules = models.ManyToManyField(
        "catalogue.Module", blank=True, related_name="programmes", verbose_name="modules utilisés"
    )

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "programme sur-mesure"
        verbose_name_plural = "programmes sur-mesure"
        ordering = ["title_key", "pk"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(years__len__gt=0),
                name="programme_has_years",
                violation_error_message="Donnez au moins une année.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("catalogue:programme_detail", args=[self.slug])


class Testimonial(models.Model):
    """What somebody said of a programme; signed by a function, never by a name."""

    programme = models.ForeignKey(
        Programme, on_delete=models.CASCADE, related_name="testimonials", verbose_name="programme"
    )
    quote = models.TextField("citation")
    author = models.CharField("fonction de l'auteur", max_length=200)
    position = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "témoignage"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.author
