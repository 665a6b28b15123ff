"""« Espace partenaire »: who enters, what each page costs."""

import pytest
from django.urls import resolve, reverse

from campus.accounts.enums import Role
from campus.accounts.models import User
from campus.kept import forget
from campus.mailing.models import Message
from catalogue import urls

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
    forget("space-partenaire")  # who has it is read once a minute
    assert link in client.get("/partenaires/").text


@pytest.fixture
def pages(new_partner, new_cursus, new_proposal, published_module, new_referent):
    """Every address of the space of a partner: (address, method, what its référents get)."""
    partner = new_partner()
    new_referent(partner, email="collegue@ecole.example")
    cursus = new_cursus(partner, trainings=[published_module])
    proposal = new_proposal(partner)
    slug, place = partner.organisation.slug, cursus.levels.first().places.get().pk
    colleague = partner.organisation.memberships.get()

    def at(name, *args):
        return reverse(f"catalogue:{name}", args=[slug, *args])

    partner.revisions.create(summary="Autre.", presentation="Autre.")
    return partner, [
        (at("partner_space"), "get", 200),
        (at("partner_presentation"), "get", 200),
        (at("partner_presentation"), "post", 422),
        (at("partner_referents"), "get", 200),
        (at("partner_referents"), "post", 422),
        (at("partner_referent_remove", colleague.pk), "get", 200),
        (at("cursus_list"), "get", 200),
        (at("cursus_create"), "get", 200),
        (at("cursus_create"), "post", 422),
        (at("cursus_detail", cursus.pk), "get", 200),
        (at("cursus_change", cursus.pk), "get", 200),
        (at("cursus_change", cursus.pk), "post", 422),
        (at("cursus_delete", cursus.pk), "get", 200),
        (at("cursus_add", cursus.pk), "get", 200),
        (at("cursus_add", cursus.pk), "post", 422),
        (at("cursus_note", cursus.pk, place), "get", 200),
        (at("cursus_note", cursus.pk, place), "post", 302),
        (at("cursus_move", cursus.pk, place), "post", 302),
        (at("proposal_list"), "get", 200),
        (at("proposal_create"), "get", 200),
        (at("proposal_create"), "post", 422),
        (at("proposal_detail", proposal.pk), "get", 200),
        (at("proposal_change", proposal.pk), "get", 200),
        (at("proposal_change", proposal.pk), "post", 422),
        (at("proposal_submit", proposal.pk), "post", 302),
        (at("proposal_take_back", proposal.pk), "post", 302),
        (at("proposal_delete", proposal.pk), "post", 302),
        (at("partner_presentation_withdraw"), "post", 302),
        (at("cursus_remove", cursus.pk, place), "post", 302),
        (at("cursus_delete", cursus.pk), "post", 302),
        (at("partner_referent_remove", colleague.pk), "post", 302),
    ]


def test_the_matrix_of_rights_knows_every_address(pages):
    names = {pattern.name for pattern in urls.space_patterns}

    assert {resolve(address).url_name for address, _method, _status in pages[1]} == names


@pytest.mark.parametrize("who", ["nobody", "agent", "referent of another", "hr of the same", "staff"])
def test_a_space_does_not_exist_for_others(client, pages, who, new_partner, new_referent, staff):
    partner, addresses = pages
    if who == "agent":
        client.force_login(User.objects.create_user("agent@exemple.gouv.fr"))
    elif who == "referent of another":
        client.force_login(new_referent(new_partner("Autre")))
    elif who == "hr of the same":
        hr = new_referent()
        hr.memberships.create(organisation=partner.organisation, role=Role.HR)
        client.force_login(hr)
    elif who == "staff":
        client.force_login(staff)

    for address, method, _status in addresses:
        response = getattr(client, method)(address)
        if who == "nobody":
            assert (response.status_code, response.url) == (302, f"/connexion/?next={address}")
        else:
            assert response.status_code == 404, address


def test_the_referents_of_a_partner_reach_all_of_its_space(client, pages, new_referent):
    partner, addresses = pages
    client.force_login(new_referent(partner))

    for address, method, status in addresses:
        response = getattr(client, method)(address)
        assert response.status_code == status, address
        if status != 302:
            whose = f'<p class="fr-text--sm fr-mb-1w">{partner.organisation.name}</p>'
            assert response.text.index(whose) < response.text.index("<h1>"), address
        assert "no-store" in response.headers["Cache-Control"]


