"""The participants of sessions as a spreadsheet, for who organises them. What it holds is personal: each export is logged."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, When

from catalogue import wording
from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment
from enrolments.models.enrolment import STATE_ORDER

HEADER = [
    "Session", "Dates", "État", "Rang", "Nom", "Prénom", "Adresse", "Employeur", "Service", "Statut", "Niveau déclaré",
    "Motivation", "Réponse sur les prérequis", "Supérieur", "Accord", "Besoins d'accessibilité",
]  # fmt: skip
CHUNK = 500


def participants(sessions) -> Iterator[list[Any]]:
    """Yield the header, then a row for each live or attended enrolment of `sessions` (a queryset), by session; there, in
    the order of states, by name, the waiting list by rank."""
    yield HEADER
    in_line = Case(When(state=EnrolmentState.WAITING, then="rank"), default=0)
    enrolments = (
        Enrolment.objects.concerned()
        .filter(session__in=sessions)
        .select_related("session__module", "session__programme", "agent__organisation", "agent__profile", "agreement")
        .with_rank()
        .order_by("session__starts_at", "session", STATE_ORDER, in_line, "agent__last_name", "agent__first_name", "pk")
    )
    for enrolment in enrolments.iterator(CHUNK):
        yield _row(enrolment)


def _row(enrolment: Enrolment) -> list[Any]:
    session, agent = enrolment.session, enrolment.agent
    profile, agreement = getattr(agent, "profile", None), getattr(enrolment, "agreement", None)
    dates = wording.session_dates_in_words(session.starts_at, session.ends_at, session.time_zone)
    return [
        session.subject.title,
        dates,
        enrolment.get_state_display(),
        enrolment.rank if enrolment.state == EnrolmentState.WAITING else "",
        agent.last_name,
        agent.first_name,
        agent.email,
        agent.organisation.name if agent.organisation else "",
        profile.service if profile else "",
        profile.get_category_display() if profile else "",
        enrolment.get_declared_level_display(),
        enrolment.motivation,
        enrolment.selection_answer,
        agreement.superior_email if agreement else "",
        {None: "attendu", True: "donné", False: "refusé"}[agreement.is_given] if agreement else "",
        enrolment.accessibility_needs,
    ]
