"""What an applicant may know, say and do once the application is begun; and that nobody else may do it."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from campus.mailing.models import Message
from tests.trainers.pages import at, text_of
from trainers import following, transitions
from trainers.enums import DECISIONS, REASONS, ApplicationState
from trainers.models import Application, Conflict, DecisionMail

pytestmark = pytest.mark.django_db
S = ApplicationState
LIST = reverse("trainers:application_list")


def decide(application, decision, staff):
    reasons = REASONS.get(decision)
    return transitions.decide(
        application=application, decision=decision, by=staff, reason_code=reasons[0] if reasons else ""
    )


def send_now(application, staff):
    mail = application.decision_mails.pending().get()
    transitions.send_mail(mail=mail, by=staff)
    mail.refresh_from_db()
    mail.scheduled_at = timezone.now() - datetime.timedelta(minutes=1)
    mail.save()
    transitions.deliver(mail=mail)


# --- Knowing ----------------------------------------------------------------------------------------------------------


def test_the_page_says_the_stage_the_dates_and_the_usual_delay(client, mine):
    application = mine()
    transitions.submit(application=application, by=application.applicant)

    page = text_of(client.get(application.get_absolute_url()))

    answer_on = timezone.localdate() + datetime.timedelta(days=55)
    assert "Recevabilité" in page and "Étape 2 sur 5" in page and application.reference in page
    assert f"avant le {answer_on.day} " in page.replace("1er", "1") and "par vous" in page
    assert "55 jours après le dépôt" in page and "Vous n'avez rien à faire" in page


@pytest.mark.parametrize("state", S)
def test_every_state_says_what_is_expected(client, mine, state):
    application = mine(state)

    page = client.get(application.get_absolute_url())

    assert page.status_code == 200 and page.text.count("<h1") == 1


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_decision_is_told_once_its_mail_has_left_and_not_before(client, mine, staff, decision):
    application = mine(S.SUBMITTED if decision == S.INADMISSIBLE else S.ADVISED)
    before = following.following_of(application)
    decided = decide(application, decision, staff)
    pages = (application.get_absolute_url(), LIST)

    for path in pages:
        assert decision.label not in text_of(client.get(path))
    assert following.told_state(decided) in {S.SUBMITTED, before.state}
    send_now(decided, staff)

    told = "En accueil" if decision == S.ACCEPTED else decision.label
    for path in pages:
        assert told in text_of(client.get(path))


def test_a_decision_taken_back_is_never_told(client, mine, staff):
    application = mine(S.ADVISED)
    decided = decide(application, S.REFUSED, staff)
    transitions.undo_decision(application=decided, by=staff, reason="Erreur.")

    page = text_of(client.get(application.get_absolute_url()))

    assert "Avis rendu" in page and "Refusée" not in page and "Erreur." not in page


def test_nothing_that_the_applicant_tries_tells_a_decision_before_its_mail(client, mine, staff):
    application = mine(S.ADVISED)
    decide(application, S.REFUSED, staff)

    start = reverse("trainers:application_start", args=[application.call.slug])
    again = client.post(start, follow=True)

    for path in (start, application.call.get_absolute_url()):
        assert "Ouvrir ma candidature" in text_of(client.get(path))
    assert again.redirect_chain[-1][0] == application.get_absolute_url()
    withdrawn = client.post(at("application_withdraw", application), {"reason": ""}, follow=True)
    assert "Refusée" not in text_of(withdrawn) and str(staff) not in text_of(withdrawn)
    assert Application.objects.get().state == S.WITHDRAWN and not DecisionMail.objects.pending().exists()


def test_staff_are_not_named_nor_their_notes_and_reviews_shown(client, mine, staff, new_reviewer):
    application = mine(S.SUBMITTED)
    application = transitions.declare_admissible(application=application, by=staff)
    transitions.write_note(application=application, by=staff, text="Vu hier au café.")

    page = text_of(client.get(application.get_absolute_url()))

    assert "par Dinum" in page and str(staff) not in page and "Vu hier" not in page


def test_each_contribution_has_its_own_answer_once_told(client, mine, staff, domain):
    application = mine(S.ADVISED)
    kept = application.contributions.get()
    application.contributions.create(kind="idee", title="Une idée", domain=domain)
    decided = transitions.decide(application=application, decision=S.ACCEPTED, by=staff, kept=[kept])

    before = text_of(client.get(application.get_absolute_url()))
    send_now(decided, staff)
    after = text_of(client.get(application.get_absolute_url()))

    assert "retenue" not in before.lower()
    assert "<strong>retenue</strong>" in after and "non retenue" in after


def test_the_steps_of_a_kept_idea_are_read_and_not_who_follows_them(client, mine, staff, domain):
    staff.first_name, staff.last_name = "Sacha", "Rey"
    staff.save()
    application = mine(S.ONBOARDING)
    idea = application.contributions.create(kind="idee", title="Une idée", domain=domain, is_kept=True)
    follow_up = transitions.open_follow_up(contribution=idea, referent=staff)
    transitions.complete_step(step=follow_up.steps.first(), by=staff)

    page = text_of(client.get(application.get_absolute_url()))

    assert "Premier échange (fait)" in page and "Conception, pour le " in page
    assert "Sacha Rey" not in page


# --- Saying -----------------------------------------------------------------------------------------------------------


def test_questions_and_answers_are_a_thread(client, mine, staff):
    application = mine(S.IN_REVIEW, assigned_to=staff, assigned_at=timezone.now())
    asked = transitions.ask(application=application, by=staff, text="Quand <b>êtes-vous</b> libre ?")

    page = client.get(application.get_absolute_url()).text
    sent = client.post(at("application_answer", application), {"text": "Mardi."}, follow=True)

    assert "Quand &lt;b&gt;" in page and str(staff) not in page
    assert "Votre message est envoyé" in sent.text and "Mardi." in sent.text
    asked.refresh_from_db()
    assert asked.read_at
    assert Message.objects.filter(to=staff.email).count() == 1


def test_an_empty_message_is_refused_at_its_field(client, mine):
    application = mine(S.IN_REVIEW)

    page = client.post(at("application_answer", application), {"text": " "})

    assert page.status_code == 422 and "Écrivez votre message." in page.text and not application.thread.exists()
    assert client.post(at("application_answer", application), {"text": "x" * 5001}).status_code == 422


def test_a_draft_has_no_thread(client, mine):
    application = mine()

    assert client.post(at("application_answer", application), {"text": "Bonjour"}).status_code == 422
    assert not application.thread.exists()


# --- Taking back ------------------------------------------------------------------------------------------------------

WITHDRAWABLE = [S.DRAFT, S.SUBMITTED, S.ADMISSIBLE, S.IN_REVIEW, S.MORE_ASKED, S.INTERVIEW, S.ADVISED, S.ONBOARDING]


@pytest.mark.parametrize("state", WITHDRAWABLE)
def test_an_application_is_taken_back_after_a_confirmation(client, mine, state):
    application = mine(state)
    path = at("application_withdraw", application)

    assert path in client.get(application.get_absolute_url()).text
    assert "pas réversible" in client.get(path).text
    assert Application.objects.get().state == state
    for _double_click in range(2):
        client.post(path, {"reason_code": "disponibilite"})

    application.refresh_from_db()
    assert application.state == S.WITHDRAWN and application.events.count() == 1


def test_another_reason_is_said(client, mine):
    application = mine(S.SUBMITTED)

    page = client.post(at("application_withdraw", application), {"reason_code": "autre"})

    assert page.status_code == 422 and "Dites quel est cet autre motif" in page.text


@pytest.mark.parametrize("state", [S.WITHDRAWN, S.ACTIVE])
def test_what_is_over_is_not_taken_back(client, mine, state):
    application = mine(state)

    assert client.post(at("application_withdraw", application)).url == application.get_absolute_url()
    application.refresh_from_db()
    assert application.state == state


# --- Who ----------------------------------------------------------------------------------------------------------------

READ = [
    "application_detail",
    "application_profile",
    "application_skills",
    "application_availability",
    "application_contributions",
    "application_contribution",
    "contribution_remove",
    "application_attachments",
    "application_preview",
    "application_withdraw",
]
WRITTEN = [*READ[1:], "attachment_remove", "application_answer"]


@pytest.mark.parametrize("state", [S.DRAFT, S.MORE_ASKED, S.IN_REVIEW])
def test_an_application_is_its_applicant_s_alone(
    client, new_application, new_call, new_agent, new_staff, new_reviewer, new_trainer, state
):
    call = new_call()
    application = new_application(state, call=call)
    attachment = application.attachments.create(
        kind="cv", file="x", name="x.pdf", content_type="application/pdf", size=1
    )
    of_contribution = {"application_contribution", "contribution_remove"}

    def path_of(name):
        if name in of_contribution:
            return at(name, application, application.contributions.get().pk)
        return at(name, application, *([attachment.pk] if name == "attachment_remove" else []))

    conflicted = new_reviewer(call)
    Conflict.objects.create(reviewer=conflicted, applicant=application.applicant, reason="Collègues")
    superuser = new_agent(is_staff=True, is_superuser=True)
    for user in (new_agent(), new_staff(), superuser, new_reviewer(call), conflicted, new_trainer().user):
        client.force_login(user)
        assert [name for name in READ if client.get(path_of(name)).status_code != 404] == []
        assert [name for name in WRITTEN if client.post(path_of(name), {"text": "x"}).status_code != 404] == []
        assert application.reference not in client.get(LIST).text
    client.logout()
    for name in WRITTEN:
        assert client.post(path_of(name)).url.startswith(reverse("accounts:sign_in"))
    client.force_login(application.applicant)
    expected = {302} if state == S.IN_REVIEW else {200}
    assert {client.get(path_of(name)).status_code for name in READ[1:-1]} == expected
    application.refresh_from_db()
    assert application.state == state and application.contributions.count() == application.attachments.count() == 1


def test_a_reference_that_nobody_has_is_not_found(client, mine):
    mine()

    for reference in ("AAAA-AAAA", "x", "é", "%20"):
        assert client.get(f"{LIST}{reference}/").status_code == 404
    assert client.get(f"{LIST}AAAA-AAAA/contributions/{10**30}/").status_code == 404
