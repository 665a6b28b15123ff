"""Partners, cursus and queues in the admin: what each page costs, who answers."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from campus.accounts.models import User

pytestmark = pytest.mark.django_db
WORDS = {"summary": "Autre.", "presentation": "Autre."}


def change_list(model):
    return reverse(f"admin:catalogue_{model}_changelist")


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("model", "queries"), [("partner", 5), ("partnerrevision", 5), ("cursus", 6)])
def test_queries_do_not_grow_with_rows(
    client, staff, new_partner, new_cursus, published_module, count, model, queries, django_assert_num_queries
):
    for number in range(count):
        partner = new_partner(f"École {number}")
        partner.revisions.create(**WORDS)
        new_cursus(partner, trainings=[published_module])
    client.force_login(staff)
    client.get(change_list(model))  # content types are then known

    with django_assert_num_queries(queries):
        client.get(change_list(model))


def test_partners_whose_presentation_waits_are_found(client, staff, new_partner):
    new_partner("Mines Paris")
    new_partner("Unesco").revisions.create(**WORDS)
    client.force_login(staff)

    narrowed = client.get(change_list("partner"), {"a-relire": "oui"}).text

    assert "Unesco" in narrowed and "Mines Paris" not in narrowed
    assert "Présentations de partenaires à relire : 1" in client.get("/admin/").text


def test_a_cursus_is_read_by_staff_and_written_by_its_school(client, staff, new_partner, new_cursus, published_module):
    cursus = new_cursus(new_partner(), trainings=[published_module])
    client.force_login(staff)

    assert published_module.title in client.get(reverse("admin:catalogue_cursus_change", args=[cursus.pk])).text
    assert client.get(reverse("admin:catalogue_cursus_add")).status_code == 403


def test_who_may_only_view_answers_nothing(client, new_partner, new_proposal):
    revision = new_partner().revisions.create(**WORDS)
    proposal = new_proposal(revision.partner, state="soumise")
    viewer = User.objects.create_user("lecture@exemple.gouv.fr", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_partnerrevision", "view_proposal"]))
    client.force_login(viewer)

    for model, item in [("partnerrevision", revision), ("proposal", proposal)]:
        page = client.get(reverse(f"admin:catalogue_{model}_change", args=[item.pk]))
        assert page.status_code == 200 and "Accepter" not in page.text
        client.post(change_list(model), {"action": "accept", "_selected_action": item.pk, "confirm": "oui"})
        item.refresh_from_db()
    assert (revision.state, proposal.state) == ("proposee", "soumise")
