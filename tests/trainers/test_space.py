"""« Espace formateur »: what each trainer does there, and that it is theirs alone."""

import datetime
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from trainers import transitions
from trainers.enums import AssignmentState, OnboardingStep, TrainerState
from trainers.models import Assignment, Availability, Trainer
from trainers.wording import deadline_in_words

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
SPACE, DATES, HOURS, LISTING, NO_LISTING = (
    reverse(f"trainers:{name}") for name in ("space", "availabilities", "hours", "listing", "withdraw_listing")
)
PAGES = [SPACE, DATES, HOURS, LISTING]


def address(name, item):
    return reverse(f"trainers:{name}", args=[item.pk])


@pytest.fixture
def trainer(client, new_trainer):
    """A trainer, signed in."""
    trainer = new_trainer()
    client.force_login(trainer.user)
    return trainer


@pytest.fixture
def propose(staff, trainer, new_session, rates):
    """A function that proposes a session to the trainer."""

    def create(session=None, **fields):
        due = timezone.now() + 7 * DAY
        return transitions.propose(
            trainer=trainer, session=session or new_session(), by=staff, answer_due_at=due, **fields
        )

    return create


# --- Who comes in -----------------------------------------------------------------------------------------------------


@pytest.fixture
def everything(new_assignment, new_trainer, new_session):
    """A trainer with one of each thing, and every address that acts on them: (method, address)."""
    owner = new_trainer()
    asked = new_assignment(trainer=owner)
    taken = new_assignment("acceptee", trainer=owner, session=new_session(in_days=40))
    dates = owner.availabilities.create(kind="disponible", starts_on="2030-01-01", ends_on="2030-01-02")
    return owner, [
        ("post", address("accept", asked)),
        ("post", address("decline", asked)),
        ("get", address("give_back", taken)),
        ("post", address("give_back", taken)),
        ("post", address("remove_availability", dates)),
    ]


def test_who_is_not_signed_in_is_asked_to_be(client, everything):
    _owner, own = everything

    for method, path in [*[("get", page) for page in PAGES], ("post", NO_LISTING), *own]:
        assert getattr(client, method)(path).url == f"{reverse('accounts:sign_in')}?next={path}"


@pytest.mark.parametrize("who", ["agent", "staff", "reviewer", "applicant"])
def test_who_is_not_a_trainer_is_told_whom_it_is_for(
    client, everything, new_agent, new_staff, new_reviewer, new_call, new_application, who
):
    person = {
        "agent": new_agent,
        "staff": new_staff,
        "reviewer": lambda: new_reviewer(new_call()),
        "applicant": lambda: new_application().applicant,
    }[who]()
    client.force_login(person)
    _owner, own = everything

    for method, path in [*[("get", page) for page in PAGES], ("post", NO_LISTING), *own]:
        response = getattr(client, method)(path)
        assert response.status_code == 403
        assert "celui des formateurs du campus" in response.text
    assert Assignment.objects.filter(state="proposee").count() == 1 and Availability.objects.count() == 1


def test_what_is_of_another_trainer_does_not_exist(client, everything, trainer):
    owner, own = everything

    for method, path in own:
        assert getattr(client, method)(path, {"reason": "…"}).status_code == 404
    assert set(owner.assignments.values_list("state", flat=True)) == {"proposee", "acceptee"}
    assert owner.availabilities.exists()
    assert "Lire une donnée" not in client.get(SPACE).text


def test_nobody_but_the_browser_keeps_these_pages(client, trainer):
    for page in PAGES:
        response = client.get(page)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"
        assert 'content="noindex"' in response.text


def test_what_changes_something_is_a_post_with_its_token(everything):
    owner, own = everything
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner.user)

    for _method, path in own:
        assert browser.post(path, {"reason": "…"}).status_code == 403
    for path in (own[0][1], own[1][1], own[4][1], NO_LISTING):
        assert browser.get(path).status_code == 405


# --- Proposals and sessions -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "words"), [(0, "jusqu'au 28 février 2027 inclus"), (9, "avant le 1er mars 2027 à 9\u00a0h")]
)
def test_a_deadline_at_midnight_is_the_end_of_the_day_before(hour, words):
    assert deadline_in_words(timezone.make_aware(datetime.datetime(2027, 3, 1, hour))) == words


