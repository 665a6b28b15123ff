"""The menu of « Mon espace », in one place."""

ENTRIES = [
    ("À faire et à venir", "enrolments:home"),
    ("Mon agenda", "enrolments:calendar"),
    ("Mes favoris", "enrolments:favourites"),
    ("Mes alertes", "enrolments:alerts"),
    ("Mes formations suivies ailleurs", "enrolments:follows"),
    ("Mes licences", "enrolments:licences"),
    ("Mon historique", "enrolments:history"),
    ("Mes promotions", "enrolments:my_cohorts"),
    ("Mon profil", "enrolments:profile"),
]

PARTNER_ENTRIES = [
    ("Promotions", "enrolments:cohort_list"),
    ("Places réservées", "enrolments:cohort_quotas"),
]
"""Pages of « Espace partenaire » that this app adds; each takes the slug of the partner."""

EMPLOYER_ENTRIES = [
    ("Chiffres", "enrolments:employer_figures"),
    ("Priorités internes", "enrolments:employer_priorities"),
    ("Places réservées", "enrolments:employer_quotas"),
]
"""The menu of « Espace employeur »; each takes the slug of the employer."""
