"""Two accounts of one person."""

import pytest

from trainers import transitions
from trainers.anonymity import anonymised
from trainers.enums import ApplicationState
from trainers.models import Application, ApplicationEvent, Conflict, Trainer
from trainers.transitions import TransitionRefused

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture
def twice(new_application, new_call, new_agent):
    """Somebody with two accounts: a draft and a submitted application in one call, another one elsewhere."""
    keep, duplicate = new_agent(), new_agent()
    call = new_call()
    draft = new_application(call=call, applicant=keep)
    submitted = new_application(S.SUBMITTED, call=call, applicant=duplicate)
    elsewhere = new_application(S.IN_REVIEW, call=new_call("Autre"), applicant=duplicate)
    return keep, duplicate, draft, submitted, elsewhere


def test_a_preview_moves_nothing(twice, staff):
    keep, duplicate, draft, submitted, elsewhere = twice

    merger = transitions.merge_applicants(keep=keep, duplicate=duplicate, by=staff, dry_run=True)

    assert merger.applications == [submitted, elsewhere] and merger.replaced == [(draft, submitted)]
    assert not ApplicationEvent.objects.exists()
    assert Application.objects.filter(applicant=duplicate).count() == 2


def test_the_most_advanced_stays_and_takes_over_what_the_other_holds(twice, staff, new_reviewer):
    keep, duplicate, draft, submitted, elsewhere = twice
    draft.contributions.update(title="Du brouillon")
    draft.notes.create(author=staff, text="Note")
    reviewer = new_reviewer(submitted.call)
    Conflict.objects.create(reviewer=reviewer, applicant=duplicate)
    Conflict.objects.create(reviewer=reviewer, applicant=keep)
    trainer = Trainer.objects.create(user=duplicate, kind="externe", state="actif")

    transitions.merge_applicants(keep=keep, duplicate=duplicate, by=staff)

    assert not Application.objects.filter(applicant=duplicate).exists()
    draft.refresh_from_db()
    assert (draft.state, draft.merged_into) == (S.WITHDRAWN, submitted)
    assert draft.events.get().reason_code == "doublon"
    assert set(submitted.contributions.values_list("title", flat=True)) == {"Lire un tableau", "Du brouillon"}
    assert submitted.notes.count() == 1 and submitted.skills.count() == 1
    assert set(Conflict.objects.values_list("applicant", flat=True)) == {keep.pk}
    assert Trainer.objects.get(pk=trainer.pk).user == keep
    assert elsewhere.state == S.IN_REVIEW


def test_what_was_hidden_of_one_account_is_hidden_of_both(twice, staff, new_reviewer):
    keep, duplicate, draft, submitted, _elsewhere = twice
    draft.redactions = {f"contribution {draft.contributions.get().pk} title": "Un atelier", "motivation": "…"}
    draft.save()
    reviewer = new_reviewer(submitted.call)
    transitions.hand_to(application=submitted, to=reviewer, by=staff)
    submitted.reviews.create(reviewer=reviewer)
    Conflict.objects.create(reviewer=reviewer, applicant=keep)

    transitions.merge_applicants(keep=keep, duplicate=duplicate, by=staff)

    submitted.refresh_from_db()
    assert submitted.assigned_to is None and not submitted.reviews.exists()
    assert "Un atelier" in [each.title for each in anonymised(submitted).contributions]
    assert "motivation" not in submitted.redactions


def test_what_cannot_be_merged_says_why(twice, staff, new_trainer):
    keep, duplicate, *_ = twice
    with pytest.raises(TransitionRefused, match="différents"):
        transitions.merge_applicants(keep=keep, duplicate=keep, by=staff)
    for user in (keep, duplicate):
        new_trainer(user=user)
    with pytest.raises(TransitionRefused, match="formateurs"):
        transitions.merge_applicants(keep=keep, duplicate=duplicate, by=staff, dry_run=True)