def test_a_proposal_is_accepted_in_one_click(client, trainer, propose):
    proposal = propose(preparation_minutes=90, message="Avec plaisir ?")
    before = client.get(SPACE).text
    assert "À vous de répondre" in before and "Préparation 1\u00a0h\u00a030, animation 3\u00a0h" in before
    assert "Répondez avant le" in before and "Avec plaisir ?" in before

    after = client.post(address("accept", proposal), follow=True).text

    assert "Session acceptée" in after and "À vous de répondre" not in after
    assert "https://visio.exemple.fr/secret" in after and "Rendre la session" in after
    assert Assignment.objects.get().state == AssignmentState.ACCEPTED


def test_a_proposal_is_declined_in_one_click(client, trainer, propose):
    after = client.post(address("decline", propose()), follow=True).text

    assert "Vous avez décliné" in after and "Aucune session à venir" in after


def test_what_is_over_or_clashes_is_refused_in_words(client, trainer, propose, new_session):
    first, second, late = propose(), propose(new_session()), propose(new_session(in_days=50))
    client.post(address("accept", first))
    Assignment.objects.filter(pk=late.pk).update(answer_due_at=timezone.now())

    clash = unescape(client.post(address("accept", second), follow=True).text)
    over = unescape(client.post(address("accept", late), follow=True).text)

    assert "Vous animez déjà « Lire une donnée »" in clash
    assert "Cette session ne vous est plus proposée." in over
    assert trainer.assignments.accepted().get() == first


def test_who_is_paid_reads_the_rate_before_they_answer(client, trainer, propose):
    Trainer.objects.update(kind="interne")

    propose(rate_kind="approfondissement")

    assert "à 105,00\u00a0€ de l'heure (approfondissement)" in unescape(client.get(SPACE).text)


def test_a_session_is_given_back_with_a_reason(client, trainer, propose):
    taken = transitions.accept(assignment=propose(), by=trainer.user)

    refused = client.post(address("give_back", taken), {"reason": " "})
    assert refused.status_code == 422 and "Dites pourquoi" in refused.text
    done = client.post(address("give_back", taken), {"reason": "Souffrante"}, follow=True)

    assert "Vous avez rendu cette session" in done.text
    assert Assignment.objects.get().state == AssignmentState.WITHDRAWN
    assert client.get(address("give_back", taken)).status_code == 404


def test_who_teaches_with_whom_is_said(client, trainer, propose, new_assignment, new_trainer, new_agent):
    taken = transitions.accept(assignment=propose(), by=trainer.user)
    mate = new_trainer(user=new_agent(first_name="Awa", last_name="Diallo"))
    new_assignment("acceptee", trainer=mate, session=taken.session, role="co-animation")

    assert "Avec Awa Diallo (co-animation)." in client.get(SPACE).text


def test_a_session_that_lost_its_dates_breaks_no_page(client, trainer, propose, new_assignment, new_session):
    for assignment in (propose(), new_assignment("acceptee", trainer=trainer, session=new_session(in_days=60))):
        assignment.session.slots.all().delete()

    for page in PAGES:
        assert client.get(page).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_assignments(
    client, trainer, propose, new_assignment, new_session, new_module, count, django_assert_max_num_queries
):
    for number in range(count):
        propose(new_session(in_days=20 + number))
        new_assignment("acceptee", trainer=trainer, session=new_session(in_days=40 + number))
        trainer.modules.add(new_module(f"Module {number}", state="publie", published_on="2026-01-05"))

    with django_assert_max_num_queries(8):
        page = client.get(SPACE).text

    assert page.count("Accepter<") == page.count("Rendre la session<") == count


# --- The welcome ------------------------------------------------------------------------------------------------------


def test_the_checklist_says_what_is_done_during_the_welcome_only(client, new_trainer, staff):
    trainer = new_trainer(TrainerState.ONBOARDING, kind="interne")
    transitions.tick(trainer=trainer, step=OnboardingStep.CHARTER, by=staff)
    client.force_login(trainer.user)

    page = client.get(SPACE).text

    assert page.count("À faire<") == 3 and page.count("Fait<") == 1
    Trainer.objects.update(state=TrainerState.ACTIVE)
    assert "Votre accueil" not in client.get(SPACE).text


@pytest.mark.parametrize(("state", "words"), [("en-pause", "Vous êtes en pause"), ("ancien", "Vous ne formez plus")])
def test_who_does_not_teach_now_is_told(client, trainer, state, words):
    Trainer.objects.update(state=state)

    assert words in client.get(SPACE).text


# --- Availabilities ---------------------------------------------------------------------------------------------------


def dates(start=10, end=12, **fields):
    today = timezone.localdate()
    return {"kind": "disponible", "starts_on": today + start * DAY, "ends_on": today + end * DAY, **fields}


