"""Trainings that partners propose: written, submitted, reviewed by staff, then modules of the catalogue."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from campus.mailing.models import Message
from catalogue import proposals as service
from catalogue.enums import PROPOSAL_MOVES, ProposalState
from catalogue.models import Module, Proposal
from catalogue.transitions import TransitionRefused, publish

pytestmark = pytest.mark.django_db
S = ProposalState
MOVES = {
    S.DRAFT: service.take_back,
    S.SUBMITTED: service.submit,
    S.SENT_BACK: lambda **items: service.send_back(comment="À préciser.", **items),
    S.ACCEPTED: service.accept,
    S.REFUSED: lambda **items: service.refuse(comment="Déjà au catalogue.", **items),
}


@pytest.fixture
def partner(new_partner):
    return new_partner()


@pytest.fixture
def referent(client, partner, new_referent):
    user = new_referent(partner)
    client.force_login(user)
    return user


def at(name, partner, *args):
    return reverse(f"catalogue:{name}", args=[partner.organisation.slug, *args])


def admin_act(client, proposal, action, **data):
    form = {"action": action, "_selected_action": proposal.pk, "confirm": "oui", **data}
    return client.post(reverse("admin:catalogue_proposal_changelist"), form, follow=True)


def test_from_draft_to_catalogue(client, partner, referent, staff, domain):
    form = {
        "title": "Lire une preuve numérique",
        "domain": domain.pk,
        "summary": "Une journée.",
        "description": "Ce que vaut une trace.",
        "objectives": "Lire une trace\nLa discuter",
        "level": "debutant",
        "modalities": ["presentiel"],
        "languages": ["fr", "en"],
        "duration_minutes": "420",
        "access_url": "https://ecole.example/inscription",
    }
    client.post(at("proposal_create", partner), form)
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.objectives) == (S.DRAFT, ["Lire une trace", "La discuter"])
    assert not Message.objects.exists()

    client.post(at("proposal_submit", partner, proposal.pk))
    to_staff = Message.objects.get()
    assert to_staff.to == "campus@exemple.gouv.fr" and "Lire une preuve numérique" in to_staff.subject

    client.force_login(staff)
    assert "Formations proposées à relire : 1" in client.get("/admin/").text
    page = client.get(reverse("admin:catalogue_proposal_change", args=[proposal.pk])).text
    assert "Accepter : commencer la fiche" in page and "Ce que vaut une trace." in page
    for said in ["<ul><li>Lire une trace</li><li>La discuter</li></ul>", "présentiel<", "7\xa0h", "français, anglais"]:
        assert said in page
    admin_act(client, proposal, "accept", comment="Merci !")

    module = Module.objects.get()
    assert (module.state, module.access, module.access_url) == ("brouillon", "externe", form["access_url"])
    assert (module.languages, module.duration_minutes) == (["fr", "en"], 420)
    assert list(module.providers.all()) == [partner.organisation]
    told = Message.objects.get(to=referent.email)
    assert "accepte" in told.text and "Merci !" in told.text
    client.force_login(referent)
    assert "en prépare la fiche" in client.get(at("proposal_detail", partner, proposal.pk)).text
    publish(item=module, by=staff)
    assert module.get_absolute_url() in client.get(at("proposal_detail", partner, proposal.pk)).text
    assert "Lire une preuve numérique" in client.get(partner.get_absolute_url()).text


def test_sent_back_it_is_changed_and_submitted_again(client, partner, referent, staff, new_proposal):
    proposal = new_proposal(partner)
    service.submit(proposal=proposal, by=referent)
    assert client.get(at("proposal_change", partner, proposal.pk)).status_code == 302

    client.force_login(staff)
    assert "Ce champ est obligatoire" in admin_act(client, proposal, "send_back", comment="").text
    admin_act(client, proposal, "send_back", comment="Pour quel public ?")

    assert "Pour quel public ?" in Message.objects.get(to=referent.email).text
    client.force_login(referent)
    assert "demande de revoir" in client.get(at("partner_space", partner)).text.replace("&#x27;", "'")
    assert "Pour quel public ?" in client.get(at("proposal_detail", partner, proposal.pk)).text
    page = client.get(at("proposal_change", partner, proposal.pk))
    form = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    client.post(at("proposal_change", partner, proposal.pk), {**form, "summary": "Pour les juges."})
    client.post(at("proposal_submit", partner, proposal.pk))
    proposal.refresh_from_db()
    assert (proposal.state, proposal.summary) == (S.SUBMITTED, "Pour les juges.")
    assert [event.to_state for event in proposal.events.all()] == [S.SUBMITTED, S.SENT_BACK, S.SUBMITTED]
    assert Message.objects.filter(to="campus@exemple.gouv.fr").count() == 2


@pytest.mark.parametrize("from_state", S)
@pytest.mark.parametrize("to_state", S)
def test_the_table_of_moves_is_what_happens(partner, staff, new_proposal, new_module, from_state, to_state):
    module = new_module() if from_state == S.ACCEPTED else None
    proposal = new_proposal(partner, state=from_state, module=module)

    if to_state in PROPOSAL_MOVES[from_state]:
        assert MOVES[to_state](proposal=proposal, by=staff).state == to_state
        assert proposal.events.get().happened_by == staff
    else:
        with pytest.raises(TransitionRefused, match="est déjà" if to_state == from_state else "ne peut pas passer"):
            MOVES[to_state](proposal=proposal, by=staff)
        proposal.refresh_from_db()
        assert proposal.state == from_state and not proposal.events.exists()


@pytest.mark.parametrize("state", S)
def test_only_drafts_and_what_is_sent_back_are_changed(partner, staff, new_proposal, new_module, state):
    proposal = new_proposal(partner, state=state, module=new_module() if state == S.ACCEPTED else None)

    if state in (S.DRAFT, S.SENT_BACK):
        assert service.change(proposal=proposal, by=staff, title="Autre").title == "Autre"
    else:
        with pytest.raises(TransitionRefused, match="ne change plus"):
            service.change(proposal=proposal, by=staff, title="Autre")


def test_a_draft_is_deleted_unless_staff_have_received_it(client, partner, referent, new_proposal):
    draft, received = new_proposal(partner), new_proposal(partner, "Reprise")
    service.submit(proposal=received, by=referent)
    client.post(at("proposal_take_back", partner, received.pk))

    client.post(at("proposal_delete", partner, draft.pk))
    client.post(at("proposal_delete", partner, received.pk))

    assert list(Proposal.objects.all()) == [received]


def test_drafts_are_not_shown_to_staff(client, partner, staff, new_proposal):
    draft = new_proposal(partner)
    client.force_login(staff)

    assert draft.title not in client.get(reverse("admin:catalogue_proposal_changelist")).text
    assert client.get(reverse("admin:catalogue_proposal_change", args=[draft.pk])).status_code == 302


def test_a_wrong_form_comes_back_with_what_was_typed(client, partner, referent):
    response = client.post(
        at("proposal_create", partner),
        {"title": "Gardé", "access_url": "javascript:alert(1)", "duration_minutes": "-5"},
    )

    assert response.status_code == 422 and "Gardé" in response.text
    assert set(response.context["form"].errors) >= {"objectives", "domain", "access_url", "duration_minutes"}
    assert not Proposal.objects.exists()


def test_a_duration_and_an_objective_too_long_are_told_plainly(client, partner, referent):
    response = client.post(
        at("proposal_create", partner), {"duration_minutes": "9999999999", "objectives": "Lire\n" + "x" * 301}
    )

    errors = response.context["form"].errors
    assert errors["duration_minutes"] == ["Écrivez une durée de 60 000 minutes (1 000 heures) au plus."]
    shown = "x" * 40
    assert errors["objectives"] == [
        f"Raccourcissez l'objectif 2, « {shown}… » : 300 caractères au plus, 301 sont écrits."
    ]


def test_a_second_tab_is_told_that_it_is_already_submitted(client, partner, referent, new_proposal):
    proposal = new_proposal(partner)

    client.post(at("proposal_submit", partner, proposal.pk))
    again = client.post(at("proposal_submit", partner, proposal.pk), follow=True)

    assert f"« {proposal} » est déjà soumise." in again.text.replace("\xa0", " ")


def test_the_database_gives_a_module_to_what_is_accepted_only(partner, new_proposal, new_module):
    with pytest.raises(IntegrityError, match="proposal_accepted_has_module"), transaction.atomic():
        new_proposal(partner, state=S.ACCEPTED)
    with pytest.raises(IntegrityError, match="proposal_accepted_has_module"), transaction.atomic():
        new_proposal(partner, module=new_module())


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(
    client, partner, referent, staff, new_proposal, new_module, count, django_assert_num_queries
):
    for number in range(count):
        proposal = new_proposal(partner, f"Formation {number}")
        service.submit(proposal=proposal, by=referent)
        service.accept(proposal=proposal, by=staff)
        new_proposal(partner, f"Brouillon {number}")
        service.submit(proposal=new_proposal(partner, f"Soumise {number}"), by=referent)
    detail = at("proposal_detail", partner, proposal.pk)

    with django_assert_num_queries(5):
        client.get(at("proposal_list", partner))
    with django_assert_num_queries(5):
        client.get(detail)
    with django_assert_num_queries(9):
        assert f"Soumise {count - 1}" in client.get(at("partner_space", partner)).text
    client.force_login(staff)
    with django_assert_num_queries(6):
        client.get(reverse("admin:catalogue_proposal_changelist"))
