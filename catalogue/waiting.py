"""What waits for somebody, on the first page of the admin: no more than they may see."""

from django.urls import reverse

from catalogue.enums import ProgrammeRequestState
from catalogue.models import ProgrammeRequest


def counts_for(user) -> list[tuple[str, int, str]]:
    """(What, how many, where); nothing for who does not handle requests."""
    if not user.has_perm("catalogue.view_programmerequest"):
        return []
    queue = reverse("admin:catalogue_programmerequest_changelist")
    new = ProgrammeRequest.objects.filter(state=ProgrammeRequestState.RECEIVED).count()
    return [("Demandes sur-mesure à étudier", new, f"{queue}?etape={ProgrammeRequestState.RECEIVED.value}")]
