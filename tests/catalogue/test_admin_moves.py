"""What staff do in the admin beyond typing: cancel, merge, and put a whole new training online."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import User
from campus.admin_mixins import ReadOnlyMixin
from catalogue import transitions
from catalogue.admin.programme_requests import ProgrammeRequestAdmin
from catalogue.enums import ProposalState
from catalogue.models import Audience, Domain, EmptySearch, ImportRun, Metier, Module, Parcours, Place, Session, Skill

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    user = User.objects.create_superuser("equipe@exemple.gouv.fr")
    client.force_login(user)
    return user


def act(client, model, action, items, **data):
    moment = {"moment": "toutes"} if model == "session" else {}
    return client.post(
        reverse(f"admin:catalogue_{model}_changelist", query=moment),
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
    assert "Session annulée" in history


def test_a_session_that_is_over_cannot_be_cancelled(client, staff, new_session):
    over = new_session(in_days=-5)

    page = act(client, "session", "cancel", [over], confirm="oui", reason="Trop tard").text

    assert "est déjà à l’état « Terminée »" in page.replace("&#x27;", "’")
    assert "Trop tard" in page
    over.refresh_from_db()
    assert over.cancelled_at is None


def test_sessions_that_can_be_cancelled_are_and_the_others_come_back(client, staff, new_session):
    coming, over = new_session(), new_session(in_days=-5)

    page = act(client, "session", "cancel", [over, coming], confirm="oui", reason="Grève")

    assert page.context["items"] == [over]
    coming.refresh_from_db()
    assert coming.cancel_reason == "Grève"


@pytest.mark.parametrize("name", ["catalogue_session", "enrolments_sessionfollowup"])
@pytest.mark.parametrize(
    ("query", "days"),
    [({}, [5, 9]), ({"moment": "passees"}, [-2, -5]), ({"moment": "toutes"}, [9, 5, -2, -5])],
)
def test_lists_of_sessions_begin_with_the_next_one(client, staff, new_session, name, query, days):
    sessions = {day: new_session(in_days=day) for day in [9, -5, 5, -2]}

    page = client.get(reverse(f"admin:{name}_changelist"), query)

    assert list(page.context["cl"].result_list) == [sessions[day] for day in days]
    assert "Toutes" in page.text and "Tous" not in page.text.split("Par moment")[1].split("</details>")[0]


def test_a_session_without_a_date_is_still_to_come(client, staff, new_session):
    session = new_session()
    session.slots.all().delete()

    assert "sans date" in client.get(reverse("admin:catalogue_session_changelist")).text


@pytest.mark.parametrize("model", ["session", "module", "domain"])
def test_what_others_hang_on_is_not_deleted_by_the_page(client, staff, new_session, model):
    new_session()

    page = client.get(reverse(f"admin:catalogue_{model}_changelist")).text

    assert 'name="action"' in page and "delete_selected" not in page


def test_a_reader_of_the_admin_cannot_cancel(client, new_session):
    reader = User.objects.create_user("lectrice@exemple.gouv.fr", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_session", content_type__app_label="catalogue"))
    client.force_login(reader)
    session = new_session()

    act(client, "session", "cancel", [session], confirm="oui", reason="Grève")

    session.refresh_from_db()
    assert session.cancelled_at is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"cancelled_at": "2026-01-01T10:00Z", "cancel_reason": "Grève"}, "Encore"),
        ({"in_days": -5}, "Trop tard"),
        ({}, "  "),
    ],
)
def test_a_cancellation_is_refused(new_session, fields, reason):
    with pytest.raises(transitions.TransitionRefused):
        transitions.cancel_session(session=new_session(**fields), by=None, reason=reason)


@pytest.fixture
def successor():
    return Domain.objects.create(name="Data et IA", description="…", pictogram="digital/ai", valid_from="2025-09-01")


def merge(client, source, into, on=None):
    fields = {"confirm": "oui", "into": into.pk, "on": on or timezone.localdate().isoformat()}
    return act(client, "domain", "merge", [source], **fields)


def test_merging_a_domain_moves_its_trainings_and_its_links(client, staff, domain, successor, new_module, new_session):
    module = new_module(state="publie", published_on="2026-01-01")
    past, coming, undated = new_session(in_days=-5), new_session(), new_session()
    undated.slots.all().delete()

    asked = act(client, "domain", "merge", [domain])
    assert "Fusionner dans" in asked.text
    merge(client, domain, successor)

    for row in [module, past, coming, undated]:
        row.refresh_from_db()
    assert module.domain == successor
    assert [session.domain for session in [past, coming, undated]] == [domain, successor, successor]
    assert client.get(domain.get_absolute_url()).url == successor.get_absolute_url()


def test_a_merger_that_is_refused_says_why_at_the_field_and_keeps_what_was_typed(client, staff, domain, successor):
    itself = merge(client, domain, domain)
    too_early = merge(client, domain, successor, on="2023-01-01")
    not_yet = merge(client, domain, successor, on="2024-01-01")

    assert itself.context["form"].errors["into"] == ["Un domaine ne peut pas être fusionné dans lui-même."]
    assert too_early.context["form"].errors["on"] == ["« Data » n'est valable qu'à partir du 18 décembre 2023."]
    assert not_yet.context["form"].errors["into"] == ["« Data et IA » n'est pas en vigueur à cette date."]
    assert 'value="2024-01-01"' in not_yet.text
    domain.refresh_from_db()
    assert domain.merged_into is None


def test_a_merger_cannot_be_put_off(client, staff, domain, successor):
    tomorrow = timezone.localdate() + timedelta(days=1)

    page = merge(client, domain, successor, on=tomorrow.isoformat())

    assert "revenez ce jour-là" in page.text
    domain.refresh_from_db()
    assert domain.merged_into is None


def test_links_of_merged_domains_never_turn_in_circles(client, staff, domain, successor):
    merge(client, domain, successor)

    back = merge(client, successor, domain)
    again = merge(client, domain, successor)

    assert "into" in back.context["form"].errors
    assert "déjà fusionné" in again.text
    successor.refresh_from_db()
    assert successor.merged_into is None


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
    assert "de 9 h à 17 h" in client.get(module.get_absolute_url()).text.replace("\u00a0", " ")
    assert "Reconnaître un hameçonnage" in client.get("/sessions/").text


def add_session(client, module, organisation, path=None, **fields):
    day = timezone.localdate() + timedelta(days=40)
    data = {
        "module": module.pk, "organiser": organisation.pk, "modality": "en-ligne", "seats": 12, "minimum_seats": 4,
        "enrolment_opens_at_0": (day - timedelta(days=60)).isoformat(), "enrolment_opens_at_1": "09:00",
        "enrolment_closes_at_0": (day - timedelta(days=2)).isoformat(), "enrolment_closes_at_1": "18:00",
        "slots-TOTAL_FORMS": 2, "slots-INITIAL_FORMS": 0,
        "slots-0-starts_at_0": day.isoformat(), "slots-0-starts_at_1": "09:00",
        "slots-0-ends_at_0": day.isoformat(), "slots-0-ends_at_1": "12:00",
        "slots-1-starts_at_0": day.isoformat(), "slots-1-starts_at_1": "14:00",
        "slots-1-ends_at_0": day.isoformat(), "slots-1-ends_at_1": "17:00",
    }  # fmt: skip
    return client.post(path or reverse("admin:catalogue_session_add"), {**data, **fields})


def test_the_times_of_a_session_are_typed_and_shown_in_its_zone(client, staff, published_module, organisation):
    add_session(client, published_module, organisation, time_zone="Indian/Reunion")

    session = Session.objects.get()
    assert session.starts_at.astimezone(ZoneInfo("Indian/Reunion")).hour == 9
    page = client.get(reverse("admin:catalogue_session_change", args=[session.pk])).text
    assert 'value="09:00:00"' in page


def test_slots_that_overlap_are_refused_at_the_form(client, staff, published_module, organisation):
    fields = {"time_zone": "Europe/Paris", "slots-1-starts_at_1": "11:00", "slots-1-ends_at_1": "13:00"}
    response = add_session(client, published_module, organisation, **fields)

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


def test_every_page_of_every_model_opens(
    client, staff, new_session, new_programme, new_partner, new_cursus, new_proposal, new_request, domain
):
    new_session(place=Place.objects.create(name="Lieu", address="1 rue", postcode="75007", city="Paris"))
    programme = new_programme()
    programme.testimonials.create(quote="Utile.", author="Cheffe de bureau")
    new_session(module=None, programme=programme).guests.create(email="agent@exemple.gouv.fr")
    partner = new_partner()
    partner.revisions.create(summary="Forme.", presentation="Une **école**.")
    new_cursus(partner)
    new_proposal(partner, state=ProposalState.SUBMITTED)
    new_request()
    for model in [Audience, Metier, Skill]:
        model.objects.create(slug="terme", name="Terme")
    Parcours.objects.create(
        title="Chemin", domain=domain, summary="s", description="d", objectives=["o"], level="novice",
        modalities=["en-ligne"], pace="mixte", languages=["fr"],
    ).steps.create(module=Module.objects.first(), position=1)  # fmt: skip
    ImportRun.objects.create(label="essai", digest="0")
    EmptySearch.objects.create(words="poterie", last_on="2026-01-05")

    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label != "catalogue":
            continue
        route = f"admin:catalogue_{model._meta.model_name}"
        item = model._default_manager.first()
        assert item is not None, f"{route} is not tested"
        assert client.get(reverse(f"{route}_changelist")).status_code == 200, route
        assert client.get(reverse(f"{route}_change", args=[item.pk])).status_code == 200, route
        assert client.get(reverse(f"{route}_history", args=[item.pk])).status_code == 200, route
        may_add = not isinstance(model_admin, ReadOnlyMixin | ProgrammeRequestAdmin)
        assert client.get(reverse(f"{route}_add")).status_code == (200 if may_add else 403), route


def test_staff_turn_a_search_without_result_into_a_synonym(client, staff, new_module):
    new_module("Tricoter en équipe", state="publie", published_on="2026-01-05")
    assert "Aucune formation" in client.get("/catalogue/?q=maille").text

    listed = client.get(reverse("admin:catalogue_emptysearch_changelist")).text
    form = reverse("admin:catalogue_synonym_add") + "?terms=maille"
    assert f'<a href="{form}">Créer un synonyme</a>' in listed
    assert ">\nmaille</textarea>" in client.get(form).text
    client.post(form, {"terms": "maille\ntricoter"})

    assert "<mark>Tricoter</mark> en équipe" in client.get("/catalogue/?q=maille").text


def test_what_staff_feature_is_on_the_home_page(client, staff, new_module, new_parcours, published_module):
    new_parcours("Un chemin", modules=[published_module], is_featured=True)
    new_module("Au four", state="publie", published_on="2026-01-05", is_featured=True)
    new_module("Un brouillon", is_featured=True)

    featured = client.get("/").context["featured"]

    assert [card["title"] for card in featured] == ["Un chemin", "Au four"]


def test_moving_a_session_to_another_zone_keeps_the_times_that_were_typed(
    client, staff, published_module, organisation
):
    add_session(client, published_module, organisation, time_zone="Europe/Paris")
    session = Session.objects.get()
    change = reverse("admin:catalogue_session_change", args=[session.pk])
    slots = {
        "slots-INITIAL_FORMS": 2,
        **{f"slots-{rank}-id": slot.pk for rank, slot in enumerate(session.slots.all())},
        **{f"slots-{rank}-session": session.pk for rank in range(2)},
    }

    add_session(client, published_module, organisation, time_zone="Indian/Reunion", path=change, **slots)

    session = Session.objects.get()
    there = ZoneInfo("Indian/Reunion")
    assert [slot.starts_at.astimezone(there).hour for slot in session.slots.all()] == [9, 14]
    assert session.starts_at.astimezone(there).hour == 9


@pytest.mark.parametrize("leave", [transitions.archive, transitions.back_to_draft])
def test_a_parcours_online_keeps_a_published_module(new_parcours, new_module, published_module, leave):
    other = new_module("Compter", state="publie", published_on="2026-01-05")
    draft = new_module("Un brouillon")
    parcours = new_parcours("Un chemin", modules=[published_module, other, draft])
    new_parcours("Un autre, hors ligne", modules=[published_module], state="brouillon", published_on=None)

    leave(item=other, by=None)
    with pytest.raises(transitions.TransitionRefused, match="dernier module publié de « Un chemin »"):
        leave(item=published_module, by=None)
    published_module.refresh_from_db()
    assert published_module.is_published

    leave(item=parcours, by=None)
    leave(item=published_module, by=None)


def test_the_last_published_step_stays_in_a_parcours_online(client, staff, new_parcours, new_module, published_module):
    parcours = new_parcours(modules=[published_module, new_module("Un brouillon")])
    page = reverse("admin:catalogue_parcours_change", args=[parcours.pk])
    form = client.get(page).context["adminform"].form
    fields = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    fields |= {
        "objectives": "Analyser",
        "steps-TOTAL_FORMS": "2",
        "steps-INITIAL_FORMS": "2",
        "publication_events-TOTAL_FORMS": "0",
        "publication_events-INITIAL_FORMS": "0",
    }
    for number, step in enumerate(parcours.steps.all()):
        fields |= {f"steps-{number}-id": step.pk, f"steps-{number}-module": step.module_id}
        fields |= {f"steps-{number}-position": step.position, f"steps-{number}-parcours": parcours.pk}

    refused = client.post(page, fields | {"steps-0-DELETE": "on"})

    assert "garde au moins un module publié" in refused.text
    assert client.post(page, fields | {"steps-1-DELETE": "on"}).status_code == 302
    assert [step.module for step in parcours.steps.all()] == [published_module]
