from django.core.validators import MaxValueValidator
from django.db import models


class AccessibilityAudit(models.Model):
    """An audit of the site against the RGAA; the latest one makes the declaration.

    Status by share of criteria met: arrêté du 20 septembre 2019 portant référentiel général d'amélioration de
    l'accessibilité.
    """

    audited_on = models.DateField("date de l'audit")
    auditor = models.CharField("réalisé par", max_length=200)
    percent_met = models.PositiveSmallIntegerField(
        "critères respectés (%)", validators=[MaxValueValidator(100)], help_text="De 0 à 100."
    )
    shortcomings = models.TextField("contenus non accessibles", blank=True)
    report_url = models.URLField("rapport d'audit", blank=True)

    class Meta:
        verbose_name = "audit d'accessibilité"
        verbose_name_plural = "audits d'accessibilité"
        ordering = ["-audited_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(percent_met__lte=100), name="accessibility_percent_at_most_100")
        ]

    def __str__(self):
        return f"{self.audited_on:%d/%m/%Y} : {self.status}"

    @property
    def status(self) -> str:
        if self.percent_met == 100:
            return "totalement conforme"
        return "partiellement conforme" if self.percent_met >= 50 else "non conforme"
