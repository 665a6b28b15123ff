"""Signing in with ProConnect: the journey over real HTTP to a real OpenID provider, and what is never taken for it."""

import re
from html import unescape
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from campus.accounts.models import EmailDomain, EmployerNumber, Organisation, ProConnectIdentity, User
from campus.mailing.outbox import send_next
from tests.accounts.conftest import CAMILLE
from tests.accounts.provider import CLIENT_ID

pytestmark = pytest.mark.django_db
START, HOME = "/connexion/proconnect/", "/mon-espace/"


@pytest.fixture(autouse=True)
def insee():
    employer = Organisation.objects.create(name="Insee", kind="operateur", siret=CAMILLE["siret"])
    EmailDomain.objects.create(name="insee.fr", organisation=employer)
    return employer


@pytest.fixture
def sign_in(provider, at_provider):
    """A function: the whole journey of a browser as `person`; its last answer."""

    def journey(client, person="camille", **query):
        return client.get(at_provider(client.get(START, query).url, person))

    return journey


def is_signed_in(client):
    return "_auth_user_id" in client.session


def with_code(client, email):
    client.post(reverse("accounts:sign_in"), {"email": email})
    while send_next():
        pass
    code = re.search(r"\d{3} \d{3}", mail.outbox[-1].body).group()
    return client.post(reverse("accounts:sign_in_code"), {"code": code})


# --- Coming in ----------------------------------------------------------------------------------------------------------


def test_a_new_agent_comes_in_with_their_names_and_employer(client, sign_in, insee):
    response = sign_in(client)

    assert response.url == HOME and is_signed_in(client)
    user = User.objects.get()
    assert (user.email, user.get_full_name(), user.organisation) == (CAMILLE["email"], "Camille Dupont", insee)
    identity = user.proconnect_identities.get()
    assert (identity.idp_id, identity.siret) == (CAMILLE["idp_id"], CAMILLE["siret"])


def test_only_what_proconnect_knows_is_asked_of_it(client, provider):
    asked = dict(parse_qsl(urlsplit(client.get(START).url).query))

    pkce = {"code_challenge", "code_challenge_method"}
    assert set(asked) - pkce == {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce"}
    assert len(asked["state"]) >= 32 and len(asked["nonce"]) >= 32
    assert asked["redirect_uri"] == "http://testserver/connexion/proconnect/retour/"


def test_no_pkce_where_it_is_not_announced(client, provider):
    provider.tampered["/.well-known/openid-configuration"] = lambda text: text.replace(
        "code_challenge_methods", "other"
    )

    assert "code_challenge" not in client.get(START).url


def test_the_session_takes_another_identifier(client, sign_in, provider, at_provider):
    there = client.get(START).url
    before = client.session.session_key

    client.get(at_provider(there))

    assert is_signed_in(client) and client.session.session_key != before


def test_what_follows_is_where_one_came_from(client, sign_in):
    assert sign_in(client, next="/sessions/?region=bretagne").url == "/sessions/?region=bretagne"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_what_follows_is_never_elsewhere(client, sign_in, target):
    assert sign_in(client, next=target).url == HOME


def test_the_page_begins_with_proconnect_and_keeps_what_follows(client, provider):
    page = client.get(reverse("accounts:sign_in"), {"next": "/sessions/"}).text

    assert page.index("ProConnect") < page.index("Votre adresse électronique professionnelle")
    assert 'href="/connexion/proconnect/?next=%2Fsessions%2F"' in page
    assert "Qu'est-ce que ProConnect ?" in page and 'href="https://www.proconnect.gouv.fr/"' in page


def test_without_its_settings_there_is_no_proconnect(client):
    assert "ProConnect" not in client.get(reverse("accounts:sign_in")).text
    assert client.get(START).status_code == client.get(reverse("accounts:proconnect_return")).status_code == 404


def test_who_is_signed_in_goes_on(client, provider):
    client.force_login(User.objects.create_user("a@insee.fr"))

    assert client.get(START, {"next": "/sessions/"}).url == "/sessions/"


# --- Whose account --------------------------------------------------------------------------------------------------------


def test_an_account_is_found_again_by_its_sub_whatever_its_address(client, sign_in, provider):
    sign_in(client)
    provider.people["camille"]["email"] = "Camille.Martin@INSEE.fr"

    sign_in(Client())

    assert User.objects.get().email == "camille.martin@insee.fr"


def test_an_address_taken_by_another_account_stays_theirs(client, sign_in, provider):
    sign_in(client)
    other = User.objects.create_user("autre@insee.fr")
    provider.people["camille"]["email"] = other.email

    sign_in(second := Client())

    assert User.objects.get(pk=second.session["_auth_user_id"]).email == CAMILLE["email"]


def test_who_signed_in_by_e_mail_is_found_by_their_address(client, sign_in, insee):
    user = User.objects.create_user(CAMILLE["email"], first_name="Cam")

    sign_in(client)

    user.refresh_from_db()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.first_name, user.last_name, user.organisation) == ("Cam", "Dupont", insee)


