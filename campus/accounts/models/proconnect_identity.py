from django.conf import settings
from django.db import models
from django.utils import timezone


class ProConnectIdentity(models.Model):
    """Somebody as one identity provider of ProConnect knows them. Who changes ministry gets another: an account has several."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="proconnect_identities",
        verbose_name="personne",
    )
    sub = models.CharField("identifiant ProConnect", max_length=255, unique=True)
    idp_id = models.CharField("fournisseur d'identité", max_length=255, blank=True)
    siret = models.CharField("SIRET reçu", max_length=14, blank=True)
    created_at = models.DateTimeField("rattachée le", default=timezone.now)
    used_at = models.DateTimeField("dernière connexion", default=timezone.now)

    class Meta:
        verbose_name = "identité ProConnect"
        verbose_name_plural = "identités ProConnect"
        ordering = ["created_at"]

    def __str__(self):
        return self.idp_id or self.sub
