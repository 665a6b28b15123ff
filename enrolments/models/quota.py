import datetime

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Sum, When
from django.utils import timezone


class SeatQuotaQuerySet(models.QuerySet):
    def in_force(self):
        """Those whose seats are still kept."""
        return self.filter(released_at__isnull=True)

    def seats_by_session(self, sessions) -> dict[int, int]:
        """How many seats of each session that has some are reserved in all: kept now, or taken on a quota since released."""
        kept = Case(When(released_at=None, then="seats"), default="used")
        counted = self.filter(session__in=sessions).order_by().values("session").annotate(all=Sum(kept))
        return dict(counted.values_list("session", "all"))

    def overdue(self):
        """Those to release: their day has come."""
        return self.in_force().filter(reserved_until__lte=timezone.now())


class SeatQuota(models.Model):
    """Seats of a session kept for the promotions and the agents of an organisation, until an instant.

    Written by enrolments.transitions.quotas alone. Triggers keep `used` from the enrolments, and Session.seats_reserved from
    what is left here (migration 0011).
    """

    session = models.ForeignKey(
        "catalogue.Session", on_delete=models.CASCADE, related_name="quotas", verbose_name="session"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="quotas", verbose_name="organisation"
    )
    seats = models.PositiveIntegerField("places réservées", validators=[MinValueValidator(1)])
    used = models.PositiveIntegerField("places prises", default=0, db_default=0, editable=False)
    reserved_until = models.DateTimeField("réservées jusqu'au")
    exceeds_because = models.CharField(
        "dépasse la part réservable car", max_length=300, blank=True, default="", db_default="", editable=False
    )
    """Why staff reserved more than `settings.RESERVED_PERCENT` allows; "" within it."""
    released_at = models.DateTimeField("rendues à tous le", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("réservées le", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="réservées par",
    )

    objects = SeatQuotaQuerySet.as_manager()

    class Meta:
        verbose_name = "réservation de places"
        verbose_name_plural = "réservations de places"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["reserved_until"], name="seat_quota_to_release", condition=Q(released_at__isnull=True)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "organisation"],
                condition=Q(released_at__isnull=True),
                name="seat_quota_one_in_force",
                violation_error_message="Cette organisation a déjà des places réservées dans cette session.",
            ),
            models.CheckConstraint(
                condition=Q(seats__gt=0, used__lte=F("seats")),
                name="seat_quota_not_exceeded",
                violation_error_message="Plus de places sont prises que ce nombre.",
            ),
        ]

    def __str__(self):
        return f"{self.seats} places, {self.organisation.short_name}, {self.session}"

    @property
    def last_day(self) -> datetime.date:
        """The last day, in Paris, on which they are kept: what is reserved until midnight is until the day that ends then."""
        return timezone.localtime(self.reserved_until - datetime.timedelta(seconds=1)).date()

    @property
    def left(self) -> int:
        """Seats still kept; those of a released quota are everybody's."""
        return 0 if self.released_at else self.seats - self.used
