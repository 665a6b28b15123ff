"""ProConnect, the State's OpenID Connect provider: sending people there, and checking what comes back.

Nothing here knows of accounts (campus/accounts/identities.py). What ProConnect asks of a service:
https://partenaires.proconnect.gouv.fr/docs/fournisseur-service/implementation_technique
"""

import logging
import re
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import requests
from authlib.integrations.django_client import OAuth, OAuthError
from django.conf import settings
from django.core.cache import cache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

logger = logging.getLogger(__name__)

# Not HS256, which ProConnect offers too: who verifies it could sign it.
ALGORITHMS = ["RS256", "ES256"]
TIMEOUT_SECONDS = 5
DISCOVERY_SECONDS = 3600
CLOCK_SECONDS = 60
"""How far the clocks of both may be apart."""


class Fault(NamedTuple):
    """What to tell somebody whom ProConnect did not bring in."""

    title: str
    text: str
    status: int


REFUSED = Fault("Vous n'êtes pas connecté", "L'identification s'est arrêtée chez ProConnect, par vous ou par lui.", 403)
STALE = Fault(
    "Cette identification n'est plus valable",
    "Elle a déjà servi, a trop attendu, ou a commencé dans un autre navigateur.",
    400,
)
REJECTED = Fault(
    "ProConnect a refusé notre demande", "Vous n'y êtes pour rien : l'équipe du campus en est avertie.", 502
)
DOWN = Fault("ProConnect ne répond pas", "C'est souvent passager.", 503)
UNPROVED = Fault(
    "ProConnect ne nous a pas donné votre adresse",
    "Sans adresse électronique vérifiée, nous ne savons pas qui vous êtes.",
    403,
)
UNSAFE = Fault(
    "La réponse de ProConnect n'est pas valable",
    "Rien ne prouve qu'elle vient de lui ni qu'elle vous est destinée : par prudence, nous l'avons écartée.",
    502,
)
FAULTS = {
    "access_denied": REFUSED,
    "login_required": REFUSED,
    "interaction_required": REFUSED,
    "consent_required": REFUSED,
    "mismatching_state": STALE,
    "invalid_grant": STALE,
    "server_error": DOWN,
    "temporarily_unavailable": DOWN,
}
"""By error of OpenID Connect. Any other is that of our request: unknown client, scope that was not granted, Y000400…"""


class ProConnectError(Exception):
    """`fault`: what to tell; `next_path`: where the person was going, "" when unknown."""

    def __init__(self, fault: Fault, next_path: str = ""):
        super().__init__(fault.title)
        self.fault, self.next_path = fault, next_path


@dataclass(frozen=True)
class Person:
    """Who signed in, as ProConnect says, verified. "" for what it does not say; `email` in lower case."""

    sub: str
    email: str
    first_name: str = ""
    last_name: str = ""
    siret: str = ""
    idp_id: str = ""
    population: str = ""


@dataclass(frozen=True)
class Answer:
    person: Person
    id_token: str
    next_path: str


def is_on() -> bool:
    return bool(settings.PROCONNECT_ISSUER)


def start(request, *, return_uri: str, next_path: str) -> str:
    """The address at ProConnect to send this browser to; its session remembers the attempt. Raises ProConnectError."""
    with _faults(next_path):
        client = _client()
        begun = client.create_authorization_url(return_uri, state=_unguessable(), nonce=_unguessable())
    client.save_authorize_data(request, redirect_uri=return_uri, next_path=next_path, **begun)
    return begun["url"]


def finish(request) -> Answer:
    """What ProConnect sends this browser back with, once. Raises ProConnectError.

    The id_token and userinfo are signed by keys of the issuer, for us, and are about the same person; the id_token
    is that of this attempt and still good.
    """
    state = request.GET.get("state", "")
    with _faults():
        client = _client()
    next_path = (client.framework.get_state_data(request.session, state) or {}).get("next_path", "")
    with _faults(next_path):
        try:
            token = client.authorize_access_token(
                request, claims_options=_claims(says_audience=True), leeway=CLOCK_SECONDS
            )
        finally:
            client.framework.clear_state_data(request.session, state)
        if "id_token" not in token:
            raise ProConnectError(UNSAFE)
        claims = _userinfo(client, token)
        if claims["sub"] != token["userinfo"]["sub"]:
            raise ProConnectError(UNSAFE)
        return Answer(_person(claims), token["id_token"], next_path)


