"""Signing in by e-mail: a code, once, for who owns the address."""

import datetime
import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import TRIES, EmailDomain, Organisation, Rate, SignInAttempt, User
from campus.accounts.sign_in import forget_old_attempts
from campus.mailing.outbox import send_next

pytestmark = pytest.mark.django_db
ADDRESS = "camille.dupont@insee.fr"


@pytest.fixture(autouse=True)
def insee():
    employer = Organisation.objects.create(name="Insee", kind="ministere")
    EmailDomain.objects.create(name="insee.fr", organisation=employer)
    return employer


def ask(client, email=ADDRESS, **fields):
    return client.post(reverse("accounts:sign_in"), {"email": email, **fields})


def received():
    """(code, path of the link) of the last e-mail."""
    while send_next():
        pass
    body = mail.outbox[-1].body
    return re.search(r"\d{3} \d{3}", body).group(), re.search(r"https?://[^/]+(/\S+)", body).group(1)


def type_in(client, code):
    return client.post(reverse("accounts:sign_in_code"), {"code": code})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def another_code(code):
    return f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06}"


def test_a_new_agent_signs_in_with_the_code(client, insee):
    ask(client, " Camille.Dupont@INSEE.fr ")
    code, _link = received()
    before = client.session.session_key

    response = type_in(client, code)

    assert response.url == reverse("enrolments:home") and is_signed_in(client)
    assert client.session.session_key != before
    assert User.objects.get().email == ADDRESS and User.objects.get().organisation == insee


def test_an_account_is_found_again(client):
    user = User.objects.create_user(ADDRESS, first_name="Camille")

    ask(client)
    type_in(client, received()[0])

    assert client.session["_auth_user_id"] == str(user.pk)
    assert User.objects.count() == 1


def test_the_answer_says_nothing_of_who_has_an_account(client):
    User.objects.create_user(ADDRESS)
    known, unknown, outside = (Client(), Client(), Client())
    answers = [ask(known), ask(unknown, "autre@insee.fr"), ask(outside, "quelqu.un@exemple.com")]

    pages = [browser.get(answer.url).text for browser, answer in zip((known, unknown, outside), answers, strict=True)]

    assert len({(answer.status_code, answer.url) for answer in answers}) == 1
    same = [re.sub(r'value="\w{64}"|[\w.]+@[\w.]+', "", page) for page in pages]
    assert same[0] == same[1] == same[2]


def test_what_follows_is_where_one_came_from(client):
    ask(client, next="/sessions/?region=bretagne")

    assert type_in(client, received()[0]).url == "/sessions/?region=bretagne"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "/\r\nX: y", "javascript:alert(1)", ""]
)
def test_what_follows_is_never_elsewhere(client, target):
    ask(client, next=target)

    assert type_in(client, received()[0]).url == reverse("enrolments:home")


def test_a_code_serves_once(client):
    ask(client)
    code, link = received()
    type_in(client, code)
    client.post(reverse("accounts:sign_out"))

    assert type_in(client, code).url == reverse("accounts:sign_in")
    assert client.get(link).status_code == 410
    assert not is_signed_in(client)


def test_a_code_serves_in_the_browser_that_asked(client):
    ask(client)
    code, _link = received()
    other = Client()

    assert type_in(other, code).url == reverse("accounts:sign_in")
    assert not is_signed_in(other)


def test_a_code_is_over_after_a_quarter_of_an_hour(client):
    ask(client)
    code, link = received()
    SignInAttempt.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=15, seconds=1))

    page = client.post(reverse("accounts:sign_in_code"), {"code": code}, follow=True).text

    assert "demandez-en un autre" in page and not is_signed_in(client)
    assert client.get(link).status_code == 410


def test_a_wrong_code_is_told_at_the_field_and_kept_then_is_once_too_many(client):
    ask(client)
    code, _link = received()
    wrong = another_code(code)

    response = type_in(client, wrong)
    assert response.status_code == 422 and "Il vous reste 4 essais." in response.text
    assert f'value="{wrong}"' in response.text
    for _ in range(TRIES - 2):
        type_in(client, wrong)
    assert type_in(client, wrong).url == reverse("accounts:sign_in")

    assert type_in(client, code).url == reverse("accounts:sign_in")
    assert not is_signed_in(client)


