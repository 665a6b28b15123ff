"""Two accounts of one person: what they applied with becomes that of one."""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max

from campus.accounts.models import User
from trainers.enums import LIVE, ApplicationState
from trainers.models import Application, Conflict, Trainer
from trainers.transitions.application import mark_duplicate
from trainers.transitions.base import TransitionRefused
from trainers.transitions.review import set_apart

ORDER = list(ApplicationState)


@dataclass
class Merger:
    """What a merger moves, or would move."""

    applications: list[Application] = field(default_factory=list)
    """Change hands."""
    replaced: list[tuple[Application, Application]] = field(default_factory=list)
    """(Withdrawn, the one that takes its contributions, files, notes and messages): both were live in one call."""
    conflicts: int = 0
    trainer: Trainer | None = None


@transaction.atomic
def merge_applicants(*, keep: User, duplicate: User, by: User, dry_run: bool = False) -> Merger:
    """Give `keep` all that `duplicate` applied with; with `dry_run`, only say what would move.

    Of two live applications to one call, the most advanced stays and takes over what the other holds. The account of
    `duplicate` is left as it is. Raises TransitionRefused for one and the same, or when both are trainers
    or « en accueil » by one call.
    """
    if keep.pk == duplicate.pk:
        raise TransitionRefused("Choisissez deux comptes différents.", "duplicate")
    list(User.objects.select_for_update(no_key=True).filter(pk__in=[keep.pk, duplicate.pk]).order_by("pk"))
    theirs = Application.objects.filter(applicant__in=[keep, duplicate]).select_related("call", "applicant")
    locked = list(theirs.select_for_update(of=("self",)).order_by("pk"))
    trainers = {trainer.user_id: trainer for trainer in Trainer.objects.filter(user__in=[keep, duplicate])}
    if len(trainers) == 2:
        raise TransitionRefused("Ces deux comptes sont ceux de formateurs : l'un doit d'abord être clos.", "duplicate")
    merger = Merger(
        applications=[each for each in locked if each.applicant_id == duplicate.pk],
        replaced=_replaced(locked, keep),
        conflicts=Conflict.objects.filter(applicant=duplicate).count(),
        trainer=trainers.get(duplicate.pk),
    )
    if not dry_run:
        _apply(merger, keep, duplicate, by)
    return merger


def _replaced(applications, keep) -> list[tuple[Application, Application]]:
    pairs = []
    live = [each for each in applications if each.state in LIVE]
    for theirs in (each for each in live if each.applicant_id != keep.pk):
        for mine in (each for each in live if each.applicant_id == keep.pk and each.call_id == theirs.call_id):
            first, second = sorted([mine, theirs], key=lambda each: (-ORDER.index(each.state), each is theirs))
            if second.state == ApplicationState.ONBOARDING:
                raise TransitionRefused(f"{second} est en accueil : retirez-la d'abord.", "duplicate")
            pairs.append((second, first))
    return pairs


def _apply(merger, keep, duplicate, by) -> None:
    for replaced, into in merger.replaced:
        _take_over(replaced, into)
        mark_duplicate(replaced, by, into)
    Application.objects.filter(pk__in=[each.pk for each in merger.applications]).update(applicant=keep)
    for conflict in Conflict.objects.filter(applicant=duplicate):
        is_known = Conflict.objects.filter(reviewer=conflict.reviewer_id, applicant=keep).exists()
        if is_known or conflict.reviewer_id == keep.pk:
            conflict.delete()
        else:
            conflict.applicant = keep
            conflict.save()
    # Of both accounts: what one of them has applied with was not hidden yet from who is linked with the other.
    for conflict in Conflict.objects.filter(applicant=keep).select_related("reviewer"):
        set_apart(reviewer=conflict.reviewer, applicant_id=keep.pk)
    if merger.trainer:
        merger.trainer.user = keep
        merger.trainer.save()


def _take_over(replaced, into) -> None:
    """Nothing that was written is lost, nor what is read instead of it. Reviews stay where they were given."""
    last = into.contributions.aggregate(last=Max("position"))["last"] or 0
    for shift, contribution in enumerate(replaced.contributions.all(), start=1):
        contribution.application, contribution.position = into, last + shift
        contribution.save()
    for rows in (replaced.attachments, replaced.notes, replaced.thread):
        rows.update(application=into)
    for name in ("redactions", "redacted_from"):
        taken = {key: value for key, value in getattr(replaced, name).items() if key.startswith("contribution ")}
        setattr(into, name, {**getattr(into, name), **taken})
    into.save(update_fields=["redactions", "redacted_from", "updated_at"])
    known = into.skills.values_list("skill", flat=True)
    replaced.skills.exclude(skill__in=list(known)).update(application=into)
