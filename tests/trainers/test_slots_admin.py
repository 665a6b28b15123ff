"""Staff move the slots of a session whose trainer teaches elsewhere."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import User
from catalogue.models import Slot

pytestmark = pytest.mark.django_db


def move(client, session, start):
    """Post the session's page with its only slot moved to `start`, for three hours."""
    slot, local = session.slots.get(), timezone.localtime(start)
    end = local + datetime.timedelta(hours=3)
    return client.post(
        reverse("admin:catalogue_session_change", args=[session.pk]),
        {
            "module": session.module_id, "organiser": session.organiser_id, "time_zone": "Europe/Paris",
            "modality": session.modality, "online_url": session.online_url, "seats": session.seats, "minimum_seats": 0,
            "enrolment_opens_at_0": "01/01/2026", "enrolment_opens_at_1": "09:00",
            "enrolment_closes_at_0": f"{local - datetime.timedelta(days=2):%d/%m/%Y}", "enrolment_closes_at_1": "09:00",
            "slots-TOTAL_FORMS": 1, "slots-INITIAL_FORMS": 1, "slots-0-id": slot.pk, "slots-0-session": session.pk,
            "slots-0-starts_at_0": f"{local:%d/%m/%Y}", "slots-0-starts_at_1": f"{local:%H:%M}",
            "slots-0-ends_at_0": f"{end:%d/%m/%Y}", "slots-0-ends_at_1": f"{end:%H:%M}",
        },
    )  # fmt: skip


def test_a_slot_moved_onto_another_session_of_its_trainer_is_refused_at_the_field(
    client, new_session, new_trainer, new_assignment, new_agent
):
    client.force_login(User.objects.create_superuser("equipe@exemple.gouv.fr"))
    trainer = new_trainer(user=new_agent(first_name="Dominique", last_name="Roy"))
    session, other = new_session(in_days=30), new_session(in_days=40)
    for each in (session, other):
        new_assignment("acceptee", trainer=trainer, session=each)
    before, taken = session.starts_at, other.slots.get().starts_at

    page = move(client, session, taken + datetime.timedelta(hours=1))

    assert "Dominique Roy anime à ce moment" in page.text
    assert Slot.objects.get(session=session).starts_at == before
    assert move(client, session, taken + datetime.timedelta(hours=4)).status_code == 302
    assert Slot.objects.get(session=session).starts_at == taken + datetime.timedelta(hours=4)
