"""Trainings that agents follow elsewhere, or at their own pace, and say so."""

import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver

from campus.accounts.models import User
from catalogue.enums import Access, Pace
from catalogue.models import Module
from enrolments.enums import FollowState
from enrolments.models import ExternalFollow


def modules_to_follow():
    """The modules that one follows without a session of the campus. A queryset."""
    return Module.objects.published().filter(~Q(access=Access.CAMPUS) | Q(pace=Pace.SELF_PACED))


def follow(*, agent: User, module: Module) -> ExternalFollow:
    """Put `module` in the record of `agent`, begun today; what is there already stays."""
    return ExternalFollow.objects.get_or_create(agent=agent, module=module)[0]


@transaction.atomic
def finish(
    *, follow: ExternalFollow, on: datetime.date, proof: UploadedFile | None = None, proof_name: str = ""
) -> ExternalFollow:
    """Say that `follow` was finished on a day, with a proof or not; again to correct it. A new proof replaces the former.

    proof_name: the name that campus.uploads.check gives to `proof`. What was finished before it was said to begin
    began that day.
    """
    follow = ExternalFollow.objects.select_for_update(of=("self",)).get(pk=follow.pk)
    follow.state, follow.finished_on = FollowState.DONE, on
    follow.started_on = min(follow.started_on, on)
    if proof:
        _erase_after_commit(follow)
        follow.proof, follow.proof_name = proof, proof_name
    follow.save()
    return follow


def forget(*, follow: ExternalFollow) -> None:
    """Take `follow` out of the record, with its proof."""
    follow.delete()


@receiver(post_delete, sender=ExternalFollow)
def erase_proof(instance: ExternalFollow, **kwargs) -> None:
    """The file goes with its row, whoever deletes it: the agent, the admin, or the end of an account (a cascade)."""
    _erase_after_commit(instance)


def _erase_after_commit(follow: ExternalFollow) -> None:
    if follow.proof:
        storage, name = follow.proof.storage, follow.proof.name
        transaction.on_commit(lambda: storage.delete(name))
