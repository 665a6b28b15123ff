from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from trainers.enums import Recommendation
from trainers.querysets import ReviewQuerySet

LOWEST, HIGHEST = 1, 5


class Review(models.Model):
    """What one reviewer thinks of an application. One a reviewer; final once submitted."""

    application = models.ForeignKey(
        "trainers.Application", on_delete=models.CASCADE, related_name="reviews", verbose_name="candidature"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews", verbose_name="avis de"
    )
    recommendation = models.CharField("recommandation", max_length=10, choices=Recommendation, blank=True)
    comment = models.TextField("pour les collègues", max_length=5000, blank=True)
    comment_for_applicant = models.TextField("pour la personne qui candidate", max_length=3000, blank=True)
    created_at = models.DateTimeField("commencé le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifié le", auto_now=True)
    submitted_at = models.DateTimeField("rendu le", null=True, blank=True, editable=False)
    set_aside_at = models.DateTimeField(
        "écarté le",
        null=True,
        blank=True,
        editable=False,
        help_text="Un conflit d'intérêts a été déclaré depuis : l'avis ne compte plus.",
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["application", "created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "reviewer"],
                name="review_one_a_reviewer",
                violation_error_message="Cette personne a déjà un avis sur cette candidature.",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | ~Q(recommendation=""),
                name="review_submitted_recommends",
                violation_error_message="Un avis rendu porte une recommandation.",
            ),
        ]

    def __str__(self):
        return f"Avis sur {self.application}"


class Score(models.Model):
    """From 1 to 5, on a criterion of the call."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores", verbose_name="avis")
    criterion = models.ForeignKey(
        "trainers.Criterion", on_delete=models.PROTECT, related_name="scores", verbose_name="critère"
    )
    value = models.PositiveSmallIntegerField("note", validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)])

    class Meta:
        verbose_name = "note"
        ordering = ["review", "criterion__position", "criterion"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"],
                name="score_one_a_criterion",
                violation_error_message="Ce critère a déjà une note.",
            ),
            models.CheckConstraint(
                condition=Q(value__gte=LOWEST, value__lte=HIGHEST),
                name="score_from_one_to_five",
                violation_error_message="Une note va de 1 à 5.",
            ),
        ]

    def __str__(self):
        return f"{self.criterion} : {self.value}"
