"""The menu of « Mon espace », in one place."""

from functools import cache

from django.conf import settings
from django.urls import reverse

from campus.kept import kept
from enrolments.models import CohortMember

COHORTS = ("Mes promotions", "enrolments:my_cohorts")
ENTRIES = [
    ("À faire et à venir", "enrolments:home"),
    ("Mon agenda", "enrolments:calendar"),
    ("Mes favoris", "enrolments:favourites"),
    ("Mes alertes", "enrolments:alerts"),
    ("Mes formations suivies ailleurs", "enrolments:follows"),
    ("Mes licences", "enrolments:licences"),
    ("Mon historique", "enrolments:history"),
    COHORTS,
    ("Mon profil", "enrolments:profile"),
]

IN_COHORTS = "in-cohorts"
"""Under which who is in a promotion is kept."""


def entries_for(user) -> list[tuple[str, str]]:
    """The menu of `user`: promotions are for who is in one, or invited; known within a minute.

    Those are the students of schools, not all agents, and a year after its archive a promotion has none: few enough to be kept.
    """
    in_cohorts = kept(IN_COHORTS, lambda: frozenset(CohortMember.objects.values_list("user", flat=True).distinct()))
    return [entry for entry in ENTRIES if entry != COHORTS or user.pk in in_cohorts]


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
