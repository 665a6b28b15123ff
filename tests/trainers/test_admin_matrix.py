"""Every page of the admin about an application, for each kind of person: who sees it, who is told that it does not exist."""

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.urls import reverse
from openpyxl import load_workbook

from campus.mailing.models import Message
from trainers import transitions
from trainers.admin.acts import ACTS
from trainers.anonymity import TO_REREAD, anonymised
from trainers.enums import ApplicationState
from trainers.models import Reviewer

pytestmark = pytest.mark.django_db
S = ApplicationState
QUEUE = reverse("admin:trainers_application_changelist")
OUTBOX = reverse("admin:trainers_decisionmail_changelist")
STATISTICS = reverse("admin:trainers_application_statistics")
INDEX = reverse("admin:index")


@pytest.fixture
def application(new_application, new_call, employer, settings, tmp_path):
    """An accepted application of a known person, whose mail waits, with all that may hang on one."""
    settings.MEDIA_ROOT = tmp_path
    application = new_application(S.IN_REVIEW, call=new_call(), due_on="2026-01-01")
    application.attachments.create(
        kind="cv",
        file=ContentFile(b"%PDF-1.7", "cv.pdf"),
        name="cv-camille-lenoir.pdf",
        size=8,
        content_type="application/pdf",
    )
    return application


@pytest.fixture
def people(application, new_reviewer, new_staff, new_agent, new_call, employer):
    """Users by who they are to the application."""
    call = application.call
    in_conflict, superuser, colleague = (
        new_reviewer(call),
        new_staff(is_superuser=True),
        new_staff(organisation=employer),
    )
    Reviewer.objects.create(user=colleague, service="bureau des ESSAIS")
    for user in (in_conflict, superuser):
        transitions.declare_conflict(application=application, reviewer=user, by=user, reason="Cousins")
    elsewhere = new_reviewer(new_call("Ailleurs"))
    decider = new_staff("view_application", "decide_application")
    call.reviewers.add(decider)
    return {
        "in conflict": in_conflict,
        "superuser in conflict": superuser,
        "manager of the same service": colleague,
        "reviewer of another call": elsewhere,
        "reviewer": new_reviewer(call),
        "decider": decider,
        "manager": new_staff(),
        "staff without right": new_agent(is_staff=True),
        "agent": new_agent(),
        "applicant": application.applicant,
        "nobody": None,
    }


KNOW_NOTHING = ["in conflict", "superuser in conflict", "manager of the same service", "reviewer of another call"]
MAY_READ = ["reviewer", "decider", "manager"]
STAY_OUT = {"staff without right": 403, "agent": 302, "applicant": 302, "nobody": 302}


def enter(client, user):
    if user:
        client.force_login(user)
    else:
        client.logout()


def pages_of(application):
    """Addresses of all that shows an application, or does something with it."""
    attachment = application.attachments.get()
    names = ["change", "history", "review", "duplicate", "redactions", *[act.url_name.split("_", 2)[2] for act in ACTS]]
    mails = [reverse("admin:trainers_decisionmail_change", args=[mail.pk]) for mail in application.decision_mails.all()]
    file = reverse("admin:trainers_application_file", args=[application.pk, attachment.pk])
    return [reverse(f"admin:trainers_application_{name}", args=[application.pk]) for name in names] + [file, *mails]


def get(client, address, asked=None):
    """The answer; a file is read, which closes it."""
    response = client.get(address, asked)
    if response.streaming:
        b"".join(response.streaming_content)
    return response


def export(client, queue, kind):
    """Rows of an export of all that the list gives."""
    everything = {"action": f"export_{kind}", "select_across": "1", "_selected_action": "0", "index": "0"}
    response = client.post(f"{queue}?etape=toutes", everything)
    if response.status_code != 200 or "attachment" not in response.headers.get("Content-Disposition", ""):
        return []
    content = b"".join(response.streaming_content)
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    return [list(row) for row in load_workbook(io.BytesIO(content)).active.values]


