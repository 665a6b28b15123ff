"""Promotions: opened, archived, invited, left; and what each student agrees to show."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from campus.accounts.models import Organisation, User
from campus.mailing import outbox
from campus.mailing.worker import every_round, one_by_one
from campus.refusal import Refused
from enrolments.models import Cohort, CohortDeparture, CohortImport, CohortMember
from enrolments.transitions.base import wait_as_usual, wait_briefly

A_ROUND = 200
"""Invitations at most, so that messages leave between two rounds."""
IMPORT_KEPT_DAYS = 7
"""A file that nobody imports is forgotten: it holds names and addresses."""


WRITTEN = ["organisation", "name", "year", "studies"]
"""What is filled in: whether a promotion is archived is not for an old page to say."""


ARCHIVED = "Cette promotion est archivée : rouvrez-la d'abord."
BUSY = "Un import est en cours dans cette promotion : réessayez quand il sera fini."


class CohortRefused(Refused):
    """Something that cannot be done with a promotion."""


class CohortBusy(CohortRefused):
    """Somebody else holds the promotion, longer than one waits: a large file is being imported."""


@contextmanager
def _waiting_briefly() -> Iterator[None]:
    """Raises CohortBusy, which undoes the transaction around, after LOCK_SECONDS for a lock. What follows waits as it would."""
    wait_briefly()
    try:
        yield
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise CohortBusy(BUSY) from error
    wait_as_usual()


def lock_cohort(cohort: Cohort) -> Cohort:
    """The promotion as it is now; foreign keys to it may still be written meanwhile.

    Raises CohortRefused once it is archived, CohortBusy while a large file is imported.
    """
    locked = Cohort.objects.select_for_update(of=("self",), no_key=True).select_related("organisation")
    with _waiting_briefly():
        cohort = locked.get(pk=cohort.pk)
    if cohort.archived_at:
        raise CohortRefused(ARCHIVED)
    return cohort


def save_cohort(*, cohort: Cohort, organisation: Organisation, by: User | None) -> Cohort:
    """Write a promotion that was filled in, for a school. Raises CohortRefused when it has one of that name and year, CohortBusy while
    a large file is imported in it."""
    cohort.organisation = organisation
    is_new = cohort.pk is None
    if is_new:
        cohort.created_by = by
    try:
        with transaction.atomic(), _waiting_briefly():
            cohort.save(update_fields=None if is_new else WRITTEN)
    except IntegrityError as error:
        if "cohort_once" not in str(error):
            raise
        raise CohortRefused("Votre école a déjà une promotion de ce nom cette année-là.", "name") from error
    return cohort


@transaction.atomic
def archive(*, cohort: Cohort) -> None:
    """Close a promotion: its students take no reserved seat any more, nothing is imported. What was done stays.

    Raises CohortBusy while a large file is imported.
    """
    with _waiting_briefly():
        Cohort.objects.filter(pk=cohort.pk, archived_at=None).update(archived_at=timezone.now())
        CohortImport.objects.filter(cohort=cohort).delete()


def reopen(*, cohort: Cohort) -> None:
    """Have a promotion go on. How many names were erased meanwhile is kept: they do not come back."""
    Cohort.objects.filter(pk=cohort.pk).update(archived_at=None)


@transaction.atomic
def accept(*, member: CohortMember) -> None:
    """Be in a promotion that one was invited to. Said by the student alone; again, it changes nothing."""
    accepted = CohortMember.objects.filter(pk=member.pk, accepted_at=None).update(accepted_at=timezone.now())
    if accepted:
        CohortDeparture.objects.filter(cohort__organisation=member.cohort.organisation_id, user=member.user_id).delete()


def remove_member(*, member: CohortMember) -> bool:
    """Take a student out of a promotion; whether they were still in it. Their account and their enrolments stay theirs."""
    return bool(CohortMember.objects.filter(pk=member.pk).delete()[0])


@transaction.atomic
def leave(*, member: CohortMember) -> None:
    """Go out of a promotion, or refuse it. Said by the student, or to staff; the school that imports them again then asks them."""
    if remove_member(member=member):
        CohortDeparture.objects.get_or_create(cohort_id=member.cohort_id, user_id=member.user_id)


def agree(*, member: CohortMember, shows: bool) -> None:
    """Show one's progress to the school by name, or no longer. Said by the student alone."""
    if shows:
        CohortMember.objects.accepted().filter(pk=member.pk, agreed_to_show_progress_at=None).update(
            agreed_to_show_progress_at=timezone.now()
        )
    else:
        CohortMember.objects.filter(pk=member.pk).update(agreed_to_show_progress_at=None)


def ask_invitations(*, cohort: Cohort) -> int:
    """Have the worker write to the students who were never invited, nor left; how many. Raises CohortRefused once archived."""
    with transaction.atomic():
        cohort = lock_cohort(cohort)
        return cohort.members.to_invite().update(invitation_asked_at=timezone.now())


@every_round
def invite_students() -> None:
    to_invite = CohortMember.objects.to_write_to()
    one_by_one(to_invite.order_by("invitation_asked_at", "pk")[:A_ROUND], lambda member: _invite(member.pk))


@every_round
def forget_old_imports() -> None:
    since = timezone.now() - datetime.timedelta(days=IMPORT_KEPT_DAYS)
    CohortImport.objects.filter(uploaded_at__lt=since).delete()


@every_round
def forget_students() -> None:
    """Of promotions archived long ago, only how many students there were is kept."""
    since = timezone.now() - datetime.timedelta(days=settings.COHORT_NAMES_KEPT_DAYS)
    known = [Exists(model.objects.filter(cohort=OuterRef("pk"))) for model in (CohortMember, CohortDeparture)]
    old = Cohort.objects.filter(known[0] | known[1] | Q(forgotten_count=None), archived_at__lt=since)
    one_by_one(old, lambda cohort: _forget(cohort.pk, since))


def _forget(pk: int, since: datetime.datetime) -> None:
    cohort = Cohort.objects.select_for_update().filter(pk=pk, archived_at__lt=since).first()
    if cohort is None:
        return  # reopened meanwhile
    cohort.forgotten_count = (cohort.forgotten_count or 0) + cohort.members.accepted().count()
    cohort.save(update_fields=["forgotten_count"])
    cohort.members.all().delete()
    cohort.departures.all().delete()


def _invite(pk: int) -> None:
    member = (
        CohortMember.objects.select_for_update(of=("self",))
        .select_related("cohort__organisation", "user")
        .filter(pk=pk, invited_at=None, cohort__archived_at=None)
        .first()
    )
    if member is None:
        return  # taken out meanwhile, or the promotion archived
    member.invited_at = timezone.now()
    member.save(update_fields=["invited_at"])
    if not member.user.is_active:
        return  # nobody reads it; the school is not told why they do not answer
    outbox.write_data(
        # Once for each promotion, however often the school imports it.
        key=f"cohort {member.cohort_id} student {member.user_id}",
        to=member.user.email,
        template="enrolments/emails/cohort_invitation",
        context={
            "first_name": member.first_name,
            "email": member.user.email,
            "cohort": str(member.cohort),
            "school": str(member.cohort.organisation),
            "school_name": member.cohort.organisation.short_name,
            "is_asked": member.accepted_at is None,
            "consent_url": settings.SITE_URL + reverse("enrolments:my_cohorts"),
        },
    )
