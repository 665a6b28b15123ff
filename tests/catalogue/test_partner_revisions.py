"""The page of a partner: proposed by a référent, accepted or refused by staff, told both ways."""

from html import unescape
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from campus.mailing.models import Message
from catalogue import partner_revisions
from catalogue.enums import REVISION_MOVES, RevisionState
from catalogue.models import PartnerRevision
from catalogue.transitions import TransitionRefused

pytestmark = pytest.mark.django_db
S = RevisionState
WORDS = {"summary": "Forme autrement.", "presentation": "Une école **neuve**."}


def logo_file():
    content = BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    return SimpleUploadedFile("logo.png", content.getvalue())


@pytest.fixture
def partner(new_partner):
    return new_partner()


@pytest.fixture
def referent(partner, new_referent):
    return new_referent(partner)


@pytest.fixture
def address(partner):
    return reverse("catalogue:partner_presentation", args=[partner.organisation.slug])


def admin_act(client, revision, action, **data):
    form = {"action": action, "_selected_action": revision.pk, "confirm": "oui", **data}
    return client.post(reverse("admin:catalogue_partnerrevision_changelist"), form, follow=True)


def test_what_a_referent_proposes_is_public_once_staff_accept_it(client, partner, referent, staff, address):
    client.force_login(referent)
    client.post(address, WORDS)

    revision = PartnerRevision.objects.get()
    assert (revision.state, revision.proposed_by) == (S.PROPOSED, referent)
    assert "neuve" not in client.get(partner.get_absolute_url()).text
    to_staff = Message.objects.get()
    assert to_staff.to == "campus@exemple.gouv.fr"
    assert reverse("admin:catalogue_partnerrevision_change", args=[revision.pk]) in to_staff.text

    client.force_login(staff)
    page = client.get(reverse("admin:catalogue_partnerrevision_change", args=[revision.pk])).text
    assert "Une **école**." in page and "Une école **neuve**." in page
    admin_act(client, revision, "accept")

    assert "<strong>neuve</strong>" in client.get(partner.get_absolute_url()).text
    told = Message.objects.get(to=referent.email)
    assert "est acceptée" in told.text and partner.get_absolute_url() in told.text


def test_a_refusal_says_why_and_leaves_the_page(client, partner, referent, staff, address):
    revision = partner_revisions.propose(partner=partner, by=referent, **WORDS)
    client.force_login(staff)

    without = admin_act(client, revision, "refuse", reason=" ")
    assert "Ce champ est obligatoire" in without.text
    admin_act(client, revision, "refuse", reason="Trop court.")

    partner.refresh_from_db()
    assert partner.summary == "Forme."
    assert "Trop court." in Message.objects.get(to=referent.email).text
    client.force_login(referent)
    assert "Trop court." in client.get(address).text
    home = client.get(reverse("catalogue:partner_space", args=[partner.organisation.slug]))
    assert "Votre présentation a été refusée" in home.text


def test_another_proposal_replaces_the_one_that_waits_and_keeps_its_logo(partner, referent, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    logo = logo_file()
    first = partner_revisions.propose(partner=partner, by=referent, logo=logo, **WORDS)
    second = partner_revisions.propose(partner=partner, by=referent, **{**WORDS, "summary": "Encore."})

    first.refresh_from_db()
    assert (first.state, second.state) == (S.WITHDRAWN, S.PROPOSED)
    partner_revisions.accept(revision=second, by=None)
    partner.refresh_from_db()
    assert partner.logo == second.logo and second.logo == first.logo
    third = partner_revisions.propose(partner=partner, by=referent, removes_logo=True, **WORDS)
    partner_revisions.accept(revision=third, by=None)
    partner.refresh_from_db()
    assert not partner.logo


def test_a_double_click_proposes_once(partner, referent):
    first, second = (partner_revisions.propose(partner=partner, by=referent, **WORDS) for _ in range(2))

    assert first == second and Message.objects.count() == 1


def test_a_referent_withdraws_what_waits(client, partner, referent, address):
    partner_revisions.propose(partner=partner, by=referent, **WORDS)
    client.force_login(referent)
    withdraw = reverse("catalogue:partner_presentation_withdraw", args=[partner.organisation.slug])

    assert "attend sa relecture" in client.get(address).text
    client.post(withdraw)

    assert PartnerRevision.objects.get().state == S.WITHDRAWN
    assert "attend sa relecture" not in client.get(address).text
    assert client.post(withdraw).status_code == 404


@pytest.mark.parametrize("from_state", S)
@pytest.mark.parametrize(
    ("to_state", "move"),
    [
        (S.ACCEPTED, partner_revisions.accept),
        (S.REFUSED, lambda **items: partner_revisions.refuse(reason="Non.", **items)),
        (S.WITHDRAWN, partner_revisions.withdraw),
    ],
)
def test_the_table_of_moves_is_what_happens(partner, referent, from_state, to_state, move):
    answered = None if from_state == S.PROPOSED else timezone.now()
    reason = "Non." if from_state == S.REFUSED else ""
    revision = partner.revisions.create(state=from_state, answered_at=answered, reason=reason, **WORDS)

    if to_state in REVISION_MOVES[from_state]:
        assert move(revision=revision, by=referent).state == to_state
    else:
        with pytest.raises(TransitionRefused, match="déjà à l'état"):
            move(revision=revision, by=referent)


def test_what_says_the_same_is_not_proposed(client, partner, referent, address):
    client.force_login(referent)

    response = client.post(address, {"summary": partner.summary, "presentation": partner.presentation})

    assert response.status_code == 422
    assert "Rien ne change" in response.text
    assert not Message.objects.exists()


def test_a_wrong_form_comes_back_with_what_was_typed(client, partner, referent, address, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(referent)

    response = client.post(address, {"summary": "x" * 301, "presentation": "Gardé."})
    assert response.status_code == 422 and "Gardé." in response.text
    not_an_image = {**WORDS, "logo": SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>")}
    assert client.post(address, not_an_image).status_code == 422
    both = {**WORDS, "logo": logo_file(), "removes_logo": "on"}
    assert "pas les deux" in client.post(address, both).text
    assert not PartnerRevision.objects.exists()


def test_the_database_keeps_one_pending_revision_and_reasons(partner):
    partner.revisions.create(**WORDS)
    with pytest.raises(IntegrityError, match="partner_revision_one_pending"), transaction.atomic():
        partner.revisions.create(**WORDS)
    with pytest.raises(IntegrityError, match="refused_has_reason"), transaction.atomic():
        partner.revisions.create(state=S.REFUSED, answered_at=timezone.now(), **WORDS)
    with pytest.raises(IntegrityError, match="answered_has_date"), transaction.atomic():
        partner.revisions.create(state=S.WITHDRAWN, **WORDS)


def test_a_proposed_logo_is_for_its_referents_and_staff(
    client, partner, referent, staff, new_partner, new_referent, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    logo = logo_file()
    revision = partner_revisions.propose(partner=partner, by=referent, logo=logo, **WORDS)
    stranger = new_referent(new_partner("Autre"), email="autre@ecole.example")

    assert client.get(revision.logo_url).status_code == 302
    for user, status in [(stranger, 404), (referent, 200), (staff, 200)]:
        client.force_login(user)
        response = client.get(revision.logo_url)
        assert response.status_code == status
        if status == 200:
            assert response.headers["Content-Type"] == "image/png"
            assert b"".join(response.streaming_content) == logo_file().read()
    page = unescape(client.get(reverse("admin:catalogue_partnerrevision_change", args=[revision.pk])).text)
    assert revision.logo_url in page
