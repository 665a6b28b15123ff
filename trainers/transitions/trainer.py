"""The life of a trainer: welcomed, active, in a pause, gone; the checklist of the welcome, and the agreement to be listed."""

from django.db import transaction
from django.utils import timezone

from campus.accounts.models import User
from trainers import rules
from trainers.enums import ApplicationState, DirectoryField, OnboardingStep, TrainerKind, TrainerState
from trainers.models import Application, OnboardingTick, Trainer, TrainerSkill
from trainers.transitions.base import TransitionRefused, move

T = TrainerState
TAKEN_OVER = ["regions", "languages", "weekdays", "hours_a_month"]


@transaction.atomic
def create_trainer(
    *, user: User, kind: TrainerKind, by: User | None, application: Application | None = None, **fields
) -> Trainer:
    """A new trainer, « en accueil »; what their application says of them is taken over. fields: other fields of Trainer.

    Raises TransitionRefused when `user` is one already, or was recruited to teach and would be paid.
    """
    if Trainer.objects.filter(user=user).exists():
        raise TransitionRefused(f"{user} fait déjà partie des formateurs.")
    if application:
        fields = {
            **{name: getattr(application, name) for name in TAKEN_OVER},
            "can_teach_remotely": bool(application.can_teach_remotely),
            "is_recruited_to_teach": bool(application.is_recruited_to_teach),
            **fields,
        }
    if kind == TrainerKind.INTERNAL and fields.get("is_recruited_to_teach"):
        raise TransitionRefused("Qui a été recruté pour enseigner ne peut pas être rémunéré à titre accessoire.")
    trainer = Trainer(user=user, kind=kind, application=application, **fields)
    move(trainer, T.ONBOARDING, by)
    if application:
        TrainerSkill.objects.bulk_create(
            TrainerSkill(trainer=trainer, skill_id=each.skill_id, level=each.level) for each in application.skills.all()
        )
    return trainer


@transaction.atomic
def tick(*, trainer: Trainer, step: OnboardingStep, by: User) -> OnboardingTick:
    """Say that a step of the welcome is done. Once."""
    return OnboardingTick.objects.get_or_create(trainer=trainer, step=step, defaults={"ticked_by": by})[0]


@transaction.atomic
def untick(*, trainer: Trainer, step: OnboardingStep, by: User) -> None:
    """Take a tick back. Raises TransitionRefused once the trainer is active."""
    trainer = _lock(trainer)
    if trainer.state != T.ONBOARDING:
        raise TransitionRefused("L'accueil est terminé.")
    trainer.ticks.filter(step=step).delete()


@transaction.atomic
def activate(*, trainer: Trainer, by: User) -> Trainer:
    """End the welcome; the application becomes active too. Raises TransitionRefused, also while a step is left."""
    # Applications before the trainer, as whoever withdraws or is welcomed locks them.
    waiting = Application.objects.select_for_update().filter(
        applicant=trainer.user_id, state=ApplicationState.ONBOARDING
    )
    waiting = list(waiting.order_by("pk"))
    trainer = _lock(trainer)
    if trainer.state == T.ONBOARDING and (left := rules.steps_left(trainer)):
        raise TransitionRefused("Il reste à cocher : " + " ; ".join(str(step.label) for step in left) + ".")
    if trainer.state == T.PAUSED:
        raise TransitionRefused("Cette personne est en pause : reprenez plutôt l'activité.")
    move(trainer, T.ACTIVE, by)
    for application in waiting:
        move(application, ApplicationState.ACTIVE, by)
    return trainer


@transaction.atomic
def pause(*, trainer: Trainer, by: User, reason: str = "") -> Trainer:
    """Make a pause: no session is proposed meanwhile; those accepted stay. Raises TransitionRefused."""
    trainer = _lock(trainer)
    move(trainer, T.PAUSED, by, reason.strip())
    return trainer


@transaction.atomic
def resume(*, trainer: Trainer, by: User) -> Trainer:
    """End a pause. Raises TransitionRefused."""
    trainer = _lock(trainer)
    if trainer.state != T.PAUSED:
        raise TransitionRefused("Cette personne n'est pas en pause.")
    move(trainer, T.ACTIVE, by)
    return trainer


@transaction.atomic
def leave(*, trainer: Trainer, by: User, reason: str = "") -> Trainer:
    """Stop teaching: the directory forgets them. Raises TransitionRefused, also while a session to come is theirs."""
    trainer = _lock(trainer)
    if trainer.assignments.live().filter(session__ends_at__gt=timezone.now()).exists():
        raise TransitionRefused("Des sessions à venir lui sont confiées ou proposées : retirez-les d'abord.")
    move(trainer, T.FORMER, by, reason.strip(), is_listed=False, listed_fields=[], listing_agreed_at=None)
    return trainer


@transaction.atomic
def come_back(*, trainer: Trainer, by: User) -> Trainer:
    """Welcome a former trainer again: what was ticked is to be ticked anew. Raises TransitionRefused."""
    trainer = _lock(trainer)
    move(trainer, T.ONBOARDING, by)
    trainer.ticks.all().delete()
    return trainer


@transaction.atomic
def take_on_again(*, trainer: Trainer, application: Application, by: User | None) -> Trainer:
    """Welcome a former trainer who has applied anew, as this application says: paid or not, where and when.

    Raises TransitionRefused.
    """
    trainer = come_back(trainer=trainer, by=by)
    for name in TAKEN_OVER:
        setattr(trainer, name, getattr(application, name))
    trainer.application = application
    trainer.kind = application.wish or trainer.kind
    trainer.is_recruited_to_teach = bool(application.is_recruited_to_teach)
    trainer.can_teach_remotely = bool(application.can_teach_remotely)
    trainer.save()
    known = set(trainer.skills.values_list("skill", flat=True))
    TrainerSkill.objects.bulk_create(
        TrainerSkill(trainer=trainer, skill_id=each.skill_id, level=each.level)
        for each in application.skills.all()
        if each.skill_id not in known
    )
    return trainer


@transaction.atomic
def agree_to_listing(*, trainer: Trainer, fields: list[DirectoryField], biography: str | None = None) -> Trainer:
    """The trainer agrees to be in the public directory, with these fields beside their name, and no other.

    biography: what they say of themself; None leaves it as it is. Raises TransitionRefused for a former trainer, and without
    a name, since the directory would have their address instead.
    """
    trainer = _lock(trainer)
    if trainer.state == T.FORMER:
        raise TransitionRefused("Vous ne formez plus pour le campus : l'annuaire ne montre que qui est en activité.")
    if not trainer.user.get_full_name():
        raise TransitionRefused("Donnez d'abord votre prénom et votre nom à l'équipe du campus.")
    if biography is not None:
        trainer.biography = biography.strip()
    trainer.is_listed, trainer.listed_fields, trainer.listing_agreed_at = True, list(fields), timezone.now()
    trainer.save()
    return trainer


@transaction.atomic
def withdraw_listing(*, trainer: Trainer) -> Trainer:
    """The trainer leaves the public directory."""
    trainer = _lock(trainer)
    trainer.is_listed, trainer.listed_fields, trainer.listing_agreed_at = False, [], None
    trainer.save()
    return trainer


def _lock(trainer: Trainer) -> Trainer:
    return Trainer.objects.select_for_update(of=("self",)).select_related("user").get(pk=trainer.pk)
