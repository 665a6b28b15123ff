"""What an administration asks the campus to design for its agents. States change through catalogue.programme_requests alone."""

import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import (
    PUBLICATION_ASKED,
    WITH_PROGRAMME,
    WITHDRAWABLE,
    Financing,
    Modality,
    ProgrammeRequestState,
    RequesterRole,
)
from catalogue.querysets import ProgrammeRequestQuerySet

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
MAX_BYTES = 10 * 1024 * 1024
MAX_DOCUMENTS = 20
"""In one request."""
S = ProgrammeRequestState


def new_reference() -> str:
    """« SM- » and eight letters and digits that nobody mistakes for one another."""
    return "SM-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


class ProgrammeRequest(models.Model):
    """A request for a « sur-mesure » programme, from its draft to the figures at the end."""

    reference = models.CharField("référence", max_length=11, unique=True, default=new_reference, editable=False)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="programme_requests",
        editable=False,
        verbose_name="demandée par",
    )
    state = models.CharField("état", max_length=12, choices=ProgrammeRequestState, editable=False)
    state_changed_at = models.DateTimeField("dans cet état depuis", default=timezone.now, editable=False)
    submitted_at = models.DateTimeField("reçue le", null=True, editable=False)

    title = models.CharField("objet", max_length=200, blank=True)
    role = models.CharField("fonction", max_length=12, choices=RequesterRole, blank=True)
    organisation_name = models.CharField("administration", max_length=200, blank=True)
    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="programme_requests",
        verbose_name="organisation",
        help_text="Celle dont les agents suivront le programme : il en faut une pour accepter la demande.",
    )
    need = models.TextField("besoin", max_length=5000, blank=True)
    audience = models.CharField("public", max_length=500, blank=True)
    headcount = models.PositiveIntegerField(
        "nombre d'agents", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(1_000_000)]
    )
    domains = models.ManyToManyField(
        "catalogue.Domain", blank=True, related_name="programme_requests", verbose_name="domaines"
    )
    modality = models.CharField("modalité", max_length=10, choices=Modality, blank=True)
    wanted_from = models.DateField("à partir du", null=True, blank=True)
    wanted_until = models.DateField("jusqu'au", null=True, blank=True)
    budget_euros = models.PositiveIntegerField(
        "budget (euros)", null=True, blank=True, validators=[MaxValueValidator(100_000_000)]
    )
    financing = models.CharField("financement", max_length=15, choices=Financing, blank=True)
    contact_name = models.CharField("personne à joindre", max_length=150, blank=True)
    contact_email = models.EmailField("adresse électronique", blank=True)
    contact_phone = models.CharField("téléphone", max_length=30, blank=True)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="owned_programme_requests",
        limit_choices_to={"is_staff": True, "is_active": True},
        verbose_name="suivie par",
    )
    proposal_on = models.DateField("proposition visée le", null=True, blank=True)
    design_on = models.DateField("conception visée pour le", null=True, blank=True)
    rollout_on = models.DateField("première session visée le", null=True, blank=True)
    review_on = models.DateField("bilan visé le", null=True, blank=True)
    agents_trained = models.PositiveIntegerField("agents formés", null=True, blank=True, editable=False)
    satisfaction_percent = models.PositiveSmallIntegerField(
        "satisfaction (%)", null=True, blank=True, editable=False, validators=[MaxValueValidator(100)]
    )
    agrees_to_publish = models.BooleanField("accord pour une page publique", null=True, editable=False)
    publication_answered_at = models.DateTimeField("réponse donnée le", null=True, editable=False)
    programme = models.OneToOneField(
        "catalogue.Programme",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="request",
        verbose_name="programme",
    )
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    objects = ProgrammeRequestQuerySet.as_manager()

    REQUIRED = [
        "title", "role", "organisation_name", "need", "audience", "headcount", "domains", "financing", "contact_name",
        "contact_email",
    ]  # fmt: skip
    """What is filled in before it is sent."""

    class Meta:
        verbose_name = "demande sur-mesure"
        verbose_name_plural = "demandes sur-mesure"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "submitted_at"], name="programme_request_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["requester"],
                condition=Q(state=S.DRAFT),
                name="programme_request_one_draft",
                violation_error_message="Un brouillon est déjà commencé.",
            ),
            models.CheckConstraint(
                condition=Q(state=S.DRAFT, submitted_at__isnull=True)
                | (~Q(state=S.DRAFT) & Q(submitted_at__isnull=False)),
                name="programme_request_sent_has_date",
                violation_error_message="Ce qui est envoyé a une date.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_PROGRAMME) | Q(programme__isnull=False),
                name="programme_request_accepted_has_programme",
                violation_error_message="Une demande acceptée a un programme.",
            ),
            models.CheckConstraint(
                condition=Q(wanted_from__isnull=True)
                | Q(wanted_until__isnull=True)
                | Q(wanted_until__gte=F("wanted_from")),
                name="programme_request_dates_in_order",
                violation_error_message="La fin précède le début.",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction_percent__isnull=True) | Q(satisfaction_percent__lte=100),
                name="programme_request_satisfaction",
                violation_error_message="La satisfaction est un pourcentage, de 0 à 100.",
            ),
            models.CheckConstraint(
                condition=Q(agrees_to_publish__isnull=True, publication_answered_at__isnull=True)
                | Q(agrees_to_publish__isnull=False, publication_answered_at__isnull=False),
                name="programme_request_agreement_has_date",
                violation_error_message="L'accord pour une page publique a une date.",
            ),
        ]

    def __str__(self):
        return f"{self.reference}, {self.title}" if self.title else self.reference

    def get_absolute_url(self):
        return reverse("catalogue:programme_request_detail", args=[self.reference])

    @property
    def is_draft(self):
        return self.state == S.DRAFT

    @property
    def can_withdraw(self):
        return self.state in WITHDRAWABLE

    @property
    def is_asked_to_publish(self):
        """Whether who asked is to say if the programme may have a public page."""
        return self.state in PUBLICATION_ASKED

    @property
    def due_on(self):
        """The target date of what staff do next; None without one."""
        match self.state:
            case S.RECEIVED | S.ANALYSIS:
                return self.proposal_on
            case S.PROPOSAL | S.ACCEPTED | S.DESIGN:
                return self.design_on
            case S.ROLLOUT:
                return self.review_on
        return None

    @property
    def age_days(self):
        """Since it was received."""
        return (timezone.now() - self.submitted_at).days if self.submitted_at else None