def decided(application, people):
    """The same, accepted: its mail waits."""
    transitions.give_advice(application=application, by=people["manager"], reason="Vu.")
    application.refresh_from_db()
    return transitions.decide(application=application, decision=S.ACCEPTED, by=people["manager"])


@pytest.mark.parametrize("who", KNOW_NOTHING)
def test_who_must_not_know_is_told_that_it_does_not_exist(client, application, people, who):
    decided(application, people)
    enter(client, people[who])

    for address in pages_of(application):
        for response in (client.get(address), client.post(address, {"seen": S.IN_REVIEW, "text": "…", "reason": "…"})):
            where = "outbox" if "decisionmail" in address else "queue"
            assert response.status_code in ({302, 403} if where == "outbox" else {302}), address
            assert response.status_code == 403 or response.url == INDEX, address
    assert application.events.count() == 2 and not application.notes.exists() and not application.thread.exists()


@pytest.mark.parametrize("who", KNOW_NOTHING)
def test_it_is_in_no_list_count_search_export_nor_message(client, application, people, who, new_application):
    LogEntry.objects.log_actions(people[who].pk, [application], 2, "Ouverte avant", single_object=True)
    decided(application, people)
    transitions.ask(application=application, by=people["manager"], text="Quand ?")
    enter(client, people[who])
    traces = [application.reference, "Lenoir", application.applicant.email]
    autocomplete = {"app_label": "trainers", "model_name": "decisionmail", "field_name": "application"}

    for address, asked in [
        (INDEX, {}),
        (QUEUE, {"etape": "toutes"}),
        (QUEUE, {"etape": "toutes", "q": application.reference}),
        (QUEUE, {"etape": "toutes", "q": "Lenoir"}),
        (QUEUE, {"_facets": "True", "etape": "toutes"}),
        (OUTBOX, {"ou": "tous"}),
        (STATISTICS, {"appel": application.call.pk}),
        (STATISTICS, {"appel": application.call.pk, "format": "csv"}),
        (reverse("admin:trainers_followup_changelist"), {"etat": "tous"}),
        (reverse("admin:autocomplete"), {"term": application.reference, **autocomplete}),
        (reverse("admin:mailing_message_changelist"), {}),
        (reverse("admin:trainers_conflict_changelist"), {}),
        (reverse("admin:trainers_accesslink_changelist"), {}),
        (reverse("admin:trainers_call_changelist"), {}),
    ]:
        response = client.get(address, asked)
        page = response.getvalue().decode()  # a file too
        assert response.status_code in {200, 403}, address
        assert [trace for trace in traces if trace in page and trace not in asked.values()] == [], (address, asked)
        if address == QUEUE:
            assert response.context["cl"].result_count == 0
        if address == INDEX:
            assert {count for _what, count, _where in response.context["counts"]} == {0}
        if asked.get("format"):
            assert "Candidatures par état" not in page
        elif address == STATISTICS and response.context["statistics"] and "Ailleurs" not in page:
            assert response.context["statistics"].received == 0
    facets = client.get(QUEUE, {"_facets": "True", "etape": "toutes"}).text
    assert "(1)" not in facets and "(0)" in facets
    for kind in ("csv", "xlsx"):
        assert len(export(client, QUEUE, kind)) <= 1
    for message in Message.objects.all():
        assert client.get(reverse("admin:mailing_message_change", args=[message.pk])).status_code in {302, 403}


def test_the_load_of_a_colleague_does_not_count_what_is_hidden(client, application, people, new_application):
    other = new_application(S.IN_REVIEW, call=application.call)
    for each in (application, other):
        transitions.hand_to(application=each, to=people["reviewer"], by=people["manager"])
    attribution = reverse("admin:trainers_application_attribution", args=[other.pk])

    for who, load in [("superuser in conflict", 1), ("manager", 2)]:
        enter(client, people[who])
        in_bulk = client.post(f"{QUEUE}?etape=toutes", {"action": "hand_to", "_selected_action": [other.pk]})
        for page in (client.get(attribution), in_bulk):
            assert f"{people['reviewer']} ({load} en cours)" in page.text, who


