"""The page of an application in the admin: reading it, moving it, reviewing it, its outbox."""

import datetime
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campus.mailing.models import Message
from trainers import tasks, transitions
from trainers.admin.acts import ACTS, acts_for
from trainers.enums import DECISIONS, REASONS, ApplicationState
from trainers.models import Application, DecisionMail, Trainer

pytestmark = pytest.mark.django_db
S = ApplicationState
OUTBOX = reverse("admin:trainers_decisionmail_changelist")


def page_of(application, slug="change"):
    return reverse(f"admin:trainers_application_{slug}", args=[application.pk])


def mail_page(mail):
    return reverse("admin:trainers_decisionmail_change", args=[mail.pk])


@pytest.fixture
def manager(client, staff):
    client.force_login(staff)
    return staff


def test_the_page_says_all_that_is_needed_to_decide(client, manager, new_application, new_reviewer, new_staff):
    application = new_application(S.IN_REVIEW)
    pedagogy, expertise = application.call.criteria.all()
    for name, values, said in [("Ada", (5, 5), "retenir"), ("Blaise", (1, 2), "refuser")]:
        reviewer = new_reviewer(application.call, first_name=name)
        review = transitions.save_review(
            application=application,
            reviewer=reviewer,
            scores=dict(zip([pedagogy, expertise], values, strict=True)),
            recommendation=said,
            comment=f"Avis de {name}",
        )
        transitions.submit_review(review=review, by=reviewer)
    transitions.write_note(application=application, by=manager, text="À rappeler mardi.")
    transitions.answer(application=application, by=application.applicant, text="Merci de votre retour.")
    transitions.give_advice(application=application, by=new_staff(first_name="Dominique"), reason="Partagés.")

    page = client.get(page_of(application)).text

    for text in [
        "Camille Lenoir", "Ministère des Essais", "Transmettre.", "Lire un tableau", "3 h 30", "Design (expert)",
        "Avis de Ada", "Avis de Blaise", "Les avis divergent", "À rappeler mardi.", "Merci de votre retour.", "Partagés.",
        "Dominique", "Avis rendu",
    ]:  # fmt: skip
        assert text in page.replace("\xa0", " "), text
    assert application.thread.get().read_at
    assert 'name="state"' not in page


@pytest.mark.parametrize("state", [state for state in S if state != S.DRAFT])
def test_each_button_leads_to_a_page_that_opens_and_no_other_is_offered(client, manager, new_application, state):
    application = new_application(state, more_due_on="2026-12-31" if state == S.MORE_ASKED else None)
    page = client.get(page_of(application)).text

    offered = acts_for(manager, application)
    for act in ACTS:
        address = page_of(application, act.url_name.removeprefix("trainers_application_"))
        assert (f'href="{address}"' in page) == (act in offered)
        assert client.get(address).status_code == (200 if act in offered else 302)


def test_moved_from_its_submission_to_its_decision_a_page_a_move(client, manager, new_application):
    application = new_application(S.SUBMITTED)
    tomorrow = timezone.localdate() + datetime.timedelta(days=1)

    for slug, answer in [
        ("recevabilite", {}),
        ("complement", {"text": "Il manque le public.", "due_on": f"{tomorrow:%d/%m/%Y}"}),
        ("reprise", {"reason": "Trouvé ailleurs."}),
        ("instruction", {}),
        ("entretien", {"text": "Mardi à 10 h ?"}),
        ("avis_rendu", {"reason": "Vu en entretien."}),
        ("vivier", {"reason_code": "besoin-plus-tard"}),
        ("decision_reprise", {"reason": "Un besoin vient d'apparaître."}),
        ("retenue", {"kept": [application.contributions.get().pk]}),
    ]:
        application.refresh_from_db()
        response = client.post(page_of(application, slug), {"seen": application.state, **answer})
        assert response.status_code == 302, (slug, response.context["form"].errors)

    application.refresh_from_db()
    assert application.state == S.ACCEPTED and application.contributions.get().is_kept
    assert application.events.count() == LogEntry.objects.filter(object_id=application.pk).count() == 9
    assert set(LogEntry.objects.values_list("object_repr", flat=True)) == {str(application)}


