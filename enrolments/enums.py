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


class LicenceState(models.TextChoices):
    REQUESTED = "demandee", "Demandée"
    GIVEN = "attribuee", "Attribuée"
    ACTIVATED = "activee", "Activée"
    DONE = "terminee", "Terminée"
    EXPIRED = "expiree", "Expirée"
    TAKEN_BACK = "reprise", "Reprise"
    REFUSED = "refusee", "Refusée"
    WITHDRAWN = "retiree", "Demande retirée"


L = LicenceState
LICENCE_MOVES = {
    None: {L.REQUESTED, L.GIVEN},
    L.REQUESTED: {L.GIVEN, L.REFUSED, L.WITHDRAWN},
    L.GIVEN: {L.ACTIVATED, L.EXPIRED, L.TAKEN_BACK},
    L.ACTIVATED: {L.DONE, L.EXPIRED, L.TAKEN_BACK},
    L.DONE: set(),
    L.EXPIRED: set(),
    L.TAKEN_BACK: set(),
    L.REFUSED: set(),
    L.WITHDRAWN: set(),
}
"""From each state of a licence (None: from nothing), those one may go to."""

LICENCE_LIVE = [L.REQUESTED, L.GIVEN, L.ACTIVATED]
LICENCE_HELD = [L.GIVEN, L.ACTIVATED, L.DONE, L.EXPIRED]
"""These use up a licence of the pool: what is taken back alone goes to somebody else."""


class LicenceProvider(models.TextChoices):
    PIX = "pix", "Pix"
    OPENCLASSROOMS = "openclassrooms", "OpenClassrooms"


class LicenceMode(models.TextChoices):
    DIRECT = "directe", "Donnée aussitôt"
    ON_REQUEST = "sur-demande", "Sur demande, choisie par l'équipe"


class LicenceAccess(models.TextChoices):
    CAMPAIGN = "campagne", "Un code de campagne commun"
    CODES = "codes", "Un code ou un lien par licence"


class FileImportKind(models.TextChoices):
    STUDENTS = "eleves", "Élèves"
    CODES = "codes", "Codes de licences"
    USAGES = "usages", "Usages de licences"


class FileImportState(models.TextChoices):
    WAITING = "en-attente", "En attente"
    RUNNING = "en-cours", "En cours"
    DONE = "fini", "Fini"
    FAILED = "refuse", "Refusé"


F = FileImportState
FILE_IMPORT_MOVES = {
    None: {F.WAITING},
    F.WAITING: {F.RUNNING},
    F.RUNNING: {F.RUNNING, F.DONE, F.FAILED},
    F.DONE: {F.WAITING},
    F.FAILED: set(),
}
"""Begun again when a worker has died; imported for good once it was tried."""
IMPORT_LIVE = [F.WAITING, F.RUNNING]


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


class Satisfaction(models.IntegerChoices):
    VERY_LOW = 1, "1 : pas du tout"
    LOW = 2, "2 : peu"
    MIDDLING = 3, "3 : moyennement"
    HIGH = 4, "4 : assez"
    VERY_HIGH = 5, "5 : tout à fait"


class Reinvestment(models.TextChoices):
    """Whether a participant will use at work what they have learned."""

    YES = "oui", "Oui"
    NO = "non", "Non"
    UNKNOWN = "ne-sait-pas", "Je ne sais pas"