def test_a_scanner_of_mails_does_not_use_the_link_up(client):
    ask(client)
    _code, link = received()
    for scanner in (Client(), client):
        scanner.head(link)
        scanner.get(link)

    assert not is_signed_in(client)
    assert client.post(link).url == reverse("enrolments:home") and is_signed_in(client)


def test_in_another_browser_the_link_asks_for_the_code(client):
    ask(client)
    code, link = received()
    phone = Client()

    page = phone.get(link).text
    assert "Code reçu" in page
    assert phone.post(link).status_code == 422 and not is_signed_in(phone)
    phone.post(link, {"code": code})

    assert is_signed_in(phone) and not is_signed_in(client)


@pytest.mark.parametrize("token", ["x", "MQ:1abc:def", "é"])
def test_a_mangled_link_says_to_ask_for_another(client, token):
    assert client.get(f"/connexion/lien/{token}/").status_code == 410


def test_codes_are_not_kept_in_clear(client):
    ask(client)
    code, _link = received()

    assert code.replace(" ", "") not in str(list(SignInAttempt.objects.values_list()))


def test_too_many_codes_for_one_address_are_refused_whatever_the_browser(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "sign_in_address": 2}
    answers = [ask(Client()) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "Trop de codes" in answers[-1].text and f'value="{ADDRESS}"' in answers[-1].text
    assert SignInAttempt.objects.count() == 2
    assert ask(Client(), "autre@insee.fr").status_code == 302


def test_too_many_codes_from_one_ip_are_refused(settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "sign_in_ip": 2}
    answers = [ask(Client(), f"agent{number}@insee.fr") for number in range(3)]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert not Rate.objects.filter(subject__contains="127").exists()


def test_a_proxy_s_word_is_taken_only_behind_one(settings, client):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "sign_in_ip": 1}

    def from_ip(address, number):
        return Client(headers={"x-forwarded-for": f"6.6.6.6, {address}"}).post(
            reverse("accounts:sign_in"), {"email": f"agent{number}@insee.fr"}
        )

    assert [from_ip("10.0.0.1", 1).status_code, from_ip("10.0.0.2", 2).status_code] == [302, 429]
    settings.BEHIND_PROXY = True
    assert [from_ip("10.0.0.1", 3).status_code, from_ip("10.0.0.2", 4).status_code] == [302, 302]
    assert from_ip("10.0.0.1", 5).status_code == 429


def test_a_closed_account_does_not_open(client):
    User.objects.create_user(ADDRESS, is_active=False)
    ask(client)

    page = client.post(reverse("accounts:sign_in_code"), {"code": received()[0]}, follow=True).text

    assert "Ce compte est fermé" in page and not is_signed_in(client)


@pytest.mark.parametrize("email", ["", "camille", "camille@", "a\x00b@insee.fr", f"{'a' * 300}@insee.fr"])
def test_a_wrong_address_is_told_at_the_field(client, email):
    response = ask(client, email)

    assert response.status_code == 422 and "fr-message--error" in response.text
    assert not SignInAttempt.objects.exists()


def test_who_is_signed_in_goes_on(client):
    client.force_login(User.objects.create_user(ADDRESS))

    assert client.get(reverse("accounts:sign_in"), {"next": "/sessions/"}).url == "/sessions/"


def test_no_page_of_the_sign_in_is_kept(client):
    ask(client)

    for path in [reverse("accounts:sign_in"), reverse("accounts:sign_in_code"), received()[1]]:
        assert client.get(path)["Cache-Control"] == "private, no-store"


def test_attempts_are_forgotten_after_a_day(client):
    ask(client)
    forget_old_attempts()
    assert SignInAttempt.objects.exists()
    SignInAttempt.objects.update(created_at=timezone.now() - datetime.timedelta(days=2))

    forget_old_attempts()

    assert not SignInAttempt.objects.exists()
