"""Trainings followed elsewhere: said in one click, finished with a date and a proof, which nobody else reads."""

import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from enrolments import follows
from enrolments.models import ExternalFollow
from tests.files import ooxml, pdf, picture

pytestmark = pytest.mark.django_db
FOLLOWS = reverse("enrolments:follows")
OURS = {"sec-fetch-site": "same-origin"}
PDF = pdf()
YESTERDAY = timezone.localdate() - datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def agent(client, new_agent):
    agent = new_agent()
    client.force_login(agent)
    return agent


@pytest.fixture
def outside(new_module):
    return new_module("MOOC", state="publie", published_on="2026-01-05", access="externe", access_url="https://a.fr")


@pytest.fixture
def mine(agent, outside):
    return follows.follow(agent=agent, module=outside)


def page(name, follow):
    return reverse(f"enrolments:{name}", args=[follow.pk])


def finish(client, follow, content=None, name="preuve.pdf", on=YESTERDAY):
    answers = {"finished_on": on.isoformat() if on else ""}
    if content is not None:
        answers["proof"] = SimpleUploadedFile(name, content)
    return client.post(page("follow_finish", follow), answers)


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_a_training_held_elsewhere_is_followed_in_one_click(client, agent, outside):
    path = reverse("enrolments:follow", args=[outside.slug])
    assert f'action="{path}"' in client.get(outside.get_absolute_url()).text

    for _ in range(2):
        after = client.post(path, headers=OURS, follow=True)

    assert after.redirect_chain == [(FOLLOWS, 302)] and "En cours" in after.text
    assert ExternalFollow.objects.get().agent == agent


def test_who_is_not_signed_in_finds_the_button_after(client, new_agent, outside):
    path = reverse("enrolments:follow", args=[outside.slug])
    assert client.post(path, headers=OURS).url == f"{reverse('accounts:sign_in')}?next={path}"

    client.force_login(new_agent())

    assert "Je suis cette formation" in client.get(path).text and not ExternalFollow.objects.exists()


def test_what_is_held_in_sessions_is_not_followed_but_at_one_s_own_pace(client, agent, new_module):
    in_sessions, draft, own_pace = (
        new_module("Sessions", state="publie", published_on="2026-01-05"),
        new_module("Brouillon", access="demande"),
        new_module("Seul", state="publie", published_on="2026-01-05", pace="autonome"),
    )

    answers = [
        client.post(reverse("enrolments:follow", args=[module.slug]), headers=OURS).status_code
        for module in (in_sessions, draft, own_pace)
    ]

    assert answers == [404, 404, 302]
    assert "Je suis cette formation" not in client.get(in_sessions.get_absolute_url()).text


@pytest.mark.parametrize(
    ("content", "name", "kept_as", "content_type"),
    [
        (PDF, "Attestation d'assiduité.pdf", "Attestation d'assiduité.pdf", "application/pdf"),
        (picture("PNG"), "capture.PNG", "capture.png", "image/png"),
        (picture("JPEG"), "..\\photo.jpeg", "photo.jpeg", "image/jpeg"),
    ],
)
def test_a_training_is_finished_with_a_proof(client, mine, media, content, name, kept_as, content_type):
    assert finish(client, mine, content, name).url == FOLLOWS

    mine.refresh_from_db()
    assert (mine.state, mine.started_on, mine.finished_on) == ("terminee", YESTERDAY, YESTERDAY)
    assert mine.proof_name == kept_as and kept_as.partition(".")[0] not in mine.proof.name
    (stored,) = files(media)
    assert stored.read_bytes() == content
    answer = client.get(page("proof", mine))
    assert b"".join(answer) == content and answer["Content-Type"] == content_type
    assert (
        answer["Content-Disposition"].startswith("attachment; filename") and "\n" not in answer["Content-Disposition"]
    )
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Cache-Control"] == "private, no-store"


