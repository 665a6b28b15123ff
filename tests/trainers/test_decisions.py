"""« Decide first, notify after »: a decision prepares a mail, and nothing follows before it has left."""

import datetime
from functools import partial

import pytest
from django.utils import timezone

from campus.mailing.models import Message
from tests.threads import at_once
from trainers import tasks, transitions
from trainers.enums import DECISIONS, REASONS, ApplicationState, TrainerState
from trainers.following import following_of
from trainers.models import Application, Contribution, DecisionMail, FollowUp, Trainer
from trainers.transitions import TransitionRefused

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture
def advised(new_application):
    return new_application(S.ADVISED)


def accept(application, staff):
    application = transitions.decide(application=application, decision=S.ACCEPTED, by=staff)
    return application, application.decision_mails.pending().get()


def leave_now(mail, staff):
    """Send, and let the undo window pass."""
    transitions.send_mail(mail=mail, by=staff)
    DecisionMail.objects.filter(pk=mail.pk).update(scheduled_at=timezone.now() - datetime.timedelta(seconds=1))
    tasks.deliver_decisions()


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_prepares_a_mail_and_sends_nothing(new_application, staff, decision):
    application = new_application(S.SUBMITTED if decision == S.INADMISSIBLE else S.ADVISED)
    code = next(iter(REASONS.get(decision, [])), "")

    application = transitions.decide(application=application, decision=decision, by=staff, reason_code=code)

    mail = application.decision_mails.get()
    assert application.state == mail.decision == decision and application.decided_at
    assert application.call.title in mail.subject and application.reference in mail.text
    assert not Message.objects.exists() and not Trainer.objects.exists()


def test_what_reviewers_meant_for_the_applicant_is_in_the_mail(advised, staff):
    advised.reviews.create(
        reviewer=staff,
        recommendation="refuser",
        comment="Trop juste.",
        comment_for_applicant="Animez d'abord en binôme.",
        submitted_at=timezone.now(),
    )

    application = transitions.decide(
        application=advised, decision=S.REFUSED, by=staff, reason_code="autre", reason="Domaine trop proche."
    )

    text = application.decision_mails.get().text
    assert "Animez d'abord en binôme." in text and "Domaine trop proche." in text and "Trop juste" not in text


def test_a_mail_is_edited_sent_held_back_and_gone_once(advised, staff):
    application, mail = accept(advised, staff)
    transitions.edit_mail(mail=mail, by=staff, subject="Bienvenue", text="Vous êtes des nôtres.")
    mail = transitions.send_mail(mail=mail, by=staff)
    with pytest.raises(TransitionRefused, match="retenez-le"):
        transitions.edit_mail(mail=mail, by=staff, subject="…", text="…")
    tasks.deliver_decisions()
    assert not Message.objects.exists()  # still in the undo window

    mail = transitions.hold_mail(mail=mail, by=staff)
    assert mail.scheduled_at is None
    leave_now(mail, staff)
    for _ in range(2):
        tasks.deliver_decisions()

    message = Message.objects.get()
    assert (message.to, message.subject) == (application.applicant.email, "Bienvenue")
    assert message.text.startswith("Vous êtes des nôtres.\n") and "Une question ?" in message.text
    for change in (transitions.send_mail, transitions.hold_mail):
        with pytest.raises(TransitionRefused, match="déjà parti"):
            change(mail=mail, by=staff)


def test_a_decision_is_undone_while_its_mail_has_not_left(advised, staff):
    application, mail = accept(advised, staff)
    transitions.send_mail(mail=mail, by=staff)
    with pytest.raises(TransitionRefused, match="pourquoi"):
        transitions.undo_decision(application=application, by=staff, reason=" ")

    application = transitions.undo_decision(application=application, by=staff, reason="Erreur de dossier.")
    DecisionMail.objects.update(scheduled_at=timezone.now())
    tasks.deliver_decisions()

    assert application.state == S.ADVISED and application.decided_at is None
    assert application.due_on > timezone.localdate()
    assert application.contributions.get().is_kept is None
    assert not Message.objects.exists() and DecisionMail.objects.get().cancelled_by == staff

    application, mail = accept(application, staff)
    leave_now(mail, staff)
    application.refresh_from_db()
    with pytest.raises(TransitionRefused, match="Aucune décision"):  # welcomed meanwhile
        transitions.undo_decision(application=application, by=staff, reason="Trop tard.")


