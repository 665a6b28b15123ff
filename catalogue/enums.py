from django.db import models


class TrainingKind(models.TextChoices):
    """What a training is. All but PARCOURS are modules."""

    TRAINING = "formation", "Formation"
    COURSE = "cours", "Cours en ligne"
    MOOC = "mooc", "MOOC"
    WORKSHOP = "atelier", "Atelier"
    BOOSTER = "booster", "Booster"
    WEBINAR = "webinaire", "Webinaire"
    CONFERENCE = "conference", "Conférence"
    CYCLE = "cycle", "Cycle"
    SEMINAR = "seminaire", "Séminaire"
    SUMMER_SCHOOL = "universite-ete", "Université d'été"
    CERTIFICATION = "certification", "Certification"
    ASSESSMENT = "evaluation", "Évaluation"
    PODCAST = "podcast", "Podcast"
    PARCOURS = "parcours", "Parcours"


class Level(models.TextChoices):
    NOVICE = "novice", "Novice"
    BEGINNER = "debutant", "Débutant"
    INTERMEDIATE = "intermediaire", "Intermédiaire"
    EXPERT = "expert", "Expert"


class Modality(models.TextChoices):
    ONLINE = "en-ligne", "En ligne"
    ON_SITE = "presentiel", "Présentiel"
    HYBRID = "hybride", "Hybride"


class Pace(models.TextChoices):
    SELF_PACED = "autonome", "À son rythme"
    SCHEDULED = "horaire-fixe", "À horaires fixes"
    MIXED = "mixte", "En partie à son rythme"


class Access(models.TextChoices):
    CAMPUS = "campus", "Sessions du campus"
    EXTERNAL = "externe", "Chez l'organisme"
    ON_REQUEST = "demande", "Sur demande"


class Language(models.TextChoices):
    FRENCH = "fr", "Français"
    ENGLISH = "en", "Anglais"
    SPANISH = "es", "Espagnol"
    GERMAN = "de", "Allemand"
    ITALIAN = "it", "Italien"
    PORTUGUESE = "pt", "Portugais"


class PrerequisiteKind(models.TextChoices):
    REQUIRED = "obligatoire", "Obligatoire"
    ADVISED = "recommande", "Recommandé"


class PublicationState(models.TextChoices):
    DRAFT = "brouillon", "Brouillon"
    IN_REVIEW = "relecture", "En relecture"
    PUBLISHED = "publie", "Publié"
    ARCHIVED = "archive", "Archivé"


PUBLICATION_MOVES = {
    PublicationState.DRAFT: {PublicationState.IN_REVIEW, PublicationState.PUBLISHED},
    PublicationState.IN_REVIEW: {PublicationState.DRAFT, PublicationState.PUBLISHED},
    PublicationState.PUBLISHED: {PublicationState.DRAFT, PublicationState.ARCHIVED},
    PublicationState.ARCHIVED: {PublicationState.DRAFT, PublicationState.PUBLISHED},
}


class ProgrammeRequestState(models.TextChoices):
    DRAFT = "brouillon", "Brouillon"
    RECEIVED = "recue", "Reçue"
    ANALYSIS = "analyse", "En analyse"
    PROPOSAL = "proposition", "Proposition faite"
    ACCEPTED = "acceptee", "Acceptée"
    DESIGN = "conception", "En conception"
    ROLLOUT = "deploiement", "En déploiement"
    DONE = "terminee", "Terminée"
    CLOSED = "sans-suite", "Sans suite"


R = ProgrammeRequestState
PROGRAMME_REQUEST_MOVES = {
    None: {R.DRAFT},
    R.DRAFT: {R.RECEIVED},
    R.RECEIVED: {R.ANALYSIS, R.CLOSED},
    R.ANALYSIS: {R.PROPOSAL, R.CLOSED},
    R.PROPOSAL: {R.ANALYSIS, R.ACCEPTED, R.CLOSED},
    R.ACCEPTED: {R.DESIGN, R.CLOSED},
    R.DESIGN: {R.ROLLOUT, R.CLOSED},
    R.ROLLOUT: {R.DONE, R.CLOSED},
    R.DONE: set(),
    R.CLOSED: set(),
}
"""From each state (None: from nothing), those one may go to. A draft that is given up is deleted."""

