"""Référents and HR correspondents: invited by e-mail, known or not, and removed."""

import pytest

from campus.accounts import memberships
from campus.accounts.enums import Role
from campus.accounts.models import EmailDomain, Membership, Organisation, User
from campus.mailing.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def school():
    return Organisation.objects.create(name="École nationale d'essai", acronym="ENE", kind="ecole-service-public")


def test_a_known_person_keeps_their_employer(school):
    ministry = Organisation.objects.create(name="Ministère", kind="ministere")
    user = User.objects.create_user("camille@exemple.fr", organisation=ministry)
    membership = memberships.invite(email=" Camille@exemple.fr", organisation=school, role=Role.REFERENT, by=None)
    user.refresh_from_db()
    assert (membership.user, user.organisation) == (user, ministry)
    assert list(memberships.organisations_of(user, Role.REFERENT)) == [school]
    assert not memberships.organisations_of(user, Role.HR)


def test_an_unknown_address_may_then_sign_in(school, client):
    assert not EmailDomain.objects.exists()
    memberships.invite(email="new@ecole.example", organisation=school, role=Role.REFERENT, by=None)
    message = Message.objects.get()
    assert message.to == "new@ecole.example"
    assert "Bonjour,\n" in message.text and "<p>Bonjour,</p>" in message.html
    assert "École nationale d'essai" in message.text
    assert User.objects.get(email="new@ecole.example").organisation == school


def test_nobody_is_invited_twice_nor_with_a_closed_account(school):
    memberships.invite(email="one@ecole.example", organisation=school, role=Role.REFERENT, by=None)
    with pytest.raises(memberships.InvitationRefused, match="déjà ce rôle"):
        memberships.invite(email="one@ecole.example", organisation=school, role=Role.REFERENT, by=None)
    User.objects.create_user("closed@ecole.example", is_active=False)
    with pytest.raises(memberships.InvitationRefused, match="ne peut pas être invitée"):
        memberships.invite(email="closed@ecole.example", organisation=school, role=Role.HR, by=None)
    assert Message.objects.count() == 1


def test_staff_invite_and_remove_in_the_admin(school, admin_client):
    form = {"email": "one@ecole.example", "organisation": school.pk, "role": Role.REFERENT}
    page = admin_client.post("/admin/accounts/membership/add/", form, follow=True)
    assert page.status_code == 200
    membership = Membership.objects.get()
    assert membership.invited_by.is_superuser
    again = admin_client.post("/admin/accounts/membership/add/", form)
    assert "one@ecole.example a déjà ce rôle" in again.text
    assert admin_client.get(f"/admin/accounts/membership/{membership.pk}/change/").status_code == 200
    admin_client.post(f"/admin/accounts/membership/{membership.pk}/delete/", {"post": "yes"})
    assert not Membership.objects.exists()
    assert User.objects.filter(email="one@ecole.example").exists()