@pytest.mark.parametrize("decision", [decision for decision in DECISIONS if decision in REASONS])
def test_a_decision_says_its_reason_or_keeps_what_was_typed(client, manager, new_application, decision):
    slug = {S.INADMISSIBLE: "irrecevabilite", S.POOL: "vivier", S.REFUSED: "refus"}[decision]
    application = new_application(S.SUBMITTED if decision == S.INADMISSIBLE else S.ADVISED)

    nothing = client.post(page_of(application, slug), {"seen": application.state, "reason": "Merci à vous"})
    other = client.post(page_of(application, slug), {"seen": application.state, "reason_code": "autre"})

    assert nothing.status_code == other.status_code == 422
    assert "Merci à vous" in nothing.text and "Dites quel est cet autre motif." in other.text
    assert not application.events.exists()


def test_of_two_staff_on_the_same_page_the_second_is_told_who_came_first(client, manager, new_application, new_staff):
    application = new_application(S.ADVISED)
    other, second = new_staff(first_name="Dominique", last_name="Roy"), Client()
    second.force_login(other)
    for browser in (client, second):
        assert browser.get(page_of(application, "retenue")).status_code == 200

    won = second.post(page_of(application, "vivier"), {"seen": S.ADVISED, "reason_code": "besoin-plus-tard"})
    lost = client.post(page_of(application, "retenue"), {"seen": S.ADVISED, "reason": "Très bon dossier."})

    assert won.status_code == 302 and lost.status_code == 422
    assert "vient de passer à « Vivier » par Dominique Roy" in lost.text and "Très bon dossier." in lost.text
    assert application.decision_mails.get().decision == S.POOL


def test_a_double_click_is_told_and_does_it_once(client, manager, new_application):
    application = new_application(S.SUBMITTED)

    moves = [client.post(page_of(application, "recevabilite"), {"seen": S.SUBMITTED}) for _ in range(2)]
    notes = [client.post(page_of(application, "note"), {"seen": S.ADMISSIBLE, "text": "Bien."}) for _ in range(2)]
    asked = [client.post(page_of(application, "question"), {"seen": S.ADMISSIBLE, "text": "Quand ?"}) for _ in range(2)]

    assert [each.status_code for each in (*moves, *notes, *asked)] == [302, 422] * 3
    assert "vient de passer à « Recevable »" in moves[1].text and "déjà enregistré" in notes[1].text
    assert application.events.count() == application.notes.count() == application.thread.count() == 1


def test_a_move_that_the_state_does_not_allow_is_told_whatever_is_posted(client, manager, new_application):
    application = new_application(S.MORE_ASKED, more_due_on="2026-12-31")

    for seen in (S.MORE_ASKED, S.SUBMITTED, "n'importe quoi"):
        response = client.post(page_of(application, "recevabilite"), {"seen": seen})
        assert response.status_code == 422
    assert Application.objects.get().state == S.MORE_ASKED


