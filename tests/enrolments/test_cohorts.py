"""A school opens promotions, reserves seats, enrols students together, follows them; each student says what it sees."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import Organisation
from catalogue.models import Cursus, Partner, Place, Session
from enrolments.cohorts import archive, save_cohort
from enrolments.enums import EnrolmentState
from enrolments.models import Cohort, CohortMember, Enrolment, SeatQuota
from enrolments.transitions import enrol, note_attendance, release, reserve
from tests.mail import worded_messages

pytestmark = pytest.mark.django_db
S = EnrolmentState


@pytest.fixture
def space(client, referent):
    client.force_login(referent)
    return client


@pytest.fixture
def url(school):
    return lambda name, *args: reverse(f"enrolments:{name}", args=[school.slug, *args])


def in_days(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def members_of(*users):
    return [CohortMember.objects.get(user=user).pk for user in users]


def test_a_promotion_is_opened_once_corrected_archived_and_reopened(space, url, cohort):
    again = space.post(url("cohort_add"), {"name": "ada lovelace", "year": "2026"})
    assert again.status_code == 422 and "déjà une promotion de ce nom" in again.text
    bad = space.post(url("cohort_add"), {"name": "", "year": "26"})
    assert bad.status_code == 422 and "Écrivez le nom de la promotion" in bad.text and 'value="26"' in bad.text
    space.post(url("cohort_edit", cohort.pk), {"name": "Grace Hopper", "year": "2026"})
    space.post(url("cohort_archive", cohort.pk))
    page = space.get(url("cohort_list")).text
    assert "Grace Hopper, 2026" in page and "Archivée" in page
    space.post(url("cohort_reopen", cohort.pk))
    assert Cohort.objects.get().archived_at is None
    added = space.post(url("cohort_add"), {"name": "Ada Lovelace", "year": "2026"})
    assert added.url == url("cohort_import", Cohort.objects.latest("pk").pk)


def test_a_page_that_is_older_than_the_archive_does_not_reopen_a_promotion(cohort, school):
    as_read_before = Cohort.objects.get()
    archive(cohort=cohort)

    as_read_before.name = "Grace Hopper"
    save_cohort(cohort=as_read_before, organisation=school, by=None)

    assert Cohort.objects.get().archived_at and Cohort.objects.get().name == "Grace Hopper"


def test_a_closed_account_is_not_enrolled(space, url, cohort, new_session, new_student):
    student, session = new_student(is_active=False), new_session(seats=5)

    page = space.post(url("cohort_enrol", cohort.pk, session.pk), {"members": members_of(student)}).text

    assert "ne peut pas être inscrit" in page and not Enrolment.objects.exists()


def test_fifteen_seats_are_reserved_and_twelve_students_enrolled(space, url, cohort, new_session, new_student):
    session, students = new_session(seats=20), [new_student() for _ in range(13)]
    form = {"seats": "15", "reserved_until": in_days(10).isoformat()}
    assert space.post(url("cohort_quota_reserve", session.pk), form).url == url("cohort_quotas")
    assert "15 place" in space.get(url("cohort_sessions", cohort.pk)).text

    answer = space.post(url("cohort_enrol", cohort.pk, session.pk), {"members": members_of(*students[:12])})

    assert "12 élèves inscrits" in answer.text and answer.text.count("place réservée") == 12
    quota = SeatQuota.objects.get()
    assert (quota.seats, quota.used) == (15, 12)
    assert timezone.localtime(quota.reserved_until).date() == in_days(11)  # the end of that day
    session = Session.objects.get()
    assert (session.seats_taken, session.seats_reserved, session.seats_left) == (12, 3, 5)
    assert "Places prises : 12 sur 15" in space.get(url("cohort_quotas")).text
    assert "Votre école, École d'essai, a fait cette inscription pour vous." in worded_messages().first().text


@pytest.mark.parametrize("is_student_of_both", [False, True])
def test_the_message_names_the_school_when_it_can_be_told_which(
    cohort, new_session, new_student, referent, is_student_of_both
):
    student, other = new_student(), Organisation.objects.create(name="Aaa école", kind="grande-ecole")
    referent.memberships.create(organisation=other, role="referent")
    there = Cohort.objects.create(organisation=other, name="Alan Turing", year=2026)
    accepted_at = timezone.now() if is_student_of_both else None
    CohortMember.objects.create(cohort=there, user=student, email=student.email, accepted_at=accepted_at)

    enrol(agent=student, session=new_session(), by=referent)

    named = "Votre école a fait" if is_student_of_both else "Votre école, École d'essai, a fait"
    assert f"{named} cette inscription pour vous." in worded_messages().get().text


def test_whom_the_school_enrolled_is_not_said_enrolled_again(
    space, url, cohort, new_session, new_student, school, referent
):
    session, there, new = new_session(seats=5), new_student(), new_student()
    until = timezone.now() + datetime.timedelta(days=1)
    reserve(session=session, organisation=school, seats=1, by=None, reserved_until=until)
    page = url("cohort_enrol", cohort.pk, session.pk)
    enrol(agent=there, session=session, by=referent)
    assert space.get(page).text.count("Votre école l'a déjà inscrit") == 1

    answer = space.post(page, {"members": members_of(there, new)}).text  # one seat of the school, one of all
    assert "place prise parmi celles de tous" in answer and "1 places qui vous" not in space.get(page).text
    again = space.post(page, {"members": members_of(there, new)}).text

    assert "1 élève inscrit</h1>" in answer and "Votre école les avait déjà inscrits" in answer
    assert "Aucun élève inscrit de plus</h1>" in again


def test_the_school_is_not_told_who_enrolled_by_themselves(space, url, cohort, new_session, new_student, school):
    """On a seat of the school's or not: told like those that it enrols."""
    session, there = new_session(seats=5), new_student()
    until = timezone.now() + datetime.timedelta(days=1)
    reserve(session=session, organisation=school, seats=2, by=None, reserved_until=until)
    enrol(agent=there, session=session, by=there)
    page = url("cohort_enrol", cohort.pk, session.pk)

    assert "déjà inscrit" not in space.get(page).text
    answer = space.post(page, {"members": members_of(there)}).text
    assert "1 élève inscrit</h1>" in answer and "déjà inscrit" not in answer


