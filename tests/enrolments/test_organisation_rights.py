"""Who opens which page of the spaces of schools and employers: every address, every kind of person."""

import pytest
from django.urls import reverse
from django.utils import timezone

from campus.accounts.enums import Role
from campus.accounts.models import Membership, Organisation, User
from enrolments import urls
from enrolments.models import FileImport, InternalPriority, SeatQuota

pytestmark = pytest.mark.django_db
OF_SCHOOL = [path for path in urls.urlpatterns if str(path.pattern).startswith("espace-partenaire/")]
OF_EMPLOYER = [path for path in urls.urlpatterns if str(path.pattern).startswith("espace-employeur/<")]
MISSING, SIGN_IN = 404, 302


@pytest.fixture
def own(school, cohort, new_student, new_session, published_module):
    """What is in the addresses of the school's pages, and of the employer's: the school is one too."""
    session = new_session(seats=5)
    new_student()
    FileImport.objects.create(kind="eleves", cohort=cohort, file_name="a.csv", state="fini", told=["élèves : 1"])
    quota = SeatQuota.objects.create(session=session, organisation=school, seats=1, reserved_until=timezone.now())
    advised = InternalPriority.objects.create(organisation=school, training=published_module)
    return {
        "slug": school.slug,
        "pk": {"cohort": cohort.pk, "quota": quota.pk, "priority": advised.pk},
        "member_pk": cohort.members.get().pk,
        "session_pk": session.pk,
        "extension": "csv",
    }


def address(path, own):
    names = path.pattern.converters
    kind = next((kind for kind in ("quota", "priority") if kind in path.name), "cohort")
    values = own | {"pk": own["pk"][kind]}
    return reverse(f"enrolments:{path.name}", kwargs={name: values[name] for name in names})


@pytest.fixture
def people(school, referent, new_agent, db):
    """Someone of each kind; "" is nobody signed in."""
    other = Organisation.objects.create(name="Autre", kind="autre")

    def somebody(role=None, organisation=None, **fields):
        user = new_agent(**fields)
        if role:
            Membership.objects.create(user=user, organisation=organisation, role=role)
        return user

    return {
        "anonymous": None,
        "agent": new_agent(organisation=school),
        "staff": new_agent(is_staff=True, is_superuser=True),
        "other référent": somebody(Role.REFERENT, other),
        "other HR": somebody(Role.HR, other),
        "référent": referent,
        "HR": somebody(Role.HR, school),
    }


@pytest.mark.parametrize("path", [*OF_SCHOOL, *OF_EMPLOYER], ids=lambda path: path.name)
def test_only_those_who_act_for_an_organisation_open_its_pages(client, own, people, path):
    allowed = "référent" if path in OF_SCHOOL else "HR"
    found = {}
    for kind, user in people.items():
        client.logout()
        if user:
            client.force_login(user)
        answer = client.get(address(path, own))
        if answer.status_code == 405:
            answer = client.post(address(path, own), {"members": "", "shows": "oui"})
        found[kind] = answer
    for kind, answer in found.items():
        if kind == "anonymous":
            assert answer.status_code == SIGN_IN and "/connexion/" in answer.url
        elif kind == allowed:
            assert answer.status_code in {200, 302}, kind
        else:
            assert answer.status_code == MISSING, kind


def test_pages_of_one_s_school_do_not_open_what_is_another_s(client, own, school, referent):
    other = Organisation.objects.create(name="Autre", kind="autre")
    Membership.objects.create(user=referent, organisation=other, role=Role.REFERENT)
    Membership.objects.create(user=referent, organisation=other, role=Role.HR)
    client.force_login(referent)
    for path in [*OF_SCHOOL, *OF_EMPLOYER]:
        if "pk" in path.pattern.converters:
            url = address(path, own | {"slug": other.slug})
            assert {client.get(url).status_code, client.post(url).status_code} <= {404, 405}, path.name


def test_consent_is_the_student_s_alone(client, cohort, new_student, referent):
    student = new_student()
    url = reverse("enrolments:my_cohort_agree", args=[cohort.members.get().pk])
    for user in (referent, User.objects.create_superuser("staff@exemple.gouv.fr")):
        client.force_login(user)
        assert client.post(url, {"shows": "oui"}).status_code == 404
    client.force_login(student)
    assert client.get(url).status_code == 405 and client.post(url, {"shows": "oui"}).status_code == 302
    assert cohort.members.get().agreed_to_show_progress_at
