from django.db import models


class OrganisationKind(models.TextChoices):
    MINISTRY = "ministere", "Ministère"
    OPERATOR = "operateur", "Opérateur"
    LOCAL_AUTHORITY = "collectivite", "Collectivité"
    HOSPITAL = "hopital", "Établissement hospitalier"
    PUBLIC_SERVICE_SCHOOL = "ecole-service-public", "École de service public"
    GRANDE_ECOLE = "grande-ecole", "Grande école"
    RESEARCH_INSTITUTE = "institut-recherche", "Institut de recherche"
    INTERNATIONAL = "organisation-internationale", "Organisation internationale"
    OTHER = "autre", "Autre"


PUBLIC_EMPLOYERS = {
    OrganisationKind.MINISTRY,
    OrganisationKind.OPERATOR,
    OrganisationKind.LOCAL_AUTHORITY,
    OrganisationKind.HOSPITAL,
    OrganisationKind.PUBLIC_SERVICE_SCHOOL,
    OrganisationKind.RESEARCH_INSTITUTE,
}
"""Kinds whose people are public agents. The others may be private: a company that trains is an organisation too."""

COUNTRIES = {
    "FR": "France",
    "BE": "Belgique",
    "CA": "Canada",
    "CH": "Suisse",
    "DE": "Allemagne",
    "EE": "Estonie",
    "ES": "Espagne",
    "EU": "Union européenne",
    "FI": "Finlande",
    "GB": "Royaume-Uni",
    "IT": "Italie",
    "LU": "Luxembourg",
    "NL": "Pays-Bas",
    "PT": "Portugal",
    "SN": "Sénégal",
    "UN": "Nations unies",
    "US": "États-Unis",
}
"""French names of the countries of our organisations; any other is shown by its ISO code."""


class Role(models.TextChoices):
    """What somebody does for an organisation, beside being one of its agents."""

    REFERENT = "referent", "Référent"
    HR = "rh", "Correspondant RH"
