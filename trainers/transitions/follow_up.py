"""What becomes of a contribution that is kept: a draft module at once, or a follow-up until there is one."""

import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from campus.accounts.models import User
from catalogue import drafts
from catalogue.enums import Level, Modality
from catalogue.models import Module
from trainers import rules
from trainers.enums import ContributionKind
from trainers.models import Contribution, FollowUp, FollowUpStep
from trainers.transitions.base import TransitionRefused

FIRST_STEPS = [
    ("Premier échange", 15),
    ("Conception", 60),
    ("Essai avec un petit groupe", 90),
    ("Module en brouillon", 120),
]
"""What a follow-up begins with: title, days from now. Staff change them."""


@transaction.atomic
def draft_module_of(*, contribution: Contribution, by: User | None) -> Module:
    """Make the draft module of a kept contribution, pre-filled, and link it to its author: their module from now on. Once.

    Raises TransitionRefused when the contribution is not kept, or names no domain or title.
    """
    contribution = (
        Contribution.objects.select_for_update(of=("self",)).select_related("application").get(pk=contribution.pk)
    )
    if contribution.module_id:
        return contribution.module
    if not contribution.is_kept:
        raise TransitionRefused("Cette contribution n'est pas retenue.")
    if not contribution.title or contribution.domain_id is None:
        raise TransitionRefused("Donnez d'abord un titre et un domaine à cette contribution.")
    parts = {
        "Public": contribution.audience,
        "Besoin": contribution.need,
        "Esquisse": contribution.sketch,
        "Ce qui existe": contribution.existing_work,
        "Supports": contribution.materials,
        "Déjà animée": contribution.past_runs,
        "Retours reçus": contribution.feedback,
    }
    module = drafts.create_draft_module(
        title=contribution.title,
        domain=contribution.domain,
        summary=contribution.audience and f"Pour {contribution.audience}",
        description="\n\n".join(f"### {title}\n\n{text}" for title, text in parts.items() if text),
        objectives=contribution.objectives,
        level=contribution.level or Level.BEGINNER,
        modalities=contribution.modalities or [Modality.ON_SITE],
        duration_minutes=contribution.duration_minutes,
        skills=[each.skill for each in contribution.application.skills.select_related("skill")],
    )
    contribution.module = module
    contribution.save(update_fields=["module"])
    trainer = getattr(contribution.application.applicant, "trainer", None)
    if trainer:
        trainer.modules.add(module)
    return module


@transaction.atomic
def open_follow_up(*, contribution: Contribution, referent: User | None) -> FollowUp:
    """Follow a kept idea, or a training to develop, with its first steps. Once. Raises TransitionRefused."""
    if contribution.kind == ContributionKind.EXISTING or not contribution.is_kept:
        raise TransitionRefused("Un suivi s'ouvre pour une idée ou une aide retenue.")
    follow_up, is_new = FollowUp.objects.get_or_create(contribution=contribution, defaults={"referent": referent})
    if is_new:
        today = timezone.localdate()
        FollowUpStep.objects.bulk_create(
            FollowUpStep(
                follow_up=follow_up, position=position, title=title, due_on=today + datetime.timedelta(days=days)
            )
            for position, (title, days) in enumerate(FIRST_STEPS, start=1)
        )
    return follow_up


@transaction.atomic
def follow(*, follow_up: FollowUp, referent: User | None, by: User) -> FollowUp:
    """Give a follow-up to somebody of the team, or to nobody. Raises TransitionRefused (rules.refusal_of_referent)."""
    follow_up = _lock(follow_up)
    if referent and (refusal := rules.refusal_of_referent(follow_up, referent)):
        raise TransitionRefused(refusal, "referent")
    follow_up.referent = referent
    follow_up.save(update_fields=["referent"])
    return follow_up


@transaction.atomic
def plan_step(
    *,
    follow_up: FollowUp,
    title: str,
    due_on: datetime.date | None,
    by: User,
    step: FollowUpStep | None = None,
) -> FollowUpStep:
    """Add a step after the others, or change what `step` says. Raises TransitionRefused without a title, or once closed."""
    follow_up = _lock(follow_up)
    if not title.strip():
        raise TransitionRefused("Dites ce qui est à faire.", "title")
    if step is None:
        last = follow_up.steps.aggregate(last=Max("position"))["last"] or 0
        step = FollowUpStep(follow_up=follow_up, position=last + 1)
    step.title, step.due_on = title.strip(), due_on
    step.save()
    return step


@transaction.atomic
def drop_step(*, step: FollowUpStep, by: User) -> None:
    """Give up a step. Raises TransitionRefused when it is done, or the follow-up closed."""
    _lock(step.follow_up)
    if FollowUpStep.objects.filter(pk=step.pk, done_at__isnull=False).exists():
        raise TransitionRefused("Cette étape est faite : elle reste.")
    step.delete()


@transaction.atomic
def complete_step(*, step: FollowUpStep, by: User) -> FollowUpStep:
    """Say that a step is done. Once. Raises TransitionRefused when the follow-up is closed."""
    _lock(step.follow_up)
    step = FollowUpStep.objects.select_related("follow_up").get(pk=step.pk)
    if step.done_at is None:
        step.done_at, step.done_by = timezone.now(), by
        step.save()
    return step


@transaction.atomic
def complete_next_step(*, follow_up: FollowUp, by: User) -> FollowUpStep:
    """Say that the first step that is left is done. Raises TransitionRefused when none is, or once closed."""
    step = _lock(follow_up).steps.filter(done_at__isnull=True).select_related("follow_up").first()
    if step is None:
        raise TransitionRefused("Toutes les étapes sont faites : ajoutez-en, ou terminez le suivi.")
    return complete_step(step=step, by=by)


@transaction.atomic
def reopen_step(*, step: FollowUpStep, by: User) -> FollowUpStep:
    """Say that a step is to be done after all. Raises TransitionRefused when the follow-up is closed."""
    _lock(step.follow_up)
    step = FollowUpStep.objects.select_related("follow_up").get(pk=step.pk)
    step.done_at = step.done_by = None
    step.save()
    return step


@transaction.atomic
def close_follow_up(*, follow_up: FollowUp, by: User, reason: str = "") -> Module | None:
    """End a follow-up with the draft module it led to, which is returned; or, with a `reason`, without any.

    Raises TransitionRefused when it is closed already.
    """
    follow_up = _lock(follow_up)
    module = None if reason.strip() else draft_module_of(contribution=follow_up.contribution, by=by)
    follow_up.closed_at, follow_up.closed_by, follow_up.close_reason = timezone.now(), by, reason.strip()
    follow_up.save()
    return module


def _lock(follow_up: FollowUp) -> FollowUp:
    """Raises TransitionRefused when it is closed: what it led to does not change any more."""
    follow_ups = FollowUp.objects.select_for_update(of=("self",)).select_related("contribution__application")
    follow_up = follow_ups.get(pk=follow_up.pk)
    if follow_up.closed_at:
        raise TransitionRefused("Ce suivi est clos.")
    return follow_up