class ProgrammeRequestEvent(models.Model):
    """One change of state: the log of who did what, and when."""

    request = models.ForeignKey(ProgrammeRequest, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField("de", max_length=12, choices=ProgrammeRequestState, blank=True)
    to_state = models.CharField("à", max_length=12, choices=ProgrammeRequestState)
    happened_at = models.DateTimeField("le", default=timezone.now)
    happened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par"
    )
    reason = models.CharField("motif", max_length=1000, blank=True)

    class Meta:
        verbose_name = "changement d'état"
        verbose_name_plural = "changements d'état"
        ordering = ["happened_at", "pk"]

    def __str__(self):
        return self.get_to_state_display()


class ProgrammeRequestMessage(models.Model):
    """A word between who asked and Dinum, read on the follow-up page. Never edited."""

    request = models.ForeignKey(ProgrammeRequest, on_delete=models.CASCADE, related_name="thread")
    is_from_requester = models.BooleanField("de l'administration")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par"
    )
    text = models.TextField("message", max_length=5000)
    written_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "message"
        ordering = ["written_at", "pk"]

    def __str__(self):
        return "De l'administration" if self.is_from_requester else "De Dinum"


class ProgrammeRequestNote(models.Model):
    """A word between colleagues. Never edited, never shown to who asked."""

    request = models.ForeignKey(ProgrammeRequest, on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par"
    )
    text = models.TextField("note", max_length=5000)
    written_at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "note interne"
        verbose_name_plural = "notes internes"
        ordering = ["written_at", "pk"]

    def __str__(self):
        return "Note"


def document_path(document, filename) -> str:
    """Where a file is stored: under a random name, without extension; the name it was sent with is in `name`."""
    return f"sur-mesure/{secrets.token_urlsafe(24)}"


class ProgrammeRequestDocument(models.Model):
    """A file of a request, outside the web root. Served only after a permission check, as an attachment."""

    request = models.ForeignKey(ProgrammeRequest, on_delete=models.PROTECT, related_name="documents")
    is_from_requester = models.BooleanField("de l'administration")
    file = models.FileField("fichier", upload_to=document_path, max_length=200)
    name = models.CharField("nom", max_length=150)
    content_type = models.CharField("format", max_length=100)
    size = models.PositiveIntegerField("taille (octets)")
    uploaded_at = models.DateTimeField("reçu le", default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="envoyé par"
    )

    class Meta:
        verbose_name = "document"
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=MAX_BYTES),
                name="programme_request_document_size",
                violation_error_message="Un document pèse 10 Mo au plus, et n'est pas vide.",
            ),
        ]

    def __str__(self):
        return self.name
