"""What participants think of a session: asked once, given and changed for thirty days, read by others without names."""

import datetime

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from campus.mailing.models import Message
from enrolments.enums import EnrolmentState
from enrolments.feedback import ask_for_feedback
from enrolments.models import Enrolment, Feedback
from enrolments.transitions import note_attendance
from tests.mail import worded_messages
from tests.trainers.conftest import employer, new_assignment, new_trainer  # noqa: F401

pytestmark = pytest.mark.django_db
S = EnrolmentState
HOME, HISTORY, TAUGHT = (reverse(f"enrolments:{name}") for name in ("home", "history", "taught_sessions"))
ANSWER = {"satisfaction": "4", "reinvestment": "oui", "comment": " Très concret. "}


def page_of(enrolment):
    return reverse("enrolments:feedback", args=[enrolment.pk])


@pytest.fixture
def came(new_agent, new_session):
    """A function that has an agent come to a session, over, and staff note it so many days ago."""

    def attend(days_ago=2, **fields):
        since = timezone.now() - datetime.timedelta(days=days_ago)
        return Enrolment.objects.create(
            **{
                "agent": fields.get("agent") or new_agent(),
                "session": fields.get("session") or new_session(in_days=-40),
                "state": S.PRESENT,
                "present_since": since,
                **fields,
            }
        )

    return attend


@pytest.fixture
def mine(client, came):
    """An enrolment of the agent who is signed in."""
    enrolment = came()
    client.force_login(enrolment.agent)
    return enrolment


@pytest.fixture
def answered(came):
    """A function that has so many agents come to a session and say what they thought."""

    def answer(session, count, satisfaction=4, reinvestment="oui", comment=""):
        for _ in range(count):
            Feedback.objects.create(
                enrolment=came(session=session),
                satisfaction=satisfaction,
                reinvestment=reinvestment,
                comment=comment,
            )

    return answer


