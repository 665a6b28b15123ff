"""What an applicant may know of their application. A decision is theirs to know once its mail has left, not before."""

import datetime
from typing import NamedTuple

from django.utils import timezone

from trainers.enums import APPLICATION_MOVES, DECISIONS, REFUSALS, ApplicationState
from trainers.models import Application

S = ApplicationState
AFTER_ACCEPTANCE = {S.ACCEPTED, S.ONBOARDING, S.ACTIVE}
STAGES = [
    ("Dépôt", {S.DRAFT}),
    ("Recevabilité", {S.SUBMITTED}),
    ("Instruction", {S.ADMISSIBLE, S.IN_REVIEW, S.MORE_ASKED, S.INTERVIEW}),
    ("Décision", {S.ADVISED}),
    ("Accueil", {S.ACCEPTED, S.ONBOARDING}),
]
"""The way of an application that goes to its end."""


class Told(NamedTuple):
    happened_at: datetime.datetime
    label: str
    by_applicant: bool


class Following(NamedTuple):
    """What the follow-up page says."""

    state: ApplicationState
    history: list[Told]
    answer_on: datetime.date | None
    """When one usually has an answer; None when it is known or not yet asked for."""
    stage: int | None
    """The number of the stage, from 1; None when the way has ended elsewhere."""
    can_withdraw: bool

    @property
    def is_kept(self) -> bool:
        """Whether what becomes of each contribution may be said."""
        return self.state in AFTER_ACCEPTANCE

    @property
    def stage_label(self) -> str:
        return STAGES[self.stage - 1][0] if self.stage else ""

    @property
    def next_stage_label(self) -> str:
        return STAGES[self.stage][0] if self.stage and self.stage < len(STAGES) else ""


def following_of(application: Application) -> Following:
    """What `application`, whose `call` is loaded, tells its applicant. Two queries."""
    state, history = _told(application)
    stage = next((rank for rank, (_label, states) in enumerate(STAGES, start=1) if state in states), None)
    waits = state in {S.SUBMITTED, S.ADMISSIBLE, S.IN_REVIEW, S.INTERVIEW, S.ADVISED}
    usual = datetime.timedelta(days=application.call.usual_days)
    return Following(
        state=state,
        history=history,
        answer_on=timezone.localdate(application.submitted_at) + usual if waits and application.submitted_at else None,
        stage=stage,
        can_withdraw=S.WITHDRAWN in APPLICATION_MOVES[state] and state not in REFUSALS,
    )


def told_state(application: Application) -> ApplicationState:
    """The state as the applicant may know it."""
    return S(application.state) if application.state not in DECISIONS else _told(application)[0]


def said(refusal, application: Application) -> str:
    """What to answer when a move is refused: what `refusal` says, unless it would tell of a move that is not told yet.

    application: as the page had it.
    """
    fresh = Application.objects.get(pk=application.pk)
    if fresh.state != application.state or told_state(fresh) != fresh.state:
        return "Votre candidature vient de changer : relisez cette page avant de continuer."
    return str(refusal)


def _told(application) -> tuple[ApplicationState, list[Told]]:
    mails = sorted(application.decision_mails.all(), key=lambda mail: mail.prepared_at)
    history, state = [], S.SUBMITTED if application.submitted_at else S.DRAFT
    for event in application.events.all():
        if event.from_state in DECISIONS and event.to_state in {S.ADVISED, S.SUBMITTED}:
            continue  # a decision taken back was never told
        if event.to_state in DECISIONS and not _has_left(event, mails):
            continue
        state = S(event.to_state)
        history.append(Told(event.happened_at, _label(event), event.happened_by_id == application.applicant_id))
    return (S(application.state) if application.state not in DECISIONS else state), history


def _has_left(event, mails) -> bool:
    """Whether the mail that the decision prepared was sent."""
    mail = next(
        (each for each in mails if each.decision == event.to_state and each.prepared_at >= event.happened_at), None
    )
    return mail is not None and mail.sent_at is not None


def _label(event) -> str:
    if event.to_state == S.DRAFT:
        return "Candidature commencée"
    if event.from_state == S.MORE_ASKED and event.to_state != S.WITHDRAWN:
        return "Complément envoyé"
    return event.get_to_state_display()
