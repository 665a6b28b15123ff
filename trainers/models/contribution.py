from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from catalogue.enums import Level, Modality
from trainers.enums import ContributionKind, HelpKind
from trainers.querysets import OfApplicationQuerySet

EXISTING_ONLY = Q(
    level="",
    duration_minutes__isnull=True,
    modalities__len=0,
    objectives__len=0,
    materials="",
    past_runs="",
    feedback="",
)
IDEA_ONLY = Q(need="", sketch="")
HELP_ONLY = Q(existing_work="", help_kinds__len=0, help_wanted="")


class Contribution(models.Model):
    """What an applicant brings: a training they have held, an idea, or a training to develop with help.

    What a kind needs before it is submitted is in trainers.rules.missing_from; a draft may lack anything.
    """

    application = models.ForeignKey(
        "trainers.Application", on_delete=models.CASCADE, related_name="contributions", verbose_name="candidature"
    )
    kind = models.CharField("type", max_length=10, choices=ContributionKind)
    position = models.PositiveSmallIntegerField("ordre", default=0)
    title = models.CharField("titre", max_length=200, blank=True)
    domain = models.ForeignKey(
        "catalogue.Domain", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="domaine"
    )
    audience = models.CharField("public", max_length=300, blank=True)

    # Of a training that was held.
    level = models.CharField("niveau", max_length=15, choices=Level, blank=True)
    duration_minutes = models.PositiveIntegerField(
        "durée (minutes)", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(30_000)]
    )
    modalities = ArrayField(
        models.CharField(max_length=10, choices=Modality), default=list, blank=True, verbose_name="modalités"
    )
    objectives = ArrayField(
        models.CharField(max_length=300),
        default=list,
        blank=True,
        verbose_name="objectifs",
        help_text="Un objectif par ligne.",
    )
    materials = models.TextField("supports", max_length=3000, blank=True)
    past_runs = models.TextField("quand et pour qui elle a eu lieu", max_length=3000, blank=True)
    feedback = models.TextField("retours reçus", max_length=3000, blank=True)

    # Of an idea.
    need = models.TextField("besoin", max_length=3000, blank=True)
    sketch = models.TextField("esquisse", max_length=5000, blank=True)

    # Of a training to develop.
    existing_work = models.TextField("ce qui existe", max_length=3000, blank=True)
    help_kinds = ArrayField(
        models.CharField(max_length=15, choices=HelpKind), default=list, blank=True, verbose_name="aide souhaitée"
    )
    help_wanted = models.TextField("précisions sur l'aide", max_length=3000, blank=True)

    is_kept = models.BooleanField(
        "retenue", null=True, editable=False, help_text="Dite par la décision ; vide tant qu'elle n'est pas prise."
    )
    module = models.ForeignKey(
        "catalogue.Module",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="contributions",
        verbose_name="module",
        help_text="Le module né de cette contribution : la personne qui candidate en est l'auteur.",
    )

    objects = OfApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "contribution"
        ordering = ["application", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind=ContributionKind.EXISTING) & IDEA_ONLY & HELP_ONLY)
                | (Q(kind=ContributionKind.IDEA) & EXISTING_ONLY & HELP_ONLY)
                | (Q(kind=ContributionKind.HELP) & EXISTING_ONLY & IDEA_ONLY),
                name="contribution_fields_of_its_kind",
                violation_error_message="Ces renseignements ne vont pas avec ce type de contribution.",
            ),
            models.CheckConstraint(
                condition=Q(duration_minutes__isnull=True) | Q(duration_minutes__gt=0),
                name="contribution_duration_positive",
                violation_error_message="Une durée est d'au moins une minute.",
            ),
            models.CheckConstraint(
                condition=Q(modalities__contained_by=Modality.values),
                name="contribution_modalities_known",
                violation_error_message="Choisissez des modalités de la liste.",
            ),
            models.CheckConstraint(
                condition=Q(help_kinds__contained_by=HelpKind.values),
                name="contribution_help_known",
                violation_error_message="Choisissez des aides de la liste.",
            ),
            models.CheckConstraint(
                condition=Q(module__isnull=True) | Q(is_kept__isnull=False, is_kept=True),
                name="contribution_module_when_kept",
                violation_error_message="Un module naît d'une contribution retenue.",
            ),
        ]

    def __str__(self):
        return self.title or self.get_kind_display()
