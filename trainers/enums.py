"""The states of what trainers go through, with the moves allowed from each, and the other choices."""

from django.db import models


class CallState(models.TextChoices):
    """Derived from dates, never stored (Call.state)."""

    UPCOMING = "a-venir", "À venir"
    OPEN = "ouvert", "Ouvert"
    CLOSED = "clos", "Clos"


# --- Applications -----------------------------------------------------------------------------------------------------


class ApplicationState(models.TextChoices):
    DRAFT = "brouillon", "Brouillon"
    SUBMITTED = "deposee", "Déposée"
    ADMISSIBLE = "recevable", "Recevable"
    INADMISSIBLE = "irrecevable", "Irrecevable"
    IN_REVIEW = "instruction", "En instruction"
    MORE_ASKED = "complement", "Complément demandé"
    INTERVIEW = "entretien", "Entretien"
    ADVISED = "avis-rendu", "Avis rendu"
    ACCEPTED = "retenue", "Retenue"
    POOL = "vivier", "Vivier"
    REFUSED = "refusee", "Refusée"
    WITHDRAWN = "retiree", "Retirée"
    ONBOARDING = "en-accueil", "En accueil"
    ACTIVE = "active", "Active"


S = ApplicationState
APPLICATION_MOVES = {
    None: {S.DRAFT},
    S.DRAFT: {S.SUBMITTED, S.WITHDRAWN},
    S.SUBMITTED: {S.ADMISSIBLE, S.INADMISSIBLE, S.MORE_ASKED, S.WITHDRAWN},
    S.ADMISSIBLE: {S.IN_REVIEW, S.MORE_ASKED, S.WITHDRAWN},
    S.IN_REVIEW: {S.MORE_ASKED, S.INTERVIEW, S.ADVISED, S.WITHDRAWN},
    S.MORE_ASKED: {S.SUBMITTED, S.ADMISSIBLE, S.IN_REVIEW, S.INTERVIEW, S.INADMISSIBLE, S.WITHDRAWN},
    S.INTERVIEW: {S.MORE_ASKED, S.ADVISED, S.WITHDRAWN},
    S.ADVISED: {S.INTERVIEW, S.ACCEPTED, S.POOL, S.REFUSED, S.WITHDRAWN},
    S.ACCEPTED: {S.ONBOARDING, S.ADVISED, S.POOL, S.WITHDRAWN},
    S.POOL: {S.ACCEPTED, S.REFUSED, S.ADVISED, S.WITHDRAWN},
    S.REFUSED: {S.ADVISED, S.POOL, S.WITHDRAWN},
    S.INADMISSIBLE: {S.SUBMITTED, S.WITHDRAWN},
    S.ONBOARDING: {S.ACTIVE, S.WITHDRAWN},
    S.ACTIVE: set(),
    S.WITHDRAWN: set(),
}
"""From each state (None: from nothing), those one may go to.

« Complément demandé » goes back to where it was asked from. A decision goes back (to « avis rendu », to the « vivier » that it
came out of, or « déposée » for « irrecevable ») only while its mail has not left (transitions.undo_decision); until then too,
who is refused without knowing it may withdraw.
"""

LIVE = [state for state in S if state not in {S.INADMISSIBLE, S.REFUSED, S.WITHDRAWN, S.ACTIVE}]
"""An applicant has one of these at most in a call."""
EDITABLE = [S.DRAFT, S.MORE_ASKED]
"""The applicant may change what they wrote."""
TO_HANDLE = [S.SUBMITTED, S.ADMISSIBLE, S.IN_REVIEW, S.INTERVIEW, S.ADVISED]
"""The queue « à traiter »: it is the campus's turn."""
REVIEWABLE = [S.IN_REVIEW, S.MORE_ASKED, S.INTERVIEW]
"""Reviewers may write their review."""
DECISIONS = [S.INADMISSIBLE, S.ACCEPTED, S.POOL, S.REFUSED]
"""Each prepares a mail that staff send afterwards."""
REFUSALS = [S.INADMISSIBLE, S.REFUSED]
"""Decisions that end an application once they are told."""


class ReasonCode(models.TextChoices):
    NOT_PUBLIC_AGENT = "pas-agent-public", "N'est pas agent public"
    OUT_OF_SCOPE = "hors-perimetre", "Hors du périmètre de l'appel"
    INCOMPLETE = "incomplete", "Dossier incomplet"
    DUPLICATE = "doublon", "Doublon d'une autre candidature"
    SIDE_ACTIVITY = "cumul", "Cumul d'activités impossible"
    EXPERIENCE = "experience", "Expérience encore insuffisante"
    NEED_COVERED = "besoin-couvert", "Besoin déjà couvert"
    NEED_LATER = "besoin-plus-tard", "Besoin à venir"
    AVAILABILITY = "disponibilite", "Disponibilités insuffisantes"
    OTHER_PLANS = "autre-projet", "A d'autres projets"
    OTHER = "autre", "Autre motif"


R = ReasonCode
REASONS = {
    S.INADMISSIBLE: [R.NOT_PUBLIC_AGENT, R.OUT_OF_SCOPE, R.INCOMPLETE, R.DUPLICATE, R.SIDE_ACTIVITY, R.OTHER],
    S.REFUSED: [R.EXPERIENCE, R.NEED_COVERED, R.OUT_OF_SCOPE, R.AVAILABILITY, R.SIDE_ACTIVITY, R.OTHER],
    S.POOL: [R.NEED_LATER, R.NEED_COVERED, R.AVAILABILITY, R.EXPERIENCE, R.OTHER],
    S.WITHDRAWN: [R.OTHER_PLANS, R.AVAILABILITY, R.SIDE_ACTIVITY, R.DUPLICATE, R.OTHER],
}
"""The codes that go with a state. The first three states need one; « Autre motif » needs a text."""


