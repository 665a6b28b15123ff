"""Sessions to find somebody for, candidates, proposals and assignments, in the admin."""

import datetime
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from campus.mailing.models import Message
from catalogue.models import Place
from catalogue.transitions import cancel_session
from trainers.models import Assignment

pytestmark = pytest.mark.django_db
TO_STAFF = reverse("admin:trainers_assignment_staffing")
ASSIGNMENTS = reverse("admin:trainers_assignment_changelist")


def candidates_of(session):
    return reverse("admin:trainers_assignment_candidates", args=[session.pk])


@pytest.fixture
def team(client, new_staff):
    """Somebody who finds trainers for sessions, signed in."""
    team = new_staff("view_assignment", "add_assignment", "change_assignment", "view_assignmentevent")
    client.force_login(team)
    return team


def answer(trainer, **fields):
    due = timezone.localdate() + datetime.timedelta(days=5)
    return {
        "trainer": trainer.pk, "role": "animation", "preparation_minutes": "60", "teaching_minutes": "",
        "rate_kind": "", "answer_due_at": f"{due:%d/%m/%Y}", "message": "Seriez-vous libre ?", **fields,
    }  # fmt: skip


def test_sessions_without_trainer_are_listed_the_next_one_first(client, team, new_session, new_assignment):
    later, sooner = new_session(in_days=40), new_session(in_days=20)
    new_assignment("proposee", session=later)
    new_assignment("acceptee", session=new_session(in_days=30))
    new_session(in_days=-3)
    cancel_session(session=new_session(in_days=50), by=None, reason="Panne")

    page = client.get(TO_STAFF).text

    assert page.index(candidates_of(sooner)) < page.index(candidates_of(later))
    assert page.count("/a-pourvoir/") - page.count(f'"{TO_STAFF}"') == 2
    assert TO_STAFF in client.get(ASSIGNMENTS).text


def test_they_are_filtered(client, team, new_session, new_assignment):
    place = Place.objects.create(name="Cité", address="1 rue", postcode="35000", city="Rennes", region="bretagne")
    rennes, online = new_session(place=place, modality="presentiel"), new_session(in_days=40)
    new_assignment("proposee", session=online)

    def listed(**asked):
        page = client.get(TO_STAFF, asked).text
        return [session for session in (rennes, online) if candidates_of(session) in page]

    assert listed(region="bretagne") == listed(asked="non") == [rennes]
    assert listed(asked="oui") == [online]
    assert (
        listed(domain=rennes.domain_id) == listed(domain="zz", region="zz", asked="zz", page="zz") == [rennes, online]
    )
    assert "Aucune session à pourvoir" in client.get(TO_STAFF, {"region": "corse"}).text


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    client, team, new_session, new_trainer, new_assignment, count, django_assert_max_num_queries
):
    for number in range(count):
        session = new_session(in_days=20 + number)
        new_assignment("proposee", session=session)
    for _ in range(count):
        new_assignment("declinee", session=session, trainer=new_trainer())

    with django_assert_max_num_queries(8):
        client.get(TO_STAFF)
    with django_assert_max_num_queries(16):
        assert client.get(candidates_of(session)).text.count("Peut former à distance") == 2 * count
    with django_assert_max_num_queries(12):
        client.get(ASSIGNMENTS)


def test_a_session_is_proposed_from_its_candidates(client, team, new_session, new_trainer):
    session, trainer = new_session(), new_trainer()
    page = client.get(candidates_of(session)).text
    assert page.count('name="trainer"') == 1  # a second one, hidden, would be the one that browsers send
    assert f'name="trainer" value="{trainer.pk}"' in page and "Peut former à distance (+15)" in page

    page = client.post(candidates_of(session), answer(trainer), follow=True).text

    assignment = Assignment.objects.get()
    assert (assignment.trainer, assignment.state, assignment.proposed_by) == (trainer, "proposee", team)
    assert (assignment.preparation_minutes, assignment.teaching_minutes) == (60, 180)
    assert timezone.localtime(assignment.answer_due_at).hour == 0  # the end of the day that was typed
    assert Message.objects.get().to == trainer.user.email
    assert "Session proposée à Maïwenn Le Goff" in page and "Sa réponse est attendue" in page
    assert LogEntry.objects.get().user == team


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"trainer": ""}, "Choisissez à qui proposer la session."),
        ({"trainer": "999999"}, "Cette personne n'est plus en activité"),
        ({"trainer": "zz"}, "Cette personne n'est plus en activité"),
        ({"preparation_minutes": "beaucoup"}, "Saisissez un nombre entier."),
        ({"preparation_minutes": "-1"}, "supérieure ou égale à 0"),
        ({"answer_due_at": ""}, "Ce champ est obligatoire."),
        ({"answer_due_at": "01/01/2020"}, "Donnez un délai de réponse à venir."),
        ({"role": "chef"}, "Sélectionnez un choix valide"),
    ],
)
def test_a_wrong_proposal_is_told_at_the_field_and_kept(client, team, new_session, new_trainer, change, words):
    session, trainer = new_session(), new_trainer()

    response = client.post(candidates_of(session), answer(trainer) | change)

    assert response.status_code == 422
    page = unescape(response.text)
    assert words in page and "Seriez-vous libre ?" in page
    assert not Assignment.objects.exists()