@pytest.mark.parametrize("who", MAY_READ)
def test_who_may_read_does_no_more_than_their_part(client, application, people, who):
    enter(client, people[who])
    may = {
        "reviewer": {"review", "note", "conflit"},
        "decider": {"review", "note", "conflit"},
        "manager": {"complement", "entretien", "avis_rendu", "attribution", "question", "note", "conflit", "retrait"}
        | {"duplicate", "redactions"},
    }[who]

    for address in pages_of(application):
        name = address.strip("/").split("/")[-1].replace("-", "_")
        name = {"avis": "review", "doublon": "duplicate", "anonymat": "redactions"}.get(name, name)
        status = get(client, address).status_code
        if name in {"change", "history"} or name in may or "/piece/" in address:
            assert status == 200, address
        else:
            assert status in {302, 403}, address
    page = client.get(QUEUE)
    assert page.context["cl"].result_count == 1 and application.reference in page.text and "Lenoir" in page.text
    assert [count for _what, count, _where in client.get(INDEX).context["counts"]][:2] == [1, 1]
    assert [row[0] for row in export(client, QUEUE, "csv")] == ["référence", application.reference]
    actions = {name for name, _label in page.context["action_form"].fields["action"].choices if name}
    exports = {"export_csv", "export_xlsx"}
    decisions = {"irrecevabilite", "vivier", "refus"}
    handling = {"hand_out", "hand_to", "recevabilite", "instruction"}
    assert (
        actions
        == {
            "reviewer": exports,
            "decider": exports | decisions,
            "manager": exports | decisions | handling,
        }[who]
    )
    assert client.get(OUTBOX).status_code == (200 if who == "manager" else 403)


@pytest.mark.parametrize("who", ["reviewer", "decider", "manager"])
def test_who_has_no_right_to_an_act_does_not_post_it_either(client, application, people, who):
    application = decided(application, people) if who == "reviewer" else application
    enter(client, people[who])
    allowed = {act.slug for act in ACTS if act.is_for(people[who], application)}

    for act in ACTS:
        if act.slug not in allowed:
            address = reverse(f"admin:{act.url_name}", args=[application.pk])
            assert client.post(address, {"seen": application.state, "reason": "…", "text": "…"}).status_code == 403, (
                act.slug
            )
    assert ("retenue" in allowed) == (who != "reviewer")
    assert ("attribution" in allowed) == (who == "manager")


@pytest.mark.parametrize(("who", "status"), STAY_OUT.items())
def test_who_is_not_of_the_review_stays_out(client, application, people, who, status):
    enter(client, people[who])

    for address in [*pages_of(application), QUEUE, OUTBOX, STATISTICS]:
        response = client.get(address)
        if status == 403 and "history" in address:  # Django looks for the object first
            assert response.url == INDEX
            continue
        assert response.status_code == status, address
        assert status == 403 or response.url.startswith("/admin/login/"), address
    if status == 403:
        assert client.get(INDEX).context["counts"] == []


def test_the_address_asks_nothing_about_who_applies(client, application, people):
    enter(client, people["reviewer"])

    for lookup in ("applicant__last_name", "service__contains", "organisation__id__exact", "applicant__id__exact"):
        assert client.get(QUEUE, {lookup: "Lenoir"}).status_code == 400
        assert client.get(QUEUE, {"o": "2"}).status_code == 200


def test_what_forbids_to_erase_is_not_listed(client, application, people):
    enter(client, people["superuser in conflict"])

    for address in [
        reverse("admin:accounts_organisation_delete", args=[application.organisation_id]),
        reverse("admin:accounts_user_delete", args=[application.applicant_id]),
    ]:
        page = client.get(address).text
        assert application.reference not in page


