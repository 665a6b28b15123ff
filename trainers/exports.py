"""Validated statements of hours for payroll: CSV for its software, a workbook for people.

What they hold is personal: each export is logged.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils import timezone

from catalogue import wording
from trainers.enums import StatementState
from trainers.models import HoursLine

HEADER = [
    "Nom", "Prénom", "Adresse", "Employeur", "Statut", "Du", "Au", "Session", "Dates", "Rôle", "Préparation (minutes)",
    "Animation (minutes)", "Barème", "Taux horaire (euros)", "Taux de préparation (euros)",
    "Montant (euros)", "Validé le", "Validé par",
]  # fmt: skip
CHUNK = 500


def in_euros(cents: int | None) -> Decimal | str:
    """Whole cents, exactly, in euros; "" for None."""
    return "" if cents is None else Decimal(cents).scaleb(-2)


def hours_lines(statements) -> Iterator[list[Any]]:
    """Yield the header, then a row for each session of the validated ones among `statements` (a queryset)."""
    yield HEADER
    lines = (
        HoursLine.objects.filter(statement__in=statements, statement__state=StatementState.VALIDATED)
        .select_related(
            "statement__trainer__user__organisation",
            "statement__validated_by",
            "assignment__session__module",
            "assignment__session__programme",
        )
        .order_by(
            "statement__starts_on",
            "statement__trainer__user__last_name",
            "statement__trainer__user__first_name",
            "statement",
            "assignment__session__starts_at",
            "pk",
        )
    )
    for line in lines.iterator(CHUNK):
        yield _row(line)


def _row(line: HoursLine) -> list[Any]:
    statement, session = line.statement, line.assignment.session
    trainer, user = statement.trainer, statement.trainer.user
    dates = ""
    if session.starts_at:
        dates = wording.session_dates_in_words(session.starts_at, session.ends_at, session.time_zone)
    return [
        user.last_name,
        user.first_name,
        user.email,
        user.organisation.name if user.organisation else "",
        trainer.get_kind_display(),
        statement.starts_on.isoformat(),
        statement.ends_on.isoformat(),
        session.subject.title,
        dates,
        line.assignment.get_role_display(),
        line.preparation_minutes,
        line.teaching_minutes,
        line.get_rate_kind_display(),
        in_euros(line.rate_cents),
        in_euros(line.rate_cents if line.preparation_rate_cents is None else line.preparation_rate_cents),
        in_euros(line.amount_cents),
        timezone.localtime(statement.validated_at).date().isoformat(),
        str(statement.validated_by or ""),
    ]
