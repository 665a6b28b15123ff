"""What waits for staff, on the first page of the admin: no more than they may see."""

from django.urls import reverse

from catalogue.enums import ProgrammeRequestState, ProposalState, RevisionState
from catalogue.models import PartnerRevision, ProgrammeRequest, Proposal


def counts_for(user) -> list[tuple[str, int, str]]:
    """(What, how many, where); nothing of what the user may not see."""
    counts = []
    if user.has_perm("catalogue.view_programmerequest"):
        received = ProgrammeRequestState.RECEIVED
        queue = reverse("admin:catalogue_programmerequest_changelist", query={"etape": received.value})
        counts.append(("Demandes sur-mesure à étudier", ProgrammeRequest.objects.filter(state=received).count(), queue))
        queue = reverse("admin:catalogue_programmerequest_changelist", query={"etape": "toutes", "reponse": "attendue"})
        awaiting = ProgrammeRequest.objects.handed_in().with_awaits_answer().filter(awaits_answer=True)
        counts.append(("Demandes sur-mesure en attente de réponse", awaiting.count(), queue))
    if user.has_perm("catalogue.view_partnerrevision"):
        queue = reverse("admin:catalogue_partnerrevision_changelist", query={"state__exact": RevisionState.PROPOSED})
        counts.append(("Présentations de partenaires à relire", PartnerRevision.objects.pending().count(), queue))
    if user.has_perm("catalogue.view_proposal"):
        queue = reverse("admin:catalogue_proposal_changelist", query={"state__exact": ProposalState.SUBMITTED})
        counts.append(("Formations proposées à relire", Proposal.objects.to_review().count(), queue))
    return counts
