from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from campus.accounts.enums import OrganisationKind
from catalogue.enums import Language
from catalogue.querysets import PartnerQuerySet
from catalogue.validators import validate_logo


class Partner(models.Model):
    """An organisation as a partner of the campus: its page. Name, kind, country and slug are the organisation's."""

    organisation = models.OneToOneField(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="partner",
        verbose_name="organisation",
    )
    summary = models.CharField("en quelques mots", max_length=300)
    presentation = models.TextField("présentation", help_text="Markdown.")
    logo = models.ImageField(
        "logo",
        upload_to="partners/",
        blank=True,
        validators=[validate_logo],
        help_text="PNG, JPEG ou WebP, 200 ko au plus.",
    )
    since = models.PositiveSmallIntegerField(
        "partenaire depuis", validators=[MinValueValidator(2015), MaxValueValidator(2100)], help_text="Année."
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language),
        verbose_name="langues de travail",
        blank=True,
        default=list,
        db_default=[],
        help_text="Dites-les pour un partenaire international.",
    )
    shared_programmes = models.ManyToManyField(
        "catalogue.Programme",
        blank=True,
        related_name="partners",
        verbose_name="programmes partagés",
        help_text="Conçus ou animés avec ce partenaire, pour une autre administration.",
    )
    is_visible = models.BooleanField("visible", default=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = "partenaire"
        ordering = ["organisation__name"]

    def __str__(self):
        return self.organisation.name

    def get_absolute_url(self):
        return reverse("catalogue:partner_detail", args=[self.organisation.slug])

    @property
    def is_international(self):
        """As PartnerQuerySet.international says."""
        organisation = self.organisation
        return organisation.country != "FR" or organisation.kind == OrganisationKind.INTERNATIONAL
