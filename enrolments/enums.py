from django.db import models


class EnrolmentState(models.TextChoices):
    WAITING = "en-attente", "En liste d'attente"
    OFFERED = "proposee", "Place proposée"
    ENROLLED = "inscrite", "Inscrite"
    WITHDRAWN = "desistement", "Désistement"
    EXPIRED = "expiree", "Expirée"
    CANCELLED = "annulee", "Annulée par l'organisateur"


S = EnrolmentState
ENROLMENT_MOVES = {
    None: {S.WAITING, S.ENROLLED},
    S.WAITING: {S.OFFERED, S.ENROLLED, S.WITHDRAWN, S.EXPIRED, S.CANCELLED},
    S.OFFERED: {S.ENROLLED, S.WITHDRAWN, S.EXPIRED, S.CANCELLED},
    S.ENROLLED: {S.WITHDRAWN, S.CANCELLED},
    S.WITHDRAWN: set(),
    S.EXPIRED: set(),
    S.CANCELLED: set(),
}
"""From each state (None: from nothing), those one may go to. The following issue adds requests and attendance."""

LIVE = [S.WAITING, S.OFFERED, S.ENROLLED]
"""An agent has one of these at most in a session."""
SEATED = [S.OFFERED, S.ENROLLED]
"""These hold a seat."""