def test_what_belongs_to_another_partner_is_not_found_in_ones_own_space(client, pages, new_partner, new_referent):
    mine, (other, addresses) = new_partner("À moi"), pages
    client.force_login(new_referent(mine))

    for address, method, _status in addresses:
        if resolve(address).kwargs.keys() > {"slug"}:
            swapped = address.replace(f"/{other.organisation.slug}/", f"/{mine.organisation.slug}/")
            assert getattr(client, method)(swapped).status_code == 404, swapped


def test_referents_invite_and_remove_each_other(client, new_partner, new_referent):
    partner = new_partner()
    me = new_referent(partner)
    client.force_login(me)
    address = reverse("catalogue:partner_referents", args=[partner.organisation.slug])

    assert "adresse complète" in client.post(address, {"email": "collegue"}).text
    assert "a déjà ce rôle" in client.post(address, {"email": me.email}).text
    client.post(address, {"email": "Collegue@ecole.example"})
    assert Message.objects.get().to == "collegue@ecole.example"

    colleague = partner.organisation.memberships.get(user__email="collegue@ecole.example")
    remove = reverse("catalogue:partner_referent_remove", args=[partner.organisation.slug, colleague.pk])
    assert "entrera plus" in client.get(remove).text
    client.post(remove)
    assert [membership.user for membership in partner.organisation.memberships.all()] == [me]


def test_who_was_invited_and_never_came_is_told_apart_under_one_name(client, new_partner, new_referent):
    partner = new_partner()
    client.force_login(new_referent(partner))
    slug = partner.organisation.slug
    client.post(reverse("catalogue:partner_referents", args=[slug]), {"email": "nouvelle@ecole.example"})
    membership = partner.organisation.memberships.get(user__email="nouvelle@ecole.example")

    listed = client.get(reverse("catalogue:partner_referents", args=[slug])).text
    asked = client.get(reverse("catalogue:partner_referent_remove", args=[slug, membership.pk])).text

    assert "<strong>nouvelle@ecole.example</strong><br>invité le " in listed
    assert listed.count("pas encore venu") == 1 and "depuis le " in listed
    assert "<p>nouvelle@ecole.example n&#x27;entrera" in asked or "<p>nouvelle@ecole.example n'entrera" in asked


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_old_page_is_told_that_a_referent_is_already_removed(client, new_partner, new_referent, method):
    partner = new_partner()
    client.force_login(new_referent(partner))
    colleague = new_referent(partner, email="collegue@ecole.example").memberships.get()
    remove = reverse("catalogue:partner_referent_remove", args=[partner.organisation.slug, colleague.pk])
    client.post(remove)

    again = getattr(client, method)(remove, follow=True)

    assert again.redirect_chain == [(reverse("catalogue:partner_referents", args=[partner.organisation.slug]), 302)]
    assert "déjà retirée des référents" in again.text


def test_so_many_people_are_invited_in_an_hour(client, new_partner, new_referent, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "invitation_referent": 1}
    partner = new_partner()
    client.force_login(new_referent(partner))
    address = reverse("catalogue:partner_referents", args=[partner.organisation.slug])

    answers = [client.post(address, {"email": f"{name}@ecole.example"}) for name in ("ana", "bob")]

    assert answers[1].status_code == 422 and "réessayez dans une heure" in answers[1].text
    assert Message.objects.get().to == "ana@ecole.example"


def test_one_leaves_unless_one_is_the_last(client, new_partner, new_referent):
    partner = new_partner()
    me = new_referent(partner)
    client.force_login(me)
    mine = me.memberships.get()
    leave = reverse("catalogue:partner_referent_remove", args=[partner.organisation.slug, mine.pk])

    assert "garde un référent au moins" in client.post(leave, follow=True).text
    new_referent(partner, email="collegue@ecole.example")
    assert "Quitter cet espace" in client.get(leave).text
    client.post(leave)

    assert not me.memberships.exists()
    assert client.get(space_of(partner)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(client, new_partner, new_referent, count, django_assert_num_queries):
    partners = [new_partner(f"École {number}") for number in range(count + 1)]
    client.force_login(new_referent(*partners))
    for number in range(count):
        new_referent(partners[0], email=f"collegue{number}@ecole.example")

    with django_assert_num_queries(4):
        client.get("/espace-partenaire/")
    with django_assert_num_queries(5):
        client.get(reverse("catalogue:partner_referents", args=[partners[0].organisation.slug]))
