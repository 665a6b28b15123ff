"""What people are told of their licences: a message a move, written in its transaction. No code is in them: they are read in
« Mon espace », once signed in."""

from django.conf import settings
from django.urls import reverse

from campus.mailing import outbox
from catalogue import wording
from enrolments.enums import LicenceState
from enrolments.models import Licence, LicenceEvent

L = LicenceState
TEMPLATES = {
    L.REQUESTED: "requested",
    L.GIVEN: "given",
    L.REFUSED: "refused",
    L.TAKEN_BACK: "taken_back",
    L.EXPIRED: "expired",
}
"""What an agent does themself and that nobody waits for, the page that they see says."""


def tell(licence: Licence, event: LicenceEvent) -> None:
    """Queue the message of a move to its agent, once. Under the pool's lock."""
    if template := TEMPLATES.get(event.to_state):
        _write(licence, f"licence event {event.pk}", template, event)


def tell_accepted(licence: Licence, event: LicenceEvent) -> None:
    """Tell the agent that they are chosen, and wait for a licence to be free."""
    _write(licence, f"licence event {event.pk}", "accepted", event)


def remind(licence: Licence) -> None:
    """Tell the agent that their licence is not activated, and when it will be taken back."""
    _write(licence, f"licence reminder {licence.pk}", "reminder")


def _write(licence: Licence, key: str, template: str, event: LicenceEvent | None = None) -> None:
    pool = licence.pool
    outbox.write_data(
        key=key,
        to=licence.agent.email,
        template=f"enrolments/emails/licence_{template}",
        context={
            "first_name": licence.agent.first_name,
            "name": str(pool),
            "provider": pool.get_provider_display(),
            "is_direct": pool.is_direct,
            "has_own_code": licence.code_id is not None,
            "reason": event.reason if event else "",
            "by_agent": bool(event) and event.happened_by_id == licence.agent_id,
            "rank": rank_of(licence) if licence.state == L.REQUESTED else None,
            "valid_until": wording.day_in_words(licence.valid_until, "j F Y") if licence.valid_until else "",
            "reminder_days": pool.reminder_days,
            "notice_days": pool.notice_days,
            "taken_back_on": wording.day_in_words(licence.taken_back_on, "j F Y") if licence.taken_back_on else "",
            "licences_url": settings.SITE_URL + reverse("enrolments:licences"),
        },
    )


def rank_of(licence: Licence) -> int:
    return Licence.objects.with_rank().get(pk=licence.pk).rank