def test_a_refusal_whose_mail_has_left_stays(advised, staff):
    application = transitions.decide(application=advised, decision=S.REFUSED, by=staff, reason_code="experience")
    leave_now(application.decision_mails.get(), staff)

    with pytest.raises(TransitionRefused, match="est parti"):
        transitions.undo_decision(application=application, by=staff, reason="Regret.")


def test_who_is_told_to_be_accepted_is_welcomed_with_a_draft_module_and_follow_ups(advised, staff, domain):
    idea = advised.contributions.create(kind="idee", title="Une idée", domain=domain, audience="tous", need="…")
    left_out = advised.contributions.create(kind="aide", title="Une aide", domain=domain, existing_work="…")
    existing = advised.contributions.get(kind="existante")
    application = transitions.decide(application=advised, decision=S.ACCEPTED, by=staff, kept=[existing, idea])
    with pytest.raises(TransitionRefused, match="Envoyez d'abord"):
        transitions.welcome(application=application, by=staff)

    leave_now(application.decision_mails.get(), staff)

    trainer = Trainer.objects.get()
    application.refresh_from_db()
    assert (application.state, trainer.state, trainer.kind) == (S.ONBOARDING, TrainerState.ONBOARDING, "externe")
    assert trainer.user == application.applicant and trainer.application == application
    assert trainer.regions == ["bretagne"] and trainer.skills.get().level == "expert"
    module = Contribution.objects.get(pk=existing.pk).module
    assert (module.title, module.state, module.duration_minutes) == ("Lire un tableau", "brouillon", 210)
    assert list(trainer.modules.all()) == [module]
    follow_up = FollowUp.objects.get()
    assert follow_up.contribution == idea and follow_up.steps.count() == 4
    assert Contribution.objects.get(pk=left_out.pk).is_kept is False


def test_one_may_come_out_of_the_pool(new_application, staff):
    application = transitions.decide(
        application=new_application(S.ADVISED), decision=S.POOL, by=staff, reason_code="besoin-plus-tard"
    )
    leave_now(application.decision_mails.get(), staff)

    application, mail = accept(application, staff)

    assert application.state == S.ACCEPTED and mail.decision == S.ACCEPTED


@pytest.mark.parametrize("decision", [S.ACCEPTED, S.REFUSED])
def test_a_decision_undone_after_the_pool_goes_back_to_the_pool(new_application, staff, decision):
    pooled = transitions.decide(
        application=new_application(S.ADVISED), decision=S.POOL, by=staff, reason_code="besoin-plus-tard"
    )
    leave_now(pooled.decision_mails.get(), staff)
    code = "experience" if decision == S.REFUSED else ""
    application = transitions.decide(application=pooled, decision=decision, by=staff, reason_code=code)

    application = transitions.undo_decision(application=application, by=staff, reason="Erreur de dossier.")

    assert (application.state, application.decided_at, application.due_on) == (
        S.POOL,
        application.events.filter(to_state=S.POOL).first().happened_at,
        None,
    )
    assert application.events.last().reason_code == "besoin-plus-tard"
    assert application.contributions.get().is_kept is False
    assert not application.decision_mails.pending().exists()  # they were told once: nothing more to say
    assert following_of(application).state == S.POOL
    with pytest.raises(TransitionRefused, match="est parti"):
        transitions.undo_decision(application=application, by=staff, reason="Encore.")
    again, _mail = accept(application, staff)
    assert again.state == S.ACCEPTED
    again = transitions.undo_decision(application=again, by=staff, reason="Encore une erreur.")
    assert again.decided_at == again.events.filter(to_state=S.POOL).first().happened_at


def test_who_was_not_told_of_the_pool_still_will_be(new_application, staff):
    pooled = transitions.decide(
        application=new_application(S.ADVISED), decision=S.POOL, by=staff, reason_code="besoin-plus-tard"
    )
    application, _mail = accept(pooled, staff)

    application = transitions.undo_decision(application=application, by=staff, reason="Erreur de dossier.")

    mail = application.decision_mails.pending().get()
    assert mail.decision == S.POOL and "Erreur de dossier" not in mail.text
    application = transitions.undo_decision(application=application, by=staff, reason="À revoir.")
    assert application.state == S.ADVISED


def test_who_brings_something_more_stays_an_active_trainer(advised, staff, new_trainer):
    trainer = new_trainer(user=advised.applicant)
    _application, mail = accept(advised, staff)

    leave_now(mail, staff)

    advised.refresh_from_db()
    trainer.refresh_from_db()
    assert advised.state == S.ACTIVE and trainer.state == TrainerState.ACTIVE and trainer.modules.count() == 1