def test_another_ministry_gives_another_sub_to_the_same_account(client, sign_in, provider):
    sign_in(client)
    finances = Organisation.objects.create(name="Ministère de l'économie", kind="ministere", siret="11000001100019")
    provider.people["elsewhere"] = {**CAMILLE, "idp_id": "idp-of-finances", "siret": finances.siret}

    sign_in(Client(), "elsewhere")

    user = User.objects.get()
    assert user.organisation == finances
    assert set(user.proconnect_identities.values_list("idp_id", flat=True)) == {"idp-of-insee", "idp-of-finances"}


def test_the_employer_that_an_agent_corrected_stays(client, sign_in):
    sign_in(client)
    service = Organisation.objects.create(name="Direction régionale", kind="operateur")
    User.objects.update(organisation=service)

    sign_in(Client())

    assert User.objects.get().organisation == service


def test_a_second_sub_of_one_provider_must_prove_the_mailbox(client, sign_in, provider):
    sign_in(client)
    provider.people["namesake"] = dict(CAMILLE)
    browser = Client()

    page = browser.get(sign_in(browser, "namesake", next="/sessions/").url).text
    assert not is_signed_in(browser) and "Un compte existe déjà" in page and f'value="{CAMILLE["email"]}"' in page
    with_code(browser, CAMILLE["email"])

    assert is_signed_in(browser) and ProConnectIdentity.objects.count() == 2
    sign_in(third := Client(), "namesake")
    assert is_signed_in(third)


def test_staff_are_never_taken_for_by_an_address_alone(client, sign_in):
    User.objects.create_user(CAMILLE["email"], is_staff=True)

    sign_in(client)
    assert not is_signed_in(client) and not ProConnectIdentity.objects.exists()
    with_code(client, CAMILLE["email"])

    assert is_signed_in(client)
    sign_in(second := Client())
    assert is_signed_in(second)


def test_the_code_of_another_address_links_nothing(client, sign_in):
    User.objects.create_user(CAMILLE["email"], is_staff=True)
    sign_in(client)

    with_code(client, "autre@insee.fr")

    assert is_signed_in(client) and not ProConnectIdentity.objects.exists()


def test_a_closed_account_does_not_open(client, sign_in):
    sign_in(client)
    User.objects.update(is_active=False)
    browser = Client()

    page = browser.get(sign_in(browser).url).text

    assert "Ce compte est fermé" in page and not is_signed_in(browser)


# --- Public agents only -----------------------------------------------------------------------------------------------


def test_a_siren_stands_for_all_establishments(client, sign_in, provider):
    region = Organisation.objects.create(name="Région Bretagne", kind="collectivite")
    EmployerNumber.objects.create(number="233500016", organisation=region)
    provider.people["camille"] |= {"siret": "23350001600040", "email": "camille@bretagne.bzh"}

    sign_in(client)

    assert User.objects.get().organisation == region


def test_a_known_address_is_enough(client, sign_in, provider, insee):
    provider.people["camille"]["siret"] = "99999999900019"

    sign_in(client)

    assert User.objects.get().organisation == insee


def test_somebody_else_is_told_why_and_may_ask(client, sign_in, provider):
    provider.people["camille"] |= {"siret": "99999999900019", "email": "camille@entreprise.example"}

    response = sign_in(client)
    page = client.get(response.url).text

    assert response.url == reverse("accounts:access_request") and not is_signed_in(client)
    assert "employeur n'est pas connu" in page and "camille@entreprise.example" in page
    assert reverse("catalogue:training_list") in page and 'value="Dupont"' in page
    assert not User.objects.exists()


def test_the_siret_of_a_company_of_the_catalogue_opens_nothing(client, sign_in, provider):
    Organisation.objects.create(name="Entreprise", kind="autre", siret="99999999900019")
    provider.people["camille"] |= {"siret": "99999999900019", "email": "camille@entreprise.example"}

    sign_in(client)

    assert not User.objects.exists()


