"""What is expected of an applicant or a trainer now, for the first page of « Mon espace » (enrolments.to_do)."""

from django.db.models import DateTimeField, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from campus.expected import Expected, Row, rows_of
from catalogue.wording import instant_day_in_words
from trainers.enums import ApplicationState
from trainers.models import Application, Assignment, Call

S = ApplicationState
SESSION = "seance"


def expected_rows(user) -> list[QuerySet]:
    """Sessions to answer, and applications that wait for who made them."""
    asked = Assignment.objects.awaiting_answer().filter(trainer__user=user, answer_due_at__gt=timezone.now())
    waits = Q(state__in=[S.MORE_ASKED, S.INTERVIEW]) | Q(state=S.DRAFT, call__in=Call.objects.open().order_by())
    due = Cast("more_due_on", DateTimeField())
    return [
        rows_of(asked, kind=Value(SESSION), at="answer_due_at"),
        rows_of(
            Application.objects.made_by(user).filter(waits), kind="state", key="reference", title="call__title", at=due
        ),
    ]


def in_words(rows: list[Row]) -> list[Expected]:
    """The most pressing first: sessions to answer, then applications. Rows of others are left out."""
    asked = sum(row.kind == SESSION for row in rows)
    found = []
    if asked:
        text = (
            f"{asked} sessions à animer vous sont proposées" if asked > 1 else "Une session à animer vous est proposée"
        )
        found.append(Expected(text, "Répondre", reverse("trainers:space")))
    for row in rows:
        call = f"votre candidature à « {row.title} »"
        due = f", au plus tard le {instant_day_in_words(row.at)}" if row.at else ""
        match row.kind:
            case S.MORE_ASKED:
                text, action = f"Un complément est attendu pour {call}{due}", "Compléter"
            case S.INTERVIEW:
                text, action = f"Un entretien vous est proposé pour {call}", "Lire et répondre"
            case S.DRAFT:
                text, action = f"Vous n'avez pas encore déposé {call}", "Continuer"
            case _:
                continue
        found.append(Expected(text, action, reverse("trainers:application_detail", args=[row.key])))
    return found