def test_who_comes_back_is_welcomed_anew_as_their_new_application_says(new_application, staff, new_trainer):
    application = new_application(S.ADVISED, wish="interne", regions=["corse"], hours_a_month=3)
    trainer = new_trainer(TrainerState.FORMER, user=application.applicant, kind="externe", regions=["bretagne"])
    transitions.tick(trainer=trainer, step="charte", by=staff)
    _application, mail = accept(application, staff)

    leave_now(mail, staff)

    trainer.refresh_from_db()
    assert (trainer.state, trainer.kind, trainer.application) == (TrainerState.ONBOARDING, "interne", application)
    assert (trainer.regions, trainer.hours_a_month, trainer.skills.get().level) == (["corse"], 3, "expert")
    assert not trainer.ticks.exists()
    application.refresh_from_db()
    transitions.withdraw(application=application, by=application.applicant)
    trainer.refresh_from_db()
    assert trainer.state == TrainerState.FORMER


def test_withdrawing_cancels_the_mail_that_waits(advised, staff):
    application, _mail = accept(advised, staff)

    transitions.withdraw(application=application, by=application.applicant)

    assert not DecisionMail.objects.pending().exists()


def test_who_is_in_conflict_decides_nothing(advised, staff):
    transitions.declare_conflict(application=advised, reviewer=staff, by=staff)

    with pytest.raises(TransitionRefused, match="conflit"):
        accept(advised, staff)


def test_whoever_decides_on_an_old_page_is_told_who_came_first(advised, staff, new_staff):
    other = new_staff(first_name="Dominique", last_name="Roy")
    old_page = Application.objects.get(pk=advised.pk)
    transitions.decide(application=advised, decision=S.POOL, by=other, reason_code="besoin-plus-tard")

    with pytest.raises(TransitionRefused, match="« Vivier » par Dominique Roy"):
        accept(old_page, staff)
    with pytest.raises(TransitionRefused, match="Dominique Roy"):  # read anew, but decided on what the page said
        transitions.decide(
            application=Application.objects.get(pk=advised.pk), decision=S.ACCEPTED, by=staff, seen=S.ADVISED
        )


# --- With real connections --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_staff_who_decide_at_once_one_wins_and_the_other_is_told(new_application, new_call, new_staff):
    first, second = new_staff(), new_staff()
    for number in range(5):
        application = new_application(S.ADVISED, call=new_call(f"Appel {number}"))

        works = [
            partial(transitions.decide, application=application, decision=S.ACCEPTED, by=first),
            partial(
                transitions.decide, application=application, decision=S.POOL, by=second, reason_code="besoin-plus-tard"
            ),
        ]
        results = at_once(*works)

        refused = [result for result in results if isinstance(result, TransitionRefused)]
        assert len(refused) == 1 and "vient de passer à" in str(refused[0]), results
        assert application.events.count() == 1 and application.decision_mails.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_sent_and_delivered_twice_at_once_leaves_once(new_application, new_staff):
    staff = new_staff()
    _application, mail = accept(new_application(S.ADVISED), staff)
    sent = at_once(*[partial(transitions.send_mail, mail=mail, by=staff)] * 2)
    assert sent[0].scheduled_at == sent[1].scheduled_at
    DecisionMail.objects.update(scheduled_at=timezone.now())

    delivered = at_once(*[partial(transitions.deliver, mail=mail)] * 3)

    assert sorted(delivered) == [False, False, True]
    assert Message.objects.count() == 1 and Trainer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_decision_undone_as_its_mail_leaves_is_either_undone_or_told(new_application, new_call, new_staff):
    staff = new_staff()
    for number in range(4):
        application, mail = accept(new_application(S.ADVISED, call=new_call(f"Appel {number}")), staff)
        transitions.send_mail(mail=mail, by=staff)
        DecisionMail.objects.filter(pk=mail.pk).update(scheduled_at=timezone.now())

        delivered, undone = at_once(
            partial(transitions.deliver, mail=mail),
            partial(transitions.undo_decision, application=application, by=staff, reason="Erreur."),
        )

        application.refresh_from_db()
        is_told = Message.objects.filter(to=application.applicant.email).exists()
        assert (delivered, isinstance(undone, TransitionRefused), application.state) in [
            (True, True, S.ONBOARDING),
            (False, False, S.ADVISED),
        ], undone
        assert is_told is delivered