@pytest.mark.parametrize("population", ["prestataire", "Prestataire", ["prestataire"], "partenaire"])
def test_a_contractor_with_an_agent_s_address_is_refused(client, sign_in, provider, population):
    provider.people["camille"]["belonging_population"] = population

    page = client.get(sign_in(client).url).text

    assert "prestataire ou partenaire" in page and "Connectez-vous avec elle" not in page and not User.objects.exists()


def test_an_agent_is_said_to_be_one(client, sign_in, provider):
    provider.people["camille"]["belonging_population"] = "agent"

    sign_in(client)

    assert is_signed_in(client)


def test_who_is_refused_may_leave_proconnect_and_be_somebody_else(client, sign_in, provider):
    provider.people["camille"]["belonging_population"] = "prestataire"
    sign_in(client)

    assert provider.issuer in client.post(reverse("accounts:sign_out")).text


# --- What is never taken for an answer of ProConnect --------------------------------------------------------------------


def refused(client, response, title, status):
    page = unescape(response.text)
    assert response.status_code == status and title in page
    assert reverse("accounts:sign_in") in page and not is_signed_in(client) and not User.objects.exists()


@pytest.mark.parametrize("state", ["", "x" * 43])
def test_another_state_is_refused(client, provider, at_provider, state):
    back = urlsplit(at_provider(client.get(START).url))
    query = urlencode({**dict(parse_qsl(back.query)), "state": state})

    refused(client, client.get(f"{back.path}?{query}"), "n'est plus valable", 400)


def test_the_attempt_of_another_browser_is_refused(client, provider, at_provider):
    back = at_provider(Client().get(START).url)

    refused(client, client.get(back), "n'est plus valable", 400)


def test_an_answer_serves_once(client, provider, at_provider):
    back = at_provider(client.get(START).url)
    client.get(back)
    client.post(reverse("accounts:sign_out"))
    User.objects.all().delete()

    refused(client, client.get(back), "n'est plus valable", 400)


def test_who_asks_twice_is_in_all_the_same(client, provider, at_provider):
    back = at_provider(client.get(START).url)
    client.get(back)

    assert client.get(back).url == HOME and is_signed_in(client)


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "n" * 43},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"aud": ["somebody-else"], "azp": CLIENT_ID},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"sub": "somebody-else"},
    ],
    ids=str,
)
def test_an_id_token_that_is_not_ours_is_refused(client, sign_in, provider, changes):
    provider.tampered["/token"] = provider.with_id_token(**changes)

    refused(client, sign_in(client), "n'est pas valable", 502)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "somebody-else"},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"sub": "somebody-else"},
        {"sub": None},
        {"exp": 1_700_000_000},
    ],
    ids=str,
)
def test_a_userinfo_that_is_not_ours_is_refused(client, sign_in, provider, changes):
    provider.tampered["/userinfo"] = lambda token: provider.signed_again(token, **changes)

    refused(client, sign_in(client), "n'est pas valable", 502)


def another_signature(token):
    return f"{token.rpartition('.')[0]}.{'A' * 342}"


def another_payload(token):
    header, payload, signature = token.split(".")
    return f"{header}.{payload[:-8]}{'A' * 8}.{signature}"


def no_signature(token):
    return f"eyJhbGciOiJub25lIn0.{token.split('.')[1]}."


@pytest.mark.parametrize("alter", [another_signature, another_payload, no_signature, lambda token: '{"sub": "x"}'])
def test_a_userinfo_that_is_not_signed_by_the_provider_is_refused(client, sign_in, provider, alter):
    provider.tampered["/userinfo"] = alter

    refused(client, sign_in(client), "n'est pas valable", 502)


def test_an_answer_without_id_token_is_refused(client, sign_in, provider):
    provider.tampered["/token"] = lambda text: text.replace('"id_token"', '"other"')

    refused(client, sign_in(client), "n'est pas valable", 502)


def test_an_unproved_address_is_refused(client, sign_in, provider):
    provider.tampered["/userinfo"] = lambda token: provider.signed_again(token, email_verified=False)

    refused(client, sign_in(client), "ne nous a pas donné votre adresse", 403)


