"""What staff do in the admin beyond typing: cancel, merge, and put a whole new training online."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import User
from catalogue.models import Domain, Module, Session

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = User.objects.create_superuser("equipe@exemple.gouv.fr")
    client.force_login(user)
    return user


def act(client, model, action, items, **data):
    return client.post(
        reverse(f"admin:catalogue_{model}_changelist"),
        {"action": action, "_selected_action": [item.pk for item in items], **data},
    )


def test_cancelling_a_session_asks_why_then_does_it(client, staff, new_session):
    session = new_session()

    asked = act(client, "session", "cancel", [session])
    assert "Motif" in asked.text and str(session) in asked.text

    refused = act(client, "session", "cancel", [session], confirm="oui", reason=" ")
    assert "Ce champ est obligatoire" in refused.text

    act(client, "session", "cancel", [session], confirm="oui", reason="Formatrice empêchée")
    session.refresh_from_db()
    assert (session.cancel_reason, session.cancelled_by) == ("Formatrice empêchée", staff)
    history = client.get(reverse("admin:catalogue_session_history", args=[session.pk])).text
    assert "Annuler la session" in history


def test_a_session_that_is_over_cannot_be_cancelled(client, staff, new_session):
    over = new_session(in_days=-5)

    response = act(client, "session", "cancel", [over], confirm="oui", reason="Trop tard")

    assert "est déjà à l&#x27;état « Terminée »" in client.get(response.url).text
    over.refresh_from_db()
    assert over.cancelled_at is None


def test_merging_a_domain_moves_its_trainings_and_its_links(client, staff, domain, new_module):
    module = new_module(state="publie", published_on="2026-01-01")
    into = Domain.objects.create(name="Data et IA", description="…", pictogram="digital/ai", valid_from="2025-09-01")

    asked = act(client, "domain", "merge", [domain])
    assert "Fusionner dans" in asked.text
    act(client, "domain", "merge", [domain], confirm="oui", into=into.pk, on=date.today().isoformat())

    module.refresh_from_db()
    assert module.domain == into
    assert client.get(domain.get_absolute_url()).url == into.get_absolute_url()


def test_a_domain_is_not_merged_into_itself(client, staff, domain):
    response = act(client, "domain", "merge", [domain], confirm="oui", into=domain.pk, on=date.today().isoformat())

    assert "ne peut pas être fusionné dans lui-même" in client.get(response.url).text
    domain.refresh_from_db()
    assert domain.merged_into is None


def test_a_staff_member_adds_a_domain_a_module_and_a_session_and_sees_them_online(client, staff, organisation):
    client.post(
        reverse("admin:catalogue_domain_add"),
        {"name": "Cybersécurité", "description": "Se protéger.", "pictogram": "system/padlock", "position": 1,
         "valid_from": "2024-01-01"},
    )  # fmt: skip
    client.post(
        reverse("admin:catalogue_module_add"),
        {"title": "Reconnaître un hameçonnage", "kind": "atelier", "domain": Domain.objects.get().pk, "summary": "Trois essais.",
         "description": "On s'exerce.", "objectives": "Reconnaître", "level": "novice", "modalities": ["en-ligne"],
         "pace": "horaire-fixe", "duration_minutes": 180, "languages": ["fr"], "access": "campus",
         "prerequisites-TOTAL_FORMS": 0, "prerequisites-INITIAL_FORMS": 0, "publication_events-TOTAL_FORMS": 0,
         "publication_events-INITIAL_FORMS": 0},
    )  # fmt: skip
    module = Module.objects.get()
    act(client, "module", "publish", [module])
    response = add_session(client, module, organisation, time_zone="Europe/Paris")
    assert response.status_code == 302, response.context["errors"]
    client.logout()

    assert "Cybersécurité" in client.get("/").text
    assert "Reconnaître un hameçonnage" in client.get("/catalogue/").text
    assert "de 9 h à 12 h" in client.get(module.get_absolute_url()).text.replace("\u00a0", " ")
    assert "Reconnaître un hameçonnage" in client.get("/sessions/").text


def add_session(client, module, organisation, **fields):
    day = timezone.localdate() + timedelta(days=40)
    data = {
        "module": module.pk, "organiser": organisation.pk, "modality": "en-ligne", "seats": 12, "minimum_seats": 4,
        "enrolment_opens_at_0": (day - timedelta(days=60)).isoformat(), "enrolment_opens_at_1": "09:00",
        "enrolment_closes_at_0": (day - timedelta(days=2)).isoformat(), "enrolment_closes_at_1": "18:00",
        "slots-TOTAL_FORMS": 1, "slots-INITIAL_FORMS": 0,
        "slots-0-starts_at_0": day.isoformat(), "slots-0-starts_at_1": "09:00",
        "slots-0-ends_at_0": day.isoformat(), "slots-0-ends_at_1": "12:00",
    }  # fmt: skip
    return client.post(reverse("admin:catalogue_session_add"), {**data, **fields})


def test_the_times_of_a_session_are_typed_and_shown_in_its_zone(client, staff, published_module, organisation):
    add_session(client, published_module, organisation, time_zone="Indian/Reunion")

    session = Session.objects.get()
    assert session.starts_at.astimezone(ZoneInfo("Indian/Reunion")).hour == 9
    page = client.get(reverse("admin:catalogue_session_change", args=[session.pk])).text
    assert 'value="09:00:00"' in page


def test_slots_that_overlap_are_refused_at_the_form(client, staff, published_module, organisation):
    day = (timezone.localdate() + timedelta(days=40)).isoformat()
    response = add_session(
        client, published_module, organisation, time_zone="Europe/Paris",
        **{"slots-TOTAL_FORMS": 2, "slots-1-starts_at_0": day, "slots-1-starts_at_1": "11:00", "slots-1-ends_at_0": day,
           "slots-1-ends_at_1": "13:00"},
    )  # fmt: skip

    assert response.status_code == 200
    assert "chevauche" in response.text
    assert not Session.objects.exists()


@pytest.mark.parametrize("moment", ["a-venir", "passees", "annulees"])
def test_sessions_are_found_by_moment(client, staff, new_session, moment):
    sessions = {
        "a-venir": new_session(),
        "passees": new_session(in_days=-9),
        "annulees": new_session(in_days=50, cancelled_at=timezone.now(), cancel_reason="Grève"),
    }

    page = client.get(reverse("admin:catalogue_session_changelist"), {"moment": moment})

    assert list(page.context["cl"].queryset) == [sessions[moment]]


def test_every_page_of_every_object_opens(client, staff, new_session, new_programme, new_partner):
    new_session()
    new_programme()
    new_partner()
    opened = 0
    for model in admin.site._registry:
        item = model._meta.app_label == "catalogue" and model._default_manager.first()
        for page in ["change", "history"] if item else []:
            name = f"admin:catalogue_{model._meta.model_name}_{page}"
            assert client.get(reverse(name, args=[item.pk])).status_code == 200, name
            opened += 1
    assert opened >= 8
