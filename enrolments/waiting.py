"""What waits for staff, on the first page of the admin: no more than they may see."""

from django.urls import reverse

from enrolments.enums import LicenceState
from enrolments.models import Licence


def counts_for(user) -> list[tuple[str, int, str]]:
    """(What, how many, where): requests for licences that staff have yet to choose."""
    if not user.has_perm("enrolments.view_licence"):
        return []
    queue = reverse("admin:enrolments_licence_changelist", query={"state__exact": LicenceState.REQUESTED.value})
    return [("Demandes de licence à examiner", Licence.objects.to_examine().count(), queue)]
