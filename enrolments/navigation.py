"""The menu of « Mon espace », in one place."""

from functools import cache

from django.conf import settings
from django.urls import reverse

ENTRIES = [
    ("À faire et à venir", "enrolments:home"),
    ("Mon agenda", "enrolments:calendar"),
    ("Mes favoris", "enrolments:favourites"),
    ("Mes alertes", "enrolments:alerts"),
    ("Mes formations suivies ailleurs", "enrolments:follows"),
    ("Mes licences", "enrolments:licences"),
    ("Mon historique", "enrolments:history"),
    # For all: asking who is in one would cost each page a query, and keeping it the memory of two million agents.
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


def home_url() -> str:
    """The whole address of « Mon espace », for messages and agendas."""
    return settings.SITE_URL + _home_path()


@cache
def _home_path() -> str:
    return reverse("enrolments:home")
