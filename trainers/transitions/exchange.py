"""Questions and answers between an applicant and Dinum, in the site; a mail only says that there is something to read."""

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from campus.threads import check_rate
from trainers.emails import application as emails
from trainers.enums import ApplicationState
from trainers.models import Application, ThreadMessage
from trainers.transitions.base import TransitionRefused


@transaction.atomic
def ask(*, application: Application, by: User, text: str) -> ThreadMessage:
    """Write to the applicant. Raises TransitionRefused when it is empty, or for a draft."""
    message = _write(application, by, text, is_from_applicant=False)
    emails.tell_question(application, message)
    return message


@transaction.atomic
def answer(*, application: Application, by: User, text: str) -> ThreadMessage:
    """Write to Dinum. Raises TransitionRefused when it is empty, for a draft, or beyond so many an hour."""
    message = _write(application, by, text, is_from_applicant=True)
    check_rate(by, TransitionRefused)
    emails.tell_staff_of_message(application, message)
    return message


def mark_read(*, application: Application, by_applicant: bool) -> None:
    """Note that what the other side wrote was read."""
    unread = application.thread.filter(read_at__isnull=True, is_from_applicant=not by_applicant)
    unread.update(read_at=timezone.now())


def _write(application, by, text, *, is_from_applicant):
    if application.state == ApplicationState.DRAFT:
        raise TransitionRefused("Cette candidature n'est pas déposée.")
    if not text.strip():
        raise TransitionRefused("Écrivez votre message.", "text")
    return ThreadMessage.objects.create(
        application=application, is_from_applicant=is_from_applicant, author=by, text=text.strip()
    )
