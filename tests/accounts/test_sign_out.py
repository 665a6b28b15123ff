"""Signing out: of one browser, or of all."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from campus.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return User.objects.create_user("camille@insee.fr")


@pytest.fixture
def devices(agent):
    """Two browsers of the agent."""
    browsers = Client(), Client()
    for browser in browsers:
        browser.force_login(agent)
    return browsers


def is_signed_in(browser):
    """Personal pages send who is not to the page of signing in."""
    return browser.get(reverse("enrolments:calendar")).status_code == 200


def test_signing_out_ends_the_session_of_this_browser_only(devices):
    here, elsewhere = devices

    page = here.post(reverse("accounts:sign_out"), follow=True).text

    assert "Vous êtes déconnecté." in page
    assert [is_signed_in(here), is_signed_in(elsewhere)] == [False, True]


def test_signing_out_everywhere_ends_every_session_of_one_agent(devices):
    here, elsewhere = devices
    colleague = Client()
    colleague.force_login(User.objects.create_user("sacha@insee.fr"))

    page = here.post(reverse("accounts:sign_out_everywhere"), follow=True).text

    assert "de tous vos appareils" in page
    assert [is_signed_in(browser) for browser in (here, elsewhere, colleague)] == [False, False, True]


def test_one_signs_in_again_afterwards_and_may_leave_again(agent, devices):
    here, elsewhere = devices
    for _ in range(2):
        here.post(reverse("accounts:sign_out_everywhere"))
        agent.refresh_from_db()
        here.force_login(agent)
        elsewhere.force_login(agent)

    assert is_signed_in(here) and not agent.has_usable_password()


@pytest.mark.parametrize("name", ["sign_out", "sign_out_everywhere"])
def test_only_a_form_of_ours_signs_out(agent, name):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(agent)

    assert browser.get(reverse(f"accounts:{name}")).status_code == 405
    assert browser.post(reverse(f"accounts:{name}")).status_code == 403
    assert is_signed_in(browser)


def test_who_is_not_signed_in_has_nothing_to_end(client):
    assert client.post(reverse("accounts:sign_out_everywhere")).url == reverse("pages:home")


def test_the_button_posts_to_it():
    form = render_to_string("accounts/sign_out_everywhere.html", {"csrf_token": "the-token"})

    assert f'action="{reverse("accounts:sign_out_everywhere")}"' in form and 'value="the-token"' in form
