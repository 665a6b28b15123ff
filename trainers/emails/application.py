"""What applicants are told of their application, and staff of what applicants write. Each once, in its transaction.

What goes to staff names nobody: only the reference, whatever the reading.
"""

from django.conf import settings

from campus.mailing import outbox
from trainers import rules
from trainers.anonymity import texts_to_reread
from trainers.models import Application, ThreadMessage


def tell_submitted(application: Application) -> None:
    _tell(application, "submitted", f"application {application.pk} submitted")


def tell_withdrawn(application: Application) -> None:
    _tell(application, "withdrawn", f"application {application.pk} withdrawn")


def tell_more_asked(application: Application, message: ThreadMessage) -> None:
    _tell(application, "more_asked", f"application message {message.pk}", text=message.text)


def tell_interview(application: Application, message: ThreadMessage) -> None:
    _tell(application, "interview", f"application message {message.pk}", text=message.text)


def tell_question(application: Application, message: ThreadMessage) -> None:
    _tell(application, "question", f"application message {message.pk}", text=message.text)


def tell_closing_soon(application: Application) -> None:
    """A draft, whose call closes soon."""
    _tell(application, "closing_soon", f"application {application.pk} closing soon")


def tell_staff_of_message(application: Application, message: ThreadMessage) -> None:
    _tell_staff(application, f"application message {message.pk}")


def tell_staff_of_answer(application: Application) -> None:
    event = application.events.last()
    _tell_staff(application, f"application event {event.pk}")


def _tell(application, template, key, **context) -> None:
    outbox.write(
        key=key,
        to=application.applicant.email,
        template=f"trainers/emails/{template}",
        context={"application": application, "call": application.call, "site": settings.SITE_URL, **context},
    )


def _tell_staff(application, key) -> None:
    # Where the applicant works may have changed since it was handed to them.
    if application.assigned_to_id and not rules.is_in_conflict(application, application.assigned_to):
        outbox.write(
            key=f"{key} staff",
            to=application.assigned_to.email,
            template="trainers/emails/staff_answer",
            context={
                "application": application,
                "site": settings.SITE_URL,
                "is_to_reread": application.call.is_anonymised and bool(texts_to_reread(application)),
            },
        )
