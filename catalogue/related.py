"""What the page of a training, or of a programme, shows around it, read at once (SQL by hand for the same reason as in catalogue.cards)."""

from typing import NotRequired, TypedDict

from campus.prepared import prepared_cursor
from catalogue import wording
from catalogue.addresses import address_of
from catalogue.cards import TOTAL_MINUTES
from catalogue.enums import PrerequisiteKind, PublicationState, TrainingKind
from catalogue.sorting import plain

# `id = ANY(ARRAY(...))` rather than joins: PostgreSQL plans it in half the time, and planning is most of this query.
RELATED = """
    SELECT
        ARRAY(SELECT name FROM catalogue_audience
              WHERE id = ANY(ARRAY(SELECT audience_id FROM catalogue_training_audiences WHERE training_id = %(id)s))
              ORDER BY position, name),
        ARRAY(SELECT name FROM catalogue_metier
              WHERE id = ANY(ARRAY(SELECT metier_id FROM catalogue_training_metiers WHERE training_id = %(id)s))),
        ARRAY(SELECT name FROM catalogue_skill
              WHERE id = ANY(ARRAY(SELECT skill_id FROM catalogue_training_skills WHERE training_id = %(id)s))),
        ARRAY(SELECT name FROM accounts_organisation
              WHERE id = ANY(ARRAY(
                  SELECT organisation_id FROM catalogue_training_restricted_to WHERE training_id = %(id)s))),
        (SELECT json_build_array(slug, name) FROM catalogue_domain WHERE id = %(domain)s),
        (SELECT json_agg(json_build_array(slug, name) ORDER BY position, name) FROM catalogue_domain
         WHERE id = ANY(ARRAY(SELECT domain_id FROM catalogue_training_other_domains WHERE training_id = %(id)s))),
        (SELECT json_agg(json_build_array(
             slug, name, acronym, (SELECT is_visible FROM catalogue_partner WHERE organisation_id = provider.id)))
         FROM accounts_organisation AS provider
         WHERE id = ANY(ARRAY(
             SELECT organisation_id FROM catalogue_training_providers WHERE training_id = %(id)s))),
"""

AROUND_A_MODULE = """
        (SELECT json_agg(json_build_array(slug, title, (
             SELECT kind FROM catalogue_prerequisite WHERE module_id = %(id)s AND requires_id = required.id
         )) ORDER BY title_key, id)
         FROM catalogue_training AS required
         WHERE state = %(published)s
           AND id = ANY(ARRAY(SELECT requires_id FROM catalogue_prerequisite WHERE module_id = %(id)s))),
        (SELECT json_agg(json_build_array(slug, title) ORDER BY title_key, id)
         FROM catalogue_training
         WHERE state = %(published)s
           AND id = ANY(ARRAY(SELECT parcours_id FROM catalogue_step WHERE module_id = %(id)s)))
"""

PATH_OF_A_PARCOURS = f"""
        path.*
    FROM (
        SELECT {TOTAL_MINUTES},
               json_agg(
                   json_build_array(module.id, slug, title, kind, duration_minutes, duration_label, stage, is_required)
                   ORDER BY step.position
               ) FILTER (WHERE module.state = %(published)s)
        FROM catalogue_step AS step JOIN catalogue_training AS module ON module.id = step.module_id
        WHERE step.parcours_id = %(id)s
    ) AS path
"""  # noqa: S608 (made of constants)


AROUND_A_PROGRAMME = """
    SELECT
        (SELECT json_agg(json_build_array(slug, name) ORDER BY position, name) FROM catalogue_domain
         WHERE id = ANY(ARRAY(SELECT domain_id FROM catalogue_programme_domains WHERE programme_id = %(id)s))),
        (SELECT json_agg(json_build_array(slug, title) ORDER BY title_key, id) FROM catalogue_training
         WHERE state = %(published)s
           AND id = ANY(ARRAY(SELECT module_id FROM catalogue_programme_modules WHERE programme_id = %(id)s))),
        (SELECT json_agg(json_build_object('quote', quote, 'author', author) ORDER BY position, id)
         FROM catalogue_testimonial WHERE programme_id = %(id)s)
"""