def end_session(*, id_token: str, return_uri: str) -> tuple[str, str]:
    """(the address that ends the session at ProConnect, the state that it comes back with). Raises ProConnectError."""
    with _faults():
        ending = _client().create_logout_url(return_uri, id_token_hint=id_token, state=_unguessable())
    return ending["url"], ending["state"]


def _unguessable() -> str:
    return secrets.token_urlsafe(32)  # 43 characters; ProConnect wants 32 at least


def _client():
    metadata = cache.get_or_set(f"proconnect-{settings.PROCONNECT_ISSUER}", _discover, DISCOVERY_SECONDS)
    options = {"scope": settings.PROCONNECT_SCOPES, "token_endpoint_auth_method": "client_secret_post"}
    if "S256" in metadata.get("code_challenge_methods_supported", []):  # elsewhere it would be a parameter too many
        options["code_challenge_method"] = "S256"
    return OAuth().register(
        "proconnect",
        client_id=settings.PROCONNECT_CLIENT_ID,
        client_secret=settings.PROCONNECT_CLIENT_SECRET,
        client_kwargs={**options, "default_timeout": TIMEOUT_SECONDS},
        **{**metadata, "id_token_signing_alg_values_supported": ALGORITHMS},
    )


def _discover() -> dict:
    """What the provider says of itself. Its keys are fetched at each sign-in instead: they change without notice."""
    response = requests.get(f"{settings.PROCONNECT_ISSUER}/.well-known/openid-configuration", timeout=TIMEOUT_SECONDS)
    response.raise_for_status()
    metadata = response.json()
    if metadata.get("issuer") != settings.PROCONNECT_ISSUER:
        logger.error("ProConnect says that its issuer is %r, not PROCONNECT_ISSUER.", metadata.get("issuer"))
        raise ProConnectError(UNSAFE)
    return metadata


def _claims(*, says_audience: bool) -> dict:
    """From whom, and for whom, a token must be. OpenID Connect leaves the audience of userinfo to choice."""
    return {
        "iss": {"essential": True, "value": settings.PROCONNECT_ISSUER},
        "aud": {"essential": says_audience, "value": settings.PROCONNECT_CLIENT_ID},
    }


def _userinfo(client, token) -> dict:
    response = client.get(client.server_metadata["userinfo_endpoint"], token=token)
    response.raise_for_status()
    claims = jwt.decode(response.text, KeySet.import_key_set(client.fetch_jwk_set()), algorithms=ALGORITHMS).claims
    jwt.JWTClaimsRegistry(leeway=CLOCK_SECONDS, **_claims(says_audience=False)).validate(claims)
    return claims


def _person(claims) -> Person:
    def text(name, longest=150):
        value = claims.get(name) or ""
        value = " ".join(map(str, value)) if isinstance(value, list) else str(value)
        return " ".join(value.replace("\x00", "").split())[:longest]

    email = text("email", 254).lower()
    if "@" not in email or claims.get("email_verified") is False:
        raise ProConnectError(UNPROVED)
    siret = text("siret").replace(" ", "")
    return Person(
        sub=str(claims["sub"]),
        email=email,
        first_name=text("given_name"),
        last_name=text("usual_name"),
        siret=siret if re.fullmatch(r"[0-9]{14}", siret) else "",
        idp_id=text("idp_id"),
        population=text("belonging_population").lower(),
    )


@contextmanager
def _faults(next_path: str = ""):
    """Make a ProConnectError of all that another's server may do wrong."""
    try:
        yield
    except ProConnectError as error:
        error.next_path = error.next_path or next_path
        raise
    except requests.RequestException as error:
        logger.warning("ProConnect does not answer: %s", error)
        raise ProConnectError(DOWN, next_path) from error
    except OAuthError as error:
        fault = FAULTS.get(error.error, REJECTED)
        logger.log(logging.ERROR if fault is REJECTED else logging.INFO, "ProConnect: %r", error.error)
        raise ProConnectError(fault, next_path) from error
    except (JoseError, KeyError, TypeError, ValueError) as error:
        logger.error("What ProConnect answered is not valid: %r", error)
        raise ProConnectError(UNSAFE, next_path) from error
