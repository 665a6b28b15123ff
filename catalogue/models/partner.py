from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

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
    is_visible = models.BooleanField("visible", default=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = "partenaire"
        ordering = ["organisation__name"]

    def __str__(self):
        return self.organisation.name

    def get_absolute_url(self):
        return reverse("catalogue:partner_detail", args=[self.organisation.slug])