def test_who_cannot_be_enrolled_is_told_without_what_they_do_elsewhere(
    space, url, cohort, new_session, new_student, new_module, new_agent
):
    secret = new_module("Sortir de l'addiction au jeu", state="publie", published_on="2026-01-05")
    session, other = new_session(seats=2), new_session(module=secret)
    busy, there, waiting, last = (new_student() for _ in range(4))
    enrol(agent=busy, session=other, by=busy)
    enrol(agent=there, session=session, by=there)
    enrol(agent=new_agent(), session=session, by=None)
    enrol(agent=waiting, session=session, by=waiting)
    Session.objects.filter(pk=session.pk).update(seats=3)
    SeatQuota.objects.create(session=session, organisation=cohort.organisation, seats=1, reserved_until=timezone.now())

    chosen = {"members": members_of(busy, there, waiting, last)}
    answer = space.post(url("cohort_enrol", cohort.pk, session.pk), chosen).text

    assert "3 élèves inscrits ou en attente, 1 non" in answer and "addiction" not in answer
    assert "pas libre à ces dates" in answer and "déjà" not in answer.partition("Sont inscrits")[2]
    states = dict(session.enrolments.values_list("agent", "state"))
    assert (states[waiting.pk], states[last.pk]) == (S.ENROLLED, S.WAITING)


def test_nobody_is_enrolled_without_a_box_ticked_nor_from_another_school(space, url, cohort, new_session, new_student):
    session, other = new_session(), Cohort.objects.create(organisation=new_session().organiser, name="Autre", year=2026)
    stranger = CohortMember.objects.create(cohort=other, user=new_student(), email="x@x.fr")
    for chosen in [[], ["x", "99999999999999999999", "-1"], [stranger.pk]]:
        answer = space.post(url("cohort_enrol", cohort.pk, session.pk), {"members": chosen})
        assert answer.status_code == 422 and "Cochez au moins un élève." in answer.text
    assert not session.enrolments.exists()
    page = space.get(url("cohort_enrol", cohort.pk, session.pk)).text
    assert f'href="{url("cohort_sessions", cohort.pk)}">Revenir aux sessions' in page
    assert f'href="{url("cohort_list")}" aria-current="true"' in page


def test_who_is_ticked_stays_so_while_others_are_searched_for(space, url, cohort, new_session, new_student):
    session, students = new_session(seats=5), [new_student() for _ in range(3)]
    first, second, third = members_of(*students)
    page = url("cohort_enrol", cohort.pk, session.pk)

    def ticked(**typed):
        answer = space.post(page, typed)
        assert answer.status_code == 200 and not Enrolment.objects.exists()
        return set(map(int, re.findall(r'value="(\d+)" checked', answer.text)))

    assert ticked(members=[first], q="N°002", chercher="oui") == {first}
    assert ticked(members=[first], q="N°002", cocher="oui") == {first, second}
    assert ticked(members=[first, second], q="N°002", cocher="non") == {first}
    assert ticked(members=[first], q="\x00nobody", chercher="oui") == {first}
    assert ticked(members=[], q="", cocher="oui") == {first, second, third}