def test_a_proof_is_optional_and_may_come_later(client, mine, media, django_capture_on_commit_callbacks):
    finish(client, mine)
    for content, name in [(PDF, "preuve.pdf"), (picture("PNG"), "preuve.png")]:
        with django_capture_on_commit_callbacks(execute=True):
            finish(client, mine, content, name)

    (stored,) = files(media)
    assert stored.read_bytes() == picture("PNG")
    with django_capture_on_commit_callbacks(execute=True):
        finish(client, mine)
    assert files(media) == [stored]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"MZ\x90\x00", "PDF, PNG ou JPEG"),
        (b"<html><script>alert(1)</script>", "PDF, PNG ou JPEG"),
        (picture("GIF"), "PDF, PNG ou JPEG"),
        (ooxml(), "PDF, PNG ou JPEG"),
        (pdf(b"<< /S /JavaScript >>"), "un programme"),
        (b"%PDF-1.7 sans fin", "incomplet"),
        (picture("PNG")[:40], "abîmée"),
        (picture("PNG"), "est celui d&#x27;un PNG"),
        (b"", "est vide"),
        (PDF + b" " * 1024 * 1024, "plus de 1 Mo"),
    ],
)
def test_a_file_that_is_no_proof_is_refused_at_the_field(client, mine, media, settings, content, reason):
    settings.PROOF_MAX_MB = 1

    refused = finish(client, mine, content, "preuve.pdf")

    assert refused.status_code == 422 and reason in refused.text and 'id="id_proof_error"' in refused.text
    assert f'value="{YESTERDAY.isoformat()}"' in refused.text
    mine.refresh_from_db()
    assert mine.state == "en-cours" and files(media) == []


@pytest.mark.parametrize(
    ("on", "reason"), [(timezone.localdate() + datetime.timedelta(days=1), "à venir"), (None, "Donnez la date")]
)
def test_a_training_is_finished_on_a_day_that_has_come(client, mine, on, reason):
    refused = finish(client, mine, on=on)

    assert refused.status_code == 422 and reason in refused.text


def test_the_file_goes_with_what_it_proves(client, mine, media, django_capture_on_commit_callbacks):
    finish(client, mine, PDF)
    with django_capture_on_commit_callbacks() as callbacks:
        client.post(page("follow_forget", mine))
    assert len(files(media)) == 1  # until the transaction is kept

    for callback in callbacks:
        callback()

    assert files(media) == [] and not ExternalFollow.objects.exists()


def test_another_s_training_and_file_are_not_found(client, agent, new_agent, outside):
    other = follows.follow(agent=new_agent(), module=outside)
    follows.finish(follow=other, on=YESTERDAY, proof=SimpleUploadedFile("a", PDF), proof_name="preuve.pdf")

    for name in ("proof", "follow_finish"):
        assert client.get(page(name, other)).status_code == 404
    for name in ("follow_finish", "follow_forget"):
        assert client.post(page(name, other)).status_code == 404
    assert "MOOC" not in client.get(FOLLOWS).text
    assert client.get(page("follow_forget", follows.follow(agent=agent, module=outside))).status_code == 405


def test_a_file_that_is_absent_or_was_lost_is_not_found(client, mine, media):
    assert client.get(page("proof", mine)).status_code == 404
    finish(client, mine, PDF)
    files(media)[0].unlink()
    assert client.get(page("proof", mine)).status_code == 404


def test_staff_with_the_permission_read_proofs(client, new_agent, mine):
    finish(client, mine, PDF)

    client.force_login(new_agent(is_staff=True))
    assert client.get(page("proof", mine)).status_code == 404
    client.force_login(new_agent(is_staff=True, is_superuser=True))
    assert b"".join(client.get(page("proof", mine))) == PDF
    assert page("proof", mine) in client.get(reverse("admin:enrolments_externalfollow_changelist")).text


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_follows(client, agent, new_module, count, django_assert_num_queries):
    for number in range(count):
        follows.follow(agent=agent, module=new_module(f"Module {number}"))

    with django_assert_num_queries(5):
        listed = client.get(FOLLOWS)

    assert listed.text.count("/retirer/") == count and listed["Cache-Control"] == "private, no-store"
