import datetime

import pytest
from django.utils import timezone

from campus.accounts.enums import Role
from campus.accounts.models import Membership, Organisation, User
from enrolments.models import Cohort, CohortMember, LicencePool, Profile
from tests.catalogue.conftest import (  # noqa: F401
    domain,
    new_module,
    new_parcours,
    new_programme,
    new_session,
    organisation,
    published_module,
)


@pytest.fixture
def new_agent(db):
    """A function that creates an agent, who has written their profile unless told otherwise."""
    count = iter(range(1, 10_000))

    def create(*, has_profile=True, **fields):
        agent = User.objects.create_user(f"agent{next(count):04}@exemple.gouv.fr", **fields)
        if has_profile:
            Profile.objects.create(agent=agent)
        return agent

    return create


@pytest.fixture(autouse=True)
def all_reservable(settings):
    """Small sessions are reserved whole, but where the share that may be reserved is what is tested."""
    settings.RESERVED_PERCENT = 100


@pytest.fixture
def school(db):
    return Organisation.objects.create(name="École d'essai", acronym="EE", kind="ecole-service-public")


@pytest.fixture
def cohort(school):
    return Cohort.objects.create(organisation=school, name="Ada Lovelace", year=2026)


@pytest.fixture
def referent(school):
    """Of the school."""
    user = User.objects.create_user("referent@ecole.example", first_name="Réf", last_name="Érente")
    Membership.objects.create(user=user, organisation=school, role=Role.REFERENT)
    return user


@pytest.fixture
def new_student(new_agent, cohort):
    """A function that creates an agent in the promotion of the school, who has signed in."""
    count = iter(range(1, 10_000))

    def create(**fields):
        agent = new_agent(**{"last_login": timezone.now()} | fields)
        return CohortMember.objects.create(
            cohort=cohort,
            user=agent,
            email=agent.email,
            first_name="Élève",
            last_name=f"N°{next(count):03}",
            accepted_at=timezone.now(),
        ).user

    return create


@pytest.fixture
def new_pool(db):
    """A function that creates a pool of licences of this year that anybody is given at once, while there are some."""

    def create(seats=3, **fields):
        now = timezone.now()
        return LicencePool.objects.create(
            **{
                "provider": "pix",
                "year": timezone.localdate().year,
                "seats": seats,
                "summary": "Évaluer et certifier ses compétences numériques.",
                "conditions": "Tout agent public.",
                "is_for_known_employers": False,
                "mode": "directe",
                "access": "campagne",
                "campaign_code": "CAMPUS1",
                "start_url": "https://pix.example/campagnes",
                "opens_at": now - datetime.timedelta(days=10),
                "closes_at": now + datetime.timedelta(days=10),
                **fields,
            }
        )

    return create
