"""Trainers and rates in the admin."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models.signals import pre_save
from django.urls import reverse
from django.utils import timezone

from trainers import transitions
from trainers.enums import TRAINER_MOVES, OnboardingStep, TrainerState
from trainers.models import Rate, Trainer

pytestmark = pytest.mark.django_db
TRAINERS = reverse("admin:trainers_trainer_changelist")
ADD = reverse("admin:trainers_trainer_add")
RATES = reverse("admin:trainers_rate_changelist")
T = TrainerState
MANAGEMENT = {
    f"{prefix}-{name}": 0
    for prefix in ("skills", "availabilities", "events")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def page_of(trainer):
    return reverse("admin:trainers_trainer_change", args=[trainer.pk])


def do(client, action, *trainers, **answer):
    chosen = [trainer.pk for trainer in trainers]
    return client.post(TRAINERS, {"action": action, "_selected_action": chosen, "confirm": "oui", **answer})


@pytest.fixture
def team(client, new_staff):
    """Somebody who keeps the list of trainers, signed in."""
    names = ["view_trainer", "add_trainer", "change_trainer", "view_user", "view_module", "view_skill"]
    inlines = ["view_trainerskill", "add_trainerskill", "change_trainerskill", "view_trainerevent", "view_availability"]
    team = new_staff(*names, *inlines, "view_rate", "add_rate", "change_rate")
    client.force_login(team)
    return team


ACTIONS = {"activate": T.ACTIVE, "pause": T.PAUSED, "resume": T.ACTIVE, "leave": T.FORMER, "come_back": T.ONBOARDING}
FROM = {"activate": T.ONBOARDING, "pause": T.ACTIVE, "resume": T.PAUSED, "come_back": T.FORMER}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("state", T)
def test_each_action_moves_those_it_may_and_tells_of_the_others(client, team, new_trainer, action, state):
    trainer = new_trainer(state)
    for step in OnboardingStep:
        transitions.tick(trainer=trainer, step=step, by=team)
    expected = state == FROM[action] if action in FROM else ACTIONS[action] in TRAINER_MOVES[state]

    response = do(client, action, trainer)

    trainer.refresh_from_db()
    assert response.status_code == (302 if expected else 200)
    assert trainer.state == (ACTIONS[action] if expected else state)
    assert trainer.events.count() == LogEntry.objects.count() == int(expected)


def test_the_welcome_does_not_end_while_a_step_is_left(client, team, new_trainer):
    trainer = new_trainer(T.ONBOARDING)

    assert "Il reste à cocher : Formation de formateurs suivie ; Charte signée" in do(client, "activate", trainer).text
    do(client, "tick", trainer, step="formation")
    do(client, "tick", trainer, step="charte")
    do(client, "activate", trainer)

    trainer.refresh_from_db()
    assert trainer.state == T.ACTIVE


def form_of(trainer, **fields):
    return {**MANAGEMENT, "kind": trainer.kind, "biography": "", "can_teach_remotely": "on", **fields}


def test_steps_are_ticked_in_the_form_and_taken_back_during_the_welcome_only(client, team, new_trainer):
    trainer = new_trainer(T.ONBOARDING)
    client.post(page_of(trainer), form_of(trainer, steps=["charte", "formation"]))
    client.post(page_of(trainer), form_of(trainer, steps=["charte"]))
    assert [tick.step for tick in trainer.ticks.all()] == ["charte"]

    Trainer.objects.update(state=T.ACTIVE)
    response = client.post(page_of(trainer), form_of(trainer, steps=[]))

    assert "une étape faite le reste" in response.text and trainer.ticks.exists()


def test_what_is_taught_and_where_is_kept_and_the_state_is_not_in_the_form(
    client, team, new_trainer, published_module, skill
):
    trainer = new_trainer()
    fields = form_of(
        trainer,
        modules=[published_module.pk],
        regions=["bretagne", "corse"],
        weekdays=["1", "3"],
        languages=["fr"],
        hours_a_month="12",
        state=T.FORMER,
        **{"skills-TOTAL_FORMS": 1, "skills-0-skill": skill.pk, "skills-0-level": "expert"},
    )

    assert client.post(page_of(trainer), fields).status_code == 302

    trainer.refresh_from_db()
    assert (trainer.regions, trainer.weekdays, trainer.hours_a_month) == (["bretagne", "corse"], [1, 3], 12)
    assert trainer.modules.get() == published_module and trainer.skills.get().level == "expert"
    assert trainer.state == T.ACTIVE


def test_a_form_does_not_bring_an_old_state_back(client, team, new_trainer):
    trainer = new_trainer()

    def pause_meanwhile(instance, **_signal):
        Trainer.objects.filter(pk=instance.pk).update(state=T.PAUSED)

    pre_save.connect(pause_meanwhile, sender=Trainer)
    try:
        client.post(page_of(trainer), form_of(trainer, biography="Bonjour"))
    finally:
        pre_save.disconnect(pause_meanwhile, sender=Trainer)

    trainer.refresh_from_db()
    assert (trainer.state, trainer.biography) == (T.PAUSED, "Bonjour")


def test_who_was_recruited_to_teach_cannot_be_made_paid(client, team, new_trainer):
    trainer = new_trainer(is_recruited_to_teach=True)

    response = client.post(page_of(trainer), form_of(trainer, kind="interne", is_recruited_to_teach="on"))

    assert response.status_code == 200 and "Qui a été recruté pour enseigner" in response.text


def test_a_trainer_is_added_by_hand_and_welcomed(client, team, new_agent, published_module):
    agent = new_agent(first_name="Awa", last_name="Diallo")
    fields = {**MANAGEMENT, "user": agent.pk, "kind": "externe", "modules": [published_module.pk], "steps": ["charte"]}

    response = client.post(ADD, fields)

    trainer = Trainer.objects.get()
    assert response.status_code == 302
    assert (trainer.user, trainer.state, trainer.events.count()) == (agent, T.ONBOARDING, 1)
    assert trainer.modules.get() == published_module and trainer.ticks.get().step == "charte"
    assert "existe déjà" in client.post(ADD, fields).text


def test_staff_take_somebody_off_the_directory(client, team, new_trainer):
    trainer = transitions.agree_to_listing(trainer=new_trainer(), fields=["regions"])

    do(client, "withdraw_listing", trainer)

    trainer.refresh_from_db()
    assert not trainer.is_listed


def test_the_list_is_searched_and_filtered(client, team, new_trainer, new_agent, published_module, skill):
    wanted = new_trainer(user=new_agent(last_name="Kerbrat"), regions=["bretagne"], kind="interne")
    wanted.modules.add(published_module)
    wanted.skills.create(skill=skill, level="expert")
    other = new_trainer(T.PAUSED)

    for query in ("q=Kerbrat", "q=Design", "q=Lire", "region=bretagne", "kind__exact=interne", "state__exact=actif"):
        page = client.get(f"{TRAINERS}?{query}").text
        assert page_of(wanted) in page and page_of(other) not in page, query
    assert page_of(other) in client.get(f"{TRAINERS}?region=zz").text


def test_the_list_is_in_alphabetical_order(client, team, new_trainer, new_agent):
    last, first = (new_trainer(user=new_agent(last_name=name)) for name in ("Zidi", "Abel"))

    page = client.get(TRAINERS).text

    assert page.index(page_of(first)) < page.index(page_of(last))


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(
    client, team, new_trainer, new_assignment, published_module, skill, count, django_assert_max_num_queries
):
    for _ in range(count):
        trainer = new_trainer()
        trainer.modules.add(published_module)
        trainer.skills.create(skill=skill, level="expert")
        new_assignment(trainer=trainer)

    with django_assert_max_num_queries(10):
        assert client.get(TRAINERS).text.count('class="field-status"') == count
    with django_assert_max_num_queries(25):
        assert client.get(page_of(trainer)).status_code == 200


# --- Rates ------------------------------------------------------------------------------------------------------------


def test_a_rate_is_typed_in_euros_and_kept_in_cents(client, team, rates):
    Rate.objects.filter(kind="initiation").update(valid_until="2027-01-01")
    fields = {"kind": "initiation", "euros": "27,35", "valid_from": "01/01/2027", "valid_until": "", "source": "Arrêté"}

    assert client.post(reverse("admin:trainers_rate_add"), fields).status_code == 302

    rate = Rate.objects.get(valid_from="2027-01-01")
    assert (rate.cents_per_hour, rate.preparation_cents_per_hour, rate.preparation_cents) == (27_35, None, 27_35)
    client.post(reverse("admin:trainers_rate_change", args=[rate.pk]), {**fields, "preparation_euros": "20,1"})
    rate.refresh_from_db()
    assert (rate.cents_per_hour, rate.preparation_cents) == (27_35, 20_10)
    assert "27,35\u00a0€" in client.get(RATES).text
    page = client.get(reverse("admin:trainers_rate_change", args=[rate.pk])).text
    assert re.search(r'name="euros" value="27[.,]35"', page)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"euros": "0"}, "supérieure ou égale à 0"),
        ({"euros": "1,234"}, "2 chiffres"),
        ({"euros": "cher"}, "Saisissez un nombre"),
        ({"preparation_euros": "0"}, "supérieure ou égale à 0"),
        ({"valid_from": "01/01/2026"}, "Un autre taux de ce barème est valable à ces dates"),
        ({"valid_until": "01/01/2020"}, "La fin de validité précède le début."),
    ],
)
def test_a_wrong_rate_is_told(client, team, rates, change, words):
    count = Rate.objects.count()
    Rate.objects.filter(kind="initiation").update(valid_until="2027-01-01")
    fields = {"kind": "initiation", "euros": "27,35", "valid_from": "01/01/2027", "valid_until": "", **change}

    response = client.post(reverse("admin:trainers_rate_add"), fields)

    assert response.status_code == 200 and words in response.text
    assert Rate.objects.count() == count


# --- Rights -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["nobody", "agent", "trainer", "staff without right", "reviewer", "reader"])
def test_who_has_no_right_sees_or_changes_nothing(
    client, who, new_agent, new_staff, new_trainer, new_reviewer, new_call, rates
):
    trainer, rate = new_trainer(), Rate.objects.first()
    person = {
        "nobody": lambda: None,
        "agent": new_agent,
        "trainer": lambda: trainer.user,
        "staff without right": lambda: new_staff("view_module"),
        "reviewer": lambda: new_reviewer(new_call()),
        "reader": lambda: new_staff("view_trainer", "view_rate"),
    }[who]()
    if person:
        client.force_login(person)
    reads = [TRAINERS, page_of(trainer), RATES, reverse("admin:trainers_rate_change", args=[rate.pk])]
    is_inside = who in ("staff without right", "reviewer", "reader")

    for path in reads:
        response = client.get(path)
        expected = 200 if who == "reader" else 403 if is_inside else 302
        assert response.status_code == expected, path
    for path in (ADD, page_of(trainer), reverse("admin:trainers_rate_add")):
        assert client.post(path, form_of(trainer, biography="!")).status_code == (403 if is_inside else 302)
    do(client, "pause", trainer)
    trainer.refresh_from_db()
    assert (trainer.state, trainer.biography) == (T.ACTIVE, "")
    assert Trainer.objects.count() == 1


def test_nobody_deletes_a_trainer(client, new_agent, new_trainer):
    client.force_login(new_agent(is_staff=True, is_superuser=True))

    assert client.post(reverse("admin:trainers_trainer_delete", args=[new_trainer().pk])).status_code == 403


def test_availabilities_to_come_are_read_there(client, team, new_trainer):
    trainer = new_trainer()
    day = timezone.localdate()
    transitions.add_availability(trainer=trainer, kind="indisponible", starts_on=day, ends_on=day, note="Colloque")

    assert "Colloque" in client.get(page_of(trainer)).text
