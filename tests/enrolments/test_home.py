"""« Mon espace »: what to do, what comes, what was, what may interest; each page in few queries."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from campus.side_menu import menu
from catalogue.models import Metier, Place
from catalogue.transitions import cancel_session
from enrolments import follows, navigation
from enrolments.enums import EnrolmentState
from enrolments.models import Agreement, Enrolment, Profile
from enrolments.transitions import enrol, withdraw

pytestmark = pytest.mark.django_db
HOME, HISTORY = reverse("enrolments:home"), reverse("enrolments:history")


@pytest.fixture
def agent(client, new_agent):
    agent = new_agent()
    client.force_login(agent)
    return agent


@pytest.fixture
def new_published(new_module):
    def create(title, **fields):
        return new_module(title, **{"state": "publie", "published_on": timezone.localdate(), **fields})

    return create


@pytest.fixture
def breton_place():
    return Place.objects.create(name="Cité", address="1 quai", postcode="35000", city="Rennes", region="bretagne")


def test_each_page_of_the_space_leads_to_the_others(client, agent):
    """But promotions, which are for who is in one (test_cohort_consent)."""
    entries = menu([entry for entry in navigation.ENTRIES if entry != navigation.COHORTS], HOME)

    for entry in entries:
        page = client.get(entry.url).text
        assert all(f'href="{other.url}"' in page for other in entries)
        assert f'href="{entry.url}" aria-current="page"' in page
    assert [entry.url for entry in entries if entry.current] == [HOME]


def test_what_to_do_is_said_first(client, agent, new_session, new_published, new_agent):
    mooc = new_published("Un MOOC", access="externe", access_url="https://a.fr")
    follows.follow(agent=agent, module=mooc)
    asked = Enrolment.objects.create(agent=agent, session=new_session(), state=EnrolmentState.REQUESTED)
    Agreement.objects.create(
        enrolment=asked, superior_email="chef@insee.fr", expires_at=timezone.now() + datetime.timedelta(days=3)
    )

    page = client.get(HOME).text

    assert "Avez-vous terminé cette formation ?" in page and mooc.get_absolute_url() in page
    assert "L'accord de votre supérieur est attendu" in page and "chef@insee.fr" in page
    assert page.index("À faire") < page.index("<h2>À venir")


def test_hours_of_online_sessions_are_those_of_the_agent(client, agent, new_session, new_published, breton_place):
    enrol(agent=agent, session=new_session(), by=agent)
    on_site = new_session(in_days=40, module=new_published("Sur place"), modality="presentiel", place=breton_place)
    enrol(agent=agent, session=on_site, by=agent)
    assert "à votre heure" not in client.get(HOME).text

    Profile.objects.update(time_zone="Indian/Reunion")

    assert client.get(HOME).text.count("à votre heure (La Réunion) :") == 1


def test_the_past_is_complete_and_has_pages(client, agent, new_session, new_agent):
    session = new_session()
    for _ in range(21):
        withdraw(enrolment=enrol(agent=agent, session=session, by=agent), by=agent)
    coming = enrol(agent=agent, session=session, by=agent)
    over = new_session(in_days=-10)
    Enrolment.objects.create(agent=agent, session=over, state=EnrolmentState.PRESENT)
    Enrolment.objects.create(agent=new_agent(), session=over, state=EnrolmentState.ABSENT)

    pages = [client.get(f"{HISTORY}?page={number}").text for number in (1, 2)]

    assert [page.count("Désistement</span>") for page in pages] == [20, 1]
    assert "Suivie</span>" in pages[1] and "Absence</span>" not in pages[1]
    assert "Place réservée</span>" not in "".join(pages) and coming.session.module.title in client.get(HOME).text


def test_what_may_interest_says_why(client, agent, domain, new_session, new_published, breton_place):
    metier = Metier.objects.create(slug="analyste", name="Analyste", family="Données")
    of_metier = new_published("Pour analystes", domain=type(domain).objects.create(
        name="Autre", description="…", pictogram="digital/coding", valid_from="2023-12-18"
    ))  # fmt: skip
    of_metier.metiers.add(metier)
    near = new_published("Près de Rennes", domain=of_metier.domain)
    nothing = new_published("Ailleurs", domain=of_metier.domain)
    new_session(in_days=35, module=near, modality="presentiel", place=breton_place)
    new_session(in_days=36, module=nothing)
    in_domain = new_published("Un peu de données")
    page = client.get(HOME).text
    assert "Dites votre métier" in page and in_domain.title not in page

    agent.profile.interests.add(domain)
    Profile.objects.update(metier=metier, region="bretagne")
    page = client.get(HOME).text

    assert "Dans votre région, Bretagne." in page and near.title in page
    assert "Pour votre métier." in page and "Dans le domaine Data." in page
    assert nothing.title not in page


def test_what_one_has_or_may_not_enter_is_not_proposed(client, agent, domain, new_session, new_published, organisation):
    agent.profile.interests.add(domain)
    had, followed, kept, draft = (new_published(title) for title in ("Suivi", "En cours", "Réservé", "Retiré"))
    Enrolment.objects.create(agent=agent, session=new_session(in_days=-5, module=had), state=EnrolmentState.PRESENT)
    follows.follow(agent=agent, module=followed)
    kept.restricted_to.add(organisation)
    type(draft).objects.filter(pk=draft.pk).update(state="brouillon", published_on=None)
    session = new_session()
    session.restricted_to.add(organisation)
    for module in (had, kept, draft):
        new_session(in_days=20, module=module)

    page = client.get(HOME).text.partition("Pour vous</h2>")[2]

    assert all(f"{title}<" not in page for title in ("Suivi", "En cours", "Réservé", "Retiré"))
    assert "Lire une donnée" in page and "S'inscrire" not in page


def test_a_session_that_is_cancelled_stays_in_sight_until_its_day(client, agent, new_session):
    session = new_session()
    enrol(agent=agent, session=session, by=agent)
    cancel_session(session=session, by=None, reason="Formatrice absente")
    page = client.get(HOME).text
    assert "Annulée par l&#x27;organisateur" in page and "Voir d'autres dates" in page and "Me désister" not in page
    assert session.module.title not in client.get(HISTORY).text


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_what_one_has(
    client, agent, domain, new_session, new_published, new_agent, count, django_assert_num_queries
):
    agent.profile.interests.add(domain)
    for number in range(count):
        module = new_published(f"Module {number}")
        enrol(agent=agent, session=new_session(in_days=20 + number, module=module), by=agent)
        past = new_session(in_days=-20 - number, module=module)
        Enrolment.objects.create(agent=agent, session=past, state=EnrolmentState.PRESENT)
        new_session(in_days=30 + number, module=new_published(f"Proposé {number}"))
        new_published(f"Récent {number}")
        mooc = new_published(f"MOOC {number}", access="externe", access_url="https://a.fr")
        follows.follow(agent=agent, module=mooc)

    with django_assert_num_queries(8):
        page = client.get(HOME)
    with django_assert_num_queries(5):
        past = client.get(HISTORY)

    assert page.text.count("Me désister") == page.text.count("Je l&#x27;ai terminée") == count
    assert page.text.count("S'inscrire") == count and past.text.count("Suivie</span>") == count
    assert page["Cache-Control"] == past["Cache-Control"] == "private, no-store"
