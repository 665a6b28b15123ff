"""Licences of other platforms (Pix, OpenClassrooms): who has what. States change through enrolments.transitions.licence alone."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone

from campus.state_events import StateEvent
from catalogue.querysets import count_of
from enrolments.enums import LICENCE_HELD, LICENCE_LIVE, LicenceState


class LicenceQuerySet(models.QuerySet):
    def live(self):
        return self.filter(state__in=LICENCE_LIVE)

    def held(self):
        return self.filter(state__in=LICENCE_HELD)

    def in_line(self):
        """Requests that only wait for a licence to be free, each pool in its order."""
        return self.filter(state=LicenceState.REQUESTED, accepted_at__isnull=False).order_by("pool", "queued_at", "pk")

    def to_examine(self):
        """Requests among which staff have yet to choose."""
        return self.filter(state=LicenceState.REQUESTED, accepted_at__isnull=True)

    def with_rank(self):
        """Annotate `rank`: that of each request among those of its pool, from 1; it means nothing of other states."""
        ahead = self.model.objects.filter(pool=OuterRef("pool"), state=LicenceState.REQUESTED).filter(
            Q(queued_at__lt=OuterRef("queued_at")) | Q(queued_at=OuterRef("queued_at"), pk__lte=OuterRef("pk"))
        )
        return self.annotate(rank=count_of(ahead))

    def with_last_reason(self):
        """Annotate `last_reason`: why a request was turned down or a licence taken back; "" otherwise."""
        told = LicenceEvent.objects.filter(licence=OuterRef("pk")).order_by("-happened_at", "-pk")
        has_reason = [LicenceState.REFUSED, LicenceState.TAKEN_BACK]
        return self.annotate(
            last_reason=Case(When(state__in=has_reason, then=Subquery(told.values("reason")[:1])), default=Value(""))
        )

    def with_given_back(self):
        """Annotate `is_given_back`: whether its agent gave it back, rather than had it taken back."""
        by_agent = LicenceEvent.objects.filter(to_state=LicenceState.TAKEN_BACK, happened_by=OuterRef("agent"))
        return self.annotate(is_given_back=Exists(by_agent.filter(licence=OuterRef("pk"))))

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
    pool = models.ForeignKey(
        "enrolments.LicencePool", on_delete=models.PROTECT, related_name="licences", verbose_name="réserve"
    )
    allotment = models.ForeignKey(
        "enrolments.Allotment",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="licences",
        verbose_name="contingent",
    )
    code = models.OneToOneField(
        "enrolments.LicenceCode",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="licence",
        verbose_name="code",
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
    def state_in_words(self) -> str:
        """Its state, as people name it. Of one read `with_given_back`."""
        return "Rendue" if self.is_given_back else self.get_state_display()

    @property
    def shared_result(self) -> str:
        """The result, for others than the agent."""
        return self.result if self.shares_results else ""


class LicenceEvent(StateEvent):
    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField("de", max_length=12, choices=LicenceState, blank=True)
    to_state = models.CharField("à", max_length=12, choices=LicenceState)

    class Meta(StateEvent.Meta):
        verbose_name = "changement d'état d'une licence"
        verbose_name_plural = "changements d'état de licences"
