from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from catalogue.enums import Modality, Region, SessionState, TimeZone
from catalogue.querysets import SessionQuerySet


class Place(models.Model):
    """Where a session is held on site."""

    external_id = models.CharField(
        "identifiant d'import", max_length=100, unique=True, null=True, blank=True, editable=False
    )
    name = models.CharField("nom", max_length=150)
    address = models.CharField("adresse", max_length=250)
    postcode = models.CharField("code postal", max_length=10)
    city = models.CharField("ville", max_length=100)
    region = models.CharField("région", max_length=30, choices=Region)
    access_notes = models.TextField("accès des personnes handicapées", blank=True)

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        ordering = ["city", "name"]

    def __str__(self):
        return f"{self.name}, {self.city}"


class Session(models.Model):
    """A dated run of a module, or of a sur-mesure programme, that people enrol in."""

    external_id = models.CharField(
        "identifiant d'import", max_length=100, unique=True, null=True, blank=True, editable=False
    )
    module = models.ForeignKey(
        "catalogue.Module",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name="module",
    )
    programme = models.ForeignKey(
        "catalogue.Programme",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sessions",
        verbose_name="programme sur-mesure",
    )
    domain = models.ForeignKey(
        "catalogue.Domain",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="sessions",
        verbose_name="domaine",
        help_text="Celui sous lequel la session compte dans les bilans : une fusion de domaines ne déplace pas le passé.",
    )
    organiser = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="sessions", verbose_name="organisateur"
    )
    modality = models.CharField("modalité", max_length=10, choices=Modality)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="lieu"
    )
    room = models.CharField("salle", max_length=100, blank=True)
    online_url = models.URLField("lien de visioconférence", blank=True, help_text="Montré aux seuls inscrits.")
    time_zone = models.CharField("fuseau horaire", max_length=30, choices=TimeZone, default=TimeZone.PARIS)
    seats = models.PositiveIntegerField("places", validators=[MinValueValidator(1)])
    minimum_seats = models.PositiveIntegerField("minimum pour la maintenir", default=0)
    seats_taken = models.PositiveIntegerField(
        "places prises", default=0, editable=False, help_text="Tenu par les seules inscriptions."
    )
    seats_reserved = models.PositiveIntegerField(
        "places réservées",
        default=0,
        db_default=0,
        editable=False,
        help_text="Gardées à des écoles ou à des employeurs, et pas encore prises. Tenu par les seules réservations.",
    )
    enrolment_opens_at = models.DateTimeField("ouverture des inscriptions")
    enrolment_closes_at = models.DateTimeField("clôture des inscriptions")
    is_selective = models.BooleanField(
        "sur sélection",
        default=False,
        db_default=False,
        help_text="Les agents demandent une place en disant pourquoi ; l'équipe choisit.",
    )
    selection_question = models.CharField(
        "question sur les prérequis",
        max_length=300,
        blank=True,
        db_default="",
        help_text="Posée à qui demande une place : « Avez-vous déjà mené un test utilisateur ? »",
    )
    needs_agreement = models.BooleanField(
        "avec l'accord du supérieur",
        default=False,
        db_default=False,
        help_text="Le supérieur reçoit un lien pour répondre ; la place est gardée quelques jours.",
    )
    audience_note = models.CharField("réservée à", max_length=200, blank=True)
    restricted_to = models.ManyToManyField(
        "accounts.Organisation",
        blank=True,
        related_name="reserved_sessions",
        verbose_name="réservée aux agents de",
    )
    cancelled_at = models.DateTimeField("annulée le", null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="annulée par",
    )
    cancel_reason = models.CharField("motif d'annulation", max_length=300, blank=True, editable=False)
    # Kept by a trigger on the slots (migration 0002), so that lists sort and filter without reading them.
    starts_at = models.DateTimeField("début", null=True, editable=False)
    ends_at = models.DateTimeField("fin", null=True, editable=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = "session"
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="session_starts_at"),
            models.Index(fields=["module", "starts_at"], name="session_module_starts_at"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(module__isnull=True) ^ Q(programme__isnull=True),
                name="session_module_or_programme",
                violation_error_message="Une session porte sur un module ou sur un programme sur-mesure, l'un des deux.",
            ),
            models.CheckConstraint(
                condition=Q(seats__gt=0) & Q(seats__gte=F("seats_taken") + F("seats_reserved")),
                name="session_seats_not_oversold",
                violation_error_message="Il y a déjà plus d'inscrits et de places réservées que ce nombre de places.",
            ),
            models.CheckConstraint(
                condition=Q(minimum_seats__lte=F("seats")),
                name="session_minimum_below_seats",
                violation_error_message="Le minimum dépasse le nombre de places.",
            ),
            models.CheckConstraint(
                condition=Q(enrolment_closes_at__gt=F("enrolment_opens_at")),
                name="session_enrolment_window_in_order",
                violation_error_message="La clôture des inscriptions précède leur ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(modality=Modality.ONLINE) | Q(place__isnull=False),
                name="session_on_site_has_place",
                violation_error_message="Une session en présentiel ou hybride a besoin d'un lieu.",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="session_cancelled_with_reason",
                violation_error_message="Une annulation porte une date et un motif.",
            ),
        ]

    def __str__(self):
        start = timezone.localtime(self.starts_at, self.zone).strftime("%d/%m/%Y") if self.starts_at else "sans date"
        return f"{self.subject}, {start}"

    def save(self, *args, **kwargs):
        if self._module_changed():
            self.domain_id = self.module.domain_id if self.module_id else None
        super().save(*args, **kwargs)

    def _module_changed(self) -> bool:
        """A session of another module counts under that module's domain; a module's move leaves past sessions alone."""
        if self.domain_id is None or self._state.adding:
            return self.domain_id is None
        return not type(self).objects.filter(pk=self.pk, module=self.module_id).exists()

    def clean(self):
        # Forms leave out the constraints of fields that they do not hold.
        if self.seats is not None and self.seats < self.seats_taken + self.seats_reserved:
            reserved = f" et {self.seats_reserved} places réservées" if self.seats_reserved else ""
            raise ValidationError(
                {"seats": f"Il y a déjà {self.seats_taken} inscrits{reserved} : gardez au moins autant de places."}
            )

    @property
    def subject(self):
        """The module or the programme."""
        return self.module or self.programme

    @property
    def is_private(self):
        """Whether only those invited know of it and enrol: by their employer (restricted_to) or by name (guests)."""
        return self.module_id is None

    @cached_property
    def page_url(self):
        """Of the page that tells of it: its module's; of a private one, that of enrolment, shown to whom it is for."""
        return self.module.get_absolute_url() if self.module_id else reverse("enrolments:enrol", args=[self.pk])

    @property
    def zone(self):
        return ZoneInfo(self.time_zone)

    @property
    def seats_left(self):
        """Those that anybody may take: neither taken nor reserved."""
        return max(self.seats - self.seats_taken - self.seats_reserved, 0)

    @property
    def state(self):
        """SessionState now."""
        return state_of(
            self.starts_at,
            self.ends_at,
            self.enrolment_opens_at,
            self.enrolment_closes_at,
            self.cancelled_at,
            self.seats_left,
        )


