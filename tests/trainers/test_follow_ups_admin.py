"""What becomes of an accepted idea: who follows it, step by step, until its draft module exists."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Module
from trainers import transitions
from trainers.enums import ApplicationState
from trainers.models import FollowUp, Reviewer

pytestmark = pytest.mark.django_db
S = ApplicationState
LIST = reverse("admin:trainers_followup_changelist")
INDEX = reverse("admin:index")
DAY = datetime.timedelta(days=1)


@pytest.fixture
def new_follow_up(new_application, new_call, domain):
    """A function that opens the follow-up of an accepted idea."""

    def create(title="Écrire simple", referent=None, **fields):
        application = new_application(S.ONBOARDING, **{"call": new_call(f"Appel {title}"), **fields})
        idea = application.contributions.create(
            kind="idee", title=title, domain=domain, audience="tous", need="…", is_kept=True
        )
        return transitions.open_follow_up(contribution=idea, referent=referent)

    return create


@pytest.fixture
def manager(client, staff):
    client.force_login(staff)
    return staff


def page_of(follow_up):
    return reverse("admin:trainers_followup_change", args=[follow_up.pk])


def typed(follow_up, *steps, referent=""):
    """The form of a follow-up: its steps, changed by `steps` in their order, more of them added."""
    stored = list(follow_up.steps.all())
    posted = {
        "referent": referent,
        "steps-TOTAL_FORMS": max(len(stored), len(steps)),
        "steps-INITIAL_FORMS": len(stored),
    }
    for rank, step in enumerate(stored):
        posted |= {f"steps-{rank}-id": step.pk, f"steps-{rank}-title": step.title}
        posted |= {f"steps-{rank}-due_on": f"{step.due_on:%d/%m/%Y}" if step.due_on else ""}
    for rank, change in enumerate(steps):
        posted |= {f"steps-{rank}-follow_up": follow_up.pk}
        posted |= {f"steps-{rank}-{name}": value for name, value in change.items()}
    return posted


def do(client, action, *follow_ups, **data):
    chosen = [follow_up.pk for follow_up in follow_ups]
    posted = {"action": action, "_selected_action": chosen, "confirm": "oui", **data}
    return client.post(f"{LIST}?etat=tous", posted, follow=True)


def test_a_follow_up_has_a_referent_and_steps_that_staff_change(client, manager, new_follow_up):
    follow_up = new_follow_up()
    assert "Premier échange" in client.get(page_of(follow_up)).text

    response = client.post(
        page_of(follow_up),
        typed(
            follow_up, {"is_done": "on"}, {"title": "Déroulé", "due_on": "01/02/2030"}, {}, {"DELETE": "on"},
            {"title": "Relecture"}, referent=manager.pk,
        ),
    )  # fmt: skip

    assert response.status_code == 302
    follow_up.refresh_from_db()
    first, second, third, last = follow_up.steps.all()
    assert follow_up.referent == manager
    assert first.done_at and first.done_by == manager
    assert (second.title, second.due_on, second.done_at) == ("Déroulé", datetime.date(2030, 2, 1), None)
    assert (third.title, last.title, last.due_on) == ("Essai avec un petit groupe", "Relecture", None)
    assert LogEntry.objects.get().user == manager

    client.post(page_of(follow_up), typed(FollowUp.objects.get(), {"is_done": ""}, {}, {}, {"due_on": ""}))
    assert not follow_up.steps.filter(done_at__isnull=False).exists()


def test_the_list_says_what_is_late_and_who_follows(client, manager, new_follow_up):
    late, mine = new_follow_up("En retard"), new_follow_up("Le mien", referent=manager)
    late.steps.update(due_on=timezone.localdate() - DAY)

    def shown(**asked):
        return {each.contribution.title for each in client.get(LIST, asked).context["cl"].result_list}

    assert shown() == {"En retard", "Le mien"} and shown(etat="retard") == {"En retard"}
    assert shown(suivi="moi") == {"Le mien"} and shown(suivi="personne") == {"En retard"}
    assert "(en retard)" in client.get(LIST).text
    assert ("Contributions que vous suivez", 1, f"{LIST}?suivi=moi") in client.get(INDEX).context["counts"]
    transitions.close_follow_up(follow_up=mine, by=manager)
    assert shown() == {"En retard"} and shown(etat="clos") == {"Le mien"}


def test_steps_pass_then_the_draft_module_exists_and_nothing_changes_any_more(client, manager, new_follow_up):
    done, given_up = new_follow_up("Menée à bien"), new_follow_up("Sans suite")

    do(client, "complete_next", done)
    assert done.steps.filter(done_at__isnull=False).count() == 1
    page = do(client, "finish", done).text
    assert "créé en brouillon" in page
    do(client, "give_up", given_up, reason="Plus disponible")

    assert Module.objects.get().title == "Menée à bien"
    done.refresh_from_db()
    given_up.refresh_from_db()
    assert done.closed_at and given_up.close_reason == "Plus disponible"
    assert "Ce suivi est clos." in do(client, "complete_next", done).text
    form = client.get(page_of(done)).context["adminform"].form
    assert "referent" not in form.fields and "Menée à bien" in client.get(page_of(done)).text
    application = reverse("admin:trainers_application_change", args=[done.contribution.application_id])
    assert page_of(done) in client.get(application).text


def test_a_referent_who_may_not_follow_is_refused_at_the_field(client, manager, new_follow_up, new_staff):
    follow_up, cousin = new_follow_up(), new_staff()
    transitions.declare_conflict(application=follow_up.contribution.application, reviewer=cousin, by=cousin)

    response = client.post(page_of(follow_up), typed(follow_up, referent=cousin.pk))

    assert "ne peut pas suivre cette contribution" in response.context["adminform"].form.errors["referent"][0]
    with pytest.raises(transitions.TransitionRefused):
        transitions.follow(follow_up=follow_up, referent=cousin, by=manager)


def test_who_sees_which(client, new_follow_up, new_staff, new_agent, new_reviewer, new_trainer, employer):
    referent = new_staff("view_application")
    follow_up = new_follow_up(referent=referent)
    application = follow_up.contribution.application
    cousin, superuser = new_staff(), new_staff(is_superuser=True)
    colleague = new_staff(organisation=employer)
    Reviewer.objects.create(user=colleague, service="bureau des ESSAIS")
    for user in (cousin, superuser):
        transitions.declare_conflict(application=application, reviewer=user, by=user)
    other = new_staff("view_application")
    new_follow_up("Ailleurs", referent=other)

    for user, status, count in [
        (new_staff(), 200, 2),
        (referent, 200, 1),
        (cousin, 302, 1),
        (superuser, 302, 1),
        (colleague, 302, 0),
        (other, 302, 1),
        (new_reviewer(application.call), 302, 0),
        (new_agent(is_staff=True), 403, None),
        (new_agent(), 302, None),
        (new_trainer().user, 302, None),
        (application.applicant, 302, None),
    ]:
        client.force_login(user)
        answer = client.get(page_of(follow_up))
        assert answer.status_code == status, user
        listed = client.get(LIST)
        if count is None:
            assert listed.status_code == status, user
            continue
        assert listed.context["cl"].result_count == count, user
        if status == 302:
            assert answer.url == INDEX and "Écrire simple" not in listed.text
            assert "Écrire simple" not in client.get(LIST, {"q": "Écrire"}).text
            assert client.post(page_of(follow_up), typed(follow_up)).status_code == 302
            do(client, "finish", follow_up)
    assert FollowUp.objects.in_progress().count() == 2


def test_a_conflict_takes_the_follow_up_off_its_referent_and_out_of_their_history(client, new_follow_up, new_staff):
    referent = new_staff()
    follow_up = new_follow_up(referent=referent)
    LogEntry.objects.log_actions(referent.pk, [follow_up], 2, "Étape faite", single_object=True)
    client.force_login(referent)
    assert "Écrire simple" in client.get(INDEX).text

    transitions.declare_conflict(application=follow_up.contribution.application, reviewer=referent, by=referent)

    follow_up.refresh_from_db()
    assert follow_up.referent is None
    assert "Écrire simple" not in client.get(INDEX).text


def test_under_anonymised_reading_who_applied_is_not_read_there(client, new_follow_up, new_call, new_staff):
    new_follow_up(call=new_call("Sans nom", is_anonymised=True))
    for user, count in [(new_staff("manage_applications"), 0), (new_staff(), 1)]:
        client.force_login(user)
        assert client.get(LIST).context["cl"].result_count == count


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client, manager, new_follow_up, count, django_assert_num_queries):
    for rank in range(count):
        new_follow_up(f"Idée {rank}", referent=manager)
    client.get(LIST)

    with django_assert_num_queries(6):
        client.get(LIST)
