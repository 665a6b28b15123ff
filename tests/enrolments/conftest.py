import pytest

from campus.accounts.models import User
from tests.catalogue.conftest import domain, new_module, new_session, organisation, published_module  # noqa: F401


@pytest.fixture
def new_agent(db):
    """A function that creates an agent."""
    count = iter(range(1, 10_000))

    def create(**fields):
        return User.objects.create_user(f"agent{next(count):04}@exemple.gouv.fr", **fields)

    return create
