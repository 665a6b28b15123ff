"""Write a message, or what it says, in the caller's transaction; the worker sends it once that transaction is kept."""

import datetime
import hashlib
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from campus.mailing import wording
from campus.mailing.models import MASKED_SUBJECT, RETRY_MINUTES, Message, MessageState
from campus.prepared import insert_row

ERASED = "Le texte de ce courriel s'est effacé à l'envoi."


@transaction.atomic(savepoint=False)
def write(
    *,
    key: str,
    to: str,
    template: str,
    context: dict,
    is_urgent: bool = False,
    is_secret: bool = False,
) -> None:
    """Queue the message that `template` makes now of `context` for the address `to`; nothing when `key` was written before.

    template: « accounts/emails/sign_in », for its _subject.txt, _body.txt and _body.html, which also know `subject`,
    `site` (https://host) and `contact` (an address).
    """
    message = Message(
        key=key,
        to=to,
        template=template,
        **wording.words_of(template, context),
        is_urgent=is_urgent,
        is_secret=is_secret,
    )
    _queue(message)


def write_data(
    *,
    key: str,
    to: str,
    template: str,
    context: dict,
    is_urgent: bool = False,
    events: list[dict] | None = None,
    calendar_method: str = "",
) -> None:
    """Like `write`, but the worker makes the words: of `context` as it is now, which is of plain data (JSON).

    For what is told under a lock, or to many at once. events: of a calendar (campus.mailing.calendars), that agendas act upon
    as `calendar_method` (CalendarMethod) says; both or neither.
    """
    message = Message(
        key=key,
        to=to,
        template=template,
        context=context,
        events=events,
        calendar_method=calendar_method,
        is_urgent=is_urgent,
        state=MessageState.TO_WORD,
    )
    _queue(message)


def _queue(message: Message) -> None:
    # Two transactions that write one key wait for each other here; the second then writes nothing, and nothing is raised.
    insert_row(message, once=True)


def send_next() -> bool:
    """Send the first message that is due and that no other worker holds, put into words; False when there is none.

    The row stays locked until it is marked: a worker killed meanwhile leaves the message as it was, to be sent by
    another. Only a death between the mail server's answer and the mark sends twice, under the same Message-ID.
    """
    with transaction.atomic():
        message = Message.objects.due().select_for_update(skip_locked=True).first()
        if message is None:
            return False
        message.attempts += 1
        try:
            message.word()
            _hand_over(message)
        except Exception as error:
            _note_failure(message, error)
        else:
            message.state, message.sent_at, message.error = MessageState.SENT, timezone.now(), ""
            if message.is_secret:
                message.subject, message.text, message.html = MASKED_SUBJECT, ERASED, ERASED
        message.save()
        return True


def send_again(message: Message) -> None:
    """Put a message that failed back in the queue. Nothing for one that waits, was sent, or has lost its text."""
    Message.objects.filter(pk=message.pk, state=MessageState.FAILED).update(
        state=Case(When(context__isnull=False, then=Value(MessageState.TO_WORD)), default=Value(MessageState.WAITING)),
        attempts=0,
        next_attempt_at=timezone.now(),
    )


def _hand_over(message: Message) -> None:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    identifier = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    email = EmailMultiAlternatives(
        message.subject,
        message.text,
        to=[message.to],
        headers={"Message-ID": f"<{identifier}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    email.attach_alternative(message.html, "text/html")
    if message.calendar:
        # As an alternative, agendas see an invitation (RFC 6047); as a file, it opens where they do not.
        email.attach_alternative(message.calendar, f"text/calendar; method={message.calendar_method}")
        email.attach("invitation.ics", message.calendar.encode(), "application/ics")
    email.send()


def _note_failure(message: Message, error: Exception) -> None:
    message.error = f"{type(error).__name__} : {error}"[:500]
    if _is_for_good(error) or message.attempts > len(RETRY_MINUTES):
        message.state = MessageState.FAILED
    else:
        delay = datetime.timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
        message.next_attempt_at = timezone.now() + delay


def _is_for_good(error: Exception) -> bool:
    """Whether the server refuses the address itself: a 4xx only asks to come back later (RFC 5321, greylisting)."""
    if not isinstance(error, SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _words in error.recipients.values())
