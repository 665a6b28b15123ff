"""The files of an application: sent, refused, taken out, given back to who may read them, and to nobody else."""

import re

import pytest
from django.urls import reverse

from tests.files import GOOD, HOSTILE, picture, sent
from tests.trainers.pages import at
from trainers import transitions
from trainers.enums import ApplicationState, ContentType
from trainers.forms.attachments import ACCEPTED
from trainers.models import Attachment, Conflict
from trainers.models.attachment import MAX_FILES

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files(media):
    return [path for path in media.rglob("*") if path.is_file()]


@pytest.fixture
def mine(client, new_application):
    """A draft whose applicant is signed in."""
    application = new_application()
    client.force_login(application.applicant)
    return application


def asked(client, path):
    """The answer to who asks for a file, read to its end."""
    response = client.get(path)
    if response.streaming:
        response.read = b"".join(response.streaming_content)
    return response


def send(client, application, content, name, **fields):
    data = {"kind": "cv", "file": sent(content, name), **fields}
    return client.post(at("application_attachments", application), data)


def test_the_formats_are_those_that_the_database_accepts():
    assert {each.content_type for each in ACCEPTED} == set(ContentType.values)


@pytest.mark.parametrize("case", GOOD)
def test_a_file_is_stored_under_a_random_name_and_given_back_under_its_own(client, mine, media, case):
    content, name, content_type = GOOD[case]

    assert send(client, mine, content, name).status_code == 302
    attachment = Attachment.objects.get()
    response = asked(client, at("attachment", mine, attachment.pk))

    (stored,) = files(media)
    assert re.fullmatch(r"[\w-]{32}", stored.name)
    assert response.read == content
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == (content_type, "nosniff")
    assert (
        response["Content-Disposition"].startswith("attachment") and attachment.name in response["Content-Disposition"]
    )
    assert response["Cache-Control"] == "private, no-store" and "sandbox" in response["Content-Security-Policy"]
    assert attachment.uploaded_by == mine.applicant


def test_a_hostile_file_is_refused_at_its_field_and_the_rest_stays(client, mine, media, subtests):
    contribution = mine.contributions.get()
    assert len(HOSTILE) > 30

    for case, (content, name, words) in HOSTILE.items():
        with subtests.test(case):
            page = send(client, mine, content, name, kind="support", contribution=contribution.pk)

            assert page.status_code == 422 and not Attachment.objects.exists() and files(media) == []
            assert words in " ".join(page.context["form"].errors["file"]) and 'id="id_file_error"' in page.text
            assert '<option value="support" selected' in page.text
            assert f'<option value="{contribution.pk}" selected' in page.text
    mine.refresh_from_db()
    assert mine.motivation == "Transmettre."


def test_a_file_is_named_and_goes_with_one_s_own_contribution(client, mine, new_application):
    other = new_application(call=mine.call).contributions.get()

    page = send(client, mine, picture("PNG"), "a.png", kind="", contribution=other.pk)

    assert page.status_code == 422 and not Attachment.objects.exists()
    assert "Dites ce qu'est ce document." in page.context["form"].errors["kind"]
    assert "Choisissez l'une de vos contributions." in page.context["form"].errors["contribution"]
    assert "Choisissez un fichier." in client.post(at("application_attachments", mine), {"kind": "cv"}).text


def test_files_are_ten_at_most(client, mine):
    for _ in range(MAX_FILES):
        mine.attachments.create(kind="cv", file="x", name="x.pdf", content_type="application/pdf", size=1)

    page = send(client, mine, picture("PNG"), "a.png")

    assert page.status_code == 422 and f"{MAX_FILES} fichiers au plus" in page.context["form"].errors["file"][0]
    assert Attachment.objects.count() == MAX_FILES


def test_a_file_taken_out_is_erased(client, mine, media, django_capture_on_commit_callbacks):
    send(client, mine, picture("PNG"), "a.png")
    attachment = Attachment.objects.get()
    path = at("attachment_remove", mine, attachment.pk)
    assert client.get(path).status_code == 405

    with django_capture_on_commit_callbacks(execute=True):
        client.post(path)

    assert not Attachment.objects.exists() and files(media) == []


def test_once_handed_in_files_stay_as_they_are(client, mine, media):
    send(client, mine, picture("PNG"), "a.png")
    attachment = Attachment.objects.get()
    transitions.submit(application=mine, by=mine.applicant)

    for response in (
        send(client, mine, picture("PNG"), "b.png"),
        client.post(at("attachment_remove", mine, attachment.pk)),
    ):
        assert response.url == mine.get_absolute_url()
    assert Attachment.objects.count() == 1 and len(files(media)) == 1
    assert asked(client, at("attachment", mine, attachment.pk)).status_code == 200


def test_a_lost_file_is_not_found(client, mine, media):
    send(client, mine, picture("PNG"), "a.png")
    for path in files(media):
        path.unlink()

    assert client.get(at("attachment", mine, Attachment.objects.get().pk)).status_code == 404


def test_a_file_is_read_by_who_may_read_the_application(
    client, new_application, new_call, new_agent, new_staff, new_reviewer, new_trainer
):
    call = new_call()
    application = new_application(call=call)
    client.force_login(application.applicant)
    send(client, application, picture("PNG"), "a.png")
    path = at("attachment", application, Attachment.objects.get().pk)
    reviewer, conflicted, other = new_reviewer(call), new_reviewer(call), new_reviewer(new_call("Ailleurs"))
    Conflict.objects.create(reviewer=conflicted, applicant=application.applicant, reason="Collègues")
    readers = {
        application.applicant: 200,
        new_staff(): 404,  # a draft is its author's alone
        reviewer: 404,
    }
    for user, status in readers.items():
        client.force_login(user)
        assert asked(client, path).status_code == status
    transitions.submit(application=application, by=application.applicant)

    readers = {
        application.applicant: 200,
        new_staff(): 200,
        reviewer: 200,
        conflicted: 404,
        other: 404,
        new_agent(): 404,
        new_agent(is_staff=True): 404,
        new_agent(is_staff=True, is_superuser=True): 200,
        new_trainer().user: 404,
    }
    for user, status in readers.items():
        client.force_login(user)
        assert asked(client, path).status_code == status
    client.logout()
    assert client.get(path).url.startswith(reverse("accounts:sign_in"))


def test_under_anonymised_reading_only_files_without_identity_under_a_neutral_name(
    client, new_application, new_call, new_reviewer
):
    call = new_call(is_anonymised=True)
    application = new_application(call=call)
    client.force_login(application.applicant)
    send(client, application, picture("PNG"), "Camille Lenoir.png")
    attachment = Attachment.objects.get()
    path = at("attachment", application, attachment.pk)
    transitions.submit(application=application, by=application.applicant)
    client.force_login(new_reviewer(call))
    assert client.get(path).status_code == 404

    Attachment.objects.update(is_identity_free=True)
    response = asked(client, path)

    assert response.status_code == 200 and "Camille" not in response["Content-Disposition"]
    assert ".png" in response["Content-Disposition"]


def test_the_file_of_another_application_is_not_found_under_this_one(client, mine, new_application):
    send(client, mine, picture("PNG"), "a.png")
    other = new_application(applicant=mine.applicant, call=mine.call, state=S.WITHDRAWN)

    assert client.get(at("attachment", other, Attachment.objects.get().pk)).status_code == 404
    assert client.post(at("attachment_remove", other, Attachment.objects.get().pk)).status_code == 404
