"""How one finds one's spaces: in the header of every page, and beside the pages of each space."""

from html import unescape

import pytest
from django.urls import reverse

from campus.accounts.enums import Role
from campus.accounts.models import Membership, Organisation
from campus.kept import forget_all
from campus.pages.spaces import spaces_of
from catalogue.models import Partner
from tests.trainers.conftest import (  # noqa: F401
    domain,
    employer,
    new_agent,
    new_application,
    new_call,
    new_trainer,
    skill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def read_anew():
    """As if a minute had passed."""
    forget_all()


def test_a_trainer_finds_their_space_from_every_page(client, new_trainer):  # noqa: F811
    client.force_login(new_trainer().user)

    assert client.get("/plan-du-site/").text.count('href="/espace-formateur/"') == 1
    beside = client.get("/mon-espace/").text.partition('class="fr-sidemenu"')[2]
    assert 'href="/espace-formateur/"' in beside
    beside = client.get("/espace-formateur/").text.partition('class="fr-sidemenu"')[2]
    assert 'href="/mon-espace/"' in beside


def test_an_agent_is_not_told_of_spaces_that_are_not_theirs(client, new_agent, new_trainer):  # noqa: F811
    new_trainer()
    client.force_login(new_agent())

    page = client.get("/mon-espace/").text

    assert "/espace-formateur/" not in page and "/devenir-formateur/candidatures/" not in page


def test_who_applied_finds_their_applications_in_their_space(client, new_agent, new_application):  # noqa: F811
    client.force_login(new_application().applicant)

    assert 'href="/devenir-formateur/candidatures/"' in client.get("/mon-espace/").text


@pytest.mark.parametrize(("count", "is_shown"), [(1, False), (2, True)])
def test_a_referent_of_two_schools_goes_from_one_to_the_other_by_the_side_menu(client, new_agent, count, is_shown):  # noqa: F811
    referent = new_agent()
    for number in range(count):
        school = Organisation.objects.create(name=f"École {number}", kind="grande-ecole")
        Partner.objects.create(organisation=school, since=2024)
        Membership.objects.create(user=referent, organisation=school, role=Role.REFERENT)
    client.force_login(referent)

    for page in ["catalogue:partner_space", "enrolments:cohort_list"]:
        beside = unescape(client.get(reverse(page, args=[school.slug])).text.partition('class="fr-sidemenu"')[2])
        assert ('href="/espace-partenaire/">Changer d\'espace partenaire' in beside) is is_shown


@pytest.mark.parametrize("has_partner", [True, False])
def test_an_organisation_that_is_no_partner_is_no_space_of_its_referent(client, new_agent, has_partner):  # noqa: F811
    referent = new_agent()
    for number in range(2):
        school = Organisation.objects.create(name=f"École {number}", kind="grande-ecole")
        Membership.objects.create(user=referent, organisation=school, role=Role.REFERENT)
    if has_partner:
        Partner.objects.create(organisation=school, since=2024)
    client.force_login(referent)

    spaces = [link for link in spaces_of(referent) if link.label == "Espace partenaire"]
    answer = client.get(reverse("catalogue:partner_spaces"))

    assert [link.switch for link in spaces] == ([""] if has_partner else [])
    assert answer.status_code == (302 if has_partner else 403)


def test_spaces_cost_no_query_once_read(client, new_agent, django_assert_num_queries):  # noqa: F811
    client.force_login(new_agent())
    client.get("/plan-du-site/")

    with django_assert_num_queries(3):  # the session, the account, the domains
        client.get("/plan-du-site/")
