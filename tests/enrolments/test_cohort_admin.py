"""Promotions and reserved seats as staff see, correct and release them."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from catalogue.models import Session
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
    when = {"reserved_until_0": day, "reserved_until_1": "08:00", "confirm": "oui"}
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
        "reserved_until_0": day,
        "reserved_until_1": "08:00",
        "confirm": "oui",
    }

    refused = do(admin_client, FOLLOW_UP, "reserve", session, **asked).text
    assert "dites pourquoi" in refused and not SeatQuota.objects.exists()
    do(admin_client, FOLLOW_UP, "reserve", session, **asked, exceeds_because="Convention signée")

    quota = SeatQuota.objects.get()
    page = admin_client.get(reverse("admin:enrolments_seatquota_change", args=[quota.pk])).text
    assert quota.seats == 5 and "Convention signée" in page


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
    assert "Invitations d'élèves" not in admin_client.get(reverse("admin:index")).text
    ask_invitations(cohort=cohort)
    member = cohort.members.get()
    to_write = reverse("admin:enrolments_cohortmember_changelist", query={"invitation": "a-ecrire"})

    home = admin_client.get(reverse("admin:index")).text
    assert "Invitations d&#x27;élèves en cours d&#x27;envoi : 1" in home and to_write in home
    assert member.email in admin_client.get(to_write).text

    invite_students()
    assert member.email not in admin_client.get(to_write).text


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
