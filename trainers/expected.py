"""What is expected of an applicant or a trainer now, for the first page of « Mon espace »."""

from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from catalogue.wording import day_in_words
from trainers.enums import ApplicationState, CallState
from trainers.models import Application, Assignment

S = ApplicationState


class Expected(NamedTuple):
    text: str
    action: str
    """What the button says."""
    url: str


def expected_of(user) -> list[Expected]:
    """The most pressing first: sessions to answer, then applications. Two queries."""
    asked = Assignment.objects.awaiting_answer().filter(trainer__user=user, answer_due_at__gt=timezone.now()).count()
    found = []
    if asked:
        text = (
            f"{asked} sessions à animer vous sont proposées" if asked > 1 else "Une session à animer vous est proposée"
        )
        found.append(Expected(text, "Répondre", reverse("trainers:space")))
    waiting = Application.objects.made_by(user).filter(state__in=[S.MORE_ASKED, S.INTERVIEW, S.DRAFT])
    for application in waiting.select_related("call").order_by("-state_changed_at", "pk"):
        call = f"votre candidature à « {application.call.title} »"
        if application.state == S.MORE_ASKED:
            due = (
                f", au plus tard le {day_in_words(application.more_due_on, 'j F Y')}" if application.more_due_on else ""
            )
            text, action = f"Un complément est attendu pour {call}{due}", "Compléter"
        elif application.state == S.INTERVIEW:
            text, action = f"Un entretien vous est proposé pour {call}", "Lire et répondre"
        elif application.call.state == CallState.OPEN:
            text, action = f"Vous n'avez pas encore déposé {call}", "Continuer"
        else:
            continue
        found.append(Expected(text, action, application.get_absolute_url()))
    return found