def test_sessions_on_selection_and_with_agreements_are_left_to_students(
    space, url, cohort, new_session, new_student, school
):
    student, selective = new_student(), new_session(is_selective=True)
    agreed = new_session(in_days=40, needs_agreement=True)
    answers = [
        space.post(url("cohort_enrol", cohort.pk, each.pk), {"members": members_of(student)}).text
        for each in (selective, agreed)
    ]
    assert "demande une place depuis son espace" in answers[0] and "accord d" in answers[1]
    assert not Enrolment.objects.exists()


def test_figures_are_of_five_students_at_least_and_names_of_those_who_agreed(
    client, space, url, cohort, new_session, new_student, referent
):
    session, before = new_session(in_days=2), new_session(in_days=60)
    students = [new_student() for _ in range(6)]
    Enrolment.objects.create(
        agent=students[0], session=before, state=S.WITHDRAWN, created_at=timezone.now() - datetime.timedelta(days=9)
    )
    for student in students[:4]:
        enrol(agent=student, session=session, by=student)
    page = space.get(url("cohort_progress", cohort.pk)).text
    assert "Pas encore de chiffres." in page and "dès que 5 élèves au moins" in page and "non chiffré" not in page
    for student in students[4:]:
        enrol(agent=student, session=session, by=student)
    page = space.get(url("cohort_progress", cohort.pk)).text
    assert "<dt>Personnes inscrites</dt><dd>6</dd>" in page and "apparaissent après les sessions" in page
    Session.objects.filter(pk=session.pk).update(starts_at=timezone.now() - datetime.timedelta(hours=1))
    for enrolment in session.enrolments.all():
        note_attendance(enrolment=enrolment, is_present=True, by=referent)
    page = space.get(url("cohort_progress", cohort.pk)).text
    assert "<dt>Personnes inscrites</dt><dd>6</dd>" in page and "<dt>Heures suivies</dt><dd>18</dd>" in page
    assert "apparaissent après les sessions" not in page
    assert "Élève N°" not in page and "Aucun élève n'a choisi" in page

    client.force_login(students[0])
    mine = reverse("enrolments:my_cohorts")
    agree = reverse("enrolments:my_cohort_agree", args=members_of(students[0]))
    assert "Votre école ne voit rien à votre nom." in client.get(mine).text
    client.post(agree, {"shows": "oui"})
    client.force_login(referent)
    page = space.get(url("cohort_progress", cohort.pk)).text
    assert page.count("Élève N°") == 1 and "Lire une donnée" in page
    client.force_login(students[0])
    client.post(agree, {"shows": "non"})
    client.force_login(referent)
    assert "Élève N°" not in space.get(url("cohort_progress", cohort.pk)).text


@pytest.mark.parametrize("name", ["cohort_detail", "cohort_enrol"])
def test_a_search_that_finds_nobody_says_so_and_leads_back_to_all(space, url, cohort, new_student, new_session, name):
    new_student()
    args = [cohort.pk, new_session().pk] if name == "cohort_enrol" else [cohort.pk]

    page = space.get(url(name, *args), {"q": "zzz"}).text

    assert "Aucun élève ne correspond à « zzz »." in page and '<a href="?">Tout afficher</a>' in page
    assert "<table>" not in page and "élèves</caption>" not in page


@pytest.mark.parametrize("name", ["cohort_detail", "cohort_enrol"])
@pytest.mark.parametrize(
    "typed",
    ["Noel", "noël", "Noël Inès", "Inès Noël", "ines, noel", "NOE\u0308L", "saint pierre", "oeuvre", "i.noel@ecole.ex"],
)
def test_a_student_is_found_as_one_types_their_name(space, url, cohort, new_student, new_session, name, typed):
    ines, _other = new_student(), new_student()
    names = {"first_name": "Inès", "last_name": "Noël Saint-Pierre d’Œuvre", "email": "i.noel@ecole.example"}
    CohortMember.objects.filter(user=ines).update(**names)
    args = [cohort.pk, new_session().pk] if name == "cohort_enrol" else [cohort.pk]

    page = space.get(url(name, *args), {"q": typed})

    assert [member.user for member in page.context["page_obj"]] == [ines]
    assert not space.get(url(name, *args), {"q": f"{typed} Paul"}).context["page_obj"].object_list


