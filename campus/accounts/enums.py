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
