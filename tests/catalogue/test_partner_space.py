"""« Espace partenaire »: who enters, what each page costs."""

import pytest
from django.urls import reverse

from campus.accounts.enums import Role
from campus.accounts.models import User

pytestmark = pytest.mark.django_db


def space_of(partner):
    return reverse("catalogue:partner_space", args=[partner.organisation.slug])


def test_the_referent_of_one_partner_goes_straight_to_its_space(client, new_partner, new_referent):
    partner = new_partner()
    new_partner("Mines Paris")
    client.force_login(new_referent(partner))

    response = client.get("/espace-partenaire/", follow=True)

    assert response.redirect_chain == [(space_of(partner), 302)]
    assert "no-store" in response.headers["Cache-Control"]


def test_the_referent_of_several_partners_chooses(client, new_partner, new_referent):
    partners = [new_partner("Mines Paris"), new_partner("École du fisc")]
    other = new_partner("Autre")
    client.force_login(new_referent(*partners))

    page = client.get("/espace-partenaire/").text

    assert page.index(space_of(partners[1])) < page.index(space_of(partners[0]))
    assert space_of(other) not in page


def test_who_is_no_referent_is_told_whom_the_space_is_for(client, new_partner, new_referent):
    partner, hr = new_partner(), new_referent()
    hr.memberships.create(organisation=partner.organisation, role=Role.HR)
    client.force_login(hr)

    assert client.get("/espace-partenaire/").status_code == 403
    assert client.get(space_of(partner)).status_code == 404


def test_the_space_is_in_the_header_of_referents_only(client, new_partner, new_referent):
    partner = new_partner()
    link = 'href="/espace-partenaire/"'

    assert link not in client.get("/partenaires/").text
    client.force_login(User.objects.create_user("agent@exemple.gouv.fr"))
    assert link not in client.get("/partenaires/").text
    client.force_login(new_referent(partner))
    assert link in client.get("/partenaires/").text
