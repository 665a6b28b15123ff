"""Licences as a spreadsheet, for staff. What it holds is personal: each export is logged. Results: those that are shared."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from enrolments.models import Licence

HEADER = [
    "Réserve", "État", "Nom", "Prénom", "Adresse", "Employeur", "Contingent", "Campagne", "Motivation", "Demandée le",
    "Attribuée le", "Activée le", "Terminée le", "Valable jusqu'au", "Résultat partagé",
]  # fmt: skip
CHUNK = 1000


def licences(chosen) -> Iterator[list[Any]]:
    """Yield the header, then a row for each licence of `chosen` (a queryset), in the order of arrival."""
    yield HEADER
    related = ["pool", "agent__organisation", "allotment__organisation"]
    rows = chosen.with_given_back().select_related(*related).order_by("queued_at", "pk")
    for licence in rows.iterator(CHUNK):
        yield _row(licence)


def _row(licence: Licence) -> list[Any]:
    agent, allotment = licence.agent, licence.allotment
    return [
        str(licence.pool),
        licence.state_in_words,
        agent.last_name,
        agent.first_name,
        agent.email,
        agent.organisation.name if agent.organisation else "",
        allotment.organisation.name if allotment else "",
        licence.campaign,
        licence.motivation,
        *(
            timezone.localdate(instant) if instant else ""
            for instant in (licence.queued_at, licence.given_at, licence.activated_at, licence.finished_at)
        ),
        licence.valid_until or "",
        licence.shared_result,
    ]
