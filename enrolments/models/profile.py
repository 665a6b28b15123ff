from django.conf import settings
from django.db import models
from django.utils import timezone

from catalogue.enums import Region, TimeZone
from enrolments.enums import Category


class Profile(models.Model):
    """What an agent says of themself once, for what the campus does with it. Names and employer are on the account."""

    agent = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile", verbose_name="agent"
    )
    service = models.CharField("service", max_length=200, blank=True)
    metier = models.ForeignKey(
        "catalogue.Metier", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="métier"
    )
    category = models.CharField("statut", max_length=20, choices=Category, default=Category.AGENT)
    region = models.CharField("région de travail", max_length=30, choices=Region, blank=True)
    time_zone = models.CharField("fuseau horaire", max_length=30, choices=TimeZone, default=TimeZone.PARIS)
    accessibility_needs = models.TextField("besoins d'accessibilité", max_length=1000, blank=True)
    interests = models.ManyToManyField(
        "catalogue.Domain", blank=True, related_name="+", verbose_name="domaines qui m'intéressent"
    )
    chose_employer = models.BooleanField(
        "employeur déclaré",
        default=False,
        db_default=False,
        editable=False,
        help_text="L'agent a dit son employeur ; ni son adresse, ni ProConnect, ni l'équipe ne l'ont établi.",
    )
    superior_email = models.EmailField("adresse de mon supérieur", blank=True)
    created_at = models.DateTimeField("créé le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "profil"

    def __str__(self):
        return f"profil de {self.agent}"
