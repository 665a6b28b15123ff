"""Public agents only: which addresses are theirs, and who asks to come in all the same."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.test import Client
from django.urls import reverse

from campus.accounts import access
from campus.accounts.models import AccessRequest, EmailDomain, Organisation, User, domain_of, domains_of
from campus.mailing.outbox import send_next

pytestmark = pytest.mark.django_db
ADDRESS = "sacha@petite-commune.example"
FIELDS = {
    "first_name": "Sacha",
    "last_name": "Morel",
    "employer": "Commune de Petit",
    "reason": "Secrétaire de mairie.",
}


@pytest.fixture
def organisation():
    return Organisation.objects.create(name="Commune de Petit", kind="collectivite")


@pytest.fixture
def staff():
    return User.objects.create_superuser("equipe@exemple.gouv.fr")


@pytest.fixture
def outsider(client):
    """A browser whose owner has proved an address that is nobody's."""
    client.post(reverse("accounts:sign_in"), {"email": ADDRESS})
    send_next()
    code = re.search(r"\d{3} \d{3}", mail.outbox[-1].body).group()
    client.post(reverse("accounts:sign_in_code"), {"code": code})
    return client


@pytest.mark.parametrize(
    ("email", "name"),
    [
        ("a@insee.fr", "insee.fr"),
        ("a@dg.insee.fr", "insee.fr"),
        ("a@notinsee.fr", None),
        ("a@insee.fr.evil.example", None),
        ("a@ac-lyon.fr", "ac-*.fr"),
        ("a@region.ac-lyon.fr", "ac-*.fr"),
        ("a@ac-lyon.evil.fr", None),
        ("a@finances.gouv.fr", "finances.gouv.fr"),
        ("a@interieur.gouv.fr", "gouv.fr"),
        ("a@gouv.fr", "gouv.fr"),
        ("a@fr", None),
    ],
)
def test_an_address_belongs_to_the_most_precise_domain(email, name):
    EmailDomain.objects.bulk_create(
        EmailDomain(name=known) for known in ["insee.fr", "ac-*.fr", "gouv.fr", "finances.gouv.fr"]
    )

    assert str(domain_of(email)) == str(name)


def test_many_addresses_cost_one_query(django_assert_num_queries):
    insee = EmailDomain.objects.create(name="insee.fr")
    academy = EmailDomain.objects.create(name="ac-*.fr")

    with django_assert_num_queries(1):
        found = domains_of({"dg.insee.fr", "ac-lyon.fr", "ailleurs.fr"})

    assert found == {"dg.insee.fr": insee, "ac-lyon.fr": academy, "ailleurs.fr": None}


def test_somebody_else_is_told_why_and_what_to_do(outsider):
    page = outsider.get(reverse("accounts:access_request")).text

    assert "réservées aux agents publics" in page and ADDRESS in page
    assert reverse("catalogue:training_list") in page
    assert not User.objects.filter(email=ADDRESS).exists() and "_auth_user_id" not in outsider.session


def test_a_request_is_kept_once_and_its_page_says_so(outsider):
    address = reverse("accounts:access_request")
    for _ in range(2):
        outsider.post(address, FIELDS)

    assert AccessRequest.objects.get().email == ADDRESS
    assert "Votre demande est enregistrée" in outsider.get(address).text


def test_what_lacks_is_told_at_the_field_and_the_rest_is_kept(outsider):
    response = outsider.post(reverse("accounts:access_request"), {**FIELDS, "reason": ""})

    assert response.status_code == 422 and "fr-message--error" in response.text
    assert "Commune de Petit" in response.text and not AccessRequest.objects.exists()


def test_nobody_asks_for_an_address_they_have_not_proved(client):
    response = client.post(reverse("accounts:access_request"), FIELDS)

    assert response.url == reverse("accounts:sign_in") and not AccessRequest.objects.exists()


def test_staff_open_the_access(client, staff, organisation):
    asked = AccessRequest.objects.create(email=ADDRESS, **FIELDS)
    client.force_login(staff)

    client.post(
        reverse("admin:accounts_accessrequest_changelist"),
        {"action": "accept", "_selected_action": asked.pk, "confirm": "oui", "organisation": organisation.pk},
    )
    send_next()

    agent = User.objects.get(email=ADDRESS)
    assert (agent.first_name, agent.organisation) == ("Sacha", organisation)
    assert mail.outbox[-1].to == [ADDRESS] and "ouvert" in mail.outbox[-1].subject
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == ("acceptee", staff)


def test_staff_refuse_with_a_reason(client, staff):
    asked = AccessRequest.objects.create(email=ADDRESS, **FIELDS)
    client.force_login(staff)
    answer = {"action": "refuse", "_selected_action": asked.pk, "confirm": "oui", "reason": "Écrivez de votre mairie."}

    client.post(reverse("admin:accounts_accessrequest_changelist"), answer)
    send_next()

    assert "Écrivez de votre mairie." in mail.outbox[-1].body
    assert not User.objects.filter(email=ADDRESS).exists()


def test_who_reads_a_request_leaves_a_trace(client, staff):
    asked = AccessRequest.objects.create(email=ADDRESS, **FIELDS)
    client.force_login(staff)

    page = client.get(reverse("admin:accounts_accessrequest_change", args=[asked.pk])).text

    assert "Secrétaire de mairie." in page
    entry = LogEntry.objects.get()
    assert (entry.user, entry.get_edited_object(), entry.change_message) == (staff, asked, "Demande lue.")


def test_a_request_is_answered_once(staff, organisation):
    asked = AccessRequest.objects.create(email=ADDRESS, **FIELDS)
    access.refuse(request=asked, reason="Non.", by=staff)

    with pytest.raises(access.AnswerRefused, match="a déjà sa réponse"):
        access.accept(request=asked, organisation=organisation, by=staff)
    assert not User.objects.filter(email=ADDRESS).exists()


def test_who_was_accepted_signs_in(outsider, staff, organisation):
    outsider.post(reverse("accounts:access_request"), FIELDS)
    access.accept(request=AccessRequest.objects.get(), organisation=organisation, by=staff)
    send_next()
    browser = Client()

    browser.post(reverse("accounts:sign_in"), {"email": ADDRESS})
    send_next()
    browser.post(reverse("accounts:sign_in_code"), {"code": re.search(r"\d{3} \d{3}", mail.outbox[-1].body).group()})

    assert "_auth_user_id" in browser.session
