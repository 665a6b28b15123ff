"""What a superior is asked, and what the agent is told of it."""

from django.conf import settings
from django.urls import reverse

from campus.mailing import outbox
from catalogue import wording
from enrolments.announcements import periods_of
from enrolments.emails.facts import session_facts
from enrolments.emails.moves import context_of
from enrolments.models import Agreement, Enrolment


def ask(agreement: Agreement, token: str) -> None:
    """Write to the superior, with the link that `token` ends."""
    _write_to_superior(agreement, token, "asked")


def remind(agreement: Agreement, token: str) -> None:
    """Write to the superior once more."""
    _write_to_superior(agreement, token, "reminder")


def _write_to_superior(agreement: Agreement, token: str, name: str) -> None:
    enrolment = agreement.enrolment
    session = enrolment.session
    outbox.write_data(
        key=f"agreement {agreement.pk} {name}",
        to=agreement.superior_email,
        template=f"enrolments/emails/agreement_{name}",
        context={
            "agent": str(enrolment.agent),
            "session": session_facts(session, periods_of(session), agent=None, is_over=False, with_link=False),
            "link": settings.SITE_URL + reverse("enrolments:agreement", args=[token]),
            "ends": wording.instant_in_words(agreement.expires_at),
        },
    )


def tell_given(agreement: Agreement, enrolment: Enrolment) -> None:
    """Tell the agent that their superior agreed, where staff still choose."""
    outbox.write_data(
        key=f"agreement {agreement.pk} given",
        to=enrolment.agent.email,
        template="enrolments/emails/agreement_given",
        context=context_of(enrolment, periods_of(enrolment.session)),
    )
