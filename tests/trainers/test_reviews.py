"""Reviews, their spread, and who handles what."""

import pytest

from trainers import scoring, transitions
from trainers.enums import ApplicationState
from trainers.models import Application, Review, Reviewer
from trainers.transitions import TransitionRefused

pytestmark = pytest.mark.django_db
S = ApplicationState


@pytest.fixture
def application(new_application):
    return new_application(S.IN_REVIEW)


@pytest.fixture
def give(application):
    """A function by which a reviewer scores the two criteria, of weights 2 and 1, and submits."""

    def create(reviewer, first, second, recommendation="retenir"):
        scores = dict(zip(application.call.criteria.all(), (first, second), strict=True))
        review = transitions.save_review(
            application=application, reviewer=reviewer, scores=scores, recommendation=recommendation
        )
        return transitions.submit_review(review=review, by=reviewer)

    return create


def test_a_review_is_kept_as_a_draft_then_final(application, new_reviewer):
    reviewer = new_reviewer(application.call)
    first, second = application.call.criteria.all()
    save = {"application": application, "reviewer": reviewer, "comment": "Solide."}
    transitions.save_review(scores={first: 4, second: None}, **save)
    review = transitions.save_review(scores={first: 5, second: None}, **save)
    assert [score.value for score in review.scores.all()] == [5]

    with pytest.raises(TransitionRefused, match="recommandez"):
        transitions.submit_review(review=review, by=reviewer)
    transitions.save_review(scores={first: 5}, recommendation="retenir", **save)
    with pytest.raises(TransitionRefused, match="chaque critère"):
        transitions.submit_review(review=review, by=reviewer)
    transitions.save_review(scores={first: 5, second: 3}, recommendation="retenir", **save)
    for _ in range(2):
        assert transitions.submit_review(review=review, by=reviewer).submitted_at

    with pytest.raises(TransitionRefused, match="ne change plus"):
        transitions.save_review(scores={first: 1}, **save)
    assert Review.objects.count() == 1


def test_who_may_not_review_is_told_the_same_whatever_the_cause(application, new_reviewer, new_call, new_agent, staff):
    related = new_reviewer(application.call)
    transitions.declare_conflict(application=application, reviewer=related, by=related)

    for user in (new_agent(), staff, related, new_reviewer(new_call("Autre"))):
        with pytest.raises(TransitionRefused, match="Vous n'instruisez pas cette candidature"):
            transitions.save_review(application=application, reviewer=user, scores={})


def test_scores_are_from_one_to_five_on_criteria_of_the_call(application, new_reviewer, new_call):
    reviewer = new_reviewer(application.call)
    for criterion, value in [
        (application.call.criteria.first(), 6),
        (application.call.criteria.first(), 0),
        (new_call("Autre").criteria.first(), 3),
    ]:
        with pytest.raises(TransitionRefused) as refusal:
            transitions.save_review(application=application, reviewer=reviewer, scores={criterion: value})
        assert refusal.value.argument == "scores"


def test_reviews_are_given_during_the_review_and_by_their_author(application, new_reviewer, give):
    first, second = new_reviewer(application.call), new_reviewer(application.call)
    review = transitions.save_review(application=application, reviewer=first, scores={})
    with pytest.raises(TransitionRefused, match="autre personne"):
        transitions.submit_review(review=review, by=second)
    Application.objects.update(state=S.ADVISED)
    with pytest.raises(TransitionRefused, match="pas en instruction"):
        give(second, 3, 3)


def test_the_mean_is_weighted_and_disagreement_is_seen(application, new_reviewer, give):
    reviewers = [new_reviewer(application.call) for _ in range(3)]
    give(reviewers[0], 5, 2)
    assert scoring.summary_of(application).mean == 4 and not scoring.summary_of(application).disagrees
    give(reviewers[1], 2, 2, "refuser")
    transitions.save_review(application=application, reviewer=reviewers[2], scores={})  # a draft does not count

    summary = scoring.summary_of(application)
    annotated = Application.objects.with_scores().get()

    assert (summary.mean, summary.spread, summary.disagrees) == (3, 2, True)
    assert [(each.mean, each.spread) for each in summary.criteria] == [(3.5, 3), (2, 0)]
    assert (annotated.review_count, annotated.score) == (2, 3)


def test_the_mean_read_in_lists_keeps_its_decimals(application, new_reviewer, give):
    give(new_reviewer(application.call), 2, 2)
    give(new_reviewer(application.call), 3, 3)

    assert Application.objects.with_scores().get().score == scoring.summary_of(application).mean == 2.5


def test_an_opinion_follows_a_review(application, new_reviewer, give, staff):
    give(new_reviewer(application.call), 4, 4)

    assert transitions.give_advice(application=application, by=staff).state == S.ADVISED


# --- Who handles what -------------------------------------------------------------------------------------------------


def test_handed_by_hand_to_who_may(application, new_reviewer, new_agent, staff):
    reviewer = new_reviewer(application.call)

    assert transitions.hand_to(application=application, to=reviewer, by=staff).assigned_to == reviewer
    assert transitions.hand_to(application=application, to=None, by=staff).assigned_at is None
    with pytest.raises(TransitionRefused, match="n'instruit pas"):
        transitions.hand_to(application=application, to=new_agent(), by=staff)
    transitions.declare_conflict(application=application, reviewer=reviewer, by=reviewer)
    with pytest.raises(TransitionRefused, match="ne peut pas suivre"):
        transitions.hand_to(application=application, to=reviewer, by=staff)


def test_shared_out_by_load_within_limits_without_conflict(new_application, new_call, new_reviewer, staff, employer):
    call = new_call()
    free, small, away, colleague = (new_reviewer(call) for _ in range(4))
    Reviewer.objects.create(user=free, service="A", load_limit=3)
    Reviewer.objects.create(user=small, service="A", load_limit=1)
    Reviewer.objects.create(user=away, service="A", is_away=True)
    Reviewer.objects.create(user=colleague, service="Bureau des essais")
    colleague.organisation = employer
    colleague.save()
    applications = [new_application(S.SUBMITTED, call=call) for _ in range(5)]

    given = transitions.hand_out(applications=applications, by=staff)

    assert list(given) == applications
    assert list(given.values()).count(free) == 3 and list(given.values()).count(small) == 1
    assert list(given.values()).count(None) == 1
    assert transitions.hand_out(applications=applications[:1], by=staff) == {}  # somebody handles it


def test_a_note_is_not_empty(application, staff):
    with pytest.raises(TransitionRefused):
        transitions.write_note(application=application, by=staff, text=" ")
    assert transitions.write_note(application=application, by=staff, text="À rappeler.").author == staff
