"""Applications as rows for spreadsheets, as far as their reader may know them."""

from collections.abc import Iterator

from trainers import permissions
from trainers.models import Application

HEADER = [
    "référence", "appel", "état", "déposée le", "à traiter avant le", "suivie par", "prénom", "nom", "adresse électronique",
    "employeur", "service", "fonction", "compétences", "souhait", "heures par mois", "avis rendus", "note", "décidée le",
]  # fmt: skip
MASKED = "masqué"


def rows(queryset, user) -> Iterator[list]:
    """Yield the header, then a row an application of `queryset`, which begins with Application.objects.visible_to(user).

    Identity is masked under anonymised reading, and so are scores for a reviewer who has not given theirs (`knows_scores`).
    """
    yield HEADER
    queryset = queryset.select_related("applicant", "call", "organisation", "assigned_to")
    for application in queryset.prefetch_related("skills__skill").iterator(chunk_size=500):
        yield _row(application, user)


def _row(application: Application, user) -> list:
    person = application.applicant
    identity = [
        person.first_name, person.last_name, person.email, str(application.organisation or ""), application.service,
        application.job_title,
    ]  # fmt: skip
    if permissions.reads_anonymised(user, application):
        identity = [MASKED] * len(identity)
    scores = [application.review_count, application.score] if application.knows_scores else ["", ""]
    return [
        application.reference,
        application.call.title,
        application.get_state_display(),
        application.submitted_at,
        application.due_on,
        str(application.assigned_to or ""),
        *identity,
        [str(skill) for skill in application.skills.all()],
        application.get_wish_display(),
        application.hours_a_month,
        *scores,
        application.decided_at,
    ]
