"""What participants think of sessions: asked once by mail, given and changed for a while, read without names."""

import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from campus.mailing import outbox
from campus.mailing.worker import every_round, one_by_one
from campus.refusal import Refused
from catalogue import wording
from enrolments.announcements import periods_of
from enrolments.emails.facts import session_facts
from enrolments.enums import Reinvestment, Satisfaction
from enrolments.models import Enrolment, Feedback
from enrolments.navigation import home_url

ASKED_AFTER = datetime.timedelta(days=1)
"""Since attendance was noted: staff may correct it meanwhile."""
A_ROUND = 200
"""Messages at most, so that they leave between two rounds."""


class FeedbackRefused(Refused):
    """Feedback of who did not come, or that comes too early or too late."""


@transaction.atomic
def give(
    *, enrolment: Enrolment, satisfaction: Satisfaction, reinvestment: Reinvestment, comment: str = ""
) -> Feedback:
    """Write what a participant thought of their session, or write it anew. Raises FeedbackRefused outside the time for it."""
    known = Enrolment.objects.select_for_update(of=("self",)).select_related("session").get(pk=enrolment.pk)
    if not known.takes_feedback:
        raise FeedbackRefused("Votre avis n'est plus enregistré : le délai pour le donner ou le modifier est passé.")
    said = {"satisfaction": satisfaction, "reinvestment": reinvestment, "comment": comment.strip()}
    return Feedback.objects.update_or_create(enrolment=known, defaults=said)[0]


def to_ask() -> QuerySet:
    """The enrolments whose participant is to be asked now, the first who came first."""
    since = timezone.now() - ASKED_AFTER
    return (
        Enrolment.objects.open_to_feedback()
        .filter(present_since__lte=since, feedback_asked_at=None, feedback=None, agent__is_active=True)
        .order_by("present_since", "pk")
    )


@every_round
def ask_for_feedback() -> None:
    one_by_one(to_ask().values_list("pk", flat=True)[:A_ROUND], ask)


def ask(enrolment_id: int) -> None:
    """Write to a participant, unless they have answered meanwhile, or their attendance is being corrected."""
    enrolment = (
        to_ask()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("agent__profile", "session__module", "session__programme", "session__place")
        .filter(pk=enrolment_id)
        .first()
    )
    if enrolment is None:
        return
    session = enrolment.session
    outbox.write_data(
        key=f"feedback enrolment {enrolment.pk}",
        to=enrolment.agent.email,
        template="enrolments/emails/feedback",
        context={
            "first_name": enrolment.agent.first_name,
            "session": session_facts(
                session, periods_of(session), agent=enrolment.agent, is_over=True, with_link=False
            ),
            "until": wording.instant_day_in_words(enrolment.feedback_until),
            "feedback_url": settings.SITE_URL + reverse("enrolments:feedback", args=[enrolment.pk]),
            "home_url": home_url(),
        },
    )
    enrolment.feedback_asked_at = timezone.now()
    enrolment.save(update_fields=["feedback_asked_at", "updated_at"])
