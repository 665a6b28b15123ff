from catalogue.models.domain import Domain
from catalogue.models.importrun import ImportRun
from catalogue.models.partner import Partner
from catalogue.models.programme import Programme, Testimonial
from catalogue.models.publication import PublicationEvent
from catalogue.models.session import Place, Session, Slot, overlaps
from catalogue.models.training import Module, Parcours, Prerequisite, Step, Training
from catalogue.models.vocabulary import Audience, Metier, Skill

__all__ = [
    "Audience",
    "Domain",
    "ImportRun",
    "Metier",
    "Module",
    "Parcours",
    "Partner",
    "Place",
    "Prerequisite",
    "Programme",
    "PublicationEvent",
    "Session",
    "Skill",
    "Slot",
    "Step",
    "Testimonial",
    "Training",
    "overlaps",
]