@pytest.mark.parametrize("typed", ["accessibilite", "nantes  donnée", "DONNEE, Nantes", "l'accessibilité"])
def test_a_session_is_found_as_one_types_its_title_and_city(space, url, cohort, new_session, new_module, typed):
    place = Place.objects.create(name="Cité", address="1 quai", postcode="44000", city="Nântes", region="bretagne")
    module = new_module("L’accessibilité des données", state="publie", published_on="2026-01-05")
    there, _other = new_session(module=module, modality="presentiel", place=place), new_session()

    for address in (url("cohort_sessions", cohort.pk), url("cohort_quota_sessions")):
        assert [row[0] for row in space.get(address, {"q": typed}).context["rows"]] == [there]


def test_a_search_of_many_words_stays_small(space, url, cohort, new_student):
    new_student()
    with CaptureQueriesContext(connection) as queries:
        assert space.get(url("cohort_detail", cohort.pk), {"q": "é " * 1_000}).status_code == 200
    assert max(query["sql"].count("~ ") for query in queries) == 30  # ten words, three columns


def test_a_student_who_is_taken_out_keeps_account_and_seats(space, url, cohort, new_student, new_session):
    student = new_student()
    enrol(agent=student, session=new_session(), by=student)
    space.post(url("member_remove", cohort.pk, *members_of(student)))
    assert not CohortMember.objects.exists() and student.enrolments.live().count() == 1


@pytest.fixture
def new_place():
    """A function that creates a place in Rennes."""

    def create(name="Cité"):
        return Place.objects.create(name=name, address="1 quai", postcode="35000", city="Rennes", region="bretagne")

    return create


def test_quotas_are_changed_and_given_back_from_the_space(space, url, new_session, new_agent, school):
    session = new_session(seats=5)
    too_many = space.post(url("cohort_quota_reserve", session.pk), {"seats": "6", "reserved_until": in_days(3)})
    assert too_many.status_code == 422 and "Vous pouvez en réserver 5 au plus" in too_many.text
    late = space.post(url("cohort_quota_reserve", session.pk), {"seats": "1", "reserved_until": "9999-12-31"})
    assert late.status_code == 422
    closing = timezone.localtime(session.enrolment_closes_at).date()
    space.post(url("cohort_quota_reserve", session.pk), {"seats": "2", "reserved_until": closing})
    quota = SeatQuota.objects.get()
    form = space.get(url("cohort_quota_change", quota.pk)).text
    space.post(url("cohort_quota_change", quota.pk), {"seats": "4", "reserved_until": in_days(3)})
    assert f'value="{closing.isoformat()}"' in form and Session.objects.get().seats_left == 1
    page = space.get(url("cohort_quota_release", quota.pk)).text
    assert "Les 4 places qui restent" in page and SeatQuota.objects.get().released_at is None
    space.post(url("cohort_quota_release", quota.pk))
    assert space.get(url("cohort_quota_release", quota.pk)).url == url("cohort_quotas")
    assert Session.objects.get().seats_left == 5 and "Rendues à tous" in space.get(url("cohort_quotas")).text


def test_the_space_says_how_many_seats_may_be_reserved(space, url, new_session, settings):
    settings.RESERVED_PERCENT = 50
    session = new_session(seats=5)
    assert "2 au plus à réserver" in space.get(url("cohort_quota_sessions")).text
    page = space.get(url("cohort_quota_reserve", session.pk)).text
    assert "Vous pouvez en réserver 2 au plus : 50 % des places" in page and 'max="2"' in page

    refused = space.post(url("cohort_quota_reserve", session.pk), {"seats": "3", "reserved_until": in_days(3)})

    assert refused.status_code == 422 and "en réserver 2 au plus" in refused.context["form"].errors["seats"][0]
    assert not SeatQuota.objects.exists()
    full, _left = new_session(seats=1), new_session(in_days=50)  # half of one seat
    assert "Vous ne pouvez pas réserver de places ici" in space.get(url("cohort_quota_reserve", full.pk)).text
    page = space.get(url("cohort_quota_sessions")).text
    assert url("cohort_quota_reserve", session.pk) in page and url("cohort_quota_reserve", full.pk) not in page