def test_a_participant_gives_their_feedback_then_changes_it(client, mine):
    assert "Donner mon avis" in client.get(HISTORY).text
    assert "avez-vous pensé de cette session" in client.get(HOME).text

    assert client.post(page_of(mine), ANSWER).url == HISTORY

    given = Feedback.objects.get()
    assert (given.enrolment, given.satisfaction, given.reinvestment, given.comment) == (mine, 4, "oui", "Très concret.")
    assert "Modifier mon avis" in client.get(HISTORY).text
    assert "avez-vous pensé de cette session" not in client.get(HOME).text
    page = client.get(page_of(mine))
    assert "Très concret." in page.text and page["Cache-Control"] == "private, no-store"

    client.post(page_of(mine), ANSWER | {"satisfaction": "2"})
    assert Feedback.objects.get().satisfaction == 2


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"satisfaction": ""}, "Choisissez une réponse, de 1 à 5."),
        ({"satisfaction": "6"}, "6"),
        ({"satisfaction": "beaucoup"}, "beaucoup"),
        ({"reinvestment": ""}, "au besoin « Je ne sais pas »"),
        ({"reinvestment": "peut-être"}, "peut-être"),
        ({"comment": "a" * 2001}, "2000"),
        ({"comment": "a\x00b"}, "nul"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(client, mine, wrong, told):
    answer = client.post(page_of(mine), ANSWER | wrong)

    (field,) = wrong
    errors = answer.context["form"].errors
    assert answer.status_code == 422 and list(errors) == [field] and told in str(errors[field])
    assert "Il manque quelque chose" in answer.text and not Feedback.objects.exists()
    if field != "comment":
        assert "Très concret." in answer.text


@pytest.mark.parametrize("state", [state for state in S if state not in (S.PRESENT, S.OFFERED)])
def test_who_did_not_come_has_nothing_to_say(client, mine, state):
    Enrolment.objects.update(state=state)

    assert client.get(page_of(mine)).status_code == client.post(page_of(mine), ANSWER).status_code == 404
    assert "Donner mon avis" not in client.get(HISTORY).text + client.get(HOME).text


def test_nothing_is_said_before_attendance_is_noted_nor_before_the_end(client, new_agent, new_session):
    agent, staff = new_agent(), new_agent(is_staff=True)
    over, going_on = new_session(in_days=-2), new_session(in_days=-1)
    going_on.slots.create(starts_at=timezone.now(), ends_at=timezone.now() + datetime.timedelta(days=1))
    client.force_login(agent)
    for session, status in ((over, 200), (going_on, 404)):
        enrolment = Enrolment.objects.create(agent=agent, session=session, state=S.ENROLLED)
        assert client.get(page_of(enrolment)).status_code == 404
        note_attendance(enrolment=enrolment, is_present=True, by=staff)
        assert client.get(page_of(enrolment)).status_code == status
        note_attendance(enrolment=enrolment, is_present=False, by=staff)
        assert client.get(page_of(enrolment)).status_code == 404


def test_after_thirty_days_it_is_read_and_no_longer_changed(client, mine):
    client.post(page_of(mine), ANSWER)
    Enrolment.objects.update(present_since=timezone.now() - datetime.timedelta(days=30, minutes=1))

    page = client.get(page_of(mine))
    assert "délai" in page.text and "Très concret." in page.text and 'name="satisfaction"' not in page.text
    assert client.post(page_of(mine), ANSWER | {"satisfaction": "1"}).status_code == 422
    assert Feedback.objects.get().satisfaction == 4
    assert "Modifier mon avis" not in client.get(HISTORY).text


def test_feedback_is_its_author_s_alone(client, mine, new_agent):
    client.logout()
    assert client.get(page_of(mine)).url.startswith(reverse("accounts:sign_in"))
    for other in (new_agent(), new_agent(is_staff=True, is_superuser=True)):
        client.force_login(other)
        assert client.get(page_of(mine)).status_code == client.post(page_of(mine), ANSWER).status_code == 404
    assert not Feedback.objects.exists()


def test_the_database_keeps_one_by_enrolment_from_one_to_five(mine):
    with pytest.raises(IntegrityError):
        Feedback.objects.create(enrolment=mine, satisfaction=6, reinvestment="oui")


def test_participants_are_asked_once_the_day_after(came):
    due = came(days_ago=1.1)
    came(days_ago=0.9), came(days_ago=31), came(state=S.ABSENT, present_since=None)
    Feedback.objects.create(enrolment=came(), satisfaction=5, reinvestment="non")

    ask_for_feedback()
    ask_for_feedback()

    message = worded_messages().get(to=due.agent.email)
    assert message.subject == f"Votre avis sur « {due.session.subject.title} »"
    for told in (message.text, message.html):
        assert page_of(due) in told and due.session.subject.title in told and "visio.exemple.fr" not in told
    assert Message.objects.filter(key__startswith="feedback").count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_who_has_left_is_not_asked_and_one_query_finds_who_is_due(came, count, django_assert_num_queries):
    for _ in range(count):
        agent = came().agent
        agent.is_active = False
        agent.save()

    with django_assert_num_queries(1):
        ask_for_feedback()


@pytest.fixture
def taught(client, new_assignment, new_session):  # noqa: F811
    """A session, over, of the trainer who is signed in."""
    session = new_session(in_days=-3, seats=50)
    assignment = new_assignment("acceptee", session=session)
    client.force_login(assignment.trainer.user)
    return assignment


def comments_page(session):
    return reverse("enrolments:session_feedback", args=[session.pk])


def test_a_trainer_reads_feedback_from_five_answers_on(client, taught, answered, came):
    answered(taught.session, 4, satisfaction=5, comment="Zèbre")
    page = client.get(TAUGHT).text
    assert "4 avis : leur contenu se lit à partir de 5" in page and "sur 5" not in page
    assert "Zèbre" not in client.get(comments_page(taught.session)).text

    answered(taught.session, 1, satisfaction=2, reinvestment="non", comment="<b>Abricot</b>")

    page, comments = client.get(TAUGHT).text, client.get(comments_page(taught.session))
    assert "5 avis : satisfaction de 4,4 sur 5 ; 4 personnes comptent s'en servir au travail" in page
    assert comments_page(taught.session) in page
    assert comments.text.index("Abricot") < comments.text.index("Zèbre") and "<b>Abricot" not in comments.text
    assert "@exemple.gouv.fr" not in comments.text and comments["Cache-Control"] == "private, no-store"

    Enrolment.objects.filter(feedback__satisfaction=2).update(state=S.ABSENT)
    assert "4 avis : leur contenu" in client.get(TAUGHT).text


def test_only_who_taught_it_reads_the_comments_on_a_session(
    client,
    taught,
    answered,
    new_assignment,  # noqa: F811
    new_session,
    new_agent,
):
    answered(taught.session, 5, comment="Zèbre")
    coming = new_assignment("acceptee", trainer=taught.trainer, session=new_session(in_days=9)).session
    assert client.get(comments_page(coming)).status_code == 404
    other = new_assignment("acceptee", session=new_session(in_days=-9)).trainer
    client.force_login(other.user)
    assert client.get(comments_page(taught.session)).status_code == 404
    for person in (new_agent(), Enrolment.objects.first().agent, new_agent(is_staff=True)):
        client.force_login(person)
        assert client.get(comments_page(taught.session)).status_code == 403
    client.logout()
    assert client.get(comments_page(taught.session)).url.startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    client,
    taught,
    answered,
    new_assignment,  # noqa: F811
    new_session,
    came,
    count,
    django_assert_max_num_queries,
):
    for number in range(count):
        session = new_session(in_days=-10 - number, seats=50)
        new_assignment("acceptee", trainer=taught.trainer, session=session)
        answered(session, 5, comment=f"Remarque {number}")
    with django_assert_max_num_queries(5):
        assert client.get(TAUGHT).text.count("sur 5 ;") == count
    with django_assert_max_num_queries(7):
        assert "Remarque" in client.get(comments_page(session)).text

    agent = came().agent
    for number in range(count):
        Feedback.objects.create(enrolment=came(agent=agent), satisfaction=number + 1, reinvestment="oui")
    client.force_login(agent)
    with django_assert_max_num_queries(5):
        assert client.get(HISTORY).text.count("Modifier mon avis") == count


@pytest.mark.parametrize("count", [1, 3])
def test_staff_read_all_of_it_without_names_and_write_none(
    admin_client, answered, new_session, count, django_assert_max_num_queries
):
    session = new_session(in_days=-3, seats=50)
    answered(session, count, comment="Zèbre")
    answered(new_session(in_days=-9), 1, satisfaction=1, comment="Ailleurs")
    listed = reverse("admin:enrolments_feedback_changelist")

    with django_assert_max_num_queries(9):
        page = admin_client.get(listed, {"enrolment__session__pk": session.pk}).text
    assert page.count("Zèbre") == count and "Ailleurs" not in page and "agent0" not in page
    assert "Ailleurs" in admin_client.get(listed, {"satisfaction__exact": 1, "q": "ailleurs"}).text
    one = admin_client.get(reverse("admin:enrolments_feedback_change", args=[Feedback.objects.last().pk])).text
    assert "agent0" not in one and 'name="comment"' not in one
    assert admin_client.get(reverse("admin:enrolments_feedback_add")).status_code == 403
    of_session = admin_client.get(reverse("admin:enrolments_sessionfollowup_change", args=[session.pk])).text
    assert f"{listed}?enrolment__session__pk={session.pk}" in of_session
