from django.db import models


class EnrolmentState(models.TextChoices):
    REQUESTED = "demandee", "Demandée"
    WAITING = "en-attente", "En liste d'attente"
    OFFERED = "proposee", "Place proposée"
    ENROLLED = "inscrite", "Inscrite"
    WITHDRAWN = "desistement", "Désistement"
    REFUSED = "refusee", "Refusée"
    EXPIRED = "expiree", "Expirée"
    PRESENT = "presente", "Présente"
    ABSENT = "absente", "Absente"
    CANCELLED = "annulee", "Annulée par l'organisateur"


S = EnrolmentState
ENROLMENT_MOVES = {
    None: {S.REQUESTED, S.WAITING, S.ENROLLED},
    S.REQUESTED: {S.WAITING, S.ENROLLED, S.WITHDRAWN, S.REFUSED, S.EXPIRED, S.CANCELLED},
    S.WAITING: {S.OFFERED, S.ENROLLED, S.WITHDRAWN, S.REFUSED, S.EXPIRED, S.CANCELLED},
    S.OFFERED: {S.ENROLLED, S.WITHDRAWN, S.EXPIRED, S.CANCELLED},
    S.ENROLLED: {S.WITHDRAWN, S.PRESENT, S.ABSENT, S.CANCELLED},
    S.PRESENT: {S.ABSENT},
    S.ABSENT: {S.PRESENT},
    S.WITHDRAWN: set(),
    S.REFUSED: set(),
    S.EXPIRED: set(),
    S.CANCELLED: set(),
}
"""From each state (None: from nothing), those one may go to. Attendance may be corrected, nothing else comes back."""

WORDS = {
    S.REQUESTED: "Demande en cours",
    S.ENROLLED: "Place réservée",
    S.REFUSED: "Demande non retenue",
    S.EXPIRED: "Sans suite",
    S.PRESENT: "Suivie",
    S.ABSENT: "Absence",
}
"""What an agent is told of their state, where its name speaks of the enrolment."""

LIVE = [S.REQUESTED, S.WAITING, S.OFFERED, S.ENROLLED]
"""An agent has one of these at most in a session."""
ATTENDED = [S.PRESENT, S.ABSENT]
"""Once the session has begun."""
SEATED = [S.OFFERED, S.ENROLLED, *ATTENDED]
"""These hold a seat; so does a request whose seat is held until the superior answers (Enrolment.held_until)."""


class Category(models.TextChoices):
    """What an agent is to their employer; yearly figures tell them apart."""

    AGENT = "agent", "Agent titulaire"
    CONTRACT = "contractuel", "Agent contractuel"
    EXECUTIVE = "cadre-dirigeant", "Cadre dirigeant"
    STUDENT = "eleve", "Élève d'une école partenaire"
    TRAINEE = "stagiaire", "Stagiaire ou apprenti"
    OTHER = "autre", "Autre"


class FollowState(models.TextChoices):
    """How far somebody is in a training that the campus does not hold sessions of."""

    STARTED = "en-cours", "En cours"
    DONE = "terminee", "Terminée"