def state_of(
    starts_at, ends_at, enrolment_opens_at, enrolment_closes_at, cancelled_at, seats_left: int
) -> SessionState:
    """The state now of a session with these instants (datetime or None) and free seats.

    What is over or cancelled says so first, whatever the enrolment window. SessionQuerySet.open_for_enrolment says the
    same of OPEN in SQL.
    """
    now = timezone.now()
    if cancelled_at:
        return SessionState.CANCELLED
    if ends_at and ends_at <= now:
        return SessionState.FINISHED
    if enrolment_closes_at <= now or (starts_at and starts_at <= now):
        return SessionState.CLOSED
    if enrolment_opens_at > now:
        return SessionState.SCHEDULED
    return SessionState.OPEN if seats_left else SessionState.FULL


def overlaps(periods: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Yield each (start, end) that begins before the one before it has ended."""
    for (_start, end), following in pairwise(sorted(periods)):
        if following[0] < end:
            yield following


class Slot(models.Model):
    """A half-day, or less, of a session. Slots of one session never overlap: the database refuses it."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="slots", verbose_name="session")
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")

    class Meta:
        verbose_name = "créneau"
        verbose_name_plural = "créneaux"
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="slot_in_order",
                violation_error_message="La fin du créneau précède son début.",
            ),
            ExclusionConstraint(
                name="slot_no_overlap",
                expressions=[
                    ("session", RangeOperators.EQUAL),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Ce créneau en chevauche un autre de la même session.",
            ),
        ]

    def __str__(self):
        start, end = (timezone.localtime(instant, self.session.zone) for instant in (self.starts_at, self.ends_at))
        return f"{start:%d/%m/%Y %H:%M} – {end:%H:%M}"

    def clean(self):
        if self.starts_at and self.ends_at and (self.ends_at - self.starts_at).days >= 1:
            raise ValidationError({"ends_at": "Un créneau tient dans une journée : ajoutez-en un par demi-journée."})
