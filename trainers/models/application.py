"""Who asks to become a trainer. States change through trainers.transitions alone."""

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from campus.state_events import StateEvent
from catalogue.enums import Language, Level, Region
from catalogue.sorting import sort_key
from trainers.enums import DECISIONS, EDITABLE, LIVE, ApplicationState, ReasonCode, SideActivity, TrainerKind, Weekday
from trainers.querysets import ApplicationQuerySet, OfApplicationQuerySet

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_reference() -> str:
    """Eight letters and digits that nobody mistakes for one another."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


class Application(models.Model):
    """An answer to a call. Whatever shows it by its name shows its reference: identity leaks nowhere by accident."""

    reference = models.CharField("référence", max_length=9, unique=True, default=new_reference, editable=False)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications", verbose_name="personne"
    )
    call = models.ForeignKey(
        "trainers.Call", on_delete=models.PROTECT, related_name="applications", verbose_name="appel"
    )
    access_link = models.ForeignKey(
        "trainers.AccessLink",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="applications",
        verbose_name="lien d'accès",
    )
    state = models.CharField("état", max_length=12, choices=ApplicationState, editable=False)
    state_changed_at = models.DateTimeField("dans cet état depuis", default=timezone.now, editable=False)

    # Where the applicant works: kept here at submission, since conflicts of interest depend on it.
    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="employeur",
    )
    service = models.CharField("service", max_length=200, blank=True)
    service_key = models.GeneratedField(
        expression=sort_key("service"), output_field=models.CharField(max_length=250), db_persist=True
    )
    job_title = models.CharField("fonction", max_length=150, blank=True)

    motivation = models.TextField("pourquoi former", max_length=3000, blank=True)
    experience = models.TextField("expérience", max_length=5000, blank=True)
    wish = models.CharField("souhait", max_length=10, choices=TrainerKind, blank=True)
    side_activity = models.CharField("cumul d'activités", max_length=12, choices=SideActivity, blank=True)
    is_recruited_to_teach = models.BooleanField("recrutement pour enseigner à titre principal", null=True, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday), default=list, blank=True, verbose_name="jours possibles"
    )
    regions = ArrayField(
        models.CharField(max_length=30, choices=Region), default=list, blank=True, verbose_name="régions"
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language), default=list, blank=True, verbose_name="langues"
    )
    can_teach_remotely = models.BooleanField("peut former à distance", null=True, blank=True)
    hours_a_month = models.PositiveSmallIntegerField(
        "heures par mois", null=True, blank=True, validators=[MaxValueValidator(150)]
    )
    redactions = models.JSONField(
        "textes rendus anonymes",
        default=dict,
        blank=True,
        editable=False,
        help_text="Ce que lit qui instruit à la place d'un texte, par clé (trainers.anonymity).",
    )
    redacted_from = models.JSONField(
        "textes d'origine",
        default=dict,
        db_default={},
        blank=True,
        editable=False,
        help_text="L'empreinte du texte que chaque texte anonyme remplace : une autre, et il est à relire.",
    )

    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="assigned_applications",
        verbose_name="suivie par",
    )
    assigned_at = models.DateTimeField("attribuée le", null=True, editable=False)
    due_on = models.DateField("à traiter avant le", null=True, blank=True)
    more_due_on = models.DateField("complément attendu le", null=True, editable=False)
    submitted_at = models.DateTimeField("déposée le", null=True, editable=False)
    decided_at = models.DateTimeField("décidée le", null=True, editable=False)
    reminded_at = models.DateTimeField("relance du brouillon", null=True, editable=False)
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="merged_applications",
        verbose_name="fusionnée dans",
    )
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "candidature"
        ordering = ["-submitted_at", "-pk"]
        permissions = [
            ("manage_applications", "Peut traiter les candidatures de tous les appels"),
            ("see_identity", "Peut voir l'identité sous lecture anonymisée"),
            ("decide_application", "Peut décider des candidatures"),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at", "id"], name="application_queue"),
            models.Index(fields=["call", "state"], name="application_call_state"),
            models.Index(fields=["assigned_to", "state"], name="application_assigned"),
            models.Index(fields=["organisation", "service_key"], name="application_service"),
            models.Index(fields=["due_on"], name="application_due", condition=Q(due_on__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "call"],
                condition=Q(state__in=LIVE),
                name="application_one_live_a_call",
                violation_error_message="Cette personne a déjà une candidature en cours à cet appel.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["brouillon", "retiree"]) | Q(submitted_at__isnull=False),
                name="application_submitted_with_instant",
                violation_error_message="Une candidature déposée porte l'instant de son dépôt.",
            ),
            models.CheckConstraint(
                condition=~Q(state="brouillon") | Q(submitted_at__isnull=True),
                name="application_draft_not_submitted",
                violation_error_message="Un brouillon n'est pas déposé.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECISIONS) | Q(decided_at__isnull=False),
                name="application_decided_with_instant",
                violation_error_message="Une décision porte son instant.",
            ),
            models.CheckConstraint(
                condition=Q(state="complement") | Q(more_due_on__isnull=True),
                name="application_more_due_while_asked",
                violation_error_message="Une date n'est attendue que d'un complément demandé.",
            ),
            models.CheckConstraint(
                condition=Q(assigned_to__isnull=True) | Q(assigned_at__isnull=False),
                name="application_assigned_with_instant",
                violation_error_message="Une attribution porte son instant.",
            ),
            # Décret n° 2010-235: who was recruited to teach is not paid for it as a side activity.
            models.CheckConstraint(
                condition=~Q(wish=TrainerKind.INTERNAL, is_recruited_to_teach=True),
                name="application_teacher_not_paid",
                violation_error_message="Qui a été recruté pour enseigner ne peut pas être rémunéré à titre accessoire : "
                "choisissez « externe, d'intérêt général ».",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=Weekday.values),
                name="application_weekdays_known",
                violation_error_message="Choisissez des jours de la semaine.",
            ),
            models.CheckConstraint(
                condition=Q(regions__contained_by=Region.values),
                name="application_regions_known",
                violation_error_message="Choisissez des régions de la liste.",
            ),
            models.CheckConstraint(
                condition=Q(languages__contained_by=Language.values),
                name="application_languages_known",
                violation_error_message="Choisissez des langues de la liste.",
            ),
        ]

    def __str__(self):
        return f"Candidature {self.reference}"

    def get_absolute_url(self):
        return reverse("trainers:application_detail", args=[self.reference])

    @property
    def is_live(self):
        return self.state in LIVE

    @property
    def is_editable(self):
        """Whether the applicant may change what they wrote."""
        return self.state in EDITABLE


class ApplicationSkill(models.Model):
    """A skill that an applicant says to have."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="skills", verbose_name="candidature"
    )
    skill = models.ForeignKey("catalogue.Skill", on_delete=models.PROTECT, related_name="+", verbose_name="compétence")
    level = models.CharField("niveau", max_length=15, choices=Level)

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "compétence"
        ordering = ["application", "skill__name"]
        indexes = [models.Index(fields=["skill", "application"], name="application_skill")]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "skill"],
                name="application_skill_once",
                violation_error_message="Cette compétence est déjà dans la candidature.",
            ),
        ]

    def __str__(self):
        return f"{self.skill}, {self.get_level_display().lower()}"


class ApplicationEvent(StateEvent):
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="events", verbose_name="candidature"
    )
    from_state = models.CharField("de", max_length=12, choices=ApplicationState, blank=True)
    to_state = models.CharField("à", max_length=12, choices=ApplicationState)
    reason_code = models.CharField("motif", max_length=20, choices=ReasonCode, blank=True)
    reason = models.TextField("précisions", max_length=2000, blank=True)

    objects = OfApplicationQuerySet.as_manager()

    class Meta(StateEvent.Meta):
        constraints = [
            models.CheckConstraint(
                condition=~Q(to_state__in=["irrecevable", "vivier", "refusee"]) | ~Q(reason_code=""),
                name="application_event_decided_with_reason",
                violation_error_message="Cette décision porte un motif.",
            ),
            models.CheckConstraint(
                condition=~Q(reason_code=ReasonCode.OTHER) | ~Q(reason=""),
                name="application_event_other_with_text",
                violation_error_message="Dites quel est cet autre motif.",
            ),
        ]