def test_assignments_are_searched_by_what_one_types(client, team, new_assignment):
    assignment = new_assignment()
    for typed, count in [("Goff", 1), (str(assignment.session_id), 1), ("99999999999999999999", 0), ("abc", 0)]:
        assert client.get(ASSIGNMENTS, {"q": typed}).context["cl"].result_count == count, typed


def test_who_is_paid_needs_a_rate(client, team, new_session, new_trainer, rates):
    session, trainer = new_session(), new_trainer(kind="interne")

    refused = client.post(candidates_of(session), answer(trainer))
    client.post(candidates_of(session), answer(trainer, rate_kind="expertise"))

    assert refused.status_code == 422 and "Choisissez un barème" in refused.text
    assignment = Assignment.objects.get()
    assert (assignment.rate_cents, assignment.preparation_rate_cents) == (150_00, 120_00)
    assert "Expertise : 150,00\u00a0€ (préparation : 120,00\u00a0€)" in client.get(ASSIGNMENTS).text


def test_who_teaches_elsewhere_then_cannot_be_chosen_nor_forced(client, team, new_session, new_assignment):
    busy = new_assignment("acceptee").trainer
    session = new_session()
    page = client.get(candidates_of(session)).text
    assert "Anime déjà" in page and f'name="trainer" value="{busy.pk}"' not in page

    response = client.post(candidates_of(session), answer(busy))

    assert response.status_code == 422 and "anime déjà" in response.text


@pytest.mark.parametrize("kind", ["past", "cancelled", "undated"])
def test_a_session_that_cannot_be_proposed_says_so(client, team, new_session, new_trainer, kind):
    session, trainer = new_session(in_days=-2 if kind == "past" else 20), new_trainer()
    if kind == "cancelled":
        cancel_session(session=session, by=None, reason="Panne")
    if kind == "undated":
        session.slots.all().delete()

    assert "elle ne se propose pas" in client.get(candidates_of(session)).text
    assert client.post(candidates_of(session), answer(trainer)).status_code == 422
    assert not Assignment.objects.exists()


def test_a_session_is_taken_back_with_a_reason_and_partial_success_is_told(client, team, new_assignment, new_session):
    asked, over = new_assignment("acceptee"), new_assignment("acceptee", session=new_session(in_days=-5))
    chosen = {"action": "take_back", "_selected_action": [asked.pk, over.pk], "confirm": "oui"}

    assert "Dites pourquoi" in client.post(ASSIGNMENTS, chosen | {"reason": ""}).text
    page = client.post(ASSIGNMENTS, chosen | {"reason": "Report"}).text

    assert "Cette session a eu lieu." in page
    assert set(Assignment.objects.values_list("pk", "state")) == {(asked.pk, "retiree"), (over.pk, "acceptee")}
    page = client.get(reverse("admin:trainers_assignment_change", args=[asked.pk])).text
    assert "Report" in page and 'name="state"' not in page


# --- Rights -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(new_agent, new_staff, new_trainer, new_reviewer, new_call):
    return {
        "nobody": None,
        "agent": new_agent(),
        "trainer": new_trainer().user,
        "staff without right": new_staff("view_module"),
        "reviewer": new_reviewer(new_call()),
        "reader": new_staff("view_assignment"),
        "team": new_staff("view_assignment", "add_assignment", "change_assignment"),
    }


OUTSIDE, FORBIDDEN, SEEN, DONE = "sign in", 403, 200, 302
RIGHTS = {
    "nobody": (OUTSIDE, OUTSIDE),
    "agent": (OUTSIDE, OUTSIDE),
    "trainer": (OUTSIDE, OUTSIDE),
    "staff without right": (FORBIDDEN, FORBIDDEN),
    "reviewer": (FORBIDDEN, FORBIDDEN),
    "reader": (SEEN, FORBIDDEN),
    "team": (SEEN, DONE),
}
"""Who may read the pages of staffing, and who may propose."""


@pytest.mark.parametrize("who", RIGHTS)
def test_who_may_do_what(client, people, new_session, new_assignment, new_trainer, who):
    session, assignment, trainer = new_session(), new_assignment(session=new_session(in_days=40)), new_trainer()
    if people[who]:
        client.force_login(people[who])
    reads, proposes = RIGHTS[who]
    change = reverse("admin:trainers_assignment_change", args=[assignment.pk])

    for path in (TO_STAFF, candidates_of(session), ASSIGNMENTS, change):
        response = client.get(path)
        if reads == OUTSIDE:
            assert response.url.startswith("/admin/login/")
        else:
            assert response.status_code == reads, path
    response = client.post(candidates_of(session), answer(trainer))
    if proposes == OUTSIDE:
        assert response.url.startswith("/admin/login/")
    else:
        assert response.status_code == proposes
    assert session.assignments.exists() is (proposes == DONE)


def test_nobody_adds_or_deletes_an_assignment_by_hand(client, new_agent, new_assignment):
    client.force_login(new_agent(is_staff=True, is_superuser=True))
    assignment = new_assignment()

    assert client.get(reverse("admin:trainers_assignment_add")).status_code == 403
    assert client.post(reverse("admin:trainers_assignment_delete", args=[assignment.pk])).status_code == 403
