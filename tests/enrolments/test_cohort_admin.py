"""Promotions and reserved seats as staff see, correct and release them."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogue import wording
from catalogue.models import Session
from enrolments import transitions
from enrolments.cohorts import ask_invitations, invite_students
from enrolments.models import Cohort, InternalPriority, SeatQuota
from enrolments.transitions import reserve

pytestmark = pytest.mark.django_db
QUOTAS = reverse("admin:enrolments_seatquota_changelist")
FOLLOW_UP = reverse("admin:enrolments_sessionfollowup_changelist")


def do(client, page, action, item, **answer):
    return client.post(page, {"action": action, "_selected_action": [item.pk], **answer}, follow=True)


def test_staff_reserve_correct_and_release(admin_client, new_session, school):
    session = new_session(seats=6)
    day = (timezone.localdate() + datetime.timedelta(days=5)).isoformat()
    when = {"reserved_until": day, "confirm": "oui"}
    refused = do(admin_client, FOLLOW_UP, "reserve", session, organisation=school.pk, seats=7, **when).text
    assert "6 au plus" in refused
    do(admin_client, FOLLOW_UP, "reserve", session, organisation=school.pk, seats=2, **when)
    quota = SeatQuota.objects.get()
    assert "0 sur 2" in admin_client.get(QUOTAS, {"en_vigueur": "oui"}).text

    do(admin_client, QUOTAS, "change_quota", quota, seats=4, **when)
    assert Session.objects.get().seats_left == 2
    page = do(admin_client, QUOTAS, "release", quota, confirm="oui").text
    assert "rendues à tous" in page and Session.objects.get().seats_left == 6
    assert admin_client.get(reverse("admin:enrolments_seatquota_change", args=[quota.pk])).status_code == 200
    assert "4 sur 4" not in admin_client.get(QUOTAS, {"en_vigueur": "oui"}).text


def test_staff_go_beyond_the_share_that_may_be_reserved_and_say_why(admin_client, new_session, school, settings):
    settings.RESERVED_PERCENT = 50
    session = new_session(seats=6)
    day = (timezone.localdate() + datetime.timedelta(days=5)).isoformat()
    asked = {
        "organisation": school.pk,
        "seats": 5,
        "reserved_until": day,
        "confirm": "oui",
    }

    refused = do(admin_client, FOLLOW_UP, "reserve", session, **asked).text
    assert "dites pourquoi" in refused and not SeatQuota.objects.exists()
    do(admin_client, FOLLOW_UP, "reserve", session, **asked, exceeds_because="Convention signée")

    quota = SeatQuota.objects.get()
    page = admin_client.get(reverse("admin:enrolments_seatquota_change", args=[quota.pk])).text
    assert quota.seats == 5 and "Convention signée" in page


def in_days(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def test_changing_a_quota_begins_from_what_it_is(admin_client, new_session, school, settings):
    settings.RESERVED_PERCENT = 50
    until = transitions.end_of(in_days(5), session := new_session(seats=6))
    quota = reserve(
        session=session, organisation=school, seats=4, reserved_until=until, by=None, exceeds_because="Convention"
    )

    page = do(admin_client, QUOTAS, "change_quota", quota).text

    assert 'name="seats" value="4"' in page and 'value="Convention"' in page
    assert f'value="{in_days(5):%d/%m/%Y}"' in page
    assert page.index("admin/js/core.") < page.index("DateTimeShortcuts")  # else its date picker is dead
    do(admin_client, QUOTAS, "change_quota", quota, seats=5, reserved_until="", exceeds_because="", confirm="oui")
    quota.refresh_from_db()
    assert (quota.seats, quota.reserved_until, quota.exceeds_because) == (5, until, "Convention")


@pytest.fixture
def two_seats(new_session, school):
    """A reservation of two seats, in a session of ten."""
    until = transitions.end_of(in_days(5), session := new_session(seats=10))
    return reserve(session=session, organisation=school, seats=2, reserved_until=until, by=None)


def fields_of(page):
    """What a browser would send back of a page where nothing is typed."""
    form = page.context["form"]
    shown = {field.html_name: field.value() for field in form}
    return shown | {field.html_initial_name: field.initial for field in form if field.html_initial_name in page.text}


def test_staff_undo_nothing_that_the_school_has_changed_meanwhile(admin_client, two_seats):
    shown = fields_of(do(admin_client, QUOTAS, "change_quota", two_seats))
    transitions.change_quota(quota=two_seats, seats=6, reserved_until=two_seats.reserved_until)

    do(admin_client, QUOTAS, "change_quota", two_seats, **shown | {"reserved_until": in_days(9), "confirm": "oui"})

    two_seats.refresh_from_db()
    assert (two_seats.seats, two_seats.last_day) == (6, in_days(9))


def test_what_is_sent_again_as_it_was_shown_or_as_it_has_become_changes_nothing(admin_client, two_seats):
    shown = fields_of(do(admin_client, QUOTAS, "change_quota", two_seats)) | {"confirm": "oui"}

    same = do(admin_client, QUOTAS, "change_quota", two_seats, **shown)
    transitions.change_quota(quota=two_seats, seats=6, reserved_until=two_seats.reserved_until)
    late = do(admin_client, QUOTAS, "change_quota", two_seats, **shown | {"seats": 6})

    for page in (same, late):
        assert page.context["form"].non_field_errors() == ["Rien n'a changé : la réservation est déjà ainsi."]
    assert 'name="initial-seats" value="2"' in late.text and not LogEntry.objects.exists()


def test_several_quotas_are_changed_together_but_for_what_is_left_empty(admin_client, new_session, school):
    until = timezone.now() + datetime.timedelta(days=5)
    for number, seats in enumerate((2, 3)):
        session = new_session(in_days=20 + number, seats=6)
        reserve(session=session, organisation=school, seats=seats, reserved_until=until, by=None)
    chosen = {"action": "change_quota", "_selected_action": [quota.pk for quota in SeatQuota.objects.all()]}

    page = admin_client.post(QUOTAS, chosen).text
    admin_client.post(QUOTAS, chosen | {"seats": "", "reserved_until": in_days(9), "confirm": "oui"})

    assert page.count("Laissez vide pour ne rien y changer.") == 3 and 'name="seats" value' not in page
    quotas = SeatQuota.objects.order_by("seats")
    assert [(quota.seats, quota.last_day) for quota in quotas] == [(2, in_days(9)), (3, in_days(9))]


def test_the_list_says_the_last_day_as_the_pages_do(admin_client, new_session, school):
    session = new_session(in_days=40)
    until = transitions.end_of(day := in_days(9), session)
    quota = reserve(session=session, organisation=school, seats=1, reserved_until=until, by=None)
    said = wording.day_in_words(day, "j F Y")

    for page in (
        QUOTAS,
        reverse("admin:enrolments_seatquota_change", args=[quota.pk]),
        reverse("admin:enrolments_sessionfollowup_change", args=[session.pk]),
    ):
        assert said in admin_client.get(page).text and "00:00" not in admin_client.get(page).text


def test_staff_add_a_quota_by_the_same_rules(admin_client, new_session, school, settings):
    settings.RESERVED_PERCENT = 50
    session, over = new_session(seats=6), new_session(in_days=-5)
    add = reverse("admin:enrolments_seatquota_add")
    typed = {"session": session.pk, "organisation": school.pk, "seats": 4, "reserved_until": in_days(5)}
    assert str(session) in (page := admin_client.get(add).text) and str(over) not in page

    refused = admin_client.post(add, typed).context["form"].errors
    admin_client.post(add, typed | {"exceeds_because": "Convention signée"})
    again = admin_client.post(add, typed).context["form"].errors

    assert "3 au plus" in refused["exceeds_because"][0] and "déjà réservées" in again["session"][0]
    quota = SeatQuota.objects.get()
    assert (quota.seats, quota.last_day, quota.exceeds_because) == (4, in_days(5), "Convention signée")
    assert quota.created_by.is_superuser and LogEntry.objects.filter(object_id=quota.pk).count() == 1


def test_who_may_only_view_quotas_adds_none(client, django_user_model, new_session, school):
    viewer = django_user_model.objects.create_user("vue@exemple.gouv.fr", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_seatquota"))
    client.force_login(viewer)

    assert client.get(reverse("admin:enrolments_seatquota_add")).status_code == 403


def test_staff_open_archive_and_correct_promotions(admin_client, cohort, school, new_student):
    new_student()
    page, add = (reverse(f"admin:enrolments_cohort_{name}") for name in ("changelist", "add"))
    form = {"organisation": school.pk, "name": "Grace Hopper", "year": 2026, "studies": ""}
    admin_client.post(add, form)
    again = admin_client.post(add, form).text
    assert "déjà une promotion de ce nom" in again and Cohort.objects.count() == 2
    do(admin_client, page, "invite", cohort)
    assert cohort.members.get().invitation_asked_at
    do(admin_client, page, "archive", cohort)
    assert "Ada Lovelace" in admin_client.get(page, {"archived_at__isempty": "0", "q": "essai"}).text
    do(admin_client, page, "reopen", cohort)
    assert Cohort.objects.current().count() == 2


def test_staff_see_invitations_that_the_worker_has_yet_to_write(admin_client, cohort, new_student):
    new_student()
    assert "Invitations d&#x27;élèves" not in admin_client.get(reverse("admin:index")).text
    ask_invitations(cohort=cohort)
    member = cohort.members.get()
    to_write = reverse("admin:enrolments_cohortmember_changelist", query={"invitation": "a-ecrire"})

    home = admin_client.get(reverse("admin:index")).text
    assert "Invitations d&#x27;élèves en cours d&#x27;envoi : 1" in home and to_write in home
    assert member.email in admin_client.get(to_write).text

    invite_students()
    assert member.email not in admin_client.get(to_write).text


def test_the_action_that_deletes_agrees_with_any_word(admin_client, cohort):
    page = admin_client.get(reverse("admin:enrolments_cohort_changelist")).text

    assert "Supprimer la sélection" in page and "promotions sélectionnés" not in page


def test_staff_see_who_has_accepted(admin_client, cohort, new_student):
    new_student()
    cohort.members.update(accepted_at=datetime.datetime(2026, 3, 14, 9, tzinfo=datetime.UTC))
    page = reverse("admin:enrolments_cohortmember_changelist")

    assert "14 mars 2026" in admin_client.get(page).text
    assert "N°001" in admin_client.get(page, {"accepted_at__isempty": "0"}).text
    assert "N°001" not in admin_client.get(page, {"accepted_at__isempty": "1"}).text


@pytest.mark.parametrize("count", [1, 3])
def test_lists_have_a_bounded_number_of_queries(
    admin_client, cohort, school, new_student, new_session, new_module, count
):
    for number in range(count):
        new_student()
        Cohort.objects.create(organisation=school, name=f"P{number}", year=2025)
        until = timezone.now() + datetime.timedelta(days=1)
        reserve(session=new_session(20 + number), organisation=school, seats=1, reserved_until=until, by=None)
        module = new_module(f"M{number}", state="publie", published_on="2026-01-05")
        InternalPriority.objects.create(organisation=school, training=module)
    pages = {"cohort": 6, "cohortmember": 5, "seatquota": 7, "internalpriority": 5}
    admin_client.get(reverse("admin:index"))  # content types are then known
    done = {}
    for name in pages:
        with CaptureQueriesContext(connection) as queries:
            page = admin_client.get(reverse(f"admin:enrolments_{name}_changelist"))
        assert page.status_code == 200, name
        done[name] = len(queries)
    assert done == pages
