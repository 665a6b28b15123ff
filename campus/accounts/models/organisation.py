from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from campus.accounts.enums import COUNTRIES, OrganisationKind
from campus.slugs.models import Slugged


class Organisation(Slugged):
    """A public body, school, company or international organisation, whatever it is to the campus.

    Employer of agents, provider of trainings, partner, beneficiary of a programme: one row in every case.
    """

    slug_source = "name"
    past_slug_kind = "organisation"

    name = models.CharField("nom", max_length=200, unique=True)
    acronym = models.CharField("sigle", max_length=40, blank=True)
    kind = models.CharField("type", max_length=30, choices=OrganisationKind)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name="organisation de rattachement",
    )
    country = models.CharField(
        "pays",
        max_length=2,
        default="FR",
        validators=[RegexValidator(r"^[A-Z]{2}$", "Écrivez le code ISO du pays, deux capitales : FR, BE, CA…")],
        help_text="Code ISO à deux lettres ; EU pour l'Union européenne, UN pour les Nations unies.",
    )
    url = models.URLField("site", blank=True)
    siret = models.CharField(
        "SIRET",
        max_length=14,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\d{14}$", "Un SIRET compte quatorze chiffres.")],
    )
    requires_agreement = models.BooleanField(
        "accord du supérieur demandé",
        default=False,
        db_default=False,
        help_text="Ses agents s'inscrivent avec l'accord de leur supérieur.",
    )
    external_id = models.CharField(
        "identifiant d'import", max_length=100, unique=True, null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = "organisation"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")),
                name="organisation_not_its_own_parent",
                violation_error_message="Une organisation ne peut pas être rattachée à elle-même.",
            ),
        ]

    def __str__(self):
        return self.name

    def clean(self):
        # Unknown is null, so that uniqueness only bears on known numbers.
        self.siret = (self.siret or "").replace(" ", "") or None
        ancestor, seen = self.parent, {self.pk}
        while ancestor is not None:
            if ancestor.pk in seen:
                raise ValidationError({"parent": "Ce rattachement formerait une boucle."})
            seen.add(ancestor.pk)
            ancestor = ancestor.parent

    @property
    def country_name(self):
        """The country in French, or its code when it is not one of COUNTRIES."""
        return COUNTRIES.get(self.country, self.country)

    @property
    def short_name(self):
        return self.acronym or self.name
