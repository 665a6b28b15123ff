"""What providers sold for a year, what organisations have of it, the codes that open it."""

import datetime

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils import timezone

from catalogue.querysets import count_of
from enrolments.enums import LICENCE_HELD, LicenceAccess, LicenceMode, LicenceProvider, LicenceState
from enrolments.models.licence import Licence

FORECAST_DAYS = 30
"""Over how many days the pace is read, to say when a pool will be exhausted."""
MAX_VALIDITY_DAYS = 1096


class LicencePoolQuerySet(models.QuerySet):
    def of_this_year(self):
        return self.filter(year=timezone.localdate().year)

    def with_counts(self):
        """Annotate `asked_count`, requests that wait, `codes_left`, codes not given yet, and `recently_given`, in 30 days."""
        month_ago = timezone.now() - datetime.timedelta(days=FORECAST_DAYS)
        licences = Licence.objects.filter(pool=OuterRef("pk"))
        codes = LicenceCode.objects.filter(pool=OuterRef("pk"), licence=None)
        return self.annotate(
            asked_count=count_of(licences.filter(state=LicenceState.REQUESTED)),
            codes_left=count_of(codes),
            recently_given=count_of(licences.filter(state__in=LICENCE_HELD, given_at__gte=month_ago)),
        )


class LicencePool(models.Model):
    """What a provider sold for a year. The counters follow the licences and the allotments (triggers of migration 0009)."""

    provider = models.CharField("fournisseur", max_length=20, choices=LicenceProvider)
    year = models.PositiveSmallIntegerField("année", validators=[MinValueValidator(2020), MaxValueValidator(2100)])
    seats = models.PositiveIntegerField("licences", validators=[MinValueValidator(1)])
    summary = models.CharField(
        "à quoi elle sert", max_length=300, help_text="Une phrase, lue par qui hésite à en demander une."
    )
    conditions = models.TextField("conditions", max_length=3000, help_text="Pour qui, à quelles conditions.")
    is_for_known_employers = models.BooleanField(
        "pour les seuls agents d'un employeur établi",
        default=True,
        help_text="Par le domaine de l'adresse ou par ProConnect, pas par ce que l'agent déclare seul.",
    )
    mode = models.CharField("attribution", max_length=12, choices=LicenceMode)
    campaigns = models.TextField(
        "campagnes", max_length=1000, blank=True, help_text="Une par ligne : qui demande en choisit une."
    )
    access = models.CharField("accès", max_length=10, choices=LicenceAccess)
    campaign_code = models.CharField("code de campagne", max_length=100, blank=True)
    start_url = models.URLField("adresse où l'activer", max_length=300)
    opens_at = models.DateTimeField("ouverture des demandes")
    closes_at = models.DateTimeField("clôture des demandes")
    validity_days = models.PositiveSmallIntegerField(
        "valable (jours)",
        default=365,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_VALIDITY_DAYS)],
        help_text="Depuis le jour où elle est attribuée.",
    )
    reminder_days = models.PositiveSmallIntegerField(
        "rappel après (jours)",
        null=True,
        blank=True,
        default=21,
        validators=[MinValueValidator(1)],
        help_text="Sans activation ; vide : ni rappel, ni reprise.",
    )
    notice_days = models.PositiveSmallIntegerField(
        "reprise après le rappel (jours)",
        default=9,
        validators=[MinValueValidator(1)],
        help_text="Ce qu'il reste pour activer la licence, dit dans le rappel.",
    )
    given = models.PositiveIntegerField("attribuées", default=0, db_default=0, editable=False)
    common_given = models.PositiveIntegerField("attribuées hors contingents", default=0, db_default=0, editable=False)
    allotted = models.PositiveIntegerField("en contingents", default=0, db_default=0, editable=False)

    objects = LicencePoolQuerySet.as_manager()

    class Meta:
        verbose_name = "réserve de licences"
        verbose_name_plural = "réserves de licences"
        ordering = ["-year", "provider"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "year"],
                name="licence_pool_once_a_year",
                violation_error_message="Ce fournisseur a déjà une réserve cette année-là.",
            ),
            models.CheckConstraint(
                condition=Q(seats__gt=0) & Q(given__lte=F("seats")),
                name="licence_pool_not_oversold",
                violation_error_message="Plus de licences sont déjà attribuées.",
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=F("allotted") + F("common_given")),
                name="licence_pool_keeps_allotments",
                violation_error_message="Les contingents, et ce qui est attribué hors d'eux, dépassent la réserve.",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="licence_pool_window_in_order",
                violation_error_message="La clôture des demandes précède leur ouverture.",
            ),
            models.CheckConstraint(
                condition=~Q(access=LicenceAccess.CAMPAIGN) | ~Q(campaign_code=""),
                name="licence_pool_has_its_code",
                violation_error_message="Donnez le code de campagne commun.",
            ),
        ]

    def __str__(self):
        return f"{self.get_provider_display()} {self.year}"

    def clean(self):
        # Forms leave out the constraints of fields that they do not hold.
        if self.seats is not None and self.seats < (least := max(self.given, self.allotted + self.common_given)):
            raise ValidationError({"seats": f"{least} licences sont attribuées ou en contingents : gardez-en autant."})

    @property
    def campaign_names(self) -> list[str]:
        return [name for line in self.campaigns.splitlines() if (name := line.strip())]

    @property
    def left(self) -> int:
        """Licences not given, whoever may have them."""
        return self.seats - self.given

    @property
    def common_left(self) -> int:
        """Licences that anybody may have: those of no organisation, not given."""
        return self.seats - self.allotted - self.common_given

    @property
    def exhausted_on(self) -> datetime.date | None:
        """When none is left, at the pace of the last days (`with_counts`); None when that is not this year."""
        if not self.recently_given or self.is_over:
            return None
        days = -(-max(self.left, 0) * FORECAST_DAYS // self.recently_given)
        day = timezone.localdate() + datetime.timedelta(days=min(days, 366))
        return day if day.year == self.year else None

    @property
    def is_over(self) -> bool:
        """Whether its year is past: nothing is given any more."""
        return self.year < timezone.localdate().year

    @property
    def is_open(self) -> bool:
        return not self.is_over and self.opens_at <= timezone.now() < self.closes_at

    @property
    def is_direct(self) -> bool:
        return self.mode == LicenceMode.DIRECT


class Allotment(models.Model):
    """Licences of a pool that the agents of an organisation, and of those below it, take first."""

    pool = models.ForeignKey(LicencePool, on_delete=models.CASCADE, related_name="allotments", verbose_name="réserve")
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="organisation"
    )
    seats = models.PositiveIntegerField("licences", validators=[MinValueValidator(1)])
    given = models.PositiveIntegerField("attribuées", default=0, db_default=0, editable=False)

    class Meta:
        verbose_name = "contingent"
        ordering = ["organisation__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "organisation"],
                name="allotment_once_a_pool",
                violation_error_message="Cette organisation a déjà un contingent dans cette réserve.",
            ),
            models.CheckConstraint(
                condition=Q(seats__gt=0) & Q(given__lte=F("seats")),
                name="allotment_not_oversold",
                violation_error_message="Plus de licences de ce contingent sont déjà attribuées.",
            ),
        ]

    def __str__(self):
        return f"{self.organisation}, {self.pool}"

    def clean(self):
        if self.seats is not None and self.seats < self.given:
            raise ValidationError({"seats": f"{self.given} sont déjà attribuées : gardez-en au moins autant."})

    @property
    def left(self) -> int:
        return self.seats - self.given


class LicenceCode(models.Model):
    """A code or a link that the provider sold, for one licence: taken back, it is not given again, since it was seen."""

    pool = models.ForeignKey(LicencePool, on_delete=models.CASCADE, related_name="codes", verbose_name="réserve")
    value = models.CharField("code ou lien", max_length=300)
    imported_at = models.DateTimeField("importé le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "code de licence"
        verbose_name_plural = "codes de licence"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "value"],
                name="licence_code_once_a_pool",
                violation_error_message="Ce code est déjà dans la réserve.",
            )
        ]

    def __str__(self):
        return self.value

    @property
    def is_link(self) -> bool:
        return self.value.startswith("https://")
