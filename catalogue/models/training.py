from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse

from campus.slugs.models import Slugged
from catalogue.enums import Access, Language, Level, Modality, Pace, PrerequisiteKind, TrainingKind
from catalogue.models.publication import Publishable
from catalogue.querysets import ModuleManager, ParcoursManager, TrainingQuerySet
from catalogue.sorting import sort_key
from catalogue.validators import validate_link


class Training(Slugged, Publishable):
    """What an agent can learn: a module, or a parcours made of modules.

    Both are in one table because they are browsed, filtered and searched together; `Module` and `Parcours` are its two
    halves (docs/decisions/0004-one-training-table.md).
    """

    past_slug_kind = "training"

    kind = models.CharField("type", max_length=20, choices=TrainingKind)
    external_id = models.CharField(
        "identifiant d'import", max_length=100, unique=True, null=True, blank=True, editable=False
    )
    title = models.CharField("titre", max_length=200)
    title_key = models.GeneratedField(
        expression=sort_key("title"), output_field=models.CharField(max_length=250), db_persist=True
    )
    domain = models.ForeignKey(
        "catalogue.Domain", on_delete=models.PROTECT, related_name="trainings", verbose_name="domaine principal"
    )
    other_domains = models.ManyToManyField(
        "catalogue.Domain", blank=True, related_name="secondary_trainings", verbose_name="autres domaines"
    )
    summary = models.CharField("en quelques mots", max_length=300)
    description = models.TextField("description", help_text="Markdown : titres à partir de ###, listes, gras, liens.")
    objectives = ArrayField(
        models.CharField(max_length=300), verbose_name="objectifs", help_text="Un objectif par ligne."
    )
    contents = models.TextField("programme", blank=True, help_text="Markdown.")
    prerequisites_text = models.TextField("prérequis", blank=True)
    audiences = models.ManyToManyField(
        "catalogue.Audience", blank=True, related_name="trainings", verbose_name="publics visés"
    )
    metiers = models.ManyToManyField("catalogue.Metier", blank=True, related_name="trainings", verbose_name="métiers")
    skills = models.ManyToManyField("catalogue.Skill", blank=True, related_name="trainings", verbose_name="compétences")
    level = models.CharField("niveau", max_length=15, choices=Level)
    modalities = ArrayField(models.CharField(max_length=10, choices=Modality), verbose_name="modalités")
    pace = models.CharField("rythme", max_length=15, choices=Pace)
    duration_minutes = models.PositiveIntegerField(
        "durée (minutes)",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="7 h de formation font 420 minutes.",
    )
    duration_label = models.CharField(
        "durée en toutes lettres",
        max_length=100,
        blank=True,
        help_text="Quand elle ne se réduit pas à un nombre : « 6 semaines, 1 h par semaine ».",
    )
    languages = ArrayField(models.CharField(max_length=2, choices=Language), verbose_name="langues")
    providers = models.ManyToManyField(
        "accounts.Organisation", blank=True, related_name="trainings", verbose_name="organismes"
    )
    access = models.CharField("accès", max_length=10, choices=Access, blank=True)
    access_url = models.CharField(
        "adresse d'inscription",
        max_length=500,
        blank=True,
        validators=[validate_link],
        help_text="https://… ou mailto:…",
    )
    is_open_to_non_agents = models.BooleanField("ouvert aux non-agents", default=False)
    restricted_to = models.ManyToManyField(
        "accounts.Organisation",
        blank=True,
        related_name="reserved_trainings",
        verbose_name="réservé aux agents de",
        help_text="Vide : ouvert aux agents de tous les employeurs publics.",
    )
    certification = models.CharField("certification ou badge", max_length=200, blank=True)
    accessibility_notes = models.TextField("accessibilité", blank=True)
    price_cents = models.PositiveIntegerField(
        "prix (centimes)", null=True, blank=True, help_text="Vide : gratuit pour les agents."
    )
    is_featured = models.BooleanField("à la une", default=False)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = "offre"
        ordering = ["title_key", "pk"]
        indexes = [
            models.Index(fields=["state", "title_key", "id"], name="training_state_title"),
            models.Index(fields=["state", "-published_on"], name="training_state_published"),
            models.Index(fields=["domain", "state", "title_key"], name="training_domain_state_title"),
            GinIndex(fields=["modalities"], name="training_modalities_gin"),
        ]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(modalities__contained_by=Modality.values) & models.Q(modalities__len__gt=0),
                name="training_modalities_known",
                violation_error_message="Choisissez une ou plusieurs modalités.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=TrainingKind.PARCOURS, access="", duration_minutes__isnull=True)
                | (~models.Q(kind=TrainingKind.PARCOURS) & models.Q(access__in=Access.values)),
                name="training_access_goes_with_modules",
                violation_error_message="Un module dit comment on y accède ; un parcours tient son accès et sa durée de ses modules.",
            ),
            models.CheckConstraint(
                condition=~models.Q(access=Access.EXTERNAL) | ~models.Q(access_url=""),
                name="training_external_has_url",
                violation_error_message="Une formation suivie chez l'organisme a besoin d'une adresse d'inscription.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind=TrainingKind.PARCOURS)
                | models.Q(duration_minutes__isnull=False)
                | ~models.Q(duration_label=""),
                name="training_module_has_duration",
                violation_error_message="Donnez la durée en minutes, ou en toutes lettres.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        route = "parcours_detail" if self.is_parcours else "module_detail"
        return reverse(f"catalogue:{route}", args=[self.slug])

    @property
    def is_parcours(self):
        return self.kind == TrainingKind.PARCOURS

    @property
    def is_mailto(self):
        return self.access_url.startswith("mailto:")


class Module(Training):
    """A training that is taken as a whole: course, workshop, MOOC…"""

    objects = ModuleManager()

    class Meta:
        proxy = True
        verbose_name = "module"


class Parcours(Training):
    """An ordered path through modules."""

    objects = ParcoursManager()

    class Meta:
        proxy = True
        verbose_name = "parcours"
        verbose_name_plural = "parcours"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = self.kind or TrainingKind.PARCOURS


class Prerequisite(models.Model):
    """A module that one must, or had better, follow before another. A database trigger refuses cycles."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="prerequisites", verbose_name="module")
    requires = models.ForeignKey(
        Module, on_delete=models.PROTECT, related_name="required_by", verbose_name="module à suivre avant"
    )
    kind = models.CharField("force", max_length=12, choices=PrerequisiteKind, default=PrerequisiteKind.REQUIRED)

    class Meta:
        verbose_name = "prérequis"
        verbose_name_plural = "prérequis"
        ordering = ["kind", "requires__title_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["module", "requires"],
                name="prerequisite_unique",
                violation_error_message="Ce module est déjà dans les prérequis.",
            ),
            models.CheckConstraint(
                condition=~models.Q(module=models.F("requires")),
                name="prerequisite_not_itself",
                violation_error_message="Un module ne peut pas être son propre prérequis.",
            ),
        ]

    def __str__(self):
        return f"{self.requires} avant {self.module}"

    def clean(self):
        if self.module_id and self.requires_id and self.module_id in Module.objects.required_ids(self.requires_id):
            raise ValidationError(
                {"requires": f"« {self.requires} » demande déjà « {self.module} » : ce prérequis formerait une boucle."}
            )


class Step(models.Model):
    """A module's place in a parcours. Steps that follow each other with the same `stage` form a group."""

    parcours = models.ForeignKey(Parcours, on_delete=models.CASCADE, related_name="steps", verbose_name="parcours")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="parcours_steps", verbose_name="module")
    position = models.PositiveSmallIntegerField("ordre")
    stage = models.CharField("temps", max_length=100, blank=True, help_text="« Découvrir », « Pratiquer »…")
    is_required = models.BooleanField("obligatoire", default=True)

    class Meta:
        verbose_name = "étape"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["parcours", "position"],
                name="step_position_unique",
                # Checked at the end of the transaction, so that steps can change places.
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Deux étapes ont le même ordre.",
            ),
            models.UniqueConstraint(
                fields=["parcours", "module"],
                name="step_module_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Ce module est déjà dans le parcours.",
            ),
        ]

    def __str__(self):
        return f"{self.position}. {self.module}"
