import pytest

from campus.accounts.models import User
from enrolments.models import Profile
from tests.catalogue.conftest import (  # noqa: F401
    domain,
    new_module,
    new_parcours,
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
