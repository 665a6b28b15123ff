"""The sections of an import file (docs/import.md): for each, its columns and where their values are kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from campus.accounts.enums import OrganisationKind
from campus.accounts.models import Organisation
from catalogue.enums import (
    Access,
    Language,
    Level,
    Modality,
    Pace,
    PrerequisiteKind,
    PublicationState,
    Region,
    TimeZone,
    TrainingKind,
)  # fmt: skip
from catalogue.importing import checks
from catalogue.importing.columns import (
    Column,
    choice,
    date,
    euros,
    group,
    identifier,
    instant,
    many,
    optional_step,
    slot,
    text,
    whole,
    yes_no,
)  # fmt: skip
from catalogue.models import (
    Audience,
    Domain,
    Metier,
    Partner,
    Place,
    Prerequisite,
    Programme,
    Session,
    Skill,
    Slot,
    Step,
    Testimonial,
    Training,
)  # fmt: skip

MODULE_KINDS = [kind for kind in TrainingKind if kind != TrainingKind.PARCOURS]
MODULES, PARCOURS = ~models.Q(kind=TrainingKind.PARCOURS), models.Q(kind=TrainingKind.PARCOURS)


@dataclass(frozen=True)
class Links:
    """A column of ids kept as rows (source, target) of a table; `constants` are its other fields."""

    column: str
    table: type[models.Model]
    source: str
    target: str
    constants: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Children:
    """A column of small records kept as rows of a table, rewritten together when one of them changes.

    `fields` are the parts of a record in order; `reference` is the first part's section when it is an id.
    """

    column: str
    table: type[models.Model]
    source: str
    fields: tuple[str, ...]
    reference: str = ""
    position: str = "position"
    constants: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    name: str
    model: type[models.Model]
    key: str
    """Path of the field that holds the id."""
    columns: tuple[Column, ...]
    links: tuple[Links, ...] = ()
    children: tuple[Children, ...] = ()
    scope: models.Q = field(default_factory=models.Q)
    """Which rows of the model are of this section."""
    constants: dict = field(default_factory=dict)
    check: Callable[[dict], Iterator[tuple[str, Any, str]]] | None = None
    publishable: bool = False

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def rows(self) -> models.QuerySet:
        return self.model._base_manager.filter(self.scope)


def _ids(name, section, **options):
    return Column(name, many(identifier), refers_to=section, empty=(), **options)


def _choices(name, enum, attribute, **options):
    return Column(name, many(choice(enum)), attribute, empty=(), **options)


def _through(column, model, attribute):
    """Links of a many-to-many field."""
    relation = model._meta.get_field(attribute)
    return Links(column, relation.remote_field.through, relation.m2m_field_name(), relation.m2m_reverse_field_name())


ID = Column("id", identifier, "external_id", required=True)
SLUG_ID = Column("id", identifier, "slug", required=True)
NAME = Column("nom", text, "name", required=True, unique=True)
STATE = Column("etat", choice(PublicationState), required=True)
PUBLISHED_ON = Column("publie_le", date, "published_on", empty=None)

TRAINING_COLUMNS = (
    ID,
    Column("titre", text, "title", required=True),
    Column("slug", identifier, "slug"),
    Column("domaine", identifier, "domain", required=True, refers_to="domaines"),
    _ids("autres_domaines", "domaines"),
    Column("resume", text, "summary", required=True),
    Column("description", text, "description", required=True),
    Column("objectifs", many(text), "objectives", required=True, empty=()),
    Column("prerequis", text, "prerequisites_text"),
    _ids("publics", "publics", required=True),
    _ids("metiers", "metiers"),
    _ids("competences", "competences"),
    Column("niveau", choice(Level), "level", required=True),
    _choices("modalites", Modality, "modalities", required=True),
    Column("rythme", choice(Pace), "pace", required=True),
    _choices("langues", Language, "languages", required=True),
    _ids("organismes", "organisations", required=True),
    Column("en_vedette", yes_no, "is_featured", empty=False),
    STATE,
    PUBLISHED_ON,
)
MODULE_COLUMNS = (
    *TRAINING_COLUMNS,
    Column("type", choice(MODULE_KINDS), "kind", required=True),
    Column("programme", text, "contents"),
    _ids("prerequis_obligatoires", "modules"),
    _ids("prerequis_recommandes", "modules"),
    Column("duree_minutes", whole, "duration_minutes", empty=None),
    Column("duree_libelle", text, "duration_label"),
    Column("acces", choice(Access), "access", required=True),
    Column("acces_url", text, "access_url"),
    Column("ouvert_aux_non_agents", yes_no, "is_open_to_non_agents", empty=False),
    _ids("employeurs", "organisations"),
    Column("certification", text, "certification"),
    Column("accessibilite", text, "accessibility_notes"),
    Column("prix_euros", euros, "price_cents", empty=None),
)
STEP = group(module=(identifier, None), temps=(text, ""), facultatif=(optional_step, True))
PARCOURS_COLUMNS = (*TRAINING_COLUMNS, Column("etapes", many(STEP), required=True, refers_to="modules", empty=()))
TRAINING_LINKS = (
    _through("autres_domaines", Training, "other_domains"),
    _through("publics", Training, "audiences"),
    _through("metiers", Training, "metiers"),
    _through("competences", Training, "skills"),
    _through("organismes", Training, "providers"),
)
REQUIRED_PREREQUISITES = Links(
    "prerequis_obligatoires", Prerequisite, "module", "requires", {"kind": PrerequisiteKind.REQUIRED}
)
ADVISED_PREREQUISITES = Links(
    "prerequis_recommandes", Prerequisite, "module", "requires", {"kind": PrerequisiteKind.ADVISED}
)

# In the order in which they are written: what is referred to comes before what refers to it.
SECTIONS = {
    section.name: section
    for section in [
        Section(
            "domaines",
            Domain,
            "slug",
            (
                SLUG_ID,
                NAME,
                Column("description", text, "description", required=True),
                Column("pictogramme", text, "pictogram", required=True),
                Column("ordre", whole, "position", required=True),
                Column("valide_du", date, "valid_from", required=True),
                Column("valide_au", date, "valid_until", empty=None),
            ),
            check=checks.check_domain,
        ),
        Section("publics", Audience, "slug", (SLUG_ID, NAME, Column("ordre", whole, "position", empty=0))),
        Section("metiers", Metier, "slug", (SLUG_ID, NAME, Column("famille", text, "family", required=True))),
        Section("competences", Skill, "slug", (SLUG_ID, NAME)),
        Section(
            "organisations",
            Organisation,
            "external_id",
            (
                ID,
                NAME,
                Column("sigle", text, "acronym"),
                Column("type", choice(OrganisationKind), "kind", required=True),
                Column("parent", identifier, "parent", refers_to="organisations", empty=None),
                Column("pays", text, "country", empty="FR"),
                Column("url", text, "url"),
                Column("siret", text, "siret", empty=None, unique=True),
            ),
        ),
        Section(
            "partenaires",
            Partner,
            "organisation__external_id",
            (
                Column("id", identifier, "organisation", required=True, refers_to="organisations"),
                Column("resume", text, "summary", required=True),
                Column("presentation", text, "presentation", required=True),
                Column("depuis", whole, "since", required=True),
            ),
        ),
        Section(
            "lieux",
            Place,
            "external_id",
            (
                ID,
                Column("nom", text, "name", required=True),
                Column("adresse", text, "address", required=True),
                Column("code_postal", text, "postcode", required=True),
                Column("ville", text, "city", required=True),
                Column("region", choice(Region), "region", required=True),
                Column("acces_handicap", text, "access_notes"),
            ),
        ),
        Section(
            "modules",
            Training,
            "external_id",
            MODULE_COLUMNS,
            links=(
                *TRAINING_LINKS,
                _through("employeurs", Training, "restricted_to"),
                REQUIRED_PREREQUISITES,
                ADVISED_PREREQUISITES,
            ),
            scope=MODULES,
            check=checks.check_module,
            publishable=True,
        ),
        Section(
            "parcours",
            Training,
            "external_id",
            PARCOURS_COLUMNS,
            links=TRAINING_LINKS,
            children=(Children("etapes", Step, "parcours", ("module", "stage", "is_required"), reference="modules"),),
            scope=PARCOURS,
            constants={"kind": TrainingKind.PARCOURS},
            check=checks.check_parcours,
            publishable=True,
        ),
        Section(
            "programmes",
            Programme,
            "external_id",
            (
                ID,
                Column("titre", text, "title", required=True),
                Column("slug", identifier, "slug"),
                Column("beneficiaire", identifier, "beneficiary", required=True, refers_to="organisations"),
                Column("resume", text, "summary", required=True),
                Column("besoin", text, "need", required=True),
                Column("conception", text, "design", required=True),
                _ids("domaines", "domaines", required=True),
                Column("annees", many(whole), "years", required=True, empty=()),
                Column("agents_formes", whole, "agents_trained", empty=None),
                _ids("modules", "modules"),
                Column("temoignages", many(group(citation=(text, None), auteur=(text, None))), empty=()),
                STATE,
                PUBLISHED_ON,
            ),
            links=(_through("domaines", Programme, "domains"), _through("modules", Programme, "modules")),
            children=(Children("temoignages", Testimonial, "programme", ("quote", "author")),),
            check=checks.check_published_on,
            publishable=True,
        ),
        Section(
            "sessions",
            Session,
            "external_id",
            (
                ID,
                Column("module", identifier, "module", refers_to="modules", empty=None),
                Column("programme", identifier, "programme", refers_to="programmes", empty=None),
                Column("organisateur", identifier, "organiser", required=True, refers_to="organisations"),
                Column("modalite", choice(Modality), "modality", required=True),
                Column("lieu", identifier, "place", refers_to="lieux", empty=None),
                Column("salle", text, "room"),
                Column("lien_visio", text, "online_url"),
                Column("fuseau", choice(TimeZone), "time_zone", empty=TimeZone.PARIS.value),
                Column("places", whole, "seats", required=True),
                Column("minimum", whole, "minimum_seats", empty=0),
                Column("inscriptions_du", instant, "enrolment_opens_at", required=True),
                Column("inscriptions_jusquau", instant, "enrolment_closes_at", required=True),
                Column("sur_selection", yes_no, "is_selective", empty=False),
                Column("question", text, "selection_question"),
                Column("accord_superieur", yes_no, "needs_agreement", empty=False),
                Column("reserve_a", text, "audience_note"),
                _ids("employeurs", "organisations"),
                Column("annulee", text, "cancel_reason"),
                Column("creneaux", many(slot), required=True, empty=()),
            ),
            links=(_through("employeurs", Session, "restricted_to"),),
            children=(Children("creneaux", Slot, "session", ("starts_at", "ends_at"), position=""),),
            check=checks.check_session,
        ),
    ]
}
