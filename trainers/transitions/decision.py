"""« Decide first, notify after »: a decision prepares a mail; staff send it; only then does anything follow."""

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from trainers import rules
from trainers.emails import decision as emails
from trainers.enums import DECISIONS, ApplicationState, ContributionKind, TrainerKind, TrainerState
from trainers.models import Application, Contribution, Trainer
from trainers.transitions import follow_up
from trainers.transitions.base import TransitionRefused, lock, move
from trainers.transitions.trainer import create_trainer, take_on_again

S = ApplicationState


@transaction.atomic
def decide(
    *,
    application: Application,
    decision: ApplicationState,
    by: User,
    reason_code: str = "",
    reason: str = "",
    kept: list[Contribution] | None = None,
    seen: str | None = None,
) -> Application:
    """Decide (enums.DECISIONS) and prepare the mail that says so; nothing is sent.

    kept: the contributions that an acceptance takes; all of them by default. seen: the state on the page that decided.
    Raises TransitionRefused, also when somebody else has decided meanwhile, who is named.
    """
    application = lock(application, seen)
    if decision not in DECISIONS:
        raise TransitionRefused("Ce n'est pas une décision.")
    if rules.is_in_conflict(application, by):
        raise TransitionRefused("Un conflit d'intérêts vous tient à l'écart de cette candidature.")
    event = move(
        application, decision, by, reason.strip(), reason_code, decided_at=timezone.now(), due_on=None, more_due_on=None
    )
    ids = None if kept is None else [contribution.pk for contribution in kept]
    for contribution in application.contributions.all():
        is_kept = decision == S.ACCEPTED and (ids is None or contribution.pk in ids)
        Contribution.objects.filter(pk=contribution.pk).update(is_kept=is_kept)
    application.decision_mails.pending().update(cancelled_at=timezone.now(), cancelled_by=by)
    emails.prepare(application, event)
    return application


@transaction.atomic
def undo_decision(*, application: Application, by: User, reason: str) -> Application:
    """Take a decision back while its mail has not left: it is cancelled, and the application waits for another decision.

    What came out of the « vivier » goes back there, with its reason and date; who was not told of it yet will be.
    Raises TransitionRefused once the mail has left, or without a reason.
    """
    application = lock(application)
    if application.state not in DECISIONS:
        raise TransitionRefused("Aucune décision n'est à reprendre.")
    if not reason.strip():
        raise TransitionRefused("Dites pourquoi vous reprenez cette décision.", "reason")
    # Locked, so that the worker, which locks it too, does not send it meanwhile.
    mail = application.decision_mails.pending().select_for_update().first()
    if mail is None:
        raise TransitionRefused("Le courriel est parti : la décision ne se reprend plus.")
    mail.cancelled_at, mail.cancelled_by = timezone.now(), by
    mail.save()
    undone = application.events.filter(to_state=application.state).last()
    if application.state != S.POOL and undone and undone.from_state == S.POOL:
        _back_to_pool(application, by, reason.strip())
        return application
    call = application.call
    back_to, days = (
        (S.SUBMITTED, call.admissibility_days)
        if application.state == S.INADMISSIBLE
        else (S.ADVISED, call.decision_days)
    )
    move(application, back_to, by, reason.strip(), decided_at=None, due_on=rules.due_on(days))
    application.contributions.update(is_kept=None)
    return application


def _back_to_pool(application: Application, by: User, reason: str) -> None:
    # The decision itself: an earlier undo came back to the pool too.
    kept = application.events.filter(from_state=S.ADVISED, to_state=S.POOL).last()
    event = move(application, S.POOL, by, reason, kept.reason_code, decided_at=kept.happened_at)
    application.contributions.update(is_kept=False)
    if not application.decision_mails.filter(decision=S.POOL, sent_at__gte=kept.happened_at).exists():
        emails.prepare(application, event)


@transaction.atomic
def welcome(*, application: Application, by: User | None) -> Trainer:
    """Welcome who was accepted and told so: the trainer is created, « en accueil »; each kept training becomes a draft module,
    each kept idea or training to develop is followed up. `deliver` calls it. Raises TransitionRefused.
    """
    application = lock(application)
    if application.state == S.ACCEPTED and application.decision_mails.pending().exists():
        raise TransitionRefused("Envoyez d'abord le courriel : la personne doit savoir qu'elle est retenue.")
    move(application, S.ONBOARDING, by)
    trainer = Trainer.objects.filter(user=application.applicant).first()
    if trainer is None:
        trainer = create_trainer(
            user=application.applicant,
            kind=application.wish or TrainerKind.EXTERNAL,
            by=by,
            application=application,
        )
    elif trainer.state == TrainerState.FORMER:
        take_on_again(trainer=trainer, application=application, by=by)
    elif trainer.state in {TrainerState.ACTIVE, TrainerState.PAUSED}:
        move(application, S.ACTIVE, by)  # a trainer who brings something more
    for contribution in application.contributions.filter(is_kept=True).select_related("domain"):
        if contribution.kind == ContributionKind.EXISTING:
            follow_up.draft_module_of(contribution=contribution, by=by)
        else:
            follow_up.open_follow_up(contribution=contribution, referent=application.assigned_to)
    return trainer
