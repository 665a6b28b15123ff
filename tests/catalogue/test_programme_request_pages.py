"""The pages of who asks for a sur-mesure programme: begun, filled in, sent, followed, taken back; nobody else's."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from catalogue.enums import ProgrammeRequestState
from catalogue.models import ProgrammeRequest, ProgrammeRequestDocument
from catalogue.programme_requests import transitions
from tests.files import HOSTILE, pdf, sent

pytestmark = pytest.mark.django_db
S = ProgrammeRequestState
ON_REQUEST = {
    "detail": "get", "edit": "get", "answer": "post", "attach": "post", "publication": "post", "withdraw": "get",
}  # fmt: skip


def at(name, *args):
    return reverse(f"catalogue:programme_request_{name}", args=args)


@pytest.fixture
def typed(domain):
    """What one fills in."""
    return {
        "title": "Former nos inspecteurs",
        "role": "rh",
        "organisation_name": "Préfecture de l'Isère",
        "need": "Lire leurs données.",
        "audience": "Inspecteurs",
        "headcount": "40",
        "domains": [domain.pk],
        "modality": "hybride",
        "wanted_from": "2027-03-01",
        "wanted_until": "2027-06-30",
        "budget_euros": "12000",
        "financing": "cofinancement",
        "contact_name": "Camille Durand",
        "contact_email": "camille.durand@exemple.gouv.fr",
        "contact_phone": "",
    }


@pytest.fixture
def person(client, new_person):
    person = new_person()
    client.force_login(person)
    return person


def test_the_public_page_says_how_it_goes_and_where_to_ask(client):
    page = client.get("/sur-mesure/").text

    for step in ["Analyse des besoins", "Conception", "Intervenants", "Déploiement", "Bilan", "FTAP"]:
        assert step in page
    assert f'href="{at("start")}"' in page


def test_a_draft_is_kept_whatever_lacks_then_resumed_and_sent_once(client, person, typed):
    draft = client.post(at("start"), follow=True)
    address = draft.redirect_chain[-1][0]

    kept = client.post(address, {"title": "Former nos inspecteurs"}, follow=True).text
    assert "Votre brouillon est enregistré" in kept and "Former nos inspecteurs" in kept
    assert "Reprendre mon brouillon" in client.get(at("start")).text

    page = client.post(address, {**typed, "send": "oui"}, follow=True).text
    again = client.post(address, {**typed, "send": "oui"})

    asked = ProgrammeRequest.objects.get()
    assert again.url == asked.get_absolute_url() == at("detail", asked.reference)
    assert (asked.state, asked.headcount, asked.wanted_from) == (S.RECEIVED, 40, date(2027, 3, 1))
    assert "Une confirmation part par courriel" in page and "Étape 1 sur 6" in page
    assert "Préfecture de l&#x27;Isère" in page


def test_who_saves_an_old_tab_of_a_sent_request_is_told_that_it_is_not_kept(client, new_request, person, typed):
    asked = new_request(requester=person)
    address = at("edit", asked.reference)

    told = client.post(address, {**typed, "need": "Tout autre chose."}, follow=True)

    assert "ce que vous venez de taper n&#x27;est pas gardé. Écrivez-nous ici." in told.text
    assert told.redirect_chain[-1][0] == f"{asked.get_absolute_url()}#messages"
    asked.refresh_from_db()
    assert asked.need == "Lire les données de leurs contrôles."
    for quiet in (client.get(address, follow=True), client.post(address, {**typed, "send": "oui"}, follow=True)):
        assert "pas gardé" not in quiet.text


def test_what_lacks_is_told_at_the_field_and_what_was_typed_stays(client, person, typed):
    draft = transitions.start(requester=person)

    response = client.post(at("edit", draft.reference), {**typed, "need": "", "domains": [], "send": "oui"})

    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"need", "domains"}
    assert "Décrivez votre besoin" in response.text and 'value="Préfecture de l&#x27;Isère"' in response.text
    assert ProgrammeRequest.objects.get().is_draft


def test_above_the_form_each_field_to_correct_is_named_and_led_to(client, person, typed):
    draft = transitions.start(requester=person)
    wrong = {**typed, "need": "", "domains": [], "role": "", "wanted_from": "2027-06-30", "wanted_until": "2027-03-01"}

    page = client.post(at("edit", draft.reference), {**wrong, "send": "oui"}).text

    alert = page.split("fr-alert__title")[1].split("</div>")[0]
    led_to = re.findall(r'<li><a href="#(\w+)">', alert)
    assert led_to == ["id_need", "id_domains_0", "id_role_0", "id_wanted_until"]
    assert all(f'id="{target}"' in page for target in led_to)
    assert "Cette date précède celle du début." in alert
    field = page[page.index('id="id_wanted_until_error"') :]
    assert field.split("</p>")[0].endswith('class="fr-message fr-message--error">Cette date précède celle du début.')
    assert 'aria-describedby="id_wanted_until_error"' in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("headcount", "beaucoup"), ("headcount", "0"), ("headcount", "99999999999"), ("wanted_from", "demain"),
        ("wanted_until", "2027-01-01"), ("wanted_until", "2020-01-01"), ("budget_euros", "-3"),
        ("contact_email", "camille"), ("domains", ["0"]), ("domains", ["x"]), ("modality", "fusée"),
        ("financing", "loto"), ("role", "roi"), ("title", "x" * 201), ("need", "x\x00"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("button", [{}, {"send": "oui"}])
def test_bad_input_is_told_at_the_field(client, person, typed, field, value, button):
    draft = transitions.start(requester=person)

    response = client.post(at("edit", draft.reference), {**typed, field: value, **button})

    assert response.status_code == 422 and field in response.context["form"].errors


def test_a_draft_that_is_given_up_is_deleted(client, person):
    draft = transitions.start(requester=person)
    assert "Supprimer mon brouillon" in client.get(at("withdraw", draft.reference)).text

    client.post(at("withdraw", draft.reference))

    assert not ProgrammeRequest.objects.exists()


def test_a_request_is_taken_back_before_acceptance_only(client, new_request, person):
    asked, accepted = new_request(requester=person), new_request(S.ACCEPTED, requester=person)

    client.post(at("withdraw", asked.reference), {"reason": "Budget"})
    refused = client.post(at("withdraw", accepted.reference), follow=True)

    assert set(ProgrammeRequest.objects.values_list("state", flat=True)) == {S.CLOSED, S.ACCEPTED}
    assert "ne se retire plus ici" in refused.text


def test_the_follow_up_page_says_stage_dates_thread_and_documents(client, new_request, person, new_person, new_session):
    asked = new_request(S.ROLLOUT, requester=person, proposal_on="2027-01-12", agents_trained=None)
    new_session(module=None, programme=asked.programme)
    transitions.write(programme_request=asked, by=new_person(is_staff=True), text="Le premier groupe est ouvert.")

    page = client.get(asked.get_absolute_url()).text

    assert "Étape 5 sur 6" in page and "12 janvier 2027" in page
    assert "Le premier groupe est ouvert." in page and "0 sur 10 places prises" in page
    assert "Le programme peut-il avoir une page publique" in page


def test_messages_and_answers_are_written_from_it(client, new_request, person):
    asked = new_request(S.DONE, requester=person)

    silent = client.post(at("answer", asked.reference), {"text": " "})
    unknown = client.post(at("publication", asked.reference), {"agrees": "peut-être"})
    for refused in (silent, unknown):
        assert refused.status_code == 422 and "<title>Erreur : " in refused.text
    client.post(at("answer", asked.reference), {"text": "Merci."})
    client.post(at("publication", asked.reference), {"agrees": "oui"})

    asked.refresh_from_db()
    assert asked.thread.get().text == "Merci." and asked.agrees_to_publish is True
    page = client.get(asked.get_absolute_url()).text
    assert "checked" in page and "Erreur : " not in page
    assert client.post(at("publication", new_request(requester=person).reference), {"agrees": "oui"}).status_code == 422


def test_the_agreement_is_taken_back_on_the_page_once_the_programme_is_online(
    client, new_request, person, new_programme
):
    asked = new_request(
        S.DONE,
        requester=person,
        programme=new_programme(),
        agrees_to_publish=True,
        publication_answered_at=timezone.now(),
    )
    page = client.get(asked.get_absolute_url()).text
    assert asked.programme.get_absolute_url() in page and "Répondez « non »" in page

    told = client.post(at("publication", asked.reference), {"agrees": "non"}, follow=True).text

    asked.refresh_from_db()
    assert asked.agrees_to_publish is False and "l'équipe du campus la retire" in told


def test_documents_are_checked_and_given_back_as_attachments(client, new_request, person, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    asked = new_request(requester=person)
    for name in ["page with a script", "macros", "pdf with javascript"]:
        content, filename, said = HOSTILE[name]
        refused = client.post(at("attach", asked.reference), {"file": sent(content, filename)})
        assert refused.status_code == 422 and said in refused.context["document_form"].errors["file"][0]
        assert "<title>Erreur : " in refused.text
    assert client.post(at("attach", asked.reference)).status_code == 422

    client.post(at("attach", asked.reference), {"file": sent(pdf(), "plan.pdf")})

    document = ProgrammeRequestDocument.objects.get()
    answer = client.get(at("document", asked.reference, document.pk))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    assert b"".join(answer.streaming_content) == pdf()
    assert "plan.pdf" in client.get(asked.get_absolute_url()).text


# --- Rights -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def people(new_person, organisation):
    """Who comes, and the status of the pages of a request that another made."""
    return {
        "other agent": new_person(),
        "colleague": new_person(organisation=organisation),
        "staff": new_person(is_staff=True),
        "staff with the permission": new_person("view_programmerequest", "change_programmerequest"),
        "administrator": new_person(is_staff=True, is_superuser=True),
    }


@pytest.mark.parametrize(("name", "method"), ON_REQUEST.items())
def test_a_request_is_its_authors_alone(client, new_request, people, name, method):
    requester = people["colleague"].organisation.members.create(email="drh@exemple.gouv.fr")
    asked = new_request(S.DRAFT if name == "edit" else S.ROLLOUT, requester=requester)
    address = at(name, asked.reference)
    assert getattr(client, method)(address).url == f"{reverse('accounts:sign_in')}?next={address}"
    for person in people.values():
        client.force_login(person)
        assert getattr(client, method)(address).status_code == 404

    client.force_login(requester)

    assert getattr(client, method)(address).status_code in {200, 302, 422}


def test_a_document_is_read_by_its_author_and_who_handles_requests(client, new_request, people, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    asked, other = new_request(), new_request()
    client.force_login(asked.requester)
    client.post(at("attach", asked.reference), {"file": sent(pdf(), "plan.pdf")})
    document = ProgrammeRequestDocument.objects.get()
    address = at("document", asked.reference, document.pk)
    statuses = {}
    for name, person in {**people, "requester": asked.requester}.items():
        client.force_login(person)
        response = client.get(address)
        statuses[name] = response.status_code
        b"".join(response.streaming_content if response.streaming else [])  # read to its end, which closes the file
    client.force_login(asked.requester)

    assert statuses == {
        "other agent": 404, "colleague": 404, "staff": 404, "staff with the permission": 200, "administrator": 200,
        "requester": 200,
    }  # fmt: skip
    assert client.get(at("document", other.reference, document.pk)).status_code == 404
    client.logout()
    assert client.get(address).url.startswith(reverse("accounts:sign_in"))


def test_lists_and_starts_are_for_who_is_signed_in_and_private(client, new_request, person):
    asked, other = new_request(requester=person), new_request(title="D'un autre")

    page = client.get(at("list"))

    assert asked.reference in page.text and other.reference not in page.text
    assert "no-store" in page.headers["Cache-Control"]
    client.logout()
    for name in ["start", "list"]:
        assert client.get(at(name)).url.startswith(reverse("accounts:sign_in"))


# --- Many rows --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(
    client, new_request, person, new_session, domain, count, django_assert_num_queries
):
    asked = new_request(S.ROLLOUT, requester=person)
    for number in range(count):
        new_request(requester=person)
        transitions.write(programme_request=asked, by=person, text=f"Message {number}")
        asked.documents.create(name="a.pdf", size=1, is_from_requester=True, file="x", content_type="application/pdf")
        new_session(module=None, programme=asked.programme, in_days=30 + number)

    with django_assert_num_queries(4):
        client.get(at("list"))
    with django_assert_num_queries(8):
        client.get(asked.get_absolute_url())


def test_the_list_is_cut_in_pages(client, new_request, person):
    for number in range(21):
        new_request(requester=person, title=f"Demande {number}")

    assert client.get(at("list")).text.count("campus-session") == 20
    assert client.get(at("list"), {"page": "2"}).text.count("campus-session") == 1
    assert client.get(at("list"), {"page": "zut"}).status_code == 200


def test_a_wish_in_the_past_of_a_draft_does_not_stop_other_changes(client, person, typed):
    draft = transitions.start(requester=person)
    yesterday = date.today() - timedelta(days=1)
    ProgrammeRequest.objects.update(wanted_until=yesterday)

    answer = client.post(at("edit", draft.reference), {"title": "Autre", "wanted_until": yesterday.isoformat()})

    assert answer.status_code == 302
