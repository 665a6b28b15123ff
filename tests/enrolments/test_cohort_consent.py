"""Who is put in a promotion has their say: accept, refuse, leave; and no name is kept for ever."""

import datetime
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import EmailDomain, Organisation, User
from campus.kept import forget
from enrolments import navigation
from enrolments.cohorts import archive, forget_students, invite_students, leave, remove_member, reopen
from enrolments.enums import EnrolmentState
from enrolments.models import Cohort, CohortDeparture, CohortMember
from enrolments.student_files import Row
from enrolments.students import add_students, check_students
from enrolments.transitions import enrol, reserve
from tests.mail import worded_messages

pytestmark = pytest.mark.django_db
MINE = reverse("enrolments:my_cohorts")


@pytest.fixture
def elsewhere(new_agent):
    """Somebody who has an account, with another employer than the school."""
    other = Organisation.objects.create(name="Préfecture d'essai", kind="service-deconcentre")
    return new_agent(organisation=other, last_login=timezone.now())


@pytest.fixture
def invited(cohort, elsewhere):
    """That person, put in the promotion by the school."""
    add_students(cohort, [Row(1, elsewhere.email, "Ève", "Ailleurs")], invites=True)
    return CohortMember.objects.get(user=elsewhere)


def answer(client, member, name):
    return client.post(reverse(f"enrolments:{name}", args=[member.pk]), follow=True)


def enrol_page(school, cohort, session):
    return reverse("enrolments:cohort_enrol", args=[school.slug, cohort.pk, session.pk])


def test_new_accounts_and_those_of_the_school_are_students_at_once(cohort, school, new_agent):
    own = new_agent(organisation=school)

    add_students(
        cohort, [Row(1, own.email, "Ali", "Maison"), Row(2, "neuf@ecole.example", "Nina", "Neuve")], invites=False
    )

    assert cohort.members.accepted().count() == 2


def test_who_has_an_account_elsewhere_is_not_enrolled_before_accepting(
    client, invited, elsewhere, referent, school, cohort, new_session
):
    session = new_session()
    client.force_login(referent)
    page = unescape(client.get(enrol_page(school, cohort, session)).text)
    assert "1 élève n'a pas encore accepté votre invitation" in page and "Ailleurs Ève" not in page
    refused = unescape(client.post(enrol_page(school, cohort, session), {"members": [invited.pk]}).text)
    assert "n'a pas accepté d'être dans la promotion, ou l'a quittée" in refused and not elsewhere.enrolments.exists()

    client.force_login(elsewhere)
    assert "vous invite dans sa promotion" in client.get(reverse("enrolments:home")).text
    told = answer(client, invited, "my_cohort_accept").text
    assert "Vous êtes dans la promotion" in told and "vous invite dans sa promotion" not in told

    client.force_login(referent)
    assert "Ailleurs Ève" in client.get(enrol_page(school, cohort, session)).text
    client.post(enrol_page(school, cohort, session), {"members": [invited.pk]})
    assert elsewhere.enrolments.get().state == EnrolmentState.ENROLLED


def test_who_is_only_invited_takes_no_reserved_seat(invited, elsewhere, school, new_session):
    session = new_session(seats=1)
    reserve(
        session=session,
        organisation=school,
        seats=1,
        by=None,
        reserved_until=timezone.now() + datetime.timedelta(days=1),
    )

    enrolment = enrol(agent=elsewhere, session=session, by=elsewhere)

    assert enrolment.state == EnrolmentState.WAITING


def test_the_message_says_what_one_may_answer(invited):
    invite_students()

    text = worded_messages().get(key=f"cohort {invited.cohort_id} student {invited.user_id}").text
    assert "Acceptez ou refusez" in text and MINE in text


def test_one_refuses_and_the_name_goes(client, invited, elsewhere):
    client.force_login(elsewhere)

    page = client.get(reverse("enrolments:my_cohort_leave", args=[invited.pk])).text
    assert "Refuser cette promotion ?" in page and CohortMember.objects.exists()
    told = answer(client, invited, "my_cohort_leave").text

    assert "Vous avez refusé la promotion" in told and not CohortMember.objects.exists()


def test_a_student_of_the_school_who_left_is_asked_before_coming_back(client, new_agent, school, cohort):
    student = new_agent(organisation=school)
    row = Row(1, student.email, "Ali", "Maison")
    add_students(cohort, [row], invites=False)
    client.force_login(student)
    answer(client, CohortMember.objects.get(), "my_cohort_leave")

    assert check_students(cohort, [row]).asked_count == 1
    add_students(cohort, [row], invites=False)
    member = CohortMember.objects.get()
    assert member.accepted_at is None

    answer(client, member, "my_cohort_accept")
    member.refresh_from_db()
    assert member.accepted_at and not CohortDeparture.objects.exists()


