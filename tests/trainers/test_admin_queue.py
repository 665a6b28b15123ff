"""The queue « à traiter »: what it shows and to whom, sharing out, acts on many."""

import csv
import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from trainers import transitions
from trainers.enums import ApplicationState
from trainers.models import Application, Reviewer

pytestmark = pytest.mark.django_db
S = ApplicationState
QUEUE = reverse("admin:trainers_application_changelist")
INDEX = reverse("admin:index")
DAY = datetime.timedelta(days=1)


@pytest.fixture
def manager(client, staff):
    client.force_login(staff)
    return staff


def do(client, action, *applications, **answer):
    """Confirm an action on applications, from the whole list."""
    chosen = [application.pk for application in applications]
    return client.post(
        f"{QUEUE}?etape=toutes", {"action": action, "_selected_action": chosen, "confirm": "oui", **answer}, follow=True
    )


def shown(client, **asked):
    """References in the list, in its order."""
    response = client.get(QUEUE, asked)
    return [application.reference for application in response.context["cl"].result_list]


def test_what_waits_longest_comes_first_and_what_is_done_is_elsewhere(client, manager, new_application, new_call):
    call = new_call()
    today = timezone.localdate()
    late = new_application(S.IN_REVIEW, call=call, due_on=today - datetime.timedelta(days=1))
    soon = new_application(S.SUBMITTED, call=call, due_on=today + datetime.timedelta(days=3))
    waiting = new_application(S.MORE_ASKED, call=call)
    done = new_application(S.REFUSED, call=call)
    new_application(S.DRAFT, call=call)

    assert shown(client) == [late.reference, soon.reference]
    assert "(en retard)" in client.get(QUEUE).text
    assert set(shown(client, etape="toutes")) == {each.reference for each in (late, soon, waiting, done)}
    assert shown(client, etape="attente") == [waiting.reference]
    assert shown(client, etape="refusee") == [done.reference]
    assert shown(client, echeance="retard") == [late.reference]
    assert shown(client, echeance="semaine") == [soon.reference]


def test_filters_by_call_age_skill_and_who_has_it(client, manager, new_application, new_call, new_reviewer, skill):
    call, other = new_call(), new_call("Autre")
    call.skills.create(skill=skill)
    month = timezone.now() - datetime.timedelta(days=40)
    reviewer = new_reviewer(call)
    old = new_application(S.SUBMITTED, call=call, submitted_at=month)
    new = new_application(S.SUBMITTED, call=other)
    new.skills.all().delete()
    transitions.hand_to(application=old, to=reviewer, by=manager)

    assert (
        shown(client, appel=call.pk) == shown(client, age="90") == shown(client, competence=skill.pk) == [old.reference]
    )
    assert shown(client, suivi=reviewer.pk) == [old.reference]
    assert shown(client, suivi="personne") == shown(client, age="7") == [new.reference]
    assert len(shown(client, appel="rien", age="x", suivi="9' --", etape="?")) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_applications(
    client, manager, new_application, new_call, count, django_assert_max_num_queries
):
    call = new_call()
    for _ in range(count):
        application = new_application(S.IN_REVIEW, call=call)
        transitions.hand_to(application=application, to=manager, by=manager)

    with django_assert_max_num_queries(12):
        assert len(shown(client)) == count
    with django_assert_max_num_queries(14):
        client.get(INDEX)
    with django_assert_max_num_queries(32):
        client.get(reverse("admin:trainers_application_change", args=[application.pk]))


def test_the_first_page_counts_what_waits_for_who_reads_it(client, manager, new_application, new_call, new_reviewer):
    call = new_call()
    mine = new_application(S.ADVISED, call=call, due_on="2026-01-01")
    new_application(S.SUBMITTED, call=new_call("Autre"))
    decided = new_application(S.ADVISED, call=call)
    transitions.decide(application=decided, decision=S.ACCEPTED, by=manager)
    transitions.hand_to(application=mine, to=manager, by=manager)

    counts = [count for _what, count, _where in client.get(INDEX).context["counts"]]
    assert counts == [2, 1, 1, 1]
    for _what, _count, where in client.get(INDEX).context["counts"]:
        assert client.get(where).status_code == 200

    client.force_login(new_reviewer(call))
    assert [count for _what, count, _where in client.get(INDEX).context["counts"]] == [1, 1, 0]


