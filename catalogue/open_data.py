"""The open data of the catalogue: tables of what is public, each column described once.

The CSV files, their Table Schemas (https://specs.frictionlessdata.io/table-schema/), catalogue.json and the page that
documents them all read the columns below.
"""

import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q, QuerySet

from campus.spreadsheets import SEPARATOR, csv_lines
from catalogue.enums import Access, Level, Modality, Pace, Region, SessionState, TimeZone, TrainingKind
from catalogue.models import Domain, Programme, Session, Step, Training

CHUNK = 500
DATETIME_FORMAT = "%Y-%m-%dT%H:%M:%S%z"
TYPES = {
    "string": "texte",
    "integer": "entier",
    "number": "nombre",
    "boolean": "true ou false",
    "date": "date",
    "datetime": "date et heure",
    "array": "liste",
}
"""The types of Table Schema that we use, in words."""


class Column(NamedTuple):
    """One column. `read` takes an object and gives None, str, int, bool, date, datetime or a list of str."""

    name: str
    title: str
    read: Callable[[Any], Any]
    type: str = "string"
    description: str = ""
    constraints: dict = {}

    @property
    def type_label(self) -> str:
        return TYPES[self.type]

    def schema(self) -> dict:
        told = {"name": self.name, "title": self.title, "type": self.type}
        if self.type == "datetime":
            told["format"] = DATETIME_FORMAT
        if self.description:
            told["description"] = self.description
        if self.constraints:
            told["constraints"] = self.constraints
        return told


@dataclass(frozen=True)
class Table:
    """A CSV file, or a list of catalogue.json. `rows` gives its objects, in bounded memory."""

    name: str
    title: str
    description: str
    columns: list[Column]
    rows: Callable[[], Iterator]
    key: str

    def schema(self) -> dict:
        """The Table Schema of the file."""
        return {
            "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "fields": [column.schema() for column in self.columns],
            "primaryKey": self.key,
            "missingValues": [""],
        }

    def csv_lines(self, origin: str, rows: Iterator | None = None) -> Iterator[str]:
        """Yield the lines of the CSV file; `origin` (https://…) makes addresses whole; `rows`: those, rather than all."""
        yield from csv_lines([[column.name for column in self.columns]])
        yield from csv_lines(values.values() for values in self.values(origin, rows))

    def values(self, origin: str, rows: Iterator | None = None) -> Iterator[dict[str, Any]]:
        """Yield what the columns say of each row, by name of column."""
        for item in self.rows() if rows is None else rows:
            values = {column.name: column.read(item) for column in self.columns}
            if "url" in values:
                values["url"] = origin + values["url"]
            yield values


