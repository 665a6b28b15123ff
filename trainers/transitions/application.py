"""The life of an application, from its draft to the opinion of the campus. Decisions are in decision.py."""

import datetime

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from trainers import rules
from trainers.emails import application as emails
from trainers.enums import REFUSALS, TRAINER_MOVES, ApplicationState, ReasonCode, TrainerState
from trainers.models import AccessLink, Application, Call, ThreadMessage, Trainer
from trainers.transitions.base import TransitionRefused, lock, move

S = ApplicationState


@transaction.atomic
def start(*, applicant: User, call: Call, access_link: AccessLink | None = None) -> Application:
    """Begin a draft; the live application to this call when there is one.

    Raises TransitionRefused when the call is not open, unless `access_link` lets this person in.
    """
    User.objects.select_for_update(no_key=True).get(pk=applicant.pk)  # a double click
    existing = Application.objects.live().filter(applicant=applicant, call=call).first()
    if existing:
        return existing
    if refusal := rules.refusal_of_call(call, applicant, access_link):
        raise TransitionRefused(refusal)
    application = Application(
        applicant=applicant, call=call, access_link=access_link, organisation=applicant.organisation
    )
    move(application, S.DRAFT, applicant)
    return application


@transaction.atomic
def submit(*, application: Application, by: User) -> Application:
    """Hand a draft in, once; where the applicant works is kept with it.

    Raises TransitionRefused when the call is not open or when something is missing (rules.missing_from).
    """
    application = lock(application)
    if refusal := rules.refusal_of_call(application.call, application.applicant, application.access_link):
        raise TransitionRefused(refusal)
    _check_complete(application)
    now = timezone.now()
    move(
        application,
        S.SUBMITTED,
        by,
        submitted_at=now,
        organisation=application.applicant.organisation,
        due_on=rules.due_on(application.call.admissibility_days),
    )
    emails.tell_submitted(application)
    return application


@transaction.atomic
def withdraw(*, application: Application, by: User, reason_code: str = "", reason: str = "") -> Application:
    """Take an application back, at any time before the trainer is active; a mail of decision that waits is cancelled.

    The same application on a second click. Raises TransitionRefused, also once a refusal is told.
    """
    application = lock(application)
    if application.state == S.WITHDRAWN:
        return application
    if application.state in REFUSALS and not application.decision_mails.pending().exists():
        raise TransitionRefused("La réponse est partie : il n'y a plus rien à retirer.")
    was_draft = application.state == S.DRAFT
    move(application, S.WITHDRAWN, by, reason.strip(), reason_code, due_on=None, more_due_on=None)
    application.decision_mails.pending().update(cancelled_at=timezone.now(), cancelled_by=by)
    trainer = Trainer.objects.select_for_update(of=("self",)).filter(application=application).first()
    if trainer and TrainerState.FORMER in TRAINER_MOVES[trainer.state]:
        move(
            trainer,
            TrainerState.FORMER,
            by,
            "Candidature retirée.",
            is_listed=False,
            listed_fields=[],
            listing_agreed_at=None,
        )
    if not was_draft:
        emails.tell_withdrawn(application)
    return application


@transaction.atomic
def declare_admissible(*, application: Application, by: User) -> Application:
    """Say that an application is within the call. That it is not is a decision: decision.decide. Raises TransitionRefused."""
    application = lock(application)
    _check_not_waiting(application)
    move(application, S.ADMISSIBLE, by, due_on=rules.due_on(application.call.review_days))
    return application


@transaction.atomic
def start_review(*, application: Application, by: User) -> Application:
    """Give an admissible application to its reviewers. Raises TransitionRefused."""
    application = lock(application)
    _check_not_waiting(application)
    move(application, S.IN_REVIEW, by)
    return application


