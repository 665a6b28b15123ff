"""Employers above and below one another, read by hand: a statement each, whatever the depth."""

from collections.abc import Iterable

from django.db import connection

EMPLOYERS = """
    employer(id, parent_id, requires_agreement, depth) AS (
        SELECT id, parent_id, requires_agreement, 0 FROM accounts_organisation WHERE id = {organisation}
        UNION ALL
        SELECT above.id, above.parent_id, above.requires_agreement, depth + 1
        FROM accounts_organisation above JOIN employer ON above.id = employer.parent_id WHERE depth < 20
    )
"""
"""An employer and those above it, for WITH RECURSIVE."""

EMPLOYER_IDS = f"WITH RECURSIVE {EMPLOYERS.format(organisation='%s')} SELECT id FROM employer ORDER BY depth"  # noqa: S608 (no value comes from outside)
BELOW = """
    WITH RECURSIVE below(id) AS (
        SELECT id FROM accounts_organisation WHERE id = ANY(%s)
        UNION
        SELECT child.id FROM accounts_organisation child JOIN below ON below.id = child.parent_id
    )
    SELECT id FROM below
"""


def organisations_above(organisation: int | None) -> list[int]:
    """The id of an organisation, then of those above it, the nearest first; none for None."""
    return _ids(EMPLOYER_IDS, organisation)


def organisations_below(organisations: Iterable[int]) -> list[int]:
    """The ids of `organisations`, and of those below them."""
    return _ids(BELOW, list(organisations))


def _ids(statement: str, value) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
        return [pk for (pk,) in cursor.fetchall()]
