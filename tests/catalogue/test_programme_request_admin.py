"""Requests for sur-mesure programmes in the admin: the queue, the page of each, the acts, their rights."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from catalogue.admin.programme_request_acts import ACTS
from catalogue.enums import ProgrammeRequestState
from catalogue.models import ProgrammeRequest
from catalogue.programme_requests import transitions
from tests.files import HOSTILE, pdf, sent

pytestmark = pytest.mark.django_db
S = ProgrammeRequestState
QUEUE = "/admin/catalogue/programmerequest/"


@pytest.fixture
def staff(client, new_person):
    staff = new_person(
        "view_programmerequest", "change_programmerequest", "view_session", "add_session", last_name="Suivi"
    )
    client.force_login(staff)
    return staff


def change_of(asked):
    return reverse("admin:catalogue_programmerequest_change", args=[asked.pk])


def act_on(client, asked, slug, data=None):
    return client.post(f"{QUEUE}{asked.pk}/{slug}/", data or {}, follow=True)


def shown(client, **query) -> list[str]:
    return [asked.title for asked in client.get(QUEUE, query).context["cl"].result_list]


def test_the_queue_shows_what_is_in_hand_and_filters_the_rest(client, staff, new_request, new_person):
    yesterday = timezone.localdate() - timedelta(days=1)
    new_request(title="Neuve", submitted_at=timezone.now() - timedelta(days=9))
    new_request(S.ANALYSIS, title="Suivie", owner=staff, proposal_on=yesterday)
    new_request(S.DESIGN, title="D'un autre", owner=new_person(is_staff=True), contact_name="Zoé Lind")
    new_request(S.CLOSED, title="Close")
    new_request(S.DRAFT, title="Brouillon")

    assert shown(client) == ["Neuve", "Suivie", "D'un autre"]
    assert shown(client, etape="sans-suite") == ["Close"]
    assert len(shown(client, etape="toutes")) == 4
    assert shown(client, etape="brouillon") == shown(client)
    assert shown(client, suivi="moi") == shown(client, echeance="retard") == ["Suivie"]
    assert shown(client, suivi="personne") == ["Neuve"]
    assert shown(client, q="zoé") == ["D'un autre"]
    page = client.get(QUEUE).text
    assert "En cours (3)" in page and "Sans suite (1)" in page and "9\xa0j" in page


def test_drafts_are_their_authors_alone(client, staff, new_request):
    draft = new_request(S.DRAFT)

    assert client.get(change_of(draft)).status_code == 302
    assert client.get(f"{QUEUE}{draft.pk}/message/").status_code == 302


def test_staff_lead_a_request_to_its_end(client, staff, new_request, new_session):
    asked = new_request()
    assert "Mettre en analyse" in client.get(change_of(asked)).text

    act_on(client, asked, "analyse")
    act_on(client, asked, "proposition", {"text": "Deux matinées."})
    act_on(client, asked, "acceptation")
    asked.refresh_from_db()
    page = client.get(change_of(asked)).text
    assert f"/admin/catalogue/session/add/?programme={asked.programme_id}&amp;restricted_to=" in page
    add = client.get(reverse("admin:catalogue_session_add"), {"programme": asked.programme_id})
    assert "Former nos inspecteurs" in add.text
    act_on(client, asked, "conception")
    refused = act_on(client, asked, "deploiement")
    assert refused.status_code == 422 and "Créez d&#x27;abord une session" in refused.text
    new_session(module=None, programme=asked.programme, in_days=-5)
    act_on(client, asked, "deploiement")
    act_on(client, asked, "publication", {"agrees": "oui"})
    act_on(client, asked, "bilan", {"agents_trained": 38, "satisfaction_percent": 95})

    asked.refresh_from_db()
    assert (asked.state, asked.agents_trained, asked.agrees_to_publish) == (S.DONE, 38, True)
    assert LogEntry.objects.filter(object_id=str(asked.pk), user=staff).count() == 7


@pytest.mark.parametrize(("aimed_in_days", "closes_in_days"), [(60, 57), (1, 30), (None, 30)])
def test_a_private_session_begins_with_what_is_known(client, staff, new_request, aimed_in_days, closes_in_days):
    today = timezone.localdate()
    asked = new_request(S.DESIGN, rollout_on=aimed_in_days and today + timedelta(days=aimed_in_days))
    page = client.get(change_of(asked))
    address = next(url for title, url in page.context["acts"] if title == "Ajouter une session privée")

    form = client.get(address).context["adminform"].form

    dinum = asked.organisation
    assert form["organiser"].value() == str(dinum.pk) and form["programme"].value() == str(asked.programme_id)
    assert form["restricted_to"].value() == [str(dinum.pk)]
    assert timezone.now() - form["enrolment_opens_at"].value() < timedelta(minutes=5)
    closing = timezone.localtime(form["enrolment_closes_at"].value())
    assert (closing.date(), closing.hour) == (today + timedelta(days=closes_in_days), 18)
    assert f'value="{closing:%d/%m/%Y}"' in client.get(address).text


def test_an_address_that_tells_no_instant_is_read_all_the_same(client, staff):
    page = client.get(reverse("admin:catalogue_session_add"), {"enrolment_opens_at": "demain"})

    assert page.status_code == 200


def test_the_figures_are_typed_beside_the_seats_that_were_taken(client, staff, new_request, new_session):
    asked = new_request(S.ROLLOUT)
    for seats, fields in [
        (1, {}),
        (2, {}),
        (4, {"cancelled_at": timezone.now(), "cancelled_by": staff, "cancel_reason": "Non"}),
    ]:
        new_session(module=None, programme=asked.programme, in_days=-5 - seats, seats_taken=seats, **fields)

    assert "Dans les sessions du programme, 3 places prises." in client.get(f"{QUEUE}{asked.pk}/bilan/").text
    assert "places prises" not in client.get(f"{QUEUE}{new_request().pk}/bilan/").text


def test_notes_messages_and_documents(client, staff, new_request, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    asked = new_request()

    act_on(client, asked, "note", {"text": "Voir avec le bureau des données."})
    act_on(client, asked, "message", {"text": "Combien de sites ?"})
    act_on(client, asked, "document", {"file": sent(pdf(), "proposition.pdf")})
    content, name, said = HOSTILE["macros"]
    refused = act_on(client, asked, "document", {"file": sent(content, name)})

    assert refused.status_code == 422 and said in refused.text
    page = client.get(change_of(asked)).text
    for told in ["Voir avec le bureau des données.", "Combien de sites ?", "proposition.pdf"]:
        assert told in page
    client.force_login(asked.requester)
    page = client.get(asked.get_absolute_url()).text
    assert "Combien de sites ?" in page and "proposition.pdf" in page and "bureau des données" not in page


def test_a_reason_is_wanted_at_the_field(client, staff, new_request):
    answer = act_on(client, new_request(), "sans-suite")

    assert answer.status_code == 422 and "reason" in answer.context["form"].errors


def test_owner_and_dates_are_edited_and_nothing_else(client, staff, new_request):
    asked = new_request()
    inlines = {
        f"{name}-{what}_FORMS": 0
        for name in ["thread", "notes", "documents", "events"]
        for what in ["TOTAL", "INITIAL"]
    }

    client.post(
        change_of(asked),
        {"owner": staff.pk, "proposal_on": "12/01/2027", "state": "terminee", "title": "Autre", **inlines},
    )

    asked.refresh_from_db()
    assert (asked.owner, str(asked.proposal_on)) == (staff, "2027-01-12")
    assert (asked.state, asked.title) == (S.RECEIVED, "Former nos inspecteurs")


def test_where_the_administration_is_not_certain_that_of_the_requester_is_told_not_chosen(
    client, staff, new_request, new_person, organisation
):
    asked = new_request(requester=new_person(organisation=organisation), organisation=None)
    told = f"L'auteur de la demande est de : {organisation}."
    assert told in client.get(change_of(asked)).text

    asked.organisation = organisation
    asked.save()
    assert told not in client.get(change_of(asked)).text


def test_the_first_page_of_the_admin_counts_those_to_study(client, staff, new_request):
    new_request()
    new_request(S.ANALYSIS)

    assert "Demandes sur-mesure à étudier : 1" in client.get("/admin/").text


def test_what_awaits_an_answer_is_on_the_first_page_and_in_the_queue(client, staff, new_request, new_programme):
    quiet, asked, sent_file, thanked = (
        new_request(title=title) for title in ["Muette", "Question", "Document", "Remerciement"]
    )
    transitions.write(programme_request=quiet, by=staff, text="Combien de sites ?")
    for one in (asked, thanked):
        transitions.write(programme_request=one, by=staff, text="Combien de sites ?")
        transitions.write(programme_request=one, by=one.requester, text="Onze.")
    sent_file.documents.create(name="a.pdf", size=1, is_from_requester=True, file="x", content_type="application/pdf")
    refused = {"agrees_to_publish": False, "publication_answered_at": timezone.now()}
    new_request(S.DONE, title="Page à retirer", programme=new_programme(), **refused)
    transitions.note(programme_request=thanked, by=staff, text="Rien à répondre.")

    first_page = client.get("/admin/").text

    every = {"etape": "toutes", "reponse": "attendue"}
    assert set(shown(client, **every)) == {"Question", "Document", "Page à retirer"}
    assert "Demandes sur-mesure en attente de réponse : 3" in first_page
    assert "etape=toutes&amp;reponse=attendue" in first_page
    transitions.write(programme_request=asked, by=staff, text="Merci.")
    transitions.start_analysis(programme_request=sent_file, by=staff)
    assert shown(client, **every) == ["Page à retirer"]


def test_the_page_of_a_programme_says_whether_the_administration_agrees(admin_client, new_request, new_programme):
    asked, other = new_request(S.ROLLOUT), new_programme()

    page = admin_client.get(reverse("admin:catalogue_programme_change", args=[asked.programme_id])).text

    assert asked.reference in page and "accord pas encore donné" in page
    assert "aucune" in admin_client.get(reverse("admin:catalogue_programme_change", args=[other.pk])).text


PAGES = ["", "{pk}/change/", *(f"{{pk}}/{act.slug}/" for act in ACTS)]


@pytest.mark.parametrize("page", PAGES)
def test_who_may_come(client, new_request, new_person, page):
    asked = new_request(S.PROPOSAL)
    address = QUEUE + page.format(pk=asked.pk)
    reads = page in PAGES[:2]
    people = {
        new_person(): 403,
        asked.requester: 403,
        new_person(is_staff=True): 403,
        new_person("view_programmerequest"): 200 if reads else 403,
        new_person("view_programmerequest", "change_programmerequest"): 200,
        new_person(is_staff=True, is_superuser=True): 200,
    }
    assert "/connexion/" in client.get(address, follow=True).redirect_chain[-1][0]
    for person, status in people.items():
        client.force_login(person)
        assert client.get(address, follow=True).status_code == status, person
    client.force_login(list(people)[3])
    assert reads or client.post(address).status_code == 403
    assert ProgrammeRequest.objects.get().state == S.PROPOSAL


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(client, staff, new_request, new_person, count, django_assert_num_queries):
    for _number in range(count):
        asked = new_request(owner=new_person(is_staff=True))
        for name in range(count):
            transitions.write(programme_request=asked, by=new_person(is_staff=True), text=f"Mot {name}")
            transitions.note(programme_request=asked, by=new_person(is_staff=True), text=f"Note {name}")
            asked.documents.create(
                name="a.pdf", size=1, is_from_requester=True, file="x", content_type="application/pdf"
            )

    with django_assert_num_queries(11):
        client.get(QUEUE)
    with django_assert_num_queries(14):
        client.get(change_of(asked))