def test_who_left_one_promotion_is_asked_by_the_next_of_the_school_and_by_no_other(new_agent, school, cohort):
    student = new_agent(organisation=school)
    row = Row(1, student.email, "Ali", "Maison")
    next_one = Cohort.objects.create(organisation=school, name="Grace Hopper", year=2027)
    add_students(cohort, [row], invites=False)
    leave(member=CohortMember.objects.get())

    add_students(next_one, [row], invites=False)

    assert next_one.members.get().accepted_at is None
    other = Organisation.objects.create(name="Autre école", kind="grande-ecole")
    elsewhere = Cohort.objects.create(organisation=other, name="Ada", year=2026)
    newcomer = Row(1, "neuf@autre.example", "Noé", "Neuf")
    leave(member=_in(cohort, newcomer.email))
    User.objects.filter(email=newcomer.email).update(organisation=other)
    add_students(elsewhere, [newcomer], invites=False)
    assert elsewhere.members.get().accepted_at


def _in(cohort, email):
    """A student of the promotion."""
    add_students(cohort, [Row(1, email, "Noé", "Neuf")], invites=False)
    return CohortMember.objects.get(email=email)


def test_who_the_school_took_out_is_put_back_without_being_asked(new_agent, school, cohort):
    student = new_agent(organisation=school)
    row = Row(1, student.email, "Ali", "Maison")
    add_students(cohort, [row], invites=False)
    remove_member(member=CohortMember.objects.get())

    add_students(cohort, [row], invites=False)

    assert CohortMember.objects.get().accepted_at


def test_that_one_left_is_forgotten_with_the_names(new_student, cohort):
    new_student()
    leave(member=CohortMember.objects.get())
    archive(cohort=cohort)
    Cohort.objects.update(archived_at=timezone.now() - datetime.timedelta(days=400))

    forget_students()

    assert not CohortDeparture.objects.exists()


def test_that_all_left_a_promotion_that_was_reopened_is_forgotten_too(cohort, new_student):
    for _ in range(2):
        new_student()
        leave(member=CohortMember.objects.get())
        archive(cohort=cohort)
        Cohort.objects.update(archived_at=timezone.now() - datetime.timedelta(days=400))
        forget_students()
        reopen(cohort=cohort)

    assert not CohortDeparture.objects.exists()


def test_whom_staff_take_out_is_asked_before_the_school_has_them_again(admin_client, cohort, new_student):
    student = new_student()
    member = reverse("admin:enrolments_cohortmember_delete", args=[CohortMember.objects.get().pk])
    admin_client.post(member, {"post": "yes"})

    add_students(cohort, [Row(1, student.email, "Élève", "N°1")], invites=True)

    again = CohortMember.objects.get()
    assert (
        again.accepted_at is None and again.invitation_asked_at is None
    )  # it waits in their space, and no message leaves again


def test_one_leaves_at_any_time_and_keeps_one_s_seat(client, new_student, new_session):
    student = new_student()
    enrol(agent=student, session=new_session(), by=student)
    member = CohortMember.objects.get()
    client.force_login(student)

    assert "Quitter cette promotion ?" in client.get(reverse("enrolments:my_cohort_leave", args=[member.pk])).text
    assert "Vous avez quitté la promotion" in answer(client, member, "my_cohort_leave").text

    assert not CohortMember.objects.exists() and student.enrolments.live().count() == 1
    for name in ["my_cohort_leave", "my_cohort_accept", "my_cohort_agree"]:  # a second click, an old tab
        assert "Vous n&#x27;êtes plus dans cette promotion." in answer(client, member, name).text


@pytest.mark.parametrize("name", ["my_cohort_accept", "my_cohort_leave", "my_cohort_agree"])
def test_nobody_answers_for_another(client, invited, new_student, referent, name):
    url = reverse(f"enrolments:{name}", args=[invited.pk])

    assert client.post(url).status_code == 302 and client.post(url).url.startswith("/connexion/")
    for other in [new_student(), referent]:
        client.force_login(other)
        assert client.post(url).status_code == 404
    invited.refresh_from_db()
    assert invited.accepted_at is None


