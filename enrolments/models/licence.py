"""Licences of other platforms (Pix, OpenClassrooms): a pool a provider and year, and who has what. States change through
enrolments.transitions.licence alone."""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from enrolments.enums import (
    LICENCE_HELD,
    LICENCE_LIVE,
    LicenceAccess,
    LicenceMode,
    LicenceProvider,
    LicenceState,
)

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
            asked_count=_count_of(licences.filter(state=LicenceState.REQUESTED)),
            codes_left=_count_of(codes),
            recently_given=_count_of(licences.filter(state__in=LICENCE_HELD, given_at__gte=month_ago)),
        )


FORECAST_DAYS = 30
"""Over how many days the pace is read, to say when a pool will be exhausted."""


def _count_of(rows) -> Coalesce:
    counted = rows.order_by().values("pool").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


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


class LicenceQuerySet(models.QuerySet):
    def live(self):
        return self.filter(state__in=LICENCE_LIVE)

    def held(self):
        return self.filter(state__in=LICENCE_HELD)

    def in_line(self):
        """Requests that only wait for a licence to be free, each pool in its order."""
        return self.filter(state=LicenceState.REQUESTED, accepted_at__isnull=False).order_by("pool", "queued_at", "pk")

    def with_rank(self):
        """Annotate `rank`: that of each request among those of its pool, from 1; it means nothing of other states."""
        ahead = self.model.objects.filter(pool=OuterRef("pool"), state=LicenceState.REQUESTED).filter(
            Q(queued_at__lt=OuterRef("queued_at")) | Q(queued_at=OuterRef("queued_at"), pk__lte=OuterRef("pk"))
        )
        return self.annotate(rank=_count_of(ahead))

    def to_remind(self):
        """Not activated, for as long as their pool says."""
        return self._given_since("given_at", "pool__reminder_days").filter(reminded_at=None)

    def to_take_back(self):
        """Reminded, and not activated since, for as long as the reminder said."""
        return self._given_since("reminded_at", "pool__notice_days").filter(pool__reminder_days__isnull=False)

    def _given_since(self, instant: str, days: str):
        day = datetime.timedelta(days=1)
        waited = models.ExpressionWrapper(F(instant) + F(days) * day, output_field=models.DateTimeField())
        return self.filter(state=LicenceState.GIVEN).alias(due_at=waited).filter(due_at__lte=timezone.now())

    def over(self):
        """Past their last day."""
        return self.filter(state__in=[LicenceState.GIVEN, LicenceState.ACTIVATED], valid_until__lt=timezone.localdate())

    def unanswered(self):
        """Requests of a year that is past."""
        return self.filter(state=LicenceState.REQUESTED, pool__year__lt=timezone.localdate().year)


class Licence(models.Model):
    """What an agent asked for in a pool, and what became of it. The result is theirs: shown to others if they agree."""

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="licences", verbose_name="agent"
    )
    pool = models.ForeignKey(LicencePool, on_delete=models.PROTECT, related_name="licences", verbose_name="réserve")
    allotment = models.ForeignKey(
        Allotment,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="licences",
        verbose_name="contingent",
    )
    code = models.OneToOneField(
        LicenceCode, on_delete=models.PROTECT, null=True, editable=False, related_name="licence", verbose_name="code"
    )
    state = models.CharField("état", max_length=12, choices=LicenceState, editable=False)
    motivation = models.TextField("motivation", max_length=2000, blank=True)
    campaign = models.CharField("campagne", max_length=150, blank=True)
    queued_at = models.DateTimeField("demandée le", default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(
        "retenue le", null=True, editable=False, help_text="Donnée dès qu'une licence est libre."
    )
    given_at = models.DateTimeField("attribuée le", null=True, editable=False)
    valid_until = models.DateField("valable jusqu'au", null=True, editable=False)
    reminded_at = models.DateTimeField("rappelée le", null=True, editable=False)
    activated_at = models.DateTimeField("activée le", null=True, editable=False)
    finished_at = models.DateTimeField("terminée le", null=True, editable=False)
    shares_results = models.BooleanField("partage son résultat", default=False, editable=False)
    result = models.CharField("résultat", max_length=200, blank=True, editable=False)

    objects = LicenceQuerySet.as_manager()

    class Meta:
        verbose_name = "licence"
        ordering = ["-queued_at", "-pk"]
        indexes = [
            models.Index(fields=["pool", "state", "queued_at", "id"], name="licence_line"),
            models.Index(fields=["-queued_at", "-id"], name="licence_latest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "pool"],
                condition=Q(state__in=[LicenceState.REQUESTED, *LICENCE_HELD]),
                name="licence_one_an_agent_and_pool",
                violation_error_message="Cette personne a déjà une licence de cette réserve, ou une demande.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LICENCE_HELD) | Q(given_at__isnull=False, valid_until__isnull=False),
                name="licence_held_has_dates",
                violation_error_message="Une licence attribuée porte un jour d'attribution et un dernier jour.",
            ),
            models.CheckConstraint(
                condition=Q(given_at__isnull=False) | Q(code__isnull=True, allotment__isnull=True, result=""),
                name="licence_asked_has_nothing_yet",
                violation_error_message="Une demande n'a encore ni code, ni contingent, ni résultat.",
            ),
        ]

    def __str__(self):
        return f"{self.agent}, {self.pool}"  # without the state: the history keeps this name

    @property
    def taken_back_on(self) -> datetime.date | None:
        """When it is taken back unless it is activated; None when it is not reminded."""
        if self.state != LicenceState.GIVEN or self.reminded_at is None:
            return None
        return timezone.localdate(self.reminded_at + datetime.timedelta(days=self.pool.notice_days))

    @property
    def shared_result(self) -> str:
        """The result, for others than the agent."""
        return self.result if self.shares_results else ""


class LicenceEvent(models.Model):
    """A change of state: when, by whom (nobody: by itself), why. Never edited."""

    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField("de", max_length=12, choices=LicenceState, blank=True)
    to_state = models.CharField("à", max_length=12, choices=LicenceState)
    happened_at = models.DateTimeField("le", default=timezone.now)
    happened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="par",
    )
    reason = models.CharField("motif", max_length=300, blank=True)

    class Meta:
        verbose_name = "changement d'état d'une licence"
        verbose_name_plural = "changements d'état de licences"
        ordering = ["happened_at", "pk"]

    def __str__(self):
        return f"{self.get_to_state_display()}, {timezone.localtime(self.happened_at):%d/%m/%Y %H:%M}"
