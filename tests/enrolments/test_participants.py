"""What a trainer sees of who learns: the participants of their own sessions, and only what is needed."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from enrolments.enums import EnrolmentState
from enrolments.models import Enrolment, Profile
from tests.trainers.conftest import employer, new_assignment, new_trainer  # noqa: F401
from trainers.models import Assignment

pytestmark = pytest.mark.django_db
PAST = reverse("enrolments:taught_sessions")
S = EnrolmentState


def page_of(session):
    return reverse("enrolments:participants", args=[session.pk])


@pytest.fixture
def enrol(new_agent, employer):  # noqa: F811
    """A function that puts an agent, of whom much is known, in a session."""

    def create(session, state=S.ENROLLED, name="Haddad", **fields):
        agent = new_agent(has_profile=False, first_name="Yasmine", last_name=name, organisation=employer)
        Profile.objects.create(
            agent=agent, service="Bureau caché", accessibility_needs="Boucle magnétique", superior_email="chef@x.fr"
        )
        return Enrolment.objects.create(
            **{"agent": agent, "session": session, "state": state, "declared_level": "debutant", **fields}
        )

    return create


@pytest.fixture
def taught(client, new_assignment):  # noqa: F811
    """An accepted assignment of the trainer who is signed in."""
    assignment = new_assignment("acceptee")
    client.force_login(assignment.trainer.user)
    return assignment


def test_a_trainer_reads_only_what_is_needed(client, taught, enrol):
    enrolment = enrol(taught.session, motivation="Raisons privées", selection_answer="Réponse privée")

    response = client.get(page_of(taught.session))

    for shown in ("Yasmine Haddad", "Ministère des Essais", "Débutant", "Boucle magnétique"):
        assert shown in response.text
    for hidden in (enrolment.agent.email, "chef@x.fr", "Raisons privées", "Réponse privée", "Bureau caché"):
        assert hidden not in response.text
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("state", [state for state in S if state not in (S.ENROLLED, S.PRESENT, S.ABSENT)])
def test_who_only_waits_or_has_left_is_not_shown(client, taught, enrol, state):
    offer = {"offer_expires_at": timezone.now() + datetime.timedelta(days=1)} if state == S.OFFERED else {}
    enrol(taught.session, state, **offer)

    page = client.get(page_of(taught.session)).text

    assert "Haddad" not in page and "Personne n'est encore inscrit" in page.replace("&#x27;", "'")


def test_an_agent_without_a_name_is_not_shown_by_their_address(client, taught, new_agent):
    agent = new_agent()
    Enrolment.objects.create(agent=agent, session=taught.session, state=S.ENROLLED)

    page = client.get(page_of(taught.session)).text

    assert "Nom non renseigné" in page and agent.email not in page


def test_once_it_is_over_needs_are_no_longer_read(client, taught, enrol, new_session, new_assignment):  # noqa: F811
    over = new_session(in_days=-3)
    new_assignment("acceptee", trainer=taught.trainer, session=over)
    enrol(over, S.PRESENT)

    page = client.get(page_of(over)).text

    assert "Yasmine Haddad" in page and "<td>Oui</td>" in page and "Boucle magnétique" not in page


def test_names_are_read_for_some_days_after_a_session_and_counts_for_ever(
    client,
    taught,
    enrol,
    new_session,
    new_assignment,  # noqa: F811
    settings,
):
    settings.PARTICIPANTS_DAYS = 10
    pages = {}
    for days in (9, 11):
        session = new_session(in_days=-days)
        new_assignment("acceptee", trainer=taught.trainer, session=session)
        enrol(session, S.PRESENT)
        pages[days] = page_of(session)

    assert "Yasmine Haddad" in client.get(pages[9]).text
    gone = client.get(pages[11]).text
    assert "Haddad" not in gone and "10 jours après" in gone
    past = client.get(PAST).text
    assert past.count("1 présent") == 2 and pages[9] in past and pages[11] not in past


@pytest.mark.parametrize("state", ["proposee", "declinee", "retiree", "annulee"])
def test_an_assignment_that_is_not_accepted_opens_nothing(client, taught, enrol, state):
    enrol(taught.session)
    Assignment.objects.update(state=state)

    assert client.get(page_of(taught.session)).status_code == 404


def test_participants_of_another_session_do_not_exist(
    client,
    taught,
    enrol,
    new_session,
    new_assignment,  # noqa: F811
):
    other = new_assignment("acceptee", session=new_session(in_days=60)).session
    enrol(other)

    assert client.get(page_of(other)).status_code == 404
    assert client.get(reverse("enrolments:participants", args=[10**9])).status_code == 404


def test_only_trainers_come_in(client, taught, enrol, new_agent):
    enrolled = enrol(taught.session).agent
    client.logout()
    for path in (page_of(taught.session), PAST):
        assert client.get(path).url == f"{reverse('accounts:sign_in')}?next={path}"
        for person in (new_agent(), enrolled, new_agent(is_staff=True)):
            client.force_login(person)
            response = client.get(path)
            assert response.status_code == 403 and "Haddad" not in response.text
        client.logout()


def test_a_session_that_lost_its_dates_is_a_404(client, taught):
    taught.session.slots.all().delete()

    assert client.get(page_of(taught.session)).status_code == 404


def test_past_sessions_say_how_many_came(client, taught, enrol, new_session, new_assignment):  # noqa: F811
    over = new_session(in_days=-3)
    new_assignment("acceptee", trainer=taught.trainer, session=over)
    for name, state in {"A": S.PRESENT, "B": S.PRESENT, "C": S.ABSENT, "D": S.WITHDRAWN}.items():
        enrol(over, state, name)

    page = client.get(PAST).text

    assert "3 inscrits, 2 présents, 1 absent." in page
    assert page_of(over) in page and page_of(taught.session) not in page


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    client,
    taught,
    enrol,
    new_session,
    new_assignment,  # noqa: F811
    count,
    django_assert_max_num_queries,
):
    for number in range(count):
        enrol(taught.session, name=f"Nom {number}")
        new_assignment("acceptee", trainer=taught.trainer, session=new_session(in_days=-3 - number))

    with django_assert_max_num_queries(6):
        assert client.get(page_of(taught.session)).text.count("Yasmine") == count
    with django_assert_max_num_queries(5):
        assert client.get(PAST).text.count("Participants<") == count