class Link(TypedDict):
    """A page named by another: its address (None when it has no page), its title."""

    url: str | None
    title: str
    short_title: NotRequired[str]
    """Of an organisation: its acronym, or its name."""
    kind: NotRequired[str]
    """Of a prerequisite: « Obligatoire » or « Recommandé »."""


class Step(TypedDict):
    """A published module on the path of a parcours. `rank` counts from 1."""

    rank: int
    stage: str
    is_required: bool
    module_id: int
    url: str
    title: str
    kind: str
    duration: str


class Related(TypedDict):
    audiences: list[str]
    metiers: list[str]
    skills: list[str]
    restricted_to: list[str]
    domains: list[Link]
    """The main one first."""
    providers: list[Link]


class RelatedToModule(Related):
    prerequisites: list[Link]
    """Published modules, the required ones first."""
    parcours: list[Link]
    """Published parcours that contain it."""


class RelatedToParcours(Related):
    steps: list[Step]
    duration: str
    """The sum of the required steps that are published, "" when one has no duration in minutes."""
    minutes: int | None
    """The same sum."""


class Testimony(TypedDict):
    quote: str
    author: str


class RelatedToProgramme(TypedDict):
    domains: list[Link]
    modules: list[Link]
    """The published ones."""
    testimonials: list[Testimony]


def related_to_programme(programme) -> RelatedToProgramme:
    """What surrounds a sur-mesure programme. One query."""
    with prepared_cursor() as cursor:
        cursor.execute(AROUND_A_PROGRAMME, {"id": programme.pk, "published": PublicationState.PUBLISHED})
        domains, modules, testimonials = cursor.fetchone()
    return {
        "domains": [_link("domain_detail", slug, name) for slug, name in domains or []],
        "modules": [_link("module_detail", slug, title) for slug, title in modules or []],
        "testimonials": testimonials or [],
    }


def related_to_module(module) -> RelatedToModule:
    """What surrounds `module`. One query."""
    related, (prerequisites, parcours) = _related(module, AROUND_A_MODULE)
    required_first = sorted(prerequisites or [], key=lambda row: row[2] != PrerequisiteKind.REQUIRED)
    return {
        **related,
        "prerequisites": [
            {**_link("module_detail", slug, title), "kind": PrerequisiteKind(kind).label}
            for slug, title, kind in required_first
        ],
        "parcours": [_link("parcours_detail", slug, title) for slug, title in parcours or []],
    }


def related_to_parcours(parcours) -> RelatedToParcours:
    """What surrounds `parcours`, and the path through its published modules. One query."""
    related, (minutes, steps) = _related(parcours, PATH_OF_A_PARCOURS)
    return {
        **related,
        "steps": [_step(rank, *step) for rank, step in enumerate(steps or [], start=1)],
        "duration": wording.duration_in_words(minutes, parcours.duration_label),
        "minutes": minutes,
    }


def _related(training, more: str) -> tuple[Related, list]:
    """What surrounds any training, and the columns that `more` adds to the query."""
    parameters = {"id": training.pk, "domain": training.domain_id, "published": PublicationState.PUBLISHED}
    with prepared_cursor() as cursor:
        cursor.execute(RELATED + more, parameters)
        audiences, metiers, skills, restricted_to, domain, other_domains, providers, *added = cursor.fetchone()
    related = {
        "audiences": audiences,
        "metiers": sorted(metiers, key=plain),
        "skills": sorted(skills, key=plain),
        "restricted_to": sorted(restricted_to, key=plain),
        "domains": [_link("domain_detail", slug, name) for slug, name in [domain, *(other_domains or [])]],
        "providers": [
            {**_link("partner_detail" if is_partner else None, slug, name), "short_title": acronym or name}
            for slug, name, acronym, is_partner in sorted(providers or [], key=lambda row: plain(row[1]))
        ],
    }
    return related, added


def _link(route, slug, title) -> Link:
    return {"url": address_of(route, slug) if route else None, "title": title}


def _step(rank, module_id, slug, title, kind, minutes, label, stage, is_required) -> Step:
    return {
        "rank": rank,
        "stage": stage,
        "is_required": is_required,
        "module_id": module_id,
        "url": address_of("module_detail", slug),
        "title": title,
        "kind": TrainingKind(kind).label,
        "duration": wording.duration_in_words(minutes, label),
    }
