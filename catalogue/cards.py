"""What a list of trainings shows of each, read and worded at once.

SQL by hand: a list of 20 trainings is the most visited page, and Django takes five to ten times longer to write this
query, then to make objects of its rows, than PostgreSQL to answer it.
"""

from typing import TypedDict

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.utils import timezone
from django.utils.text import capfirst

from campus.prepared import prepared_cursor
from catalogue import wording
from catalogue.addresses import address_of
from catalogue.enums import Level, PublicationState, TrainingKind
from catalogue.search.highlight import highlight, pattern_for

PAGE_SIZE = 20
LONG = 1000
KEPT_SECONDS = 60

# Of a `step` and its `module`, with %(published)s: what TrainingQuerySet.with_total_minutes says; a test holds them equal.
TOTAL_MINUTES = """
    CASE WHEN every(module.duration_minutes IS NOT NULL) FILTER (WHERE step.is_required AND module.state = %(published)s)
         THEN sum(module.duration_minutes) FILTER (WHERE step.is_required AND module.state = %(published)s)
    END AS total_minutes
"""

CARDS = f"""
    SELECT training.id, training.slug, training.kind, training.title, training.summary, training.level,
           training.modalities, training.duration_label, domain.name,
           CASE WHEN training.kind = %(parcours)s THEN path.total_minutes ELSE training.duration_minutes END,
           path.step_count, provider.names, next_session.starts_at, next_session.time_zone
    FROM catalogue_training AS training
    JOIN catalogue_domain AS domain ON domain.id = training.domain_id
    LEFT JOIN (
        SELECT step.parcours_id, count(*) FILTER (WHERE module.state = %(published)s) AS step_count, {TOTAL_MINUTES}
        FROM catalogue_step AS step
        JOIN catalogue_training AS module ON module.id = step.module_id
        WHERE step.parcours_id = ANY(%(ids)s)
        GROUP BY step.parcours_id
    ) AS path ON path.parcours_id = training.id
    LEFT JOIN (
        SELECT link.training_id,
               string_agg(coalesce(nullif(acronym, ''), name), ', ' ORDER BY name) AS names
        FROM catalogue_training_providers AS link
        JOIN accounts_organisation AS organisation ON organisation.id = link.organisation_id
        WHERE link.training_id = ANY(%(ids)s)
        GROUP BY link.training_id
    ) AS provider ON provider.training_id = training.id
    LEFT JOIN (
        SELECT DISTINCT ON (module_id) module_id, starts_at, time_zone
        FROM catalogue_session
        WHERE module_id = ANY(%(ids)s) AND cancelled_at IS NULL AND starts_at > %(now)s
        ORDER BY module_id, starts_at, id
    ) AS next_session ON next_session.module_id = training.id
    WHERE training.id = ANY(%(ids)s)
"""  # noqa: S608 (made of constants)


class Card(TypedDict):
    """A training in a list, all in words. A dictionary: templates read it twice as fast as an object."""

    url: str
    slug: str
    title: str
    summary: str
    kind: str
    is_parcours: bool
    level: str
    domain: str
    duration: str
    """"" when a module that a parcours requires has none in minutes."""
    step_count: int
    """Published modules of a parcours."""
    format: str
    """How many modules, how long, in which modalities."""
    providers: str
    next_session: str
    """The day of the next session that is not cancelled, or ""."""


def cards_of(ids: list[int]) -> list[Card]:
    """The cards of the trainings that have these ids, in the same order and whatever their state. One query, none without ids."""
    if not ids:
        return []
    parameters = {
        "ids": ids,
        "parcours": TrainingKind.PARCOURS,
        "published": PublicationState.PUBLISHED,
        "now": timezone.now(),
    }
    with prepared_cursor() as cursor:
        cursor.execute(CARDS, parameters)
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    return [_card(rows[pk]) for pk in ids if pk in rows]  # one may have gone since its id was read


def highlighted_cards(ids: list[int], words: list[str]) -> list[Card]:
    """The same, with `words` shown in titles and summaries."""
    pattern = pattern_for(words)
    cards = cards_of(ids)
    for card in cards:
        card["title"] = highlight(card["title"], pattern)
        card["summary"] = highlight(card["summary"], pattern)
    return cards


def page_of_cards(trainings, number, *, kept_as: str) -> Page:
    """The page `number` of a queryset of trainings, or the nearest one, as cards. `number` may be any junk.

    The ids of more than LONG trainings are kept a minute, under the name `kept_as`.
    """
    # All the ids at once, rather than a count and then a page: of a thousand trainings, they are quicker to read.
    ids = cache.get(kept_as)
    if ids is None:
        ids = list(trainings.values_list("pk", flat=True))
        if len(ids) > LONG:
            cache.set(kept_as, ids, KEPT_SECONDS)
    page = Paginator(ids, PAGE_SIZE).get_page(number)
    page.object_list = cards_of(page.object_list)
    return page


def _card(row) -> Card:
    slug, kind, title, summary, level, modalities, label, domain, minutes, step_count, providers, starts_at, zone = row
    is_parcours = kind == TrainingKind.PARCOURS
    duration = wording.duration_in_words(minutes, label)
    step_count = step_count or 0
    count = f"{step_count} module{'s' if step_count > 1 else ''}" if is_parcours else ""
    return {
        "url": address_of("parcours_detail" if is_parcours else "module_detail", slug),
        "slug": slug,
        "title": title,
        "summary": summary,
        "kind": TrainingKind(kind).label,
        "is_parcours": is_parcours,
        "level": Level(level).label,
        "domain": domain,
        "duration": duration,
        "step_count": step_count,
        "format": capfirst(", ".join(filter(None, [count, duration, wording.modalities_in_words(modalities)]))),
        "providers": providers or "",
        "next_session": wording.first_day_in_words(starts_at, zone) if starts_at else "",
    }
