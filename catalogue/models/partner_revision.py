from django.conf import settings
from django.db import models
from django.urls import reverse

from catalogue.enums import RevisionState
from catalogue.models.partner import Partner
from catalogue.querysets import PartnerRevisionQuerySet
from catalogue.validators import validate_logo


class PartnerRevision(models.Model):
    """What a référent wants the page of a partner to say: kept as it was proposed, whatever the answer."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="revisions", verbose_name="partenaire")
    summary = models.CharField("en quelques mots", max_length=300)
    presentation = models.TextField("présentation")
    logo = models.ImageField(
        "nouveau logo",
        upload_to="partners/",
        blank=True,
        validators=[validate_logo],
        help_text="PNG, JPEG ou WebP, 200 ko au plus.",
    )
    removes_logo = models.BooleanField("retirer le logo", default=False)
    state = models.CharField("état", max_length=10, choices=RevisionState, default=RevisionState.PROPOSED)
    reason = models.TextField("motif", blank=True)
    proposed_at = models.DateTimeField("proposée le", auto_now_add=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="proposée par"
    )
    answered_at = models.DateTimeField("close le", null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="close par"
    )

    objects = PartnerRevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "présentation proposée"
        verbose_name_plural = "présentations proposées"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner"],
                condition=models.Q(state=RevisionState.PROPOSED),
                name="partner_revision_one_pending",
                violation_error_message="Une présentation attend déjà une réponse.",
            ),
            models.CheckConstraint(
                condition=models.Q(state=RevisionState.PROPOSED, answered_at__isnull=True)
                | (~models.Q(state=RevisionState.PROPOSED) & models.Q(answered_at__isnull=False)),
                name="partner_revision_answered_has_date",
                violation_error_message="La date de la réponse va avec elle.",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=RevisionState.REFUSED) | ~models.Q(reason=""),
                name="partner_revision_refused_has_reason",
                violation_error_message="Dites pourquoi.",
            ),
            models.CheckConstraint(
                condition=models.Q(logo="") | models.Q(removes_logo=False),
                name="partner_revision_one_logo",
                violation_error_message="Donnez un nouveau logo, ou retirez-le.",
            ),
        ]

    def __str__(self):
        return f"Présentation : {self.partner}"

    @property
    def logo_url(self):
        return reverse("catalogue:partner_revision_logo", args=[self.pk]) if self.logo else ""