@transaction.atomic
def ask_more(*, application: Application, by: User, text: str, due_on: datetime.date) -> Application:
    """Ask the applicant for more: they may change what they wrote until they answer. `text` goes to the thread and by mail.

    Raises TransitionRefused also when `text` is empty or `due_on` is not to come.
    """
    application = lock(application)
    if not text.strip():
        raise TransitionRefused("Dites ce qui manque : la personne le lira.", "text")
    if due_on <= timezone.localdate():
        raise TransitionRefused("Donnez une date à venir.", "due_on")
    move(application, S.MORE_ASKED, by, more_due_on=due_on)
    message = ThreadMessage.objects.create(
        application=application, is_from_applicant=False, author=by, text=text.strip()
    )
    emails.tell_more_asked(application, message)
    return application


@transaction.atomic
def send_more(*, application: Application, by: User, text: str = "") -> Application:
    """Answer what was asked: the application goes back to where it was. Raises TransitionRefused, also when incomplete."""
    application = lock(application)
    if application.state != S.MORE_ASKED:
        raise TransitionRefused("Rien n'est demandé pour cette candidature.")
    _check_complete(application)
    _go_back(application, by)
    if text.strip():
        ThreadMessage.objects.create(application=application, is_from_applicant=True, author=by, text=text.strip())
    emails.tell_staff_of_answer(application)
    return application


@transaction.atomic
def stop_waiting(*, application: Application, by: User, reason: str) -> Application:
    """Go on without what was asked: the application goes back to where it was. Raises TransitionRefused without a reason."""
    application = lock(application)
    if application.state != S.MORE_ASKED:
        raise TransitionRefused("Rien n'est demandé pour cette candidature.")
    if not reason.strip():
        raise TransitionRefused("Dites pourquoi vous n'attendez plus.", "reason")
    _go_back(application, by, reason.strip())
    return application


@transaction.atomic
def invite_to_interview(*, application: Application, by: User, text: str) -> Application:
    """Ask to meet the applicant; `text` says when and how, in the thread and by mail. Raises TransitionRefused."""
    application = lock(application)
    if not text.strip():
        raise TransitionRefused("Dites quand et comment vous proposez de vous voir.", "text")
    _check_not_waiting(application)
    move(application, S.INTERVIEW, by)
    message = ThreadMessage.objects.create(
        application=application, is_from_applicant=False, author=by, text=text.strip()
    )
    emails.tell_interview(application, message)
    return application


@transaction.atomic
def give_advice(*, application: Application, by: User, reason: str = "") -> Application:
    """Close the reviews. Raises TransitionRefused without a submitted review, unless `reason` says why none is needed."""
    application = lock(application)
    if not application.reviews.submitted().exists() and not reason.strip():
        raise TransitionRefused("Aucun avis n'est rendu : dites pourquoi vous vous en passez.", "reason")
    move(application, S.ADVISED, by, reason.strip(), due_on=rules.due_on(application.call.decision_days))
    return application


def mark_duplicate(application: Application, by: User | None, into: Application) -> None:
    """Withdraw an application that another one of the same person replaces. Locked by the caller."""
    move(
        application,
        S.WITHDRAWN,
        by,
        f"Fusionnée dans {into.reference}.",
        ReasonCode.DUPLICATE,
        merged_into=into,
        due_on=None,
        more_due_on=None,
    )
    application.decision_mails.pending().update(cancelled_at=timezone.now(), cancelled_by=by)


def _go_back(application: Application, by: User, reason: str = "") -> None:
    """To where more was asked from; the time that was waited is not taken from that of the campus."""
    asked = application.events.filter(to_state=S.MORE_ASKED).last()
    waited = timezone.localdate() - timezone.localdate(asked.happened_at)
    due_on = application.due_on and application.due_on + waited
    move(application, S(asked.from_state), by, reason, more_due_on=None, due_on=due_on)


def _check_not_waiting(application: Application) -> None:
    if application.state == S.MORE_ASKED:
        raise TransitionRefused("Un complément est attendu : attendez la réponse, ou reprenez d'abord sans elle.")


def _check_complete(application: Application) -> None:
    if missing := rules.missing_from(application):
        raise TransitionRefused("Il manque : " + " ; ".join(missing.values()) + ".")
