"""The mails of decisions: edited, sent one by one or together, held back for a while, and gone once."""

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from trainers.emails import decision as emails
from trainers.enums import ApplicationState
from trainers.models import Application, DecisionMail
from trainers.transitions.base import TransitionRefused
from trainers.transitions.decision import welcome


def _lock(mail: DecisionMail, seen: str | None = None) -> DecisionMail:
    """Lock a mail that is still there, its application first, as decisions do; and that still says what was read of it.

    seen: its `version` as it was read; None where it does not matter.
    """
    Application.objects.select_for_update(of=("self",)).get(pk=mail.application_id)
    mail = DecisionMail.objects.select_for_update(of=("self",)).select_related("application__applicant").get(pk=mail.pk)
    if mail.sent_at:
        raise TransitionRefused("Ce courriel est déjà parti.")
    if mail.cancelled_at:
        raise TransitionRefused("Ce courriel est annulé.")
    if seen is not None and seen != mail.version:
        raise TransitionRefused(
            f"« {mail} » vient d'être modifié depuis votre lecture : relisez-le avant de continuer."
        )
    return mail


@transaction.atomic
def edit_mail(*, mail: DecisionMail, by: User, subject: str, text: str, seen: str | None = None) -> DecisionMail:
    """Change what a mail says. seen: the `version` that was read.

    Raises TransitionRefused when it is sent, about to leave or cancelled, left empty, or edited meanwhile.
    """
    mail = _lock(mail, seen)
    if mail.scheduled_at:
        raise TransitionRefused("Ce courriel est sur le départ : retenez-le d'abord.")
    if not subject.strip():
        raise TransitionRefused("Donnez un objet.", "subject")
    if not text.strip():
        raise TransitionRefused("Écrivez le courriel.", "text")
    mail.subject, mail.text = " ".join(subject.split()), text.strip()
    mail.edited_at, mail.edited_by = timezone.now(), by
    mail.save()
    return mail


@transaction.atomic
def send_mail(*, mail: DecisionMail, by: User, seen: str | None = None) -> DecisionMail:
    """Have a mail leave at the end of the undo window (settings.DECISION_UNDO_MINUTES). Nothing more when it is said twice.

    seen: the `version` that was read. Raises TransitionRefused when it is sent or cancelled, or edited meanwhile.
    """
    mail = _lock(mail, seen)
    if mail.scheduled_at is None:
        mail.scheduled_at = timezone.now() + datetime.timedelta(minutes=settings.DECISION_UNDO_MINUTES)
        mail.scheduled_by = by
        mail.save()
    return mail


@transaction.atomic
def hold_mail(*, mail: DecisionMail, by: User) -> DecisionMail:
    """Hold back a mail that is about to leave. Raises TransitionRefused once it has left."""
    mail = _lock(mail)
    mail.scheduled_at = mail.scheduled_by = None
    mail.save()
    return mail


@transaction.atomic
def deliver(*, mail: DecisionMail) -> bool:
    """Write to the applicant and, when they are accepted, welcome them. Once; False when it is not due, or no longer."""
    try:
        mail = _lock(mail)
    except TransitionRefused:
        return False
    if mail.scheduled_at is None or mail.scheduled_at > timezone.now():
        return False
    emails.send(mail)
    mail.sent_at = timezone.now()
    mail.save()
    if mail.application.state == ApplicationState.ACCEPTED:
        welcome(application=mail.application, by=mail.scheduled_by)
    return True