def test_files_are_attachments_under_their_own_name(client, manager, new_application, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    application = new_application(S.SUBMITTED)
    attachment = attach(application)

    response = client.get(reverse("admin:trainers_application_file", args=[application.pk, attachment.pk]))

    assert b"".join(response.streaming_content) == b"%PDF-1.7"
    assert response.headers["Content-Disposition"] == 'attachment; filename="cv.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    elsewhere = new_application(S.SUBMITTED, call=application.call)
    assert client.get(reverse("admin:trainers_application_file", args=[elsewhere.pk, attachment.pk])).status_code == 404
    attachment.file.storage.delete(attachment.file.name)
    lost = client.get(reverse("admin:trainers_application_file", args=[application.pk, attachment.pk]))
    assert lost.status_code == 404


def attach(application, **fields):
    return application.attachments.create(
        **{
            "kind": "cv", "file": ContentFile(b"%PDF-1.7", "cv.pdf"), "name": "cv.pdf", "size": 8,
            "content_type": "application/pdf", **fields,
        }
    )  # fmt: skip


# --- Reviews ----------------------------------------------------------------------------------------------------------


def test_a_review_is_a_draft_then_final(client, new_application, new_reviewer):
    application = new_application(S.IN_REVIEW)
    reviewer = new_reviewer(application.call)
    client.force_login(reviewer)
    address = page_of(application, "review")
    first, second = (f"criterion_{criterion.pk}" for criterion in application.call.criteria.all())

    assert client.post(address, {"_draft": "1", first: "4", "comment": "À revoir"}).url == address
    assert "À revoir" in client.get(address).text
    assert application.reviews.get().scores.get().value == 4
    incomplete = client.post(address, {"_submit": "1", first: "4", "comment": "Très clair"})
    assert incomplete.status_code == 422 and "Très clair" in incomplete.text
    assert "Donnez une note de 1 à 5." in incomplete.text and "Dites ce que vous recommandez." in incomplete.text
    whole = {"_submit": "1", first: "4", second: "5", "recommendation": "retenir"}
    assert client.post(address, whole).url == page_of(application)

    review = application.reviews.get()
    assert review.submitted_at and [score.value for score in review.scores.all()] == [4, 5]
    assert "ne change plus" in client.post(address, whole).text
    assert client.get(address).url == page_of(application)


def test_a_reviewer_reads_the_others_after_their_own(client, new_application, new_reviewer):
    application = new_application(S.IN_REVIEW)
    first, second = new_reviewer(application.call, first_name="Ada"), new_reviewer(application.call)
    review = transitions.save_review(
        application=application, reviewer=first, scores=dict.fromkeys(application.call.criteria.all(), 2),
        recommendation="refuser", comment="Trop tôt.",
    )  # fmt: skip
    transitions.submit_review(review=review, by=first)
    client.force_login(second)

    queue, page = client.get(reverse("admin:trainers_application_changelist")), client.get(page_of(application))
    assert "Trop tôt." not in page.text and "une fois le vôtre rendu" in page.text
    assert "2,0" not in queue.text
    whole = {f"criterion_{each.pk}": "3" for each in application.call.criteria.all()}
    client.post(page_of(application, "review"), {"_submit": "1", "recommendation": "retenir", **whole})

    assert "Trop tôt." in client.get(page_of(application)).text
    assert "2,5" in client.get(reverse("admin:trainers_application_changelist")).text


# --- The outbox -------------------------------------------------------------------------------------------------------


@pytest.fixture
def mail(manager, new_application):
    """The mail of an acceptance, to send."""
    application = transitions.decide(application=new_application(S.ADVISED), decision=S.ACCEPTED, by=manager)
    return application.decision_mails.get()


def test_a_mail_is_read_edited_sent_held_and_leaves_once(client, manager, mail):
    def post(**data):
        return client.post(mail_page(mail), data)

    assert "est retenue" in client.get(mail_page(mail)).text
    assert post(_save="1", seen="prepare", subject="", text="Bonjour").status_code == 422
    assert post(_save="1", seen="prepare", subject="Bienvenue", text="Bonjour").status_code == 302
    stale = post(_send="1", seen="prepare")
    assert stale.status_code == 422 and "vient d&#x27;être modifié" in stale.text
    mail.refresh_from_db()
    seen = mail.edited_at.isoformat()
    assert [post(_send="1", seen=seen).status_code for _ in range(2)] == [302, 422]
    assert "déjà sur le départ" in post(_send="1", seen=seen).text
    assert post(_hold="1").status_code == 302
    assert post(_send="1", seen=seen).status_code == 302
    DecisionMail.objects.update(scheduled_at=timezone.now())
    for _ in range(2):
        tasks.deliver_decisions()

    assert Message.objects.get().subject == "Bienvenue" and Trainer.objects.count() == 1
    late = post(_hold="1")
    assert late.status_code == 422 and "déjà parti" in late.text


def test_an_outbox_sent_twice_sends_once_and_says_so(client, manager, mail, new_application):
    other = transitions.decide(
        application=new_application(S.ADVISED, call=mail.application.call), decision=S.ACCEPTED, by=manager
    ).decision_mails.get()
    cancelled = transitions.decide(
        application=new_application(S.ADVISED, call=mail.application.call), decision=S.ACCEPTED, by=manager
    ).decision_mails.get()
    chosen = {"action": "send", "_selected_action": [mail.pk, other.pk, cancelled.pk], "confirm": "oui"}
    transitions.withdraw(application=cancelled.application, by=cancelled.application.applicant)
    Message.objects.all().delete()

    first = client.post(OUTBOX, chosen, follow=True).text
    second = client.post(OUTBOX, chosen, follow=True).text
    DecisionMail.objects.pending().update(scheduled_at=timezone.now())
    for _ in range(2):
        tasks.deliver_decisions()

    assert first.count("courriel sur le départ") == 2 and "Ce courriel est annulé." in first
    assert second.count("Ce courriel est déjà sur le départ.") == 2
    assert Message.objects.count() == 2


def test_of_mails_sent_together_what_a_colleague_edits_meanwhile_waits_to_be_read(
    client, manager, mail, new_application, new_staff
):
    other = transitions.decide(
        application=new_application(S.ADVISED, call=mail.application.call), decision=S.ACCEPTED, by=manager
    ).decision_mails.get()
    chosen = {"action": "send", "_selected_action": [mail.pk, other.pk]}
    page = client.post(OUTBOX, chosen)
    assert mail.subject in unescape(page.text) and mail.application.reference in page.text
    seen = {f"seen-{item.pk}": item.seen for item in page.context["items"]}
    transitions.edit_mail(mail=mail, by=new_staff(), subject="Autre objet", text="Tout autre chose.")

    page = client.post(OUTBOX, {**chosen, **seen, "confirm": "oui"})

    assert "modifié depuis votre lecture" in page.text and "Tout autre chose." in page.text
    assert [item.pk for item in page.context["items"]] == [mail.pk]
    assert list(DecisionMail.objects.filter(scheduled_at__isnull=False)) == [other]
    seen = {f"seen-{item.pk}": item.seen for item in page.context["items"]}
    client.post(OUTBOX, {**chosen, "_selected_action": [mail.pk], **seen, "confirm": "oui"})
    assert DecisionMail.objects.filter(scheduled_at__isnull=False).count() == 2  # read as it is now


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_mails(
    client, manager, new_application, new_call, count, django_assert_max_num_queries
):
    call = new_call()
    for _ in range(count):
        transitions.decide(application=new_application(S.ADVISED, call=call), decision=S.ACCEPTED, by=manager)

    with django_assert_max_num_queries(9):
        assert client.get(OUTBOX).text.count("est retenue") == count


# --- Duplicates -------------------------------------------------------------------------------------------------------


def test_duplicates_are_merged_after_a_preview(client, manager, new_application, new_agent):
    kept = new_application(S.ADVISED)
    double = new_application(
        S.SUBMITTED, call=kept.call, applicant=new_agent(first_name="camille", last_name="LENOIR", organisation=None)
    )
    address = page_of(kept, "duplicate")

    assert double.reference in client.get(address).text
    assert client.post(address, {"reference": "RIEN-RIEN"}).status_code == 422
    preview = client.post(address, {"reference": double.reference})
    assert "est retirée" in preview.text and Application.objects.get(pk=double.pk).state == S.SUBMITTED
    assert client.post(address, {"reference": double.reference, "_confirm": "1"}).status_code == 302

    double.refresh_from_db()
    assert (double.state, double.applicant, double.merged_into) == (S.WITHDRAWN, kept.applicant, kept)
    assert kept.contributions.count() == 2


# --- Statistics -------------------------------------------------------------------------------------------------------


def test_statistics_of_a_call_as_charts_with_their_tables(client, manager, new_application, skill):
    first = new_application(S.SUBMITTED)
    first.call.skills.create(skill=skill, target=5)
    transitions.declare_admissible(application=first, by=manager)
    Application.objects.filter(pk=first.pk).update(state=S.ADVISED)
    first.refresh_from_db()
    transitions.decide(application=first, decision=S.ACCEPTED, by=manager)
    new_application(S.REFUSED, call=first.call)
    now = timezone.now()
    for days, state in [(10, S.SUBMITTED), (4, S.ADMISSIBLE)]:
        event = first.events.filter(to_state=state).first() or first.events.create(to_state=state)
        first.events.filter(pk=event.pk).update(happened_at=now - datetime.timedelta(days=days))
    address = reverse("admin:trainers_application_statistics")

    page = client.get(address, {"appel": first.call.pk})

    assert "<strong>2</strong> reçues" in page.text and "soit 50 %" in page.text
    charts = {
        chart.slug: [(bar.measure.label, bar.measure.value) for bar in chart.bars] for chart in page.context["charts"]
    }
    assert charts["competences"] == [("Design", 2)]
    assert charts["delais"] == [("Déposée", 6.0), ("Recevable", 4.0)]
    assert page.text.count('<svg class="bars"') == page.text.count('<caption class="visually-hidden"') == 4
    assert "style=" not in page.text and "<style" not in page.text
    assert "Design" in client.get(address, {"appel": first.call.pk, "format": "csv"}).getvalue().decode()
    assert LogEntry.objects.get(change_message="Statistiques exportées").user == manager