# --- Anonymised reading -----------------------------------------------------------------------------------------------


@pytest.fixture
def hidden(application, people):
    """The same, read without identity, that tells it wherever it can."""
    call = application.call
    call.is_anonymised = True
    call.save()
    application.motivation = "Moi, Camille LENOIR, du Ministère des Essais (Bureau des essais)."
    application.save()
    manager = people["manager"]
    transitions.write_note(application=application, by=manager, text="Camille Lenoir a rappelé.")
    transitions.answer(application=application, by=application.applicant, text="Camille Lenoir")
    for user in (manager, people["decider"]):
        call.reviewers.add(user)
        review = transitions.save_review(
            application=application, reviewer=user, scores=dict.fromkeys(call.criteria.all(), 3),
            recommendation="retenir", comment="Camille Lenoir est excellente.",
        )  # fmt: skip
        transitions.submit_review(review=review, by=user)
    return application


def test_identity_is_nowhere_for_who_reads_without_it(client, hidden, people):
    enter(client, people["decider"])
    applicant, attachment = hidden.applicant, hidden.attachments.get()
    traces = ["amille", "enoir", "LENOIR", "Essais", "essais", applicant.email, "cv-"]
    file = reverse("admin:trainers_application_file", args=[hidden.pk, attachment.pk])

    assert client.get(file).status_code == 404
    hidden.attachments.update(is_identity_free=True)
    answers = [client.get(address) for address in pages_of(hidden) if address != file]
    answers += [client.get(QUEUE, asked) for asked in ({}, {"_facets": "True"}, {"q": hidden.reference})]
    answers += [client.get(INDEX), client.get(STATISTICS, {"appel": hidden.call.pk})]
    assert sum(answer.status_code == 200 for answer in answers) > 7
    for answer in answers:
        assert [trace for trace in traces if trace in answer.text] == [], answer.request["PATH_INFO"]
    for kind in ("csv", "xlsx"):
        rows = export(client, QUEUE, kind)
        assert rows[1][0] == hidden.reference and "masqué" in rows[1]
        assert [trace for trace in traces if trace in repr(rows)] == []
    response = get(client, file)
    assert (
        response.headers["Content-Disposition"].count("CV") and "camille" not in response.headers["Content-Disposition"]
    )
    assert "[masqué]" in client.get(reverse("admin:trainers_application_change", args=[hidden.pk])).text
    assert set(LogEntry.objects.values_list("object_repr", flat=True)) <= {str(hidden)}


def test_the_form_of_a_decision_masks_titles_too(client, hidden, people):
    hidden.contributions.update(title="L'atelier de Camille Lenoir")
    transitions.give_advice(application=hidden, by=people["manager"], reason="Vu.")
    address = reverse("admin:trainers_application_retenue", args=[hidden.pk])

    enter(client, people["decider"])
    page = client.get(address).text
    assert "atelier de [masqué]" in page and "Lenoir" not in page
    enter(client, people["manager"])
    assert "atelier de Camille Lenoir" in client.get(address).text


def test_who_reads_without_identity_does_not_lift_the_anonymity_of_a_call(client, hidden, new_staff):
    editor = new_staff("view_call", "change_call", "view_application")
    address = reverse("admin:trainers_call_change", args=[hidden.call.pk])
    for user, may in [(editor, False), (new_staff("view_call", "change_call", "see_identity"), True)]:
        enter(client, user)
        assert ("is_anonymised" in client.get(address).context["adminform"].form.fields) is may


def test_a_reviewer_does_not_change_the_service_that_hides_their_colleagues_from_them(client, people, new_staff):
    user, other = new_staff("change_reviewer", "view_reviewer"), people["reviewer"]
    enter(client, user)
    for reviewer, may in [(user, False), (other, True)]:
        row = Reviewer.objects.create(user=reviewer, service="Bureau des essais")
        page = client.get(reverse("admin:trainers_reviewer_change", args=[row.pk]))
        assert ("service" in page.context["adminform"].form.fields) is may