class SideActivity(models.TextChoices):
    """What the employer says of this side activity (décret n° 2010-235 du 5 mars 2010)."""

    AUTHORISED = "autorise", "Mon employeur m'y autorise"
    ASKED = "demande", "La demande est faite"
    TO_ASK = "a-demander", "Je ne l'ai pas encore demandé"
    NOT_NEEDED = "sans-objet", "Sans objet : je le ferai sur mon temps de travail"


class ContributionKind(models.TextChoices):
    EXISTING = "existante", "Une formation déjà réalisée"
    IDEA = "idee", "Une idée"
    HELP = "aide", "Une aide pour développer une formation"


class HelpKind(models.TextChoices):
    DESIGN = "ingenierie", "Ingénierie pédagogique"
    MATERIALS = "supports", "Supports"
    CO_TEACHING = "co-animation", "Co-animation"


class AttachmentKind(models.TextChoices):
    CV = "cv", "CV"
    MATERIAL = "support", "Support de formation"
    AUTHORISATION = "autorisation", "Autorisation de cumul"
    OTHER = "autre", "Autre document"


class ContentType(models.TextChoices):
    """What may be sent, recognised by its content."""

    PDF = "application/pdf", "PDF"
    ODT = "application/vnd.oasis.opendocument.text", "ODT"
    ODP = "application/vnd.oasis.opendocument.presentation", "ODP"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation", "PPTX"
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"


class Recommendation(models.TextChoices):
    ACCEPT = "retenir", "Retenir"
    POOL = "vivier", "Garder au vivier"
    REFUSE = "refuser", "Refuser"


class Weekday(models.IntegerChoices):
    """As datetime.date.isoweekday says it."""

    MONDAY = 1, "Lundi"
    TUESDAY = 2, "Mardi"
    WEDNESDAY = 3, "Mercredi"
    THURSDAY = 4, "Jeudi"
    FRIDAY = 5, "Vendredi"


# --- Trainers ---------------------------------------------------------------------------------------------------------


class TrainerKind(models.TextChoices):
    INTERNAL = "interne", "Interne, à titre accessoire et rémunéré"
    EXTERNAL = "externe", "Externe, d'intérêt général"


class TrainerState(models.TextChoices):
    ONBOARDING = "en-accueil", "En accueil"
    ACTIVE = "actif", "En activité"
    PAUSED = "en-pause", "En pause"
    FORMER = "ancien", "Ne forme plus"


T = TrainerState
TRAINER_MOVES = {
    None: {T.ONBOARDING},
    T.ONBOARDING: {T.ACTIVE, T.FORMER},
    T.ACTIVE: {T.PAUSED, T.FORMER},
    T.PAUSED: {T.ACTIVE, T.FORMER},
    T.FORMER: {T.ONBOARDING},
}
"""A former trainer who comes back is welcomed again."""


class OnboardingStep(models.TextChoices):
    TRAINING = "formation", "Formation de formateurs suivie"
    CHARTER = "charte", "Charte signée"
    SIDE_ACTIVITY = "cumul", "Autorisation de cumul reçue"
    BANK_PAPERS = "pieces-paie", "Pièces de paie remises au service de paie"


ONBOARDING_STEPS = {
    TrainerKind.INTERNAL: list(OnboardingStep),
    TrainerKind.EXTERNAL: [OnboardingStep.TRAINING, OnboardingStep.CHARTER],
}
"""What is asked before a trainer is active."""


class DirectoryField(models.TextChoices):
    """What a trainer may agree to show beside their name."""

    ORGANISATION = "employeur", "Employeur"
    SKILLS = "competences", "Compétences"
    MODULES = "modules", "Modules animés"
    REGIONS = "regions", "Régions"
    LANGUAGES = "langues", "Langues"
    BIOGRAPHY = "presentation", "Présentation"


class AvailabilityKind(models.TextChoices):
    FREE = "disponible", "Disponible"
    BUSY = "indisponible", "Indisponible"


class AssignmentRole(models.TextChoices):
    LEAD = "animation", "Animation"
    CO_LEAD = "co-animation", "Co-animation"
    SUPPORT = "appui", "Appui"


class AssignmentState(models.TextChoices):
    PROPOSED = "proposee", "Proposée"
    ACCEPTED = "acceptee", "Acceptée"
    DECLINED = "declinee", "Déclinée"
    WITHDRAWN = "retiree", "Retirée"
    CANCELLED = "annulee", "Annulée avec la session"


A = AssignmentState
ASSIGNMENT_MOVES = {
    None: {A.PROPOSED},
    A.PROPOSED: {A.ACCEPTED, A.DECLINED, A.WITHDRAWN, A.CANCELLED},
    A.ACCEPTED: {A.WITHDRAWN, A.CANCELLED},
    A.DECLINED: set(),
    A.WITHDRAWN: set(),
    A.CANCELLED: set(),
}
LIVE_ASSIGNMENTS = [A.PROPOSED, A.ACCEPTED]
"""A trainer has one of these at most in a session."""


class RateKind(models.TextChoices):
    INITIATION = "initiation", "Initiation, sensibilisation"
    DEEPENING = "approfondissement", "Approfondissement"
    EXPERTISE = "expertise", "Expertise"


class StatementState(models.TextChoices):
    DRAFT = "brouillon", "Brouillon"
    VALIDATED = "valide", "Validé"


STATEMENT_MOVES = {
    None: {StatementState.DRAFT},
    StatementState.DRAFT: {StatementState.VALIDATED},
    StatementState.VALIDATED: set(),
}
"""What payroll has received does not change."""
