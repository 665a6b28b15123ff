from django.db import models


class SentEmail(models.Model):
    """A copy of an e-mail that left the demonstration site, for /demo/courriels/."""

    to = models.TextField("à")
    subject = models.CharField("objet", max_length=500)
    body = models.TextField("texte")
    sent_at = models.DateTimeField("envoyé le", auto_now_add=True)

    class Meta:
        verbose_name = "courriel envoyé"
        verbose_name_plural = "courriels envoyés"
        ordering = ["-sent_at", "-pk"]

    def __str__(self):
        return self.subject