def test_a_school_removes_after_being_asked_and_another_s_referent_cannot(
    client, new_student, referent, school, cohort
):
    new_student()
    url = reverse("enrolments:member_remove", args=[school.slug, cohort.pk, CohortMember.objects.get().pk])
    client.force_login(User.objects.create_user("autre@ecole.example"))
    assert client.get(url).status_code == client.post(url).status_code == 404

    client.force_login(referent)
    assert "Retirer Élève N°001 de la promotion ?" in client.get(url).text and CohortMember.objects.exists()
    client.post(url)
    assert not CohortMember.objects.exists()
    assert "Cet élève n&#x27;est plus dans la promotion." in client.post(url, follow=True).text


def test_invented_accounts_do_not_make_five_of_one(client, new_student, new_session, referent, school, cohort):
    session = new_session()
    for student in [new_student(), *(new_student(last_login=None) for _ in range(4))]:
        enrol(agent=student, session=session, by=referent)

    client.force_login(referent)
    page = client.get(reverse("enrolments:cohort_progress", args=[school.slug, cohort.pk])).text

    assert "Pas encore de chiffres." in page and "<dt>Personnes inscrites</dt>" not in page


def test_promotions_are_in_the_menu_of_who_is_in_one(client, new_agent, new_student):
    forget(navigation.IN_COHORTS)
    student, agent = new_student(), new_agent()

    for user, is_shown in [(student, True), (agent, False)]:
        client.force_login(user)
        assert (f'href="{MINE}"' in client.get(reverse("enrolments:home")).text) is is_shown


@pytest.mark.parametrize(("days", "kept"), [(30, True), (400, False)])
def test_names_are_forgotten_long_after_the_archive(client, new_student, referent, school, cohort, days, kept):
    new_student()
    archive(cohort=cohort)
    Cohort.objects.update(archived_at=timezone.now() - datetime.timedelta(days=days))

    forget_students()

    assert CohortMember.objects.exists() is kept
    client.force_login(referent)
    assert "1 élève" in client.get(reverse("enrolments:cohort_list", args=[school.slug])).text
    page = client.get(reverse("enrolments:cohort_detail", args=[school.slug, cohort.pk])).text
    assert ("1 élève d'avant, dont les noms sont effacés" in page) is not kept


def test_a_promotion_that_is_reopened_still_says_how_many_names_are_gone(client, new_student, referent, school, cohort):
    for _ in range(2):
        new_student()
        archive(cohort=cohort)
        Cohort.objects.update(archived_at=timezone.now() - datetime.timedelta(days=400))
        forget_students()
        reopen(cohort=cohort)
    new_student()

    client.force_login(referent)
    listed = client.get(reverse("enrolments:cohort_list", args=[school.slug])).text
    page = client.get(reverse("enrolments:cohort_detail", args=[school.slug, cohort.pk])).text

    assert "3 élèves" in listed and "Inscrire des élèves" in page
    assert "2 élèves d'avant, dont les noms sont effacés" in page


def test_one_is_told_before_archiving_that_names_will_go(client, referent, school, cohort):
    client.force_login(referent)
    url = reverse("enrolments:cohort_archive", args=[school.slug, cohort.pk])

    assert "les noms de ses élèves s'effacent pour toujours" in unescape(client.get(url).text)
    assert Cohort.objects.get().archived_at is None


@pytest.mark.parametrize(
    ("method", "name"),
    [
        ("get", "cohort_sessions"),
        ("get", "cohort_import"),
        ("post", "cohort_import"),
        ("get", "cohort_import_check"),
        ("post", "cohort_import_confirm"),
    ],
)
def test_an_old_tab_on_an_archived_promotion_leads_to_where_it_is_reopened(
    client, referent, school, cohort, method, name
):
    archive(cohort=cohort)
    client.force_login(referent)

    page = getattr(client, method)(reverse(f"enrolments:{name}", args=[school.slug, cohort.pk]), follow=True)

    assert page.text.count("Cette promotion est archivée : rouvrez-la") == 1 and "Rouvrir" in page.text


def test_a_new_account_of_another_employer_is_asked_too(cohort, elsewhere):
    EmailDomain.objects.create(name="prefecture.example", organisation=elsewhere.organisation)

    add_students(cohort, [Row(1, "nouveau@prefecture.example", "Noé", "Neuf")], invites=False)

    assert cohort.members.get().accepted_at is None


def test_no_invitation_leaves_for_an_archived_promotion(cohort, invited):
    archive(cohort=cohort)

    invite_students()

    assert not worded_messages().filter(to=invited.email).exists()