@pytest.mark.parametrize("word", ["Lenoir", "camille", "MEssais", "exemple.gouv.fr"])
def test_nothing_is_found_by_identity_without_the_right_to_it(client, hidden, people, word):
    enter(client, people["decider"])
    assert client.get(QUEUE, {"q": word}).context["cl"].result_count == 0
    assert client.get(QUEUE, {"q": hidden.reference[:6]}).context["cl"].result_count == 1
    enter(client, people["manager"])
    assert client.get(QUEUE, {"q": word}).context["cl"].result_count == 1


def test_mails_are_not_read_without_the_right_to_identity(client, hidden, people, new_staff):
    decided(hidden, people)
    reader = new_staff("manage_applications", "view_message")
    enter(client, reader)

    assert client.get(OUTBOX, {"ou": "tous"}).context["cl"].result_count == 0
    assert client.get(reverse("admin:mailing_message_changelist")).context["cl"].result_count == 0
    enter(client, people["manager"])
    assert client.get(OUTBOX, {"ou": "tous"}).context["cl"].result_count == 1


def test_staff_prepare_the_anonymised_reading(client, hidden, people):
    enter(client, people["manager"])
    address = reverse("admin:trainers_application_redactions", args=[hidden.pk])
    assert "[masqué]" in client.get(address).text

    key = f"contribution {hidden.contributions.get().pk} objectives"
    written = {"motivation": "Veut transmettre.", key: "Lire\nCompter"}
    posted = {name.replace(" ", "_"): text for name, text in written.items()}
    seen = client.get(address).context["form"].initial["seen"]
    client.post(address, {**posted, "seen": seen, "files": [hidden.attachments.get().pk]})

    hidden.refresh_from_db()
    assert hidden.redactions == written and hidden.attachments.get().is_identity_free
    enter(client, people["reviewer"])
    page = client.get(reverse("admin:trainers_application_change", args=[hidden.pk])).text
    assert "Veut transmettre." in page and "Lire ; Compter" in page


def test_staff_read_again_what_the_applicant_has_changed(client, hidden, people):
    enter(client, people["manager"])
    address = reverse("admin:trainers_application_redactions", args=[hidden.pk])
    page = reverse("admin:trainers_application_change", args=[hidden.pk])
    posted = {"motivation": "Veut transmettre.", "experience": "Dix ans."}
    before = client.get(address).context["form"].initial["seen"]
    client.post(address, {**posted, "seen": before})
    assert "À relire" not in client.get(page).text
    type(hidden).objects.filter(pk=hidden.pk).update(motivation="Moi, Camille.", experience="Onze ans.")

    assert "À relire" in client.get(page).text
    stale = client.post(address, {**posted, "seen": before})
    assert stale.status_code == 422 and "vient de changer" in stale.text
    seen = client.get(address).context["form"].initial["seen"]
    client.post(address, {**posted, "seen": seen, "motivation_garde": "on"})
    read = anonymised(type(hidden).objects.get(pk=hidden.pk)).texts
    assert (read["motivation"], read["experience"]) == ("Veut transmettre.", TO_REREAD)
    client.post(address, {**posted, "experience": "Onze ans.", "seen": seen})
    assert "À relire" not in client.get(page).text


def test_declaring_a_conflict_hides_the_application_at_once(client, application, people):
    enter(client, people["reviewer"])
    address = reverse("admin:trainers_application_conflit", args=[application.pk])

    response = client.post(address, {"reason": "Anciens collègues"}, follow=True)

    assert response.request["PATH_INFO"] == QUEUE and response.context["cl"].result_count == 0
    assert "Lenoir" not in response.text
    assert client.get(address).status_code == 302