def test_lists_of_sessions_say_where_and_what_is_reserved_already(space, url, cohort, new_session, new_place, school):
    place = new_place()
    there, _online = new_session(seats=20, modality="presentiel", place=place), new_session(seats=20, in_days=60)
    until = timezone.now() + datetime.timedelta(days=3)
    quota = reserve(session=there, organisation=school, seats=15, reserved_until=until, by=None)

    for page in (space.get(url("cohort_quota_sessions")).text, space.get(url("cohort_sessions", cohort.pk)).text):
        assert "Présentiel, Rennes. 5 places libres" in page and "En ligne. 20 places libres" in page
        assert page.count(f'href="{url("cohort_quota_change", quota.pk)}">15 places déjà réservées') == 1

    again = space.get(url("cohort_quota_reserve", there.pk), follow=True)
    assert again.redirect_chain[0][0] == url("cohort_quota_change", quota.pk) and "changez-en ici" in again.text


def test_seats_given_back_meanwhile_are_not_changed_any_more(space, url, new_session, school):
    until = timezone.now() + datetime.timedelta(days=3)
    quota = reserve(session=new_session(), organisation=school, seats=1, reserved_until=until, by=None)
    release(quota=quota)

    page = space.post(url("cohort_quota_change", quota.pk), {"seats": "2", "reserved_until": in_days(3)}, follow=True)

    assert page.redirect_chain[0][0] == url("cohort_quotas") and "ont été rendues à tous" in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(space, url, cohort, new_student, new_session, new_place, count, school):
    for number in range(count):
        place = new_place(name=f"Cité {number}")
        session = new_session(in_days=20 + number, modality="presentiel", place=place)
        reserve(
            session=session, organisation=school, seats=2, by=None,
            reserved_until=timezone.now() + datetime.timedelta(days=1),
        )  # fmt: skip
        student = new_student()
        enrol(agent=student, session=session, by=student)
        Cohort.objects.create(organisation=school, name=f"Promotion {number}", year=2025)
    CohortMember.objects.update(agreed_to_show_progress_at=timezone.now())
    pages = {
        "cohort_list": ([], 5), "cohort_detail": ([cohort.pk], 8), "cohort_progress": ([cohort.pk], 9),
        "cohort_sessions": ([cohort.pk], 9), "cohort_enrol": ([cohort.pk, session.pk], 10), "cohort_quotas": ([], 5),
        "cohort_quota_sessions": ([], 9),
    }  # fmt: skip
    done = {}
    for name, (args, _queries) in pages.items():
        with CaptureQueriesContext(connection) as queries:
            page = space.get(url(name, *args))
        assert page.status_code == 200 and page["Cache-Control"] == "private, no-store", name
        done[name] = (args, len(queries))
    assert done == pages


def test_a_student_says_at_first_that_they_are_one(client, cohort, new_student):
    student = new_student()
    student.profile.delete()
    client.force_login(student)

    page = client.get(reverse("enrolments:profile")).text

    assert '<option value="eleve" selected>' in page


def test_the_day_proposed_for_a_reservation_is_after_tomorrow(space, url, new_session):
    for in_how_many_days in (6, 40):
        session = new_session(in_days=in_how_many_days)
        closing = timezone.localtime(session.enrolment_closes_at).date()

        form = space.get(url("cohort_quota_reserve", session.pk)).context["form"]

        assert timezone.localdate() < form.initial["reserved_until"] <= closing


@pytest.fixture
def level(school):
    """The first year of a cursus of the school."""
    cursus = Cursus.objects.create(
        partner=Partner.objects.create(organisation=school, since=2024), name="Cycle long", year=2026
    )
    return cursus.levels.create(name="1re année", position=1)


def test_a_promotion_follows_a_level_of_the_school_s_cursus(client, space, url, cohort, level, new_student):
    student = new_student()
    other = Partner.objects.create(
        organisation=Organisation.objects.create(name="Autre école", kind="grande-ecole"), since=2024
    )
    theirs = other.cursus.create(name="Cycle court", year=2026).levels.create(name="Année unique", position=1)
    form = space.get(url("cohort_edit", cohort.pk)).text
    assert '<optgroup label="Cycle long, 2026-2027">' in form and "Cycle court" not in form
    refused = space.post(url("cohort_edit", cohort.pk), {"name": "Ada", "year": "2026", "studies": theirs.pk})
    assert refused.status_code == 422 and "Choisissez un niveau de la liste." in refused.text

    space.post(url("cohort_edit", cohort.pk), {"name": "Ada", "year": "2026", "studies": level.pk})

    assert "Cycle long, 1re année" in space.get(url("cohort_list")).text
    assert f'/cursus/{level.cursus_id}/">Cycle long, 1re année' in space.get(url("cohort_detail", cohort.pk)).text
    client.force_login(student)
    assert "Cycle long, 1re année" in client.get(reverse("enrolments:my_cohorts")).text
    level.cursus.delete()
    assert Cohort.objects.get().curriculum == ""
