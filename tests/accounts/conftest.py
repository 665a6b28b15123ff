import re

import pytest
import requests
from django.core.cache import cache

from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, Provider

CAMILLE = {
    "given_name": "Camille",
    "usual_name": "Dupont",
    "email": "camille.dupont@insee.fr",
    "uid": "cdupont",
    "siret": "12002701600019",
    "idp_id": "idp-of-insee",
}


@pytest.fixture(scope="session")
def running_provider():
    with Provider() as provider:
        yield provider


@pytest.fixture
def provider(running_provider, settings):
    """ProConnect, configured on both sides. It knows « camille » (CAMILLE); `provider.people` may be filled further."""
    running_provider.register("http://testserver")
    running_provider.people.clear()
    running_provider.people["camille"] = dict(CAMILLE)
    running_provider.tampered.clear()
    running_provider.seen.clear()
    settings.PROCONNECT_ISSUER = running_provider.issuer
    settings.PROCONNECT_CLIENT_ID, settings.PROCONNECT_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
    cache.clear()
    return running_provider


@pytest.fixture
def at_provider():
    """A function: from the address at the provider to the one that it sends back to, as `person` or refusing."""

    def go(address, person="camille", **form):
        with requests.Session() as browser:
            page = browser.get(address, timeout=10).text
            token = re.search(r'name="token" value="([^"]+)"', page).group(1)
            form = {"token": token, "person": person, **form}
            answer = browser.post(
                "/".join(address.split("/")[:3]) + "/login", data=form, allow_redirects=False, timeout=10
            )
            return answer.headers["Location"].removeprefix("http://testserver")

    return go
