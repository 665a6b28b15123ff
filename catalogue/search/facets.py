"""What one may filter the catalogue by: the facets, in their order, and the values of each."""

from typing import NamedTuple

from django.db import connection

from campus.kept import kept
from catalogue.enums import Language, Level, Modality, Region, TrainingKind
from catalogue.models import Domain
from catalogue.sorting import plain

DURATIONS = [
    ("une-heure", "Une heure au plus"),
    ("demi-journee", "Une demi-journée au plus"),
    ("journee", "Une journée"),
    ("quelques-jours", "De deux à cinq jours"),
    ("longue", "Plus de cinq jours"),
    ("variable", "Durée variable"),
]
AVAILABILITIES = [
    ("session-ouverte", "Inscriptions ouvertes"),
    ("session-a-venir", "Session à venir"),
    ("a-tout-moment", "À tout moment"),
    ("sur-demande", "Sur demande"),
]
OPENINGS = [("tous", "Ouverte à tout le monde")]
LABELS = {
    "domaine": "Domaine",
    "type": "Type",
    "niveau": "Niveau",
    "modalite": "Modalité",
    "duree": "Durée",
    "disponibilite": "Disponibilité",
    "region": "Région",
    "public": "Public",
    "ouvert": "Ouverture",
    "metier": "Métier",
    "competence": "Compétence",
    "partenaire": "Organisme",
    "langue": "Langue",
}
# A closed domain keeps its place here, so that the links that name it keep their meaning, and a merged one stands for
# the one it went into; they are proposed no longer.
STORED_VALUES = """
    SELECT 'domaine', coalesce(merged_into_id, id)::text, slug, name, id = ANY(%(in_force)s), position
    FROM catalogue_domain
    UNION ALL SELECT 'public', id::text, slug, name, true, position FROM catalogue_audience
    UNION ALL SELECT 'metier', id::text, slug, name, true, 0 FROM catalogue_metier
    UNION ALL SELECT 'competence', id::text, slug, name, true, 0 FROM catalogue_skill
    UNION ALL SELECT 'partenaire', id::text, slug, name, true, 0 FROM accounts_organisation
    WHERE id IN (SELECT organisation_id FROM catalogue_training_providers)
"""


class Value(NamedTuple):
    """A value of a facet. `key` is how the index names it, `slug` how addresses do."""

    key: str
    slug: str
    label: str
    is_proposed: bool = True


def values_of_facets() -> dict[str, list[Value]]:
    """The values of each facet, in the order they are shown; read once a minute."""
    return kept("facet-values", _read_values)


def _read_values() -> dict[str, list[Value]]:
    fixed = {
        "type": TrainingKind.choices,
        "niveau": Level.choices,
        "modalite": Modality.choices,
        "duree": DURATIONS,
        "disponibilite": AVAILABILITIES,
        "region": Region.choices,
        "ouvert": OPENINGS,
        "langue": Language.choices,
    }
    values = {facet: [Value(slug, slug, label) for slug, label in fixed.get(facet, [])] for facet in LABELS}
    in_force = list(Domain.objects.in_force().filter(merged_into=None).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(STORED_VALUES, {"in_force": in_force})
        for facet, key, slug, name, is_proposed, _position in sorted(
            cursor.fetchall(), key=lambda row: (row[5], plain(row[3]))
        ):
            values[facet].append(Value(key, slug, name, is_proposed))
    return values
