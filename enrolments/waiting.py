"""What waits for staff, on the first page of the admin: no more than they may see."""

from django.urls import reverse

from enrolments.enums import LicenceState
from enrolments.models import CohortMember, Licence


def counts_for(user) -> list[tuple[str, int, str]]:
    """(What, how many, where): requests for licences that staff have yet to choose; invitations of schools yet to be written."""
    counts = []
    if user.has_perm("enrolments.view_licence"):
        queue = reverse("admin:enrolments_licence_changelist", query={"state__exact": LicenceState.REQUESTED.value})
        counts.append(("Demandes de licence à examiner", Licence.objects.to_examine().count(), queue))
    if user.has_perm("enrolments.view_cohortmember") and (invitations := CohortMember.objects.to_write_to().count()):
        # The list of messages shows only those that the worker has reached.
        members = reverse("admin:enrolments_cohortmember_changelist", query={"invitation": "a-ecrire"})
        counts.append(("Invitations d'élèves en cours d'envoi", invitations, members))
    return counts
