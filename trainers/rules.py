"""What is refused, and in which words. These functions read; transitions call them under lock."""

import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalogue import wording
from catalogue.models import Session, Slot
from trainers.enums import ONBOARDING_STEPS, CallState, ContributionKind, OnboardingStep, TrainerKind
from trainers.models import AccessLink, Application, Assignment, Call, Contribution, FollowUp, Trainer

NEEDED = {
    "service": "votre service",
    "job_title": "votre fonction",
    "motivation": "pourquoi vous voulez former",
    "experience": "votre expérience",
    "wish": "si vous seriez interne ou externe",
    "side_activity": "la position de votre employeur sur le cumul d'activités",
    "is_recruited_to_teach": "si vous avez été recruté pour enseigner",
    "weekdays": "vos jours possibles",
    "hours_a_month": "vos heures par mois",
}
NEEDED_BY_KIND = {
    ContributionKind.EXISTING: {
        "audience": "le public",
        "level": "le niveau",
        "duration_minutes": "la durée",
        "modalities": "les modalités",
        "objectives": "les objectifs",
        "past_runs": "quand et pour qui elle a eu lieu",
    },
    ContributionKind.IDEA: {"audience": "le public", "need": "le besoin"},
    ContributionKind.HELP: {"existing_work": "ce qui existe", "help_kinds": "l'aide souhaitée"},
}


def refusal_of_call(call: Call, applicant, access_link: AccessLink | None = None) -> str:
    """Why `applicant` may not answer `call` now; "" when they may."""
    if access_link and access_link.call_id == call.pk and access_link.lets_in(applicant):
        return ""
    if not call.is_published:
        return "Cet appel n'est pas en ligne."
    match call.state:
        case CallState.UPCOMING:
            return f"Cet appel ouvre le {wording.instant_in_words(call.opens_at)}."
        case CallState.CLOSED:
            coming = Call.objects.published().upcoming().first()
            following = f" Le prochain ouvre le {wording.instant_day_in_words(coming.opens_at)}." if coming else ""
            return f"Cet appel est clos depuis le {wording.instant_day_in_words(call.closes_at)}.{following}"
    return ""


def missing_from(application: Application) -> dict[str, str]:
    """What is still to fill in before submitting: the field (« contribution 12 title » for one of a contribution) → its name.

    Empty when the application is complete.
    """
    missing = {name: label for name, label in NEEDED.items() if getattr(application, name) in ("", None, [])}
    if not application.regions and not application.can_teach_remotely:
        missing["regions"] = "vos régions, ou le travail à distance"
    if not application.applicant.organisation_id:
        missing["organisation"] = "votre employeur"
    if not application.skills.exists():
        missing["skills"] = "vos compétences"
    contributions = list(application.contributions.all())
    if not contributions:
        missing["contributions"] = "au moins une contribution"
    for contribution in contributions:
        for name, label in missing_from_contribution(contribution).items():
            missing[f"contribution {contribution.pk} {name}"] = f"{label} (« {contribution} »)"
    return missing


def missing_from_contribution(contribution: Contribution) -> dict[str, str]:
    needed = {"title": "le titre", "domain_id": "le domaine", **NEEDED_BY_KIND[ContributionKind(contribution.kind)]}
    return {
        name.removesuffix("_id"): label
        for name, label in needed.items()
        if getattr(contribution, name) in ("", None, [])
    }


def due_on(days: int) -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=days)


def is_in_conflict(application: Application, user) -> bool:
    """Whether `user` must not know of `application` (querysets.in_conflict)."""
    return not Application.objects.filter(pk=application.pk).without_conflict(user).exists()


def refusal_of_referent(follow_up: FollowUp, user) -> str:
    """Why `user` may not follow a contribution; "" when they may."""
    if not (user.is_active and user.is_staff):
        return f"{user} n'est pas de l'équipe."
    if is_in_conflict(follow_up.contribution.application, user):
        return f"{user} ne peut pas suivre cette contribution."
    return ""


def steps_left(trainer: Trainer) -> list[OnboardingStep]:
    """What is still asked before `trainer` is active."""
    ticked = set(trainer.ticks.values_list("step", flat=True))
    return [step for step in ONBOARDING_STEPS[TrainerKind(trainer.kind)] if step not in ticked]


def clash_of(trainer: Trainer, session: Session) -> Session | None:
    """Another session that `trainer` has accepted, at the same time as a slot of `session`."""
    mine = Slot.objects.filter(session=session)
    at_once = Slot.objects.filter(session=OuterRef("session")).filter(
        Exists(mine.filter(starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")))
    )
    assignments = Assignment.objects.accepted().filter(Exists(at_once), trainer=trainer).exclude(session=session)
    first = assignments.select_related("session__module", "session__programme").order_by("session__starts_at").first()
    return first.session if first else None


def clash_of_slots(session: Session, periods) -> tuple[Trainer, Session] | None:
    """A trainer of `session` who teaches elsewhere in one of `periods` ((start, end), …), and where; None when none does.

    For whoever moves the slots of a session, before the database refuses (trainer_never_in_two_sessions).
    """
    trainers = Assignment.objects.accepted().filter(session=session).values("trainer")
    others = Assignment.objects.accepted().filter(trainer__in=trainers).exclude(session=session)
    for start, end in periods:
        slots = Slot.objects.filter(session=OuterRef("session"), starts_at__lt=end, ends_at__gt=start)
        clash = others.filter(Exists(slots)).select_related("trainer__user", "session__module", "session__programme")
        if found := clash.first():
            return found.trainer, found.session
    return None


def refusal_of_slot(session: Session, start: datetime.datetime, end: datetime.datetime) -> str:
    """Why `session` may not have a slot then: one of its trainers teaches elsewhere (catalogue.rules.slot_checks)."""
    clash = clash_of_slots(session, [(start, end)])
    if clash is None:
        return ""
    trainer, other = clash
    when = wording.session_dates_in_words(other.starts_at, other.ends_at, other.time_zone)
    return (
        f"{trainer} anime à ce moment « {other.subject} » ({when}) : choisissez une autre heure, ou une autre personne."
    )
