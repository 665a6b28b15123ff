"""What the worker does for trainers twice a minute."""

import datetime

from django.db.models import F
from django.utils import timezone

from campus.mailing.worker import every_round, one_by_one
from trainers import transitions
from trainers.emails import application as emails
from trainers.enums import ApplicationState
from trainers.models import Application, Assignment, DecisionMail

A_ROUND = 200
"""Rows at most, so that messages leave between two rounds."""
REMINDER_DAYS = 3


@every_round
def deliver_decisions() -> None:
    """What should follow a decision may be refused: its mail stays, and holds no other back."""
    one_by_one(DecisionMail.objects.due()[:A_ROUND], lambda mail: transitions.deliver(mail=mail))


@every_round
def expire_proposals() -> None:
    over = Assignment.objects.awaiting_answer().filter(answer_due_at__lte=timezone.now())
    one_by_one(
        over.order_by("session_id", "trainer_id")[:A_ROUND],
        lambda assignment: transitions.expire(assignment=assignment),
    )


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
    one_by_one(drafts.order_by("pk").values_list("pk", flat=True)[:A_ROUND], _remind)


def _remind(pk: int) -> None:
    drafts = Application.objects.select_for_update(of=("self",)).select_related("applicant", "call")
    application = drafts.filter(pk=pk, state=ApplicationState.DRAFT, reminded_at__isnull=True).first()
    if application:
        emails.tell_closing_soon(application)
        application.reminded_at = timezone.now()
        application.save(update_fields=["reminded_at"])
