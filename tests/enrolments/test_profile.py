"""The profile: asked once, quickly, at first sign-in; the whole of it afterwards, in « Mon espace »."""

import datetime

import pytest
from django.urls import reverse

from campus.accounts.models import EmailDomain, Organisation, User
from catalogue.enums import TimeZone
from catalogue.models import Metier
from enrolments.enums import Category
from enrolments.local_time import hours_elsewhere
from enrolments.models import Profile

pytestmark = pytest.mark.django_db
PROFILE, HOME = reverse("enrolments:profile"), reverse("enrolments:home")
FIRST = {"first": "oui", "first_name": "Camille", "last_name": "Dupont", "category": "agent"}


@pytest.fixture
def newcomer(client, new_agent):
    """An agent without a profile, signed in."""
    agent = new_agent(has_profile=False)
    client.force_login(agent)
    return agent


@pytest.fixture
def agent(client, new_agent):
    agent = new_agent()
    client.force_login(agent)
    return agent


def whole(**answers):
    return {"first_name": "Camille", "last_name": "Dupont", "category": "agent", "time_zone": "Europe/Paris"} | answers


def test_a_newcomer_writes_a_few_answers_and_comes_back_where_they_were_going(client, newcomer, new_session):
    enrol = reverse("enrolments:enrol", args=[new_session().pk])

    sent = client.get(enrol)
    page = client.get(sent.url).text
    back = client.post(PROFILE, {**FIRST, "next": enrol, "region": "la-reunion"})

    assert sent.url == f"{PROFILE}?next={enrol.replace('/', '%2F')}"
    assert "Enregistrer et continuer" in page and "superior_email" not in page
    assert back.url == enrol and client.get(enrol).status_code == 200
    newcomer.refresh_from_db()
    assert newcomer.get_full_name() == "Camille Dupont"
    assert newcomer.profile.time_zone == TimeZone.REUNION


@pytest.mark.parametrize("target", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)", ""])
def test_only_a_page_of_the_site_is_come_back_to(client, newcomer, target):
    assert client.post(PROFILE, {**FIRST, "next": target}).url == HOME


def test_a_double_click_writes_one_profile(client, newcomer):
    assert [client.post(PROFILE, FIRST).url for _ in range(2)] == [HOME, HOME]
    assert Profile.objects.count() == 1


def test_names_are_needed_and_the_rest_is_kept(client, newcomer):
    page = client.post(PROFILE, {**FIRST, "last_name": " ", "region": "bretagne"})

    assert page.status_code == 422 and "Écrivez votre nom." in page.text
    assert 'value="Camille"' in page.text and '<option value="bretagne" selected>' in page.text
    assert not Profile.objects.exists()


def test_an_employer_that_the_address_gives_is_shown_and_not_changed(client, newcomer, organisation):
    EmailDomain.objects.create(name="exemple.gouv.fr", organisation=organisation)
    other = Organisation.objects.create(name="Ailleurs", kind="autre")

    page = client.get(PROFILE).text
    client.post(PROFILE, {**FIRST, "organisation": other.name})

    assert organisation.name in page and 'name="organisation"' not in page
    assert User.objects.get(pk=newcomer.pk).organisation == organisation


def test_an_employer_is_chosen_among_those_that_no_address_proves(client, newcomer, organisation):
    town = Organisation.objects.create(name="Ville de Quimper", acronym="VQ", kind="collectivite")
    EmailDomain.objects.create(name="dinum.fr", organisation=organisation)

    page = client.get(PROFILE).text
    refused = client.post(PROFILE, {**FIRST, "organisation": organisation.name})
    unknown = client.post(PROFILE, {**FIRST, "organisation": "quimper"})
    client.post(PROFILE, {**FIRST, "organisation": "vq"})

    assert '<option value="Ville de Quimper">' in page and organisation.name not in page
    assert refused.status_code == unknown.status_code == 422
    assert "Vouliez-vous dire : Ville de Quimper ?" in unknown.text and 'value="quimper"' in unknown.text
    assert User.objects.get(pk=newcomer.pk).organisation == town


def test_the_whole_profile_is_kept(client, agent, domain):
    metier = Metier.objects.create(slug="data-analyst", name="Data analyst", family="Données")
    answers = whole(
        category="contractuel", service="Bureau 3", metier=metier.pk, interests=[domain.pk], region="guyane",
        time_zone="America/Cayenne", accessibility_needs="LSF", superior_email="Chef@Exemple.gouv.fr",
    )  # fmt: skip

    page = client.post(PROFILE, answers, follow=True)

    assert page.redirect_chain == [(PROFILE, 302)] and "Votre profil est enregistré" in page.text
    profile = Profile.objects.get()
    assert (profile.category, profile.service, profile.metier) == (Category.CONTRACT, "Bureau 3", metier)
    assert (profile.region, profile.time_zone) == ("guyane", "America/Cayenne")
    assert (profile.accessibility_needs, profile.superior_email) == ("LSF", "chef@exemple.gouv.fr")
    assert list(profile.interests.all()) == [domain]
    assert '<optgroup label="Données">' in page.text and f'value="{metier.pk}" selected' in page.text


@pytest.mark.parametrize(("address", "reason"), [("agent", "votre propre adresse"), ("sans arobase", "incomplète")])
def test_the_superior_is_somebody_else_with_a_whole_address(client, agent, address, reason):
    typed = agent.email.upper() if address == "agent" else address
    page = client.post(PROFILE, whole(superior_email=typed, service="Bureau 3"))

    assert page.status_code == 422 and reason in page.text and 'value="Bureau 3"' in page.text


def test_staff_read_profiles_without_accessibility_needs(client, new_agent):
    boss = new_agent(is_staff=True, is_superuser=True)
    other = new_agent()
    Profile.objects.filter(agent=other).update(accessibility_needs="Secret médical", service="Bureau 3")
    client.force_login(boss)

    listed = client.get(reverse("admin:enrolments_profile_changelist")).text
    page = client.get(reverse("admin:enrolments_profile_change", args=[other.profile.pk])).text

    assert other.email in listed and "Bureau 3" in page
    assert "Secret médical" not in listed + page


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ((14, 8), (14, 11), "à votre heure (La Réunion) : mardi 14 mars 2028, de 12\xa0h à 15\xa0h"),
        ((14, 19), (14, 21), "à votre heure (La Réunion) : du mardi 14 mars 2028 à 23\xa0h au mercredi 15 mars 2028 à 1\xa0h"),
        ((14, 8), (15, 11), "à votre heure (La Réunion) : à partir du mardi 14 mars 2028 à 12\xa0h"),
    ],
)  # fmt: skip
def test_hours_are_said_at_the_time_of_the_agent(start, end, said):
    starts_at, ends_at = (datetime.datetime(2028, 3, day, hour, tzinfo=datetime.UTC) for day, hour in (start, end))

    assert hours_elsewhere(starts_at, ends_at, TimeZone.PARIS, TimeZone.REUNION) == said
    assert hours_elsewhere(starts_at, ends_at, TimeZone.PARIS, TimeZone.PARIS) == ""
