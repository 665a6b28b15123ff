"""The mails of decisions: prepared from a template, then whatever staff have made of it."""

from django.conf import settings
from django.template.loader import render_to_string

from campus.mailing import outbox
from trainers.enums import ApplicationState
from trainers.models import Application, ApplicationEvent, DecisionMail

TEMPLATES = {
    ApplicationState.INADMISSIBLE: "inadmissible",
    ApplicationState.ACCEPTED: "accepted",
    ApplicationState.POOL: "pool",
    ApplicationState.REFUSED: "refused",
}


def prepare(application: Application, event: ApplicationEvent) -> DecisionMail:
    """Write the mail of a decision, for staff to read, edit and send. What reviewers meant for the applicant is in it."""
    template = f"trainers/emails/decisions/{TEMPLATES[event.to_state]}"
    reviews = application.reviews.submitted().exclude(comment_for_applicant="")
    context = {
        "application": application,
        "call": application.call,
        "event": event,
        "comments": list(reviews.values_list("comment_for_applicant", flat=True)),
        "kept": application.contributions.filter(is_kept=True),
        "site": settings.SITE_URL,
    }
    subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
    return DecisionMail.objects.create(
        application=application,
        decision=event.to_state,
        subject=subject[:200],
        text=render_to_string(f"{template}_body.txt", context).strip(),
        prepared_by=event.happened_by,
    )


def send(mail: DecisionMail) -> None:
    """Queue what `mail` says, once."""
    outbox.write(
        key=f"decision mail {mail.pk}",
        to=mail.application.applicant.email,
        template="trainers/emails/decision",
        context={"mail": mail},
    )
