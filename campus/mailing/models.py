"""Messages to people: written in the transaction of what they tell, sent by the worker."""

import copy
import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from campus.mailing import wording

KEPT_DAYS = 180
RETRY_MINUTES = [1, 5, 30, 120, 720]
"""How long to wait after each failure; after as many more, a message is given up."""

LATE = datetime.timedelta(minutes=5)
"""A running worker would have tried a message by then."""


MASKED_SUBJECT = "Objet secret"


class MessageState(models.TextChoices):
    TO_WORD = "a-rediger", "À rédiger"
    WAITING = "en-attente", "En attente"
    SENT = "envoye", "Envoyé"
    FAILED = "echec", "Échec"


QUEUED = [MessageState.TO_WORD, MessageState.WAITING]
"""Those that the worker sends."""


class CalendarMethod(models.TextChoices):
    """What the calendar of a message asks of an agenda (RFC 5546)."""

    REQUEST = "REQUEST", "Invitation"
    CANCEL = "CANCEL", "Annulation"


class MessageQuerySet(models.QuerySet):
    def due(self, now=None):
        """Messages to send now, the urgent ones first, then in the order they were written."""
        return self.filter(state__in=QUEUED, next_attempt_at__lte=now or timezone.now()).order_by(
            "-is_urgent", "next_attempt_at", "pk"
        )

    def late(self):
        """Messages that a running worker would have tried by now."""
        return self.due(timezone.now() - LATE)


class Message(models.Model):
    """An e-mail to one person about one event. `key` names both, so that the same message is never written twice.

    It has its words, or what the worker makes them of: `template` and `context`, and for its calendar `events`
    (campus.mailing.calendars).
    """

    key = models.CharField("événement et destinataire", max_length=200, unique=True)
    to = models.EmailField("à")
    template = models.CharField("modèle", max_length=100, blank=True, db_default="")
    context = models.JSONField("ce qu'il dit", null=True, blank=True)
    subject = models.CharField("objet", max_length=300)
    text = models.TextField("texte")
    html = models.TextField("texte mis en forme")
    events = models.JSONField("ce que dit l'invitation", null=True, blank=True)
    calendar = models.TextField("invitation", blank=True, db_default="")
    calendar_method = models.CharField(
        "sorte d'invitation", max_length=10, choices=CalendarMethod, blank=True, db_default=""
    )
    is_urgent = models.BooleanField("urgent", default=False)
    is_secret = models.BooleanField(
        "secret", default=False, help_text="Son texte n'est montré à personne et s'efface dès l'envoi."
    )
    state = models.CharField("état", max_length=10, choices=MessageState, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    error = models.CharField("dernière erreur", max_length=500, blank=True)
    next_attempt_at = models.DateTimeField("prochain essai", default=timezone.now)
    created_at = models.DateTimeField("écrit le", auto_now_add=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        verbose_name_plural = "courriels"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["-is_urgent", "next_attempt_at", "id"],
                name="message_due",
                condition=Q(state__in=["a-rediger", "en-attente"]),
            ),
            models.Index(fields=["created_at"], name="message_failed", condition=Q(state="echec")),
            models.Index(fields=["sent_at"], name="message_sent", condition=Q(state="envoye")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="envoye", sent_at__isnull=False) | (~Q(state="envoye") & Q(sent_at__isnull=True)),
                name="message_sent_with_instant",
                violation_error_message="Un courriel envoyé porte l'instant de son envoi.",
            ),
            models.CheckConstraint(
                condition=Q(calendar="", events__isnull=True, calendar_method="")
                | Q(calendar="", events__isnull=False) & ~Q(calendar_method="")
                | Q(events__isnull=True) & ~Q(calendar="") & ~Q(calendar_method=""),
                name="message_calendar_with_method",
                violation_error_message="Une invitation dit ce qu'elle demande.",
            ),
            # Also keeps the previous version, which knows no data, from sending an empty message.
            models.CheckConstraint(
                condition=Q(state__in=["a-rediger", "echec"], context__isnull=False, text="")
                | Q(context__isnull=True, events__isnull=True) & ~Q(state="a-rediger") & ~Q(text=""),
                name="message_worded_or_to_word",
                violation_error_message="Un courriel a son texte, ou de quoi le rédiger.",
            ),
        ]

    def __str__(self):
        return self.shown_subject

    @property
    def shown_subject(self) -> str:
        """The subject, unless it is a secret: that of a sign-in holds the code."""
        if self.is_secret:
            return MASKED_SUBJECT
        return self.subject if self.context is None else _tried(lambda: wording.subject_of(self.template, self.context))

    @property
    def shown_text(self) -> str:
        """The text, or that which the worker will make."""
        return _tried(lambda: self.worded().text)

    @property
    def shown_calendar(self) -> str:
        return _tried(lambda: self.worded().calendar)

    def word(self) -> None:
        """Put words in the place of data; nothing when they are there. Not saved. Raises what the template raises."""
        if self.context is not None:
            wording.put_words(self)
            self.state = MessageState.WAITING

    def worded(self) -> "Message":
        """A copy that has its words."""
        worded = copy.copy(self)
        worded.word()
        return worded


def _tried(make) -> str:
    """What `make` gives, or why it cannot: whatever a template does, staff must see the message."""
    try:
        return make()
    except Exception as error:
        return f"Ne peut être rédigé. {type(error).__name__} : {error}"


class Worker(models.Model):
    """A sign of life of the worker, for the admin to warn when there is none."""

    name = models.CharField(max_length=200, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self):
        return self.name


class SentEmailQuerySet(models.QuerySet):
    def containing(self, words: str):
        """Those whose recipient, subject or text has `words`; all when it is empty."""
        return self.filter(Q(to__icontains=words) | Q(subject__icontains=words) | Q(body__icontains=words))


class SentEmail(models.Model):
    """A copy of an e-mail that left the demonstration site, for /demo/courriels/."""

    to = models.TextField("à")
    subject = models.CharField("objet", max_length=500)
    body = models.TextField("texte")
    html = models.TextField("texte mis en forme", blank=True, db_default="")
    calendar = models.TextField("invitation", blank=True, db_default="")
    sent_at = models.DateTimeField("envoyé le", auto_now_add=True)

    objects = SentEmailQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel envoyé"
        verbose_name_plural = "courriels envoyés"
        ordering = ["-sent_at", "-pk"]

    def __str__(self):
        return self.subject
