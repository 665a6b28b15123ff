from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from campus.slugs.models import Slugged
from catalogue.querysets import DomainQuerySet


class Domain(Slugged):
    """A field of expertise of the campus.

    The list changes with time (nine in January 2025, seven in September 2025): a domain is closed or merged, not deleted,
    and a session keeps the domain under which it ran.
    """

    slug_source = "name"
    past_slug_kind = "domain"

    name = models.CharField("nom", max_length=150, unique=True)
    description = models.TextField("présentation")
    pictogram = models.CharField(
        "pictogramme", max_length=80, help_text="Nom d'un pictogramme du DSFR, par exemple digital/coding."
    )
    position = models.PositiveSmallIntegerField("ordre", default=0)
    valid_from = models.DateField("valable du")
    valid_until = models.DateField(
        "valable jusqu'au",
        null=True,
        blank=True,
        help_text="Premier jour où il n'a plus cours. Vide : toujours en vigueur.",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_domains",
        verbose_name="fusionné dans",
        help_text="Le domaine vers lequel mènent désormais les anciens liens.",
    )

    objects = DomainQuerySet.as_manager()

    class Meta:
        verbose_name = "domaine"
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
                name="domain_period_in_order",
                violation_error_message="La fin de validité précède le début.",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(valid_until__isnull=False),
                name="domain_merged_is_closed",
                violation_error_message="Un domaine fusionné doit avoir une fin de validité.",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("pk")),
                name="domain_not_merged_into_itself",
                violation_error_message="Un domaine ne peut pas être fusionné dans lui-même.",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        # Forms leave out the constraints of fields that they do not hold.
        if self.merged_into_id and not self.valid_until:
            raise ValidationError(
                {"valid_until": "Ce domaine est fusionné dans un autre : gardez la date de sa clôture."}
            )

    def get_absolute_url(self):
        return reverse("catalogue:domain_detail", args=[self.slug])
