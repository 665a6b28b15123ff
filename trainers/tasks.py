"""What the worker does for trainers twice a minute."""

import datetime
import logging

from django.db.models import F
from django.utils import timezone

from campus.mailing.worker import every_round
from campus.refusal import Refused
from trainers import transitions
from trainers.emails import application as emails
from trainers.enums import ApplicationState
from trainers.models import Application, Assignment, DecisionMail

logger = logging.getLogger(__name__)
A_ROUND = 200
"""Rows at most: a round is one transaction, that must not keep them locked for long."""
REMINDER_DAYS = 3


@every_round
def deliver_decisions() -> None:
    for mail in DecisionMail.objects.due()[:A_ROUND]:
        try:
            transitions.deliver(mail=mail)
        except Refused:  # what should follow is refused: the mail stays, and does not hold the others back
            logger.exception("The decision mail %s could not be delivered.", mail.pk)


@every_round
def expire_proposals() -> None:
    over = Assignment.objects.awaiting_answer().filter(answer_due_at__lte=timezone.now())
    for assignment in over.order_by("session", "trainer")[:A_ROUND]:
        transitions.expire(assignment=assignment)


@every_round
def remind_drafts() -> None:
    """Once, some days before the call closes."""
    now = timezone.now()
    drafts = Application.objects.filter(
        state=ApplicationState.DRAFT,
        reminded_at__isnull=True,
        created_at__lt=F("call__closes_at") - datetime.timedelta(days=REMINDER_DAYS),
        call__closes_at__gt=now,
        call__closes_at__lte=now + datetime.timedelta(days=REMINDER_DAYS),
    )
    for application in drafts.select_related("applicant", "call").select_for_update(of=("self",))[:A_ROUND]:
        emails.tell_closing_soon(application)
        application.reminded_at = now
        application.save(update_fields=["reminded_at"])