def _iso(value: datetime.date | datetime.datetime) -> str:
    """A date or an instant as the CSV files write it."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime.datetime) else value.isoformat()


def _slugs(name: str) -> Callable[[Any], list[str]]:
    return lambda item: [related.slug for related in getattr(item, name).all()]


def _euros(training: Training) -> float | None:
    return None if training.price_cents is None else training.price_cents / 100


def _steps(training: Training) -> list[str]:
    return [step.module.slug for step in training.public_steps]


def _employers(item: Training | Session) -> list[str]:
    return [employer.name for employer in item.restricted_to.all()]


def _there(session: Session, instant: datetime.datetime | None) -> datetime.datetime | None:
    """An instant in the time of the place of a session."""
    return instant and instant.astimezone(session.zone)


def _among(enum) -> dict:
    return {"enum": list(enum.values)}


PUBLIC_URL = Column("url", "Page sur ce site", lambda item: item.get_absolute_url(), constraints={"required": True})
SLUG = Column("slug", "Identifiant dans l'adresse", lambda item: item.slug, constraints={"required": True})
TITLE = Column("titre", "Titre", lambda item: item.title, constraints={"required": True})
THERE = "ISO 8601, heure du lieu, décalage compris."
LISTED = f"Valeurs séparées par « {SEPARATOR.strip()} »."

TRAINING_COLUMNS = [
    SLUG,
    TITLE,
    Column("domaine", "Domaine principal (slug)", lambda item: item.domain.slug, constraints={"required": True}),
    PUBLIC_URL,
    Column("type", "Type", lambda item: item.kind, constraints=_among(TrainingKind)),
    Column("autres_domaines", "Autres domaines (slugs)", _slugs("other_domains"), description=LISTED),
    Column("resume", "En quelques mots", lambda item: item.summary),
    Column("niveau", "Niveau", lambda item: item.level, constraints=_among(Level)),
    Column("publics", "Publics visés", _slugs("audiences"), description=LISTED),
    Column("metiers", "Métiers", _slugs("metiers"), description=LISTED),
    Column("competences", "Compétences", _slugs("skills"), description=LISTED),
    Column(
        "modalites",
        "Modalités",
        lambda item: item.modalities,
        description=f"Parmi {', '.join(Modality.values)}. {LISTED}",
    ),
    Column("rythme", "Rythme", lambda item: item.pace, constraints=_among(Pace)),
    Column(
        "duree_minutes",
        "Durée en minutes",
        lambda item: item.total_minutes,
        "integer",
        "Pour un parcours, la somme de ses étapes obligatoires publiées. Vide quand la durée ne se réduit pas à un nombre.",
    ),
    Column("duree_libelle", "Durée en toutes lettres", lambda item: item.duration_label),
    Column("langues", "Langues (ISO 639-1)", lambda item: item.languages, description=LISTED),
    Column("organismes", "Organismes (slugs)", _slugs("providers"), description=LISTED),
    Column(
        "acces", "Accès", lambda item: item.access, description="Vide pour un parcours.", constraints=_among(Access)
    ),
    Column("acces_url", "Adresse d'inscription", lambda item: item.access_url),
    Column("ouvert_aux_non_agents", "Ouvert aux non-agents", lambda item: item.is_open_to_non_agents, "boolean"),
    Column("reserve_a", "Réservé aux agents de", _employers, description=f"Vide : de tous les employeurs. {LISTED}"),
    Column("certification", "Certification ou badge", lambda item: item.certification),
    Column("prix_euros", "Prix en euros", _euros, "number", "Vide : gratuit pour les agents publics."),
    Column("publie_le", "Publié le", lambda item: item.published_on, "date"),
    Column("etapes", "Modules du parcours, dans l'ordre (slugs)", _steps, description=LISTED),
]
SESSION_COLUMNS = [
    Column(
        "id", "Numéro de la session", lambda item: item.pk, "integer", constraints={"required": True, "unique": True}
    ),
    Column("module", "Module (slug)", lambda item: item.module.slug, constraints={"required": True}),
    Column("titre", "Titre du module", lambda item: item.module.title),
    Column("url", "Page du module", lambda item: item.module.get_absolute_url()),
    Column("debut", "Début", lambda item: _there(item, item.starts_at), "datetime", THERE),
    Column("fin", "Fin", lambda item: _there(item, item.ends_at), "datetime", THERE),
    Column("fuseau", "Fuseau horaire du lieu", lambda item: item.time_zone, constraints=_among(TimeZone)),
    Column("modalite", "Modalité", lambda item: item.modality, constraints=_among(Modality)),
    Column("lieu", "Lieu", lambda item: item.place.name if item.place else ""),
    Column("ville", "Ville", lambda item: item.place.city if item.place else ""),
    Column("region", "Région", lambda item: item.place.region if item.place else "", constraints=_among(Region)),
    Column("places", "Places", lambda item: item.seats, "integer"),
    Column("places_restantes", "Places restantes", lambda item: item.seats_left, "integer"),
    Column(
        "inscriptions_du",
        "Ouverture des inscriptions",
        lambda item: _there(item, item.enrolment_opens_at),
        "datetime",
        THERE,
    ),
    Column(
        "inscriptions_jusquau",
        "Clôture des inscriptions",
        lambda item: _there(item, item.enrolment_closes_at),
        "datetime",
        THERE,
    ),
    Column("etat", "État", lambda item: item.state.value, constraints=_among(SessionState)),
    Column("sur_selection", "Sur sélection", lambda item: item.is_selective, "boolean"),
    Column("accord_superieur", "Avec l'accord du supérieur", lambda item: item.needs_agreement, "boolean"),
    Column("public", "Public visé", lambda item: item.audience_note, description="Vide : tous les agents publics."),
    Column("reserve_a", "Réservée aux agents de", _employers, description=f"Vide : de tous les employeurs. {LISTED}"),
    Column("organisateur", "Organisateur", lambda item: item.organiser.name),
]
DOMAIN_COLUMNS = [
    SLUG,
    Column("titre", "Nom", lambda item: item.name),
    Column("domaine", "Domaine (slug)", lambda item: item.slug),
    PUBLIC_URL,
    Column("description", "Présentation", lambda item: item.description),
    Column("valable_du", "En vigueur du", lambda item: item.valid_from, "date"),
    Column(
        "valable_jusquau",
        "En vigueur jusqu'au",
        lambda item: item.valid_until,
        "date",
        "Premier jour où il n'a plus cours. Vide : sans fin prévue.",
    ),
]
PROGRAMME_COLUMNS = [
    SLUG,
    TITLE,
    Column("domaine", "Premier domaine (slug)", lambda item: next((d.slug for d in item.domains.all()), None)),
    PUBLIC_URL,
    Column("domaines", "Domaines (slugs)", _slugs("domains"), "array"),
    Column("resume", "En quelques mots", lambda item: item.summary),
    Column("beneficiaire", "Bénéficiaire", lambda item: item.beneficiary.name),
    Column("annees", "Années", lambda item: item.years, "array"),
    Column("agents_formes", "Agents formés", lambda item: item.agents_trained, "integer"),
]


def _stream(queryset: QuerySet) -> Iterator:
    """The rows of a queryset by chunks: a number of queries a chunk that does not depend on its rows."""
    return queryset.iterator(chunk_size=CHUNK)


def domains() -> Iterator[Domain]:
    """The domains in force, and the others that something published still names."""
    trainings, programmes = Training.objects.published(), Programme.objects.published()
    return _stream(
        Domain.objects.filter(
            Q(pk__in=Domain.objects.in_force().values("pk"))
            | Q(pk__in=trainings.values("domain"))
            | Q(pk__in=trainings.values("other_domains"))
            | Q(pk__in=programmes.values("domains"))
        )
    )


def trainings(queryset: QuerySet) -> Iterator[Training]:
    steps = Step.objects.filter(module__in=Training.objects.published()).select_related("module").order_by("position")
    return _stream(
        queryset.published()
        .with_total_minutes()
        .select_related("domain")
        .prefetch_related(
            "other_domains", "audiences", "metiers", "skills", "providers", "restricted_to",
            Prefetch("steps", steps, "public_steps"),
        )
        .order_by("title_key", "pk")
    )  # fmt: skip


def trainings_in_order(ids: list[int]) -> Iterator[Training]:
    """Those of these trainings that are published, in the order of `ids`; read a chunk at a time."""
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        found = {training.pk: training for training in trainings(Training.objects.filter(pk__in=chunk))}
        yield from (found[pk] for pk in chunk if pk in found)


def sessions() -> Iterator[Session]:
    return _stream(
        Session.objects.public()
        .select_related("module", "place", "organiser")
        .prefetch_related("restricted_to")
        .defer("online_url", "module__description", "module__contents")
        .order_by("starts_at", "pk")
    )


def programmes() -> Iterator[Programme]:
    return _stream(Programme.objects.published().select_related("beneficiary").prefetch_related("domains"))


CATALOGUE = Table(
    "catalogue",
    "Modules et parcours publiés",
    "Une ligne par module ou parcours en ligne, dans l'ordre alphabétique des titres.",
    TRAINING_COLUMNS,
    lambda: trainings(Training.objects.all()),
    "url",
)
SESSIONS = Table(
    "sessions",
    "Sessions passées et à venir des modules publiés",
    "Une ligne par session, de la plus ancienne à la plus lointaine.",
    SESSION_COLUMNS,
    sessions,
    "id",
)
TABLES = {table.name: table for table in [CATALOGUE, SESSIONS]}
"""The CSV files."""

LISTS = [
    Table("domaines", "Domaines", "Les domaines d'expertise, dans leur ordre.", DOMAIN_COLUMNS, domains, "slug"),
    Table(
        "modules",
        "Modules publiés",
        "Les modules en ligne.",
        TRAINING_COLUMNS,
        lambda: trainings(Training.objects.modules()),
        "slug",
    ),
    Table(
        "parcours",
        "Parcours publiés",
        "Les parcours en ligne.",
        TRAINING_COLUMNS,
        lambda: trainings(Training.objects.parcours()),
        "slug",
    ),
    Table(
        "programmes",
        "Programmes sur-mesure publiés",
        "Les programmes sur-mesure en ligne.",
        PROGRAMME_COLUMNS,
        programmes,
        "slug",
    ),
]
"""The lists of catalogue.json."""


def catalogue_json(origin: str) -> Iterator[str]:
    """Yield the text of catalogue.json: one object with the lists LISTS."""
    return _json_of(LISTS, origin)


def sessions_json(origin: str) -> Iterator[str]:
    """Yield the text of sessions.json: one object with the list of the sessions."""
    return _json_of([SESSIONS], origin)


def _json_of(tables: list[Table], origin: str) -> Iterator[str]:
    for number, table in enumerate(tables):
        yield ("," if number else "{") + f"\n{json.dumps(table.name)}: ["
        for place, values in enumerate(table.values(origin)):
            yield ("," if place else "") + "\n" + json.dumps(values, ensure_ascii=False, default=_iso)
        yield "\n]"
    yield "\n}\n"
