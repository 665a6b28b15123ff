from catalogue.models.domain import Domain
from catalogue.models.importrun import ImportRun
from catalogue.models.partner import Partner
from catalogue.models.programme import Programme, Testimonial
from catalogue.models.programme_request import (
    ProgrammeRequest,
    ProgrammeRequestDocument,
    ProgrammeRequestEvent,
    ProgrammeRequestMessage,
    ProgrammeRequestNote,
)
from catalogue.models.publication import PublicationEvent
from catalogue.models.search import EmptySearch, SearchEntry, SearchWord, Synonym
from catalogue.models.session import Place, Session, Slot, overlaps
from catalogue.models.session_guest import SessionGuest
from catalogue.models.training import Module, Parcours, Prerequisite, Step, Training
from catalogue.models.vocabulary import Audience, Metier, Skill

__all__ = [
    "Audience",
    "Domain",
    "EmptySearch",
    "ImportRun",
    "Metier",
    "Module",
    "Parcours",
    "Partner",
    "Place",
    "Prerequisite",
    "Programme",
    "ProgrammeRequest",
    "ProgrammeRequestDocument",
    "ProgrammeRequestEvent",
    "ProgrammeRequestMessage",
    "ProgrammeRequestNote",
    "PublicationEvent",
    "SearchEntry",
    "SearchWord",
    "Session",
    "SessionGuest",
    "Skill",
    "Slot",
    "Step",
    "Synonym",
    "Testimonial",
    "Training",
    "overlaps",
]