def test_dates_are_added_then_taken_away(client, trainer):
    page = client.post(DATES, dates(note="Le matin"), follow=True).text
    assert "Vos dates sont enregistrées" in page and "Le matin" in page

    page = client.post(address("remove_availability", Availability.objects.get()), follow=True).text

    assert "Ces dates sont retirées" in page and not Availability.objects.exists()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (dates(12, 10), "Le dernier jour précède le premier."),
        (dates(-5, -3), "Ces dates sont passées."),
        (dates(11, 20), "Vous avez déjà dit : indisponible du"),
        (dates(kind=""), "Dites si vous êtes disponible ou non."),
        (dates(kind="peut-etre"), "Sélectionnez un choix valide"),
        (dates(starts_on="demain"), "Donnez une date"),
        (dates(ends_on=""), "Donnez le dernier jour."),
        (dates(note="x" * 201), "200 caractères"),
    ],
)
def test_dates_that_cannot_be_say_why_and_what_was_typed_is_kept(client, trainer, answer, words):
    transitions.add_availability(trainer=trainer, **dates(8, 15) | {"kind": "indisponible"})

    response = client.post(DATES, {"note": "Gardée", **answer})

    assert response.status_code == 422 and words in unescape(response.text)
    assert answer.get("note", "Gardée") in response.text
    assert Availability.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_dates(client, trainer, count, django_assert_max_num_queries):
    for number in range(count):
        transitions.add_availability(trainer=trainer, **dates(10 * number, 10 * number + 2))

    with django_assert_max_num_queries(5):
        assert client.get(DATES).text.count("Retirer<") == count


# --- Hours ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_statements_say_hours_and_amounts(
    client, trainer, staff, new_assignment, new_session, count, django_assert_max_num_queries
):
    Trainer.objects.update(kind="interne")
    today = timezone.localdate()
    paid = {"trainer": trainer, "rate_kind": "approfondissement", "rate_cents": 105_00}
    for number in range(1, count + 1):
        new_assignment("acceptee", session=new_session(in_days=-10 * number), preparation_minutes=30, **paid)
        transitions.prepare_statement(
            trainer=trainer,
            starts_on=today - (10 * number + 4) * DAY,
            ends_on=today - (10 * number - 5) * DAY,
            by=staff,
        )
    new_assignment("acceptee", session=new_session(in_days=-2), **paid)

    with django_assert_max_num_queries(7):
        page = client.get(HOURS).text.replace("\u00a0", " ")

    assert page.count("<caption>") == page.count("367,50 €, état en préparation") == count
    assert "<td>105,00 €</td>" in page and "Pas encore dans un état" in page
    transitions.validate_statement(statement=trainer.statements.first(), by=staff)
    assert client.get(HOURS).text.count("état validé") == 1


def test_hours_of_another_are_not_there(client, trainer, new_assignment, new_session, new_trainer, staff):
    other = new_trainer()
    new_assignment("acceptee", trainer=other, session=new_session(in_days=-3))
    today = timezone.localdate()
    transitions.prepare_statement(trainer=other, starts_on=today - 9 * DAY, ends_on=today - DAY, by=staff)

    assert "Aucun état d'heures" in unescape(client.get(HOURS).text)


# --- The directory ----------------------------------------------------------------------------------------------------


def test_one_agrees_to_be_listed_with_chosen_fields_then_leaves(client, trainer):
    page = client.post(
        LISTING, {"agreement": "on", "fields_shown": ["regions"], "biography": " Enchantée. "}, follow=True
    ).text
    trainer.refresh_from_db()
    assert "Vous y figurez" in page
    assert (trainer.is_listed, trainer.listed_fields, trainer.biography) == (True, ["regions"], "Enchantée.")

    page = client.post(NO_LISTING, follow=True).text
    trainer.refresh_from_db()
    assert "Vous n'y figurez pas" in unescape(page) and not trainer.is_listed


def test_without_the_box_nothing_is_agreed_and_what_was_typed_is_kept(client, trainer):
    response = client.post(LISTING, {"fields_shown": ["regions"], "biography": "Ma vie"})

    assert response.status_code == 422 and "Cochez cette case" in response.text and "Ma vie" in response.text
    trainer.refresh_from_db()
    assert not trainer.is_listed and trainer.biography == ""


def test_a_field_that_does_not_exist_is_refused(client, trainer):
    assert client.post(LISTING, {"agreement": "on", "fields_shown": ["adresse"]}).status_code == 422


def test_a_former_trainer_cannot_be_listed(client, trainer):
    Trainer.objects.update(state=TrainerState.FORMER)

    response = client.post(LISTING, {"agreement": "on"})

    assert response.status_code == 422
    trainer.refresh_from_db()
    assert not trainer.is_listed