def test_another_issuer_than_the_configured_one_is_refused(client, provider):
    provider.tampered["/.well-known/openid-configuration"] = lambda text: text.replace(
        f'"issuer": "{provider.issuer}"', '"issuer": "https://evil.example"'
    )

    refused(client, client.get(START), "n'est pas valable", 502)


# --- Errors ------------------------------------------------------------------------------------------------------------


def test_who_refuses_there_is_told_what_to_do_here(client, provider, at_provider):
    back = at_provider(client.get(START, {"next": "/sessions/"}).url, refuse="oui")
    response = client.get(back)

    refused(client, response, "Vous n'êtes pas connecté", 403)
    assert "/connexion/proconnect/?next=%2Fsessions%2F" in response.text


@pytest.mark.parametrize(
    ("error", "title", "status"),
    [
        ("access_denied", "Vous n'êtes pas connecté", 403),
        ("Y000400", "a refusé notre demande", 502),
        ("invalid_scope", "a refusé notre demande", 502),
        ("server_error", "ne répond pas", 503),
        ("<script>", "a refusé notre demande", 502),
    ],
)
def test_each_error_has_its_page(client, provider, error, title, status):
    response = client.get(reverse("accounts:proconnect_return"), {"error": error, "error_description": "<script>"})

    refused(client, response, title, status)
    assert "<script>" not in response.text


def test_a_provider_that_is_down_leaves_the_e_mail(client, provider, settings):
    settings.PROCONNECT_ISSUER = "http://127.0.0.1:9"

    refused(client, client.get(START), "ne répond pas", 503)
    assert client.get(reverse("accounts:sign_in")).status_code == 200


@pytest.mark.parametrize("path", ["/token", "/userinfo", "/jwks"])
def test_a_provider_that_breaks_on_the_way_is_no_error_of_ours(client, sign_in, provider, path):
    provider.tampered[path] = lambda text: "<h1>Bad gateway</h1>"

    response = sign_in(client)

    assert response.status_code in {502, 503} and not is_signed_in(client)


def test_the_discovery_document_is_read_once(client, sign_in, provider):
    sign_in(client)
    sign_in(Client())

    assert [path for path, _query in provider.seen].count("/.well-known/openid-configuration") == 1


# --- Signing out ------------------------------------------------------------------------------------------------------


def test_signing_out_ends_the_session_at_proconnect_too(client, sign_in, provider):
    sign_in(client)
    id_token = client.session["proconnect_id_token"]

    page = client.post(reverse("accounts:sign_out")).text
    there = re.search(r'url=(http[^"]+)"', page).group(1).replace("&amp;", "&")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}

    assert not is_signed_in(client) and there.startswith(f"{provider.issuer}/session/end?")
    assert set(asked) == {"id_token_hint", "state", "post_logout_redirect_uri"}
    assert asked["id_token_hint"] == id_token and len(asked["state"]) >= 32
    assert asked["post_logout_redirect_uri"] == "http://testserver/deconnexion/proconnect/retour/"
    home = client.get(reverse("accounts:sign_out_return"), {"state": asked["state"]}, follow=True)
    assert home.redirect_chain == [("/", 302)] and "ProConnect vous a déconnecté aussi" in home.text


def test_leaving_the_admin_leaves_proconnect_too(client, sign_in, provider):
    sign_in(client)
    User.objects.update(is_staff=True)

    assert f"{provider.issuer}/session/end?" in client.post(reverse("admin:logout")).text
    assert not is_signed_in(client)


def test_coming_back_with_another_state_says_nothing(client, sign_in, provider):
    sign_in(client)
    client.post(reverse("accounts:sign_out"))

    page = client.get(reverse("accounts:sign_out_return"), {"state": "é"}, follow=True).text

    assert "ProConnect vous a déconnecté" not in page


def test_signing_out_works_when_the_provider_is_down(client, sign_in, provider, settings):
    sign_in(client)
    settings.PROCONNECT_ISSUER = "http://127.0.0.1:9"

    page = client.post(reverse("accounts:sign_out"), follow=True).text

    assert not is_signed_in(client) and "fermez votre navigateur" in page


def test_who_came_by_e_mail_has_nothing_to_end_there(client, provider):
    with_code(client, CAMILLE["email"])

    assert client.post(reverse("accounts:sign_out")).url == "/"


def test_no_page_of_it_is_kept(client, sign_in, provider):
    answers = [client.get(START), sign_in(client), client.post(reverse("accounts:sign_out"))]

    assert {answer["Cache-Control"] for answer in answers} == {"private, no-store"}
