"""Private sessions, those of sur-mesure programmes: those invited enrol in them; nobody else knows of them."""

import pytest
from django.core import mail
from django.urls import reverse

from campus.accounts.models import Organisation
from catalogue.drafts import TO_WRITE
from enrolments import transitions
from enrolments.models import Enrolment
from enrolments.transitions import EnrolmentRefused
from tests.catalogue.conftest import new_programme  # noqa: F401
from tests.mail import worded_messages

pytestmark = pytest.mark.django_db
TITLE = "Former les inspecteurs"


@pytest.fixture
def session(new_session, new_programme):  # noqa: F811
    """Of a programme that is still a draft."""
    return new_session(module=None, programme=new_programme(state="brouillon", published_on=None))


@pytest.fixture
def by_employer(session, organisation, new_agent):
    """An agent of a direction of the organisation that the session is kept for."""
    session.restricted_to.add(organisation)
    direction = Organisation.objects.create(name="Direction des contrôles", kind="ministere", parent=organisation)
    return new_agent(organisation=direction)


@pytest.fixture
def by_list(session, new_agent):
    agent = new_agent()
    session.guests.create(email=agent.email)
    return agent


def page_of(session):
    return reverse("enrolments:enrol", args=[session.pk])


@pytest.mark.parametrize("way", ["by_employer", "by_list"])
def test_who_is_invited_enrols(client, request, session, way):
    agent = request.getfixturevalue(way)
    client.force_login(agent)
    home = client.get(reverse("enrolments:home")).text
    assert "Sur invitation" in home and page_of(session) in home
    assert TITLE in client.get(page_of(session)).text

    answer = client.post(page_of(session), {"ask": "oui"}, follow=True)

    assert agent.enrolments.get().state == "inscrite"
    assert "Votre place est réservée" in answer.text and "Sur invitation" not in answer.text
    message = worded_messages().get(to=agent.email)
    assert TITLE in message.text and page_of(session) in message.text and TITLE in message.calendar
    assert client.get(reverse("enrolments:calendar")).status_code == 200
    assert client.get(page_of(session)).status_code == 200


def test_who_is_invited_reads_what_it_is_about_once_written_and_whom_it_is_for(client, session, by_list, organisation):
    client.force_login(by_list)
    programme = session.programme
    page = client.get(page_of(session)).text
    assert programme.summary in page and programme.design in page
    assert "qu'aux personnes invitées : vous en êtes" in page

    programme.summary = programme.design = TO_WRITE
    programme.save()
    session.restricted_to.add(organisation)

    page = client.get(page_of(session)).text
    assert "À rédiger" not in page and "Le programme</h2>" not in page
    assert "pour laquelle elle est conçue et aux personnes invitées : vous en êtes" in page


def test_both_ways_add_up(client, session, by_employer, by_list):
    for agent in (by_employer, by_list):
        assert transitions.enrol(agent=agent, session=session, by=agent).state == "inscrite"


def test_the_others_find_nothing(client, session, by_employer, by_list, new_agent, organisation):
    said = new_agent(organisation=organisation)
    said.profile.chose_employer = True  # nothing proves that they are of it
    said.profile.save()
    others = [new_agent(), new_agent(organisation=Organisation.objects.create(name="Autre", kind="ministere")), said]
    for agent in [*others, new_agent(is_staff=True)]:
        client.force_login(agent)
        assert client.get(page_of(session)).status_code == 404
        assert client.post(page_of(session), {"ask": "oui"}).status_code == 404
        assert TITLE not in client.get(reverse("enrolments:home")).text
        with pytest.raises(EnrolmentRefused):
            transitions.enrol(agent=agent, session=session, by=agent)
    client.logout()
    assert client.get(page_of(session)).url.startswith(reverse("accounts:sign_in"))
    assert not Enrolment.objects.exists()


def test_without_anybody_invited_it_is_nobodys(client, session, new_agent):
    client.force_login(new_agent())

    assert client.get(page_of(session)).status_code == 404


def test_it_is_in_no_public_list(client, session, by_list, new_session):
    new_session()  # what could have hidden it: an empty list
    for address in [
        "/", "/catalogue/", "/catalogue/?q=inspecteurs", "/sessions/", "/sessions/?vue=mois", "/sessions/agenda.ics",
        "/catalogue/nouveautes.atom", "/catalogue/formations.csv", "/donnees-ouvertes/sessions.csv",
        "/donnees-ouvertes/sessions.json", "/donnees-ouvertes/catalogue.json", "/donnees-ouvertes/catalogue.lheo.xml",
        "/sur-mesure/", "/sitemap.xml", "/sitemap-programmes.xml", "/plan-du-site/",
    ]:  # fmt: skip
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200, address
        assert TITLE not in content.decode() and page_of(session) not in content.decode(), address


def test_who_is_taken_off_the_list_keeps_their_seat_and_their_page(client, session, by_list):
    transitions.enrol(agent=by_list, session=session, by=by_list)
    session.guests.all().delete()
    client.force_login(by_list)

    assert "Vous avez déjà une inscription" in client.get(page_of(session)).text


def test_it_fills_waits_and_offers_as_any_session(session, new_agent, settings):
    session.seats = 1
    session.save()
    agents = [new_agent(), new_agent()]
    for agent in agents:
        session.guests.create(email=agent.email)
    first, second = (transitions.enrol(agent=agent, session=session, by=agent) for agent in agents)
    assert second.state == "en-attente"

    transitions.withdraw(enrolment=first, by=agents[0])

    second.refresh_from_db()
    assert second.state == "proposee" and mail.outbox == []


def test_staff_add_only_people_who_are_invited(session, by_list, new_agent):
    staff, stranger = new_agent(is_staff=True), new_agent()
    add = {"session": session, "by": staff, "reason": "À sa demande"}

    with pytest.raises(EnrolmentRefused):
        transitions.add_agent(email=stranger.email, **add)

    assert transitions.add_agent(email=by_list.email, **add).state == "inscrite"


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_sessions(client, new_session, session, by_list, count, django_assert_num_queries):
    for number in range(count - 1):
        other = new_session(module=None, programme=session.programme, in_days=40 + number)
        other.guests.create(email=by_list.email)
    client.force_login(by_list)

    with django_assert_num_queries(7):
        client.get(reverse("enrolments:home"))
    with django_assert_num_queries(8):
        client.get(page_of(session))
