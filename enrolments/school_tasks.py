"""What promotions add to « À faire » of « Espace partenaire »."""

from django.db.models import Count, Q
from django.urls import reverse

from campus.plurals import pluralize
from catalogue.models import Partner
from catalogue.partner_tasks import SHOWN, Task
from enrolments.models import Cohort


def students_to_invite(*, partner: Partner) -> list[Task]:
    """A task for each promotion whose students were not all invited, the latest promotions first. One query."""
    never_asked = Count("members", filter=Q(members__invitation_asked_at=None))
    cohorts = Cohort.objects.current().filter(organisation=partner.organisation_id).annotate(left=never_asked)
    return [
        Task(
            f"{cohort} : {cohort.left} élève{pluralize(cohort.left)} pas encore invité{pluralize(cohort.left)}.",
            "Les inviter",
            reverse("enrolments:cohort_detail", args=[partner.organisation.slug, cohort.pk]),
        )
        for cohort in cohorts.filter(left__gt=0)[:SHOWN]
    ]
