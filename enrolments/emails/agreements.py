"""What a superior is asked, and what the agent is told of it."""

from django.conf import settings
from django.urls import reverse

from campus.mailing import outbox
from catalogue import wording
from enrolments.models import Agreement, Enrolment


def ask(agreement: Agreement, token: str) -> None:
    """Write to the superior, with the link that `token` ends."""
    _write_to_superior(agreement, token, "asked")


def remind(agreement: Agreement, token: str) -> None:
    """Write to the superior once more."""
    _write_to_superior(agreement, token, "reminder")


def _write_to_superior(agreement: Agreement, token: str, name: str) -> None:
    outbox.write(
        key=f"agreement {agreement.pk} {name}",
        to=agreement.superior_email,
        template=f"enrolments/emails/agreement_{name}",
        context={
            **_context(agreement.enrolment),
            "link": settings.SITE_URL + reverse("enrolments:agreement", args=[token]),
            "ends": wording.instant_in_words(agreement.expires_at),
        },
    )


def tell_given(agreement: Agreement, enrolment: Enrolment) -> None:
    """Tell the agent that their superior agreed, where staff still choose."""
    outbox.write(
        key=f"agreement {agreement.pk} given",
        to=enrolment.agent.email,
        template="enrolments/emails/agreement_given",
        context=_context(enrolment),
    )


def _context(enrolment: Enrolment) -> dict:
    session = enrolment.session
    return {
        "agent": enrolment.agent,
        "title": str(session.subject),
        "dates": wording.session_dates_in_words(session.starts_at, session.ends_at, session.time_zone),
        "session": session,
        "site": settings.SITE_URL,
    }
