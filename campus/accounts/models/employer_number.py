from django.core.validators import RegexValidator
from django.db import models

from campus.accounts.enums import PUBLIC_EMPLOYERS
from campus.accounts.models.organisation import Organisation

SIREN_LENGTH = 9


class EmployerNumber(models.Model):
    """A SIRET of a public employer, or its SIREN for all its establishments. Organisation.siret holds the main one."""

    number = models.CharField(
        "SIREN ou SIRET",
        max_length=14,
        unique=True,
        validators=[RegexValidator(r"^(\d{9}|\d{14})$", "Un SIREN compte neuf chiffres, un SIRET quatorze.")],
        help_text="Un SIREN (neuf chiffres) vaut pour tous les établissements, un SIRET (quatorze) pour un seul.",
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="employer_numbers", verbose_name="employeur"
    )

    class Meta:
        verbose_name = "numéro d'employeur"
        verbose_name_plural = "numéros d'employeurs"
        ordering = ["number"]

    def __str__(self):
        return self.number


def employer_of(siret: str) -> Organisation | None:
    """The public employer that an establishment is part of, the most precise number first; None when it is unknown."""
    if not siret:
        return None
    main = Organisation.objects.filter(siret=siret, kind__in=PUBLIC_EMPLOYERS).first()
    if main is not None:
        return main
    numbers = EmployerNumber.objects.filter(number__in=[siret, siret[:SIREN_LENGTH]]).select_related("organisation")
    found = max(numbers, key=lambda each: len(each.number), default=None)
    return found.organisation if found else None
