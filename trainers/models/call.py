import secrets

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from campus.slugs.models import Slugged
from trainers.enums import CallState


class CallQuerySet(models.QuerySet):
    def published(self):
        return self.filter(is_published=True)

    def open(self, now=None):
        """Calls that one may answer at an instant, the soonest to close first, the permanent ones last."""
        now = now or timezone.now()
        return self.filter(Q(closes_at__isnull=True) | Q(closes_at__gt=now), opens_at__lte=now).order_by(
            F("closes_at").asc(nulls_last=True), "pk"
        )

    def upcoming(self, now=None):
        """Calls that open later, the next one first."""
        return self.filter(opens_at__gt=now or timezone.now()).order_by("opens_at", "pk")

    def closed(self, now=None):
        """Calls that are over, the latest first."""
        return self.filter(closes_at__lte=now or timezone.now()).order_by("-closes_at", "-pk")


class Call(Slugged):
    """The campus asks for trainers: for a theme and a time, or « au fil de l'eau »."""

    past_slug_kind = "call"

    title = models.CharField("titre", max_length=200)
    summary = models.CharField("en quelques mots", max_length=300)
    text = models.TextField("texte", help_text="Markdown : titres à partir de ###, listes, gras, liens.")
    is_published = models.BooleanField("en ligne", default=False)
    is_permanent = models.BooleanField("au fil de l'eau", default=False, help_text="Un appel permanent ne clôt pas.")
    opens_at = models.DateTimeField("ouverture")
    closes_at = models.DateTimeField("clôture", null=True, blank=True)
    domains = models.ManyToManyField(
        "catalogue.Domain", blank=True, related_name="calls", verbose_name="domaines recherchés"
    )
    reviewers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="reviewed_calls", verbose_name="personnes qui instruisent"
    )
    reviews_wanted = models.PositiveSmallIntegerField(
        "avis par candidature", default=2, validators=[MinValueValidator(1), MaxValueValidator(9)]
    )
    is_anonymised = models.BooleanField(
        "lecture anonymisée",
        default=False,
        help_text="Qui instruit ne voit ni nom, ni employeur, ni fichier qui n'est pas déclaré sans identité.",
    )
    admissibility_days = models.PositiveSmallIntegerField("délai usuel de recevabilité (jours)", default=10)
    review_days = models.PositiveSmallIntegerField("délai usuel d'instruction (jours)", default=30)
    decision_days = models.PositiveSmallIntegerField("délai usuel de décision (jours)", default=15)
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = "appel à formateurs"
        verbose_name_plural = "appels à formateurs"
        ordering = ["-opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_permanent=True, closes_at__isnull=True) | Q(is_permanent=False, closes_at__isnull=False),
                name="call_closes_unless_permanent",
                violation_error_message="Donnez une clôture, ou dites l'appel « au fil de l'eau » : l'un des deux.",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="call_in_order",
                violation_error_message="La clôture précède l'ouverture.",
            ),
            models.CheckConstraint(
                condition=Q(reviews_wanted__gte=1, reviews_wanted__lte=9),
                name="call_reviews_wanted",
                violation_error_message="Demandez de un à neuf avis.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("trainers:call_detail", args=[self.slug])

    @property
    def state(self) -> CallState:
        """CallState now. CallQuerySet says the same in SQL."""
        now = timezone.now()
        if self.opens_at > now:
            return CallState.UPCOMING
        return CallState.CLOSED if self.closes_at and self.closes_at <= now else CallState.OPEN

    @property
    def usual_days(self) -> int:
        """From the submission to the decision."""
        return self.admissibility_days + self.review_days + self.decision_days


class CallSkill(models.Model):
    """A skill that a call seeks, and in how many trainers."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="skills", verbose_name="appel")
    skill = models.ForeignKey("catalogue.Skill", on_delete=models.PROTECT, related_name="+", verbose_name="compétence")
    target = models.PositiveSmallIntegerField("personnes recherchées", default=1, validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = "compétence recherchée"
        verbose_name_plural = "compétences recherchées"
        ordering = ["call", "-target", "skill__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "skill"],
                name="call_skill_once",
                violation_error_message="Cette compétence est déjà dans l'appel.",
            ),
            models.CheckConstraint(
                condition=Q(target__gte=1),
                name="call_skill_target",
                violation_error_message="Cherchez au moins une personne.",
            ),
        ]

    def __str__(self):
        return f"{self.skill} : {self.target}"


class Criterion(models.Model):
    """What reviewers score from 1 to 5 in a call, and how much it weighs."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="criteria", verbose_name="appel")
    name = models.CharField("critère", max_length=100)
    help_text = models.CharField("ce qu'on y regarde", max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(
        "poids", default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    position = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "critère"
        ordering = ["call", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "name"],
                name="criterion_once",
                violation_error_message="Ce critère est déjà dans l'appel.",
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=10),
                name="criterion_weight",
                violation_error_message="Un poids va de 1 à 10.",
            ),
        ]

    def __str__(self):
        return self.name


def new_token() -> str:
    return secrets.token_urlsafe(32)


class AccessLink(models.Model):
    """Lets one person, known by address, answer a call that is not open. Its token alone opens nothing."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="access_links", verbose_name="appel")
    email = models.EmailField("adresse de la personne")
    token = models.CharField("jeton", max_length=64, unique=True, default=new_token, editable=False)
    expires_at = models.DateTimeField("valable jusqu'au")
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True, editable=False)
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="créé par",
    )

    class Meta:
        verbose_name = "lien d'accès"
        verbose_name_plural = "liens d'accès"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="access_link_in_order",
                violation_error_message="Ce lien serait déjà périmé.",
            ),
        ]

    def __str__(self):
        return f"{self.email}, {self.call}"

    def get_absolute_url(self):
        return f"{self.call.get_absolute_url()}?acces={self.token}"

    def lets_in(self, user) -> bool:
        """Whether `user` may answer the call with this link now."""
        is_valid = self.revoked_at is None and self.expires_at > timezone.now()
        return is_valid and user.email == self.email.strip().lower()
