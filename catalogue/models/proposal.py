from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from catalogue.enums import PROPOSAL_WRITABLE, Language, Level, Modality, ProposalState
from catalogue.models.partner import Partner
from catalogue.querysets import ProposalQuerySet
from catalogue.validators import validate_link


class Proposal(models.Model):
    """A training that a partner proposes to the catalogue. Accepted, it begins a module that staff finish and publish."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="proposals", verbose_name="partenaire")
    title = models.CharField("titre", max_length=200)
    domain = models.ForeignKey(
        "catalogue.Domain", on_delete=models.PROTECT, related_name="proposals", verbose_name="domaine"
    )
    summary = models.CharField("en quelques mots", max_length=300)
    description = models.TextField(
        "description", max_length=5000, help_text="Ce que l'on y fait, pour qui, et comment."
    )
    objectives = ArrayField(models.CharField(max_length=300), verbose_name="objectifs")
    level = models.CharField("niveau", max_length=15, choices=Level)
    modalities = ArrayField(models.CharField(max_length=10, choices=Modality), verbose_name="modalités")
    duration_minutes = models.PositiveIntegerField(
        "durée (minutes)",
        null=True,
        blank=True,
        validators=[
            MinValueValidator(1),
            MaxValueValidator(60_000, "Écrivez une durée de 60 000 minutes (1 000 heures) au plus."),
        ],
        help_text="7 h de formation font 420 minutes. Laissez vide si elle n'est pas fixée.",
    )
    languages = ArrayField(models.CharField(max_length=2, choices=Language), verbose_name="langues")
    access_url = models.CharField(
        "adresse d'inscription",
        max_length=500,
        blank=True,
        validators=[validate_link],
        help_text="Si l'on s'inscrit chez vous : https://… ou mailto:… Vide : des sessions s'ouvrent sur le campus.",
    )
    state = models.CharField("état", max_length=10, choices=ProposalState, default=ProposalState.DRAFT)
    module = models.OneToOneField(
        "catalogue.Module",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="proposal",
        verbose_name="module commencé",
    )
    created_at = models.DateTimeField("commencée le", auto_now_add=True)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="modifiée par",
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "formation proposée"
        verbose_name_plural = "formations proposées"
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state=ProposalState.ACCEPTED, module__isnull=False)
                | (~models.Q(state=ProposalState.ACCEPTED) & models.Q(module__isnull=True)),
                name="proposal_accepted_has_module",
                violation_error_message="Une proposition acceptée a son module, et elle seule.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("catalogue:proposal_detail", args=[self.partner.organisation.slug, self.pk])

    @property
    def is_writable(self):
        return self.state in PROPOSAL_WRITABLE


class ProposalEvent(models.Model):
    """One move of a proposal, with what staff said of it."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField("de", max_length=10, choices=ProposalState)
    to_state = models.CharField("à", max_length=10, choices=ProposalState)
    happened_at = models.DateTimeField("le", auto_now_add=True)
    happened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="par"
    )
    comment = models.TextField("commentaire", blank=True)

    class Meta:
        verbose_name = "changement d'état"
        verbose_name_plural = "changements d'état"
        ordering = ["-happened_at", "-pk"]

    def __str__(self):
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"
