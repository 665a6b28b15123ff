"""What the students of a promotion follow: together, and by name for those who agreed."""

from typing import NamedTuple

from django.db.models import Count, F, Prefetch, Q, QuerySet

from enrolments.models import Cohort, CohortMember, Enrolment


def enrolments_of(cohort: Cohort) -> QuerySet:
    """The enrolments of its students since they are in it, of used accounts; what came before is theirs alone."""
    return (
        Enrolment.objects.concerned()
        .of_used_accounts()
        .filter(
            agent__cohort_memberships__cohort=cohort,
            created_at__gte=F("agent__cohort_memberships__accepted_at"),
        )
    )


def agreed_members(cohort: Cohort) -> QuerySet:
    """Students who show their progress, each with `shown`: their enrolments since then are all that the school sees."""
    enrolments = (
        enrolments_of(cohort)
        .select_related("session__module", "session__programme")
        .order_by("-session__starts_at", "pk")
    )
    return (
        CohortMember.objects.accepted()
        .filter(cohort=cohort, agreed_to_show_progress_at__isnull=False)
        .select_related("user")
        .prefetch_related(Prefetch("user__enrolments", enrolments, to_attr="shown"))
        .order_by("last_name", "first_name", "pk")
    )


class Invitations(NamedTuple):
    """How many students were written to, are about to be, may be; and how many have still to accept."""

    sent: int
    going: int
    left: int
    unanswered: int


def invitations_of(cohort: Cohort) -> Invitations:
    is_sent, is_asked = Q(invited_at__isnull=False), Q(invitation_asked_at__isnull=False)
    counts = cohort.members.aggregate(
        sent=Count("pk", filter=is_sent),
        going=Count("pk", filter=is_asked & ~is_sent),
        unanswered=Count("pk", filter=Q(accepted_at__isnull=True)),
    )
    return Invitations(left=cohort.members.to_invite().count(), **counts)
