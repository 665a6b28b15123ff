"""Trainings near another one, each with the reason why."""

from typing import TypedDict

from django.core.cache import cache

from campus.prepared import prepared_cursor
from catalogue.addresses import address_of
from catalogue.enums import Level, PublicationState, TrainingKind

SHOWN = 6
KEPT_SECONDS = 60
NEXT, SAME_PARCOURS, SAME_DOMAIN = "Suite logique", "Même parcours", "Même domaine"

# In the order of the reasons; a training near for two reasons keeps the first.
SIMILAR = """
    SELECT slug, title, kind, reason FROM (
        SELECT DISTINCT ON (training.id) training.id, slug, title, title_key, kind, reason, place
        FROM (
            SELECT module_id AS id, 1 AS reason, 0 AS place FROM catalogue_prerequisite WHERE requires_id = %(id)s
            UNION ALL
            SELECT other.module_id, CASE WHEN other.position = mine.position + 1 THEN 1 ELSE 2 END,
                   abs(other.position - mine.position)
            FROM catalogue_step AS mine
            JOIN catalogue_training AS parcours ON parcours.id = mine.parcours_id AND parcours.state = %(published)s
            JOIN catalogue_step AS other ON other.parcours_id = mine.parcours_id AND other.module_id <> mine.module_id
            WHERE mine.module_id = %(id)s
            UNION ALL
            SELECT * FROM (
                SELECT id, 3, abs(array_position(%(levels)s, level::text) - %(level)s) AS place
                FROM catalogue_training
                WHERE domain_id = %(domain)s AND state = %(published)s
                  AND array_position(%(levels)s, level::text) BETWEEN %(level)s - 1 AND %(level)s + 1
                ORDER BY place, (kind = %(parcours)s) <> %(is_parcours)s, title_key, id
                LIMIT 20
            ) AS same_domain
        ) AS near
        JOIN catalogue_training AS training ON training.id = near.id
        WHERE training.state = %(published)s AND training.id <> %(id)s
          AND training.id NOT IN (SELECT module_id FROM catalogue_step WHERE parcours_id = %(id)s)
        ORDER BY training.id, reason, place
    ) AS near
    ORDER BY reason, place, title_key, id
    LIMIT %(limit)s
"""
REASONS = {1: NEXT, 2: SAME_PARCOURS, 3: SAME_DOMAIN}


class Similar(TypedDict):
    url: str
    title: str
    kind: str
    reason: str


def similar_to(training) -> list[Similar]:
    """At most six published trainings: what comes after, what shares a parcours, what is of its domain and level.

    Read once a minute for each training.
    """
    return cache.get_or_set(f"similar-{training.pk}", lambda: _read_similar(training), KEPT_SECONDS)


def _read_similar(training) -> list[Similar]:
    """One query.

    The steps of a parcours are not near it: its page shows them already.
    """
    levels = Level.values
    parameters = {
        "id": training.pk,
        "domain": training.domain_id,
        "levels": levels,
        "level": levels.index(training.level) + 1,
        "published": PublicationState.PUBLISHED,
        "parcours": TrainingKind.PARCOURS,
        "is_parcours": training.is_parcours,
        "limit": SHOWN,
    }
    with prepared_cursor() as cursor:
        cursor.execute(SIMILAR, parameters)
        return [_similar(*row) for row in cursor.fetchall()]


def _similar(slug, title, kind, reason) -> Similar:
    route = "parcours_detail" if kind == TrainingKind.PARCOURS else "module_detail"
    return {"url": address_of(route, slug), "title": title, "kind": TrainingKind(kind).label, "reason": REASONS[reason]}
