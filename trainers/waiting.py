"""What waits for somebody, on the first page of the admin: no more than they may see."""

from django.urls import reverse

from trainers import permissions
from trainers.models import Application, DecisionMail, FollowUp


def counts_for(user) -> list[tuple[str, int, str]]:
    """(What, how many, where), in the order of urgency; nothing for who does not read applications."""
    handles = permissions.can_manage(user)
    if not handles and not user.has_perm("trainers.view_application"):
        return []
    follow_ups = reverse("admin:trainers_followup_changelist")
    queue = reverse("admin:trainers_application_changelist")
    visible = Application.objects.visible_to(user)
    to_handle = visible.to_handle()
    counts = [
        ("Candidatures à traiter", to_handle.count(), queue),
        ("Candidatures en retard", visible.overdue().count(), f"{queue}?etape=toutes&echeance=retard"),
        ("Candidatures que vous suivez", to_handle.filter(assigned_to=user).count(), f"{queue}?suivi=moi"),
    ]
    if handles:
        waiting = DecisionMail.objects.visible_to(user).pending().filter(scheduled_at__isnull=True)
        outbox = reverse("admin:trainers_decisionmail_changelist")
        counts.append(("Décisions à annoncer par courriel", waiting.count(), outbox))
    mine = FollowUp.objects.visible_to(user).in_progress().filter(referent=user).count()
    if mine:
        counts.append(("Contributions que vous suivez", mine, f"{follow_ups}?suivi=moi"))
    return counts
