"""What promotions add to « À faire » of a school."""

import pytest
from django.urls import reverse

from campus.accounts.models import Organisation
from catalogue.models import Partner
from enrolments.cohorts import archive, ask_invitations
from enrolments.models import Cohort, CohortMember
from enrolments.school_tasks import students_to_invite

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(school):
    return Partner.objects.create(organisation=school, summary="Forme.", presentation="Une école.", since=2024)


def test_students_who_were_not_invited_are_something_to_do(client, referent, partner, cohort, new_student):
    new_student(), new_student()
    client.force_login(referent)
    home = reverse("catalogue:partner_space", args=[partner.organisation.slug])

    page = client.get(home).text
    assert "Ada Lovelace, 2026 : 2 élèves pas encore invités." in page.replace("\xa0", " ")
    assert reverse("enrolments:cohort_detail", args=[partner.organisation.slug, cohort.pk]) in page
    ask_invitations(cohort=cohort)
    assert "pas encore invité" not in client.get(home).text


def test_archived_promotions_and_those_of_others_wait_for_nobody(partner, cohort, new_student):
    new_student()
    new_student()
    archive(cohort=cohort)
    other = Organisation.objects.create(name="Autre", kind="ecole-service-public")
    theirs = Cohort.objects.create(organisation=other, name="Autre", year=2026)
    CohortMember.objects.filter(pk=CohortMember.objects.latest("pk").pk).update(cohort=theirs)
    Cohort.objects.create(organisation=partner.organisation, name="Vide", year=2026)

    assert students_to_invite(partner=partner) == []


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_promotions(partner, cohort, new_student, count, django_assert_num_queries):
    student = new_student()
    for number in range(count):
        each = Cohort.objects.create(organisation=partner.organisation, name=f"Promotion {number}", year=2026)
        each.members.create(user=student, email=student.email, first_name="A", last_name="B")

    with django_assert_num_queries(1):
        assert len(students_to_invite(partner=partner)) == count + 1
