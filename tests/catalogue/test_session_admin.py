"""Sessions as staff type them."""

import datetime

import pytest
from django.db.models.signals import pre_save
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import User
from catalogue.models import Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def save(client):
    """A function that saves a session in the admin, with these fields instead of its own; returns the answer."""
    client.force_login(User.objects.create_superuser("equipe@exemple.gouv.fr"))

    def post(session, **changes):
        slot = session.slots.get()
        start, end = (timezone.localtime(instant) for instant in (slot.starts_at, slot.ends_at))
        fields = {
            "module": session.module_id, "organiser": session.organiser_id, "time_zone": "Europe/Paris",
            "modality": session.modality, "seats": session.seats, "minimum_seats": 0, "online_url": session.online_url,
            "enrolment_opens_at_0": "01/01/2026", "enrolment_opens_at_1": "09:00",
            "enrolment_closes_at_0": f"{start - datetime.timedelta(days=2):%d/%m/%Y}", "enrolment_closes_at_1": "09:00",
            "slots-TOTAL_FORMS": 1, "slots-INITIAL_FORMS": 1, "slots-0-id": slot.pk, "slots-0-session": session.pk,
            "slots-0-starts_at_0": f"{start:%d/%m/%Y}", "slots-0-starts_at_1": f"{start:%H:%M}",
            "slots-0-ends_at_0": f"{end:%d/%m/%Y}", "slots-0-ends_at_1": f"{end:%H:%M}",
        }  # fmt: skip
        return client.post(reverse("admin:catalogue_session_change", args=[session.pk]), fields | changes)

    return post


def test_saving_leaves_seats_taken_and_a_cancellation_to_those_who_write_them(save, new_session):
    """What enrolments and a cancellation write while staff save is not written over."""
    session = new_session(seats=10)

    def meanwhile(sender, **_):
        Session.objects.update(seats_taken=3, cancelled_at=timezone.now(), cancel_reason="Panne")

    pre_save.connect(meanwhile, sender=Session)
    try:
        assert save(session, seats=12).status_code == 302
    finally:
        pre_save.disconnect(meanwhile, sender=Session)

    session.refresh_from_db()
    assert (session.seats, session.seats_taken, session.cancel_reason) == (12, 3, "Panne")


def test_what_is_said_once_saved_has_the_dates_of_the_slots(save, new_session, client):
    session = new_session(in_days=30)

    save(session, **{"slots-0-starts_at_0": "15/03/2031", "slots-0-ends_at_0": "15/03/2031"})

    told = client.get(reverse("admin:catalogue_session_changelist")).text
    assert f"{session.subject.title}, 15/03/2031" in told


def test_a_session_keeps_a_slot(save, new_session):
    session = new_session()

    page = save(session, **{"slots-0-DELETE": "on"}).text

    assert "au moins un créneau" in page and session.slots.count() == 1


def test_a_deleted_slot_beside_a_wrong_one_overlaps_nothing(save, new_session):
    session = new_session()
    day = f"{timezone.localtime(session.starts_at):%d/%m/%Y}"
    changes = {"slots-TOTAL_FORMS": 3, "slots-0-DELETE": "on"}
    for number, start, end in [(0, "09:00", "12:00"), (1, "09:00", "12:00"), (2, "14:00", "13:00")]:
        changes |= {
            f"slots-{number}-session": session.pk,
            f"slots-{number}-starts_at_0": day, f"slots-{number}-starts_at_1": start,
            f"slots-{number}-ends_at_0": day, f"slots-{number}-ends_at_1": end,
        }  # fmt: skip

    page = save(session, **changes).text

    assert "errorlist" in page
    assert "Ce créneau en chevauche un autre" not in page