def test_what_an_applicant_should_have_sent_is_late_too(client, manager, new_application, new_call):
    call, today = new_call(), timezone.localdate()
    late = new_application(S.MORE_ASKED, call=call, more_due_on=today - DAY)
    new_application(S.MORE_ASKED, call=call, more_due_on=today)

    where = {what: (count, where) for what, count, where in client.get(INDEX).context["counts"]}
    count, address = where["Candidatures en retard"]

    page = client.get(address)
    assert count == 1 and [each.reference for each in page.context["cl"].result_list] == [late.reference]
    assert f"complément attendu le {today - DAY:%d/%m/%Y} (en retard)" in page.text


def test_shared_out_and_told_who_has_what(client, manager, new_application, new_call, new_reviewer):
    call = new_call()
    reviewer = new_reviewer(call, first_name="Dominique", last_name="Roy")
    Reviewer.objects.create(user=reviewer, service="A", load_limit=2)
    applications = [new_application(S.SUBMITTED, call=call) for _ in range(3)]

    page = do(client, "hand_out", *applications).text

    assert "2 candidature(s) attribuée(s) à Dominique Roy" in page
    assert "personne ne peut la prendre" in page
    assert Application.objects.filter(assigned_to=reviewer).count() == 2
    assert LogEntry.objects.filter(change_message="Attribuée par répartition").count() == 2


def test_given_by_hand_to_who_may_and_told_who_may_not(client, manager, new_application, new_call, new_reviewer):
    first, second = new_application(S.SUBMITTED), new_application(S.SUBMITTED, call=new_call("Autre"))
    reviewer = new_reviewer(first.call)

    page = do(client, "hand_to", first, second, to=reviewer.pk).text

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.assigned_to == reviewer and second.assigned_to is None
    assert f"« {first} » : attribution changée" in page
    assert "instruit pas cet appel" in page and str(second) in page


def test_many_move_together_and_those_that_cannot_are_told(client, manager, new_application, new_call, new_staff):
    call = new_call()
    good, wrong, taken = (new_application(S.SUBMITTED, call=call) for _ in range(3))
    other = new_staff(first_name="Dominique", last_name="Roy")
    seen = {f"seen-{each.pk}": each.state for each in (good, wrong, taken)}
    transitions.declare_admissible(application=taken, by=other)
    transitions.withdraw(application=wrong, by=wrong.applicant)

    page = do(client, "recevabilite", good, wrong, taken, **seen).text

    states = [Application.objects.get(pk=each.pk).state for each in (good, wrong, taken)]
    assert states == [S.ADMISSIBLE, S.WITHDRAWN, S.ADMISSIBLE]
    assert f"« {good} » : déclarée recevable" in page
    assert "« Recevable » par Dominique Roy" in page and "« Retirée »" in page
    assert good.events.get().happened_by == manager


def test_a_refusal_of_many_needs_its_reason(client, manager, new_application, new_call):
    call = new_call()
    applications = [new_application(S.ADVISED, call=call) for _ in range(2)]

    assert "errorlist" in do(client, "refus", *applications, reason_code="autre").text
    do(client, "refus", *applications, reason_code="besoin-couvert")

    assert {each.state for each in Application.objects.all()} == {S.REFUSED}
    assert {each.decision_mails.get().decision for each in applications} == {S.REFUSED}


def test_exports_are_logged_and_no_formula(client, manager, new_application):
    application = new_application(S.SUBMITTED, job_title="=1+1")

    response = do(client, "export_csv", application)
    rows = list(csv.DictReader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines(), delimiter=";"))
    assert do(client, "export_xlsx", application).getvalue().startswith(b"PK")

    assert rows[0]["référence"] == application.reference and rows[0]["nom"] == "Lenoir"
    assert rows[0]["fonction"] == "'=1+1"
    assert LogEntry.objects.filter(change_message="Exportée", object_repr=str(application)).count() == 2
