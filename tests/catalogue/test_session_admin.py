"""Slots as staff type them."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_deleted_slot_beside_a_wrong_one_overlaps_nothing(client, new_session):
    session = new_session()
    slot = session.slots.get()
    client.force_login(User.objects.create_superuser("equipe@exemple.gouv.fr"))
    local = timezone.localtime(slot.starts_at)
    fields = {
        "module": session.module_id, "organiser": session.organiser_id, "time_zone": "Europe/Paris",
        "modality": session.modality, "seats": session.seats, "minimum_seats": 0,
        "enrolment_opens_at_0": "01/01/2026", "enrolment_opens_at_1": "09:00",
        "enrolment_closes_at_0": f"{local - datetime.timedelta(days=2):%d/%m/%Y}", "enrolment_closes_at_1": "09:00",
        "slots-TOTAL_FORMS": 3, "slots-INITIAL_FORMS": 1,
        "slots-0-id": slot.pk, "slots-0-session": session.pk, "slots-0-DELETE": "on",
        "slots-1-session": session.pk, "slots-2-session": session.pk,
    }  # fmt: skip
    for number, start, end in [(0, "09:00", "12:00"), (1, "09:00", "12:00"), (2, "14:00", "13:00")]:
        fields |= {
            f"slots-{number}-starts_at_0": f"{local:%d/%m/%Y}", f"slots-{number}-starts_at_1": start,
            f"slots-{number}-ends_at_0": f"{local:%d/%m/%Y}", f"slots-{number}-ends_at_1": end,
        }  # fmt: skip

    page = client.post(reverse("admin:catalogue_session_change", args=[session.pk]), fields).text

    assert "errorlist" in page
    assert "Ce créneau en chevauche un autre" not in page