PROGRAMME_REQUESTS_OPEN = [R.RECEIVED, R.ANALYSIS, R.PROPOSAL, R.ACCEPTED, R.DESIGN, R.ROLLOUT]
"""What staff have in hand."""
WITHDRAWABLE = [R.RECEIVED, R.ANALYSIS, R.PROPOSAL]
"""Who asked may take the request back; later, a programme is being made: they write to the campus."""
WITH_PROGRAMME = [R.ACCEPTED, R.DESIGN, R.ROLLOUT, R.DONE]
"""A programme is linked, without exception."""
PUBLICATION_ASKED = [R.ROLLOUT, R.DONE]
"""Who asked says whether the programme may have a public page."""


class RequesterRole(models.TextChoices):
    HR = "rh", "Ressources humaines ou formation"
    IT = "dsi", "DSI ou service numérique"
    MANAGER = "encadrement", "Encadrement d'une équipe"


class Financing(models.TextChoices):
    OWN = "budget-propre", "Sur le budget de notre administration"
    SHARED = "cofinancement", "Un cofinancement serait utile (FTAP, à étudier)"
    UNKNOWN = "a-etudier", "Nous ne savons pas encore"


class SessionState(models.TextChoices):
    """Derived from dates, seats and cancellation: never stored (Session.state)."""

    SCHEDULED = "programmee", "Inscriptions à venir"
    OPEN = "ouverte", "Inscriptions ouvertes"
    FULL = "complete", "Complet"
    CLOSED = "close", "Inscriptions closes"
    CANCELLED = "annulee", "Annulée"
    FINISHED = "terminee", "Terminée"


class TimeZone(models.TextChoices):
    """Where French public agents work: mainland and overseas."""

    PARIS = "Europe/Paris", "Hexagone (Paris)"
    GUADELOUPE = "America/Guadeloupe", "Guadeloupe"
    MARTINIQUE = "America/Martinique", "Martinique"
    CAYENNE = "America/Cayenne", "Guyane"
    REUNION = "Indian/Reunion", "La Réunion"
    MAYOTTE = "Indian/Mayotte", "Mayotte"
    MIQUELON = "America/Miquelon", "Saint-Pierre-et-Miquelon"
    NOUMEA = "Pacific/Noumea", "Nouvelle-Calédonie"
    TAHITI = "Pacific/Tahiti", "Polynésie française"
    WALLIS = "Pacific/Wallis", "Wallis-et-Futuna"


class Region(models.TextChoices):
    AUVERGNE_RHONE_ALPES = "auvergne-rhone-alpes", "Auvergne-Rhône-Alpes"
    BOURGOGNE_FRANCHE_COMTE = "bourgogne-franche-comte", "Bourgogne-Franche-Comté"
    BRETAGNE = "bretagne", "Bretagne"
    CENTRE_VAL_DE_LOIRE = "centre-val-de-loire", "Centre-Val de Loire"
    CORSE = "corse", "Corse"
    GRAND_EST = "grand-est", "Grand Est"
    HAUTS_DE_FRANCE = "hauts-de-france", "Hauts-de-France"
    ILE_DE_FRANCE = "ile-de-france", "Île-de-France"
    NORMANDIE = "normandie", "Normandie"
    NOUVELLE_AQUITAINE = "nouvelle-aquitaine", "Nouvelle-Aquitaine"
    OCCITANIE = "occitanie", "Occitanie"
    PAYS_DE_LA_LOIRE = "pays-de-la-loire", "Pays de la Loire"
    PROVENCE_ALPES_COTE_D_AZUR = "provence-alpes-cote-d-azur", "Provence-Alpes-Côte d'Azur"
    GUADELOUPE = "guadeloupe", "Guadeloupe"
    MARTINIQUE = "martinique", "Martinique"
    GUYANE = "guyane", "Guyane"
    LA_REUNION = "la-reunion", "La Réunion"
    MAYOTTE = "mayotte", "Mayotte"
    OTHER_OVERSEAS = "autres-outre-mer", "Autres outre-mer"
    ABROAD = "etranger", "Étranger"
