"""Who teaches. States change through trainers.transitions alone."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from campus.state_events import StateEvent
from catalogue.enums import Language, Level, Region
from trainers.enums import DirectoryField, OnboardingStep, TrainerKind, TrainerState, Weekday


class TrainerQuerySet(models.QuerySet):
    def active(self):
        return self.filter(state=TrainerState.ACTIVE)

    def listed(self):
        """Those of the public directory: active, and who agreed to it. Without a name, an account is known by its address."""
        named = self.active().filter(is_listed=True, user__is_active=True)
        return named.exclude(user__first_name="", user__last_name="")


class Trainer(models.Model):
    """Somebody who teaches for the campus, paid as a side activity or out of general interest. No bank data here."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="trainer", verbose_name="personne"
    )
    application = models.OneToOneField(
        "trainers.Application",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="trainer",
        verbose_name="candidature",
    )
    kind = models.CharField("statut", max_length=10, choices=TrainerKind)
    state = models.CharField("état", max_length=12, choices=TrainerState, editable=False)
    is_recruited_to_teach = models.BooleanField("recrutement pour enseigner à titre principal", default=False)
    modules = models.ManyToManyField(
        "catalogue.Module", blank=True, related_name="trainers", verbose_name="modules maîtrisés"
    )
    regions = ArrayField(
        models.CharField(max_length=30, choices=Region), default=list, blank=True, verbose_name="régions"
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language), default=list, blank=True, verbose_name="langues"
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday), default=list, blank=True, verbose_name="jours possibles"
    )
    can_teach_remotely = models.BooleanField("peut former à distance", default=True)
    hours_a_month = models.PositiveSmallIntegerField(
        "heures par mois", null=True, blank=True, validators=[MaxValueValidator(150)]
    )
    biography = models.TextField("présentation", max_length=1500, blank=True)
    is_listed = models.BooleanField("accepte de figurer dans l'annuaire public", default=False)
    listed_fields = ArrayField(
        models.CharField(max_length=15, choices=DirectoryField),
        default=list,
        blank=True,
        verbose_name="ce que l'annuaire montre",
    )
    listing_agreed_at = models.DateTimeField("accord donné le", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    objects = TrainerQuerySet.as_manager()

    class Meta:
        verbose_name = "formateur ou formatrice"
        verbose_name_plural = "formateurs et formatrices"
        ordering = ["user__last_name", "user__first_name", "pk"]
        indexes = [models.Index(fields=["state", "kind"], name="trainer_state_kind")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=TrainerKind.INTERNAL, is_recruited_to_teach=True),
                name="trainer_teacher_not_paid",
                violation_error_message="Qui a été recruté pour enseigner ne peut pas être rémunéré à titre accessoire.",
            ),
            models.CheckConstraint(
                condition=Q(is_listed=True, listing_agreed_at__isnull=False)
                | Q(is_listed=False, listing_agreed_at__isnull=True),
                name="trainer_listed_with_agreement",
                violation_error_message="L'annuaire ne montre que qui a donné son accord, daté.",
            ),
            models.CheckConstraint(
                condition=Q(listed_fields__contained_by=DirectoryField.values),
                name="trainer_listed_fields_known",
                violation_error_message="Choisissez parmi ce que l'annuaire sait montrer.",
            ),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=Weekday.values),
                name="trainer_weekdays_known",
                violation_error_message="Choisissez des jours de la semaine.",
            ),
            models.CheckConstraint(
                condition=Q(regions__contained_by=Region.values),
                name="trainer_regions_known",
                violation_error_message="Choisissez des régions de la liste.",
            ),
            models.CheckConstraint(
                condition=Q(languages__contained_by=Language.values),
                name="trainer_languages_known",
                violation_error_message="Choisissez des langues de la liste.",
            ),
        ]

    def __str__(self):
        return str(self.user)

    @property
    def is_paid(self):
        return self.kind == TrainerKind.INTERNAL


class TrainerSkill(models.Model):
    """A skill that a trainer teaches."""

    trainer = models.ForeignKey(Trainer, on_delete=models.CASCADE, related_name="skills", verbose_name="formateur")
    skill = models.ForeignKey("catalogue.Skill", on_delete=models.PROTECT, related_name="+", verbose_name="compétence")
    level = models.CharField("niveau", max_length=15, choices=Level)

    class Meta:
        verbose_name = "compétence"
        ordering = ["trainer", "skill__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["trainer", "skill"],
                name="trainer_skill_once",
                violation_error_message="Cette compétence est déjà dans la liste.",
            ),
        ]

    def __str__(self):
        return f"{self.skill}, {self.get_level_display().lower()}"


class TrainerEvent(StateEvent):
    trainer = models.ForeignKey(Trainer, on_delete=models.CASCADE, related_name="events", verbose_name="formateur")
    from_state = models.CharField("de", max_length=12, choices=TrainerState, blank=True)
    to_state = models.CharField("à", max_length=12, choices=TrainerState)


class OnboardingTick(models.Model):
    """A step of the welcome that is done: only that it is, when, and who says so."""

    trainer = models.ForeignKey(Trainer, on_delete=models.CASCADE, related_name="ticks", verbose_name="formateur")
    step = models.CharField("étape", max_length=15, choices=OnboardingStep)
    ticked_at = models.DateTimeField("cochée le", default=timezone.now)
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="cochée par"
    )

    class Meta:
        verbose_name = "étape d'accueil"
        verbose_name_plural = "étapes d'accueil"
        ordering = ["trainer", "ticked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["trainer", "step"],
                name="onboarding_tick_once",
                violation_error_message="Cette étape est déjà cochée.",
            ),
        ]

    def __str__(self):
        return self.get_step_display()
