"""What reviewers write, and who handles what. No state changes here."""

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from campus.accounts.models import User
from trainers import permissions, rules
from trainers.enums import REVIEWABLE, TO_HANDLE, ApplicationState
from trainers.models import Application, Conflict, Criterion, FollowUp, Note, Review, Reviewer, Score
from trainers.transitions.base import TransitionRefused

DEFAULT_LOAD = Reviewer._meta.get_field("load_limit").default


def _lock(application: Application) -> Application:
    return Application.objects.select_for_update(of=("self",)).select_related("call").get(pk=application.pk)


@transaction.atomic
def save_review(
    *,
    application: Application,
    reviewer: User,
    scores: dict[Criterion, int | None],
    recommendation: str = "",
    comment: str = "",
    comment_for_applicant: str = "",
) -> Review:
    """Keep the draft of a review, whole: what is left out is erased. One a reviewer, whichever tab saves.

    Raises TransitionRefused when `reviewer` may not review it (call, conflict, state), when their review is submitted, or for a
    criterion of another call or a score that is not from 1 to 5.
    """
    application = _lock(application)
    check_may_review(application, reviewer)
    review, _created = Review.objects.get_or_create(application=application, reviewer=reviewer)
    if review.submitted_at:
        raise TransitionRefused("Votre avis est rendu : il ne change plus.")
    for criterion, value in scores.items():
        if criterion.call_id != application.call_id:
            raise TransitionRefused("Ce critère est d'un autre appel.", "scores")
        if value is not None and value not in range(1, 6):
            raise TransitionRefused("Une note va de 1 à 5.", "scores")
    review.recommendation, review.comment = recommendation, comment.strip()
    review.comment_for_applicant = comment_for_applicant.strip()
    review.save()
    review.scores.all().delete()
    Score.objects.bulk_create(
        Score(review=review, criterion=criterion, value=value)
        for criterion, value in scores.items()
        if value is not None
    )
    return review


@transaction.atomic
def submit_review(*, review: Review, by: User) -> Review:
    """Hand a review in: it does not change any more. Raises TransitionRefused when it is not whole, or not theirs."""
    application = _lock(review.application)
    if by != review.reviewer:
        raise TransitionRefused("Cet avis est d'une autre personne.")
    check_may_review(application, by)
    review = Review.objects.select_for_update().get(pk=review.pk)
    if review.submitted_at:
        return review  # a double click
    if not review.recommendation:
        raise TransitionRefused("Dites ce que vous recommandez.", "recommendation")
    if application.call.criteria.exclude(scores__review=review).exists():
        raise TransitionRefused("Notez chaque critère.", "scores")
    review.submitted_at = timezone.now()
    review.save()
    return review


def check_may_review(application: Application, user: User) -> None:
    """Raises TransitionRefused. In conflict, the answer is that of an application of another call: nothing is told."""
    if not permissions.can_review(user, application) or rules.is_in_conflict(application, user):
        raise TransitionRefused("Vous n'instruisez pas cette candidature.")
    if application.state not in REVIEWABLE:
        raise TransitionRefused("Cette candidature n'est pas en instruction.")


@transaction.atomic
def declare_conflict(*, application: Application, reviewer: User, by: User, reason: str = "") -> Conflict:
    """Hide from `reviewer` all that this applicant applies with; what they handle or wrote is taken off. Once.

    Raises TransitionRefused for the applicant themself, whose own application is hidden already.
    """
    application = _lock(application)
    if reviewer.pk == application.applicant_id:
        raise TransitionRefused("Cette candidature est déjà cachée à la personne qui l'a faite.")
    conflict, _created = Conflict.objects.get_or_create(
        reviewer=reviewer,
        applicant_id=application.applicant_id,
        defaults={"declared_by": by, "reason": reason.strip()},
    )
    set_apart(reviewer=reviewer, applicant_id=application.applicant_id)
    return conflict


def set_apart(*, reviewer: User, applicant_id: int) -> None:
    """Take off `reviewer` what they handle or wrote of an applicant with whom they have a declared link."""
    theirs = Application.objects.filter(applicant=applicant_id)
    theirs.filter(assigned_to=reviewer).update(assigned_to=None, assigned_at=None)
    reviews = Review.objects.filter(application__in=theirs, reviewer=reviewer)
    reviews.filter(submitted_at__isnull=True).delete()
    reviews.filter(set_aside_at__isnull=True).update(set_aside_at=timezone.now())
    FollowUp.objects.filter(contribution__application__in=theirs, referent=reviewer).update(referent=None)


@transaction.atomic
def write_note(*, application: Application, by: User, text: str) -> Note:
    """Leave a word to colleagues. Raises TransitionRefused when it is empty."""
    if not text.strip():
        raise TransitionRefused("Écrivez la note.", "text")
    return Note.objects.create(application=application, author=by, text=text.strip())


@transaction.atomic
def hand_to(*, application: Application, to: User | None, by: User) -> Application:
    """Give an application to somebody to handle, or to nobody, whatever their load.

    Raises TransitionRefused when `to` neither reviews the call nor handles all calls, or is in conflict.
    """
    application = _lock(application)
    if to is not None:
        if not permissions.can_review(to, application) and not permissions.can_manage(to):
            raise TransitionRefused(f"{to} n'instruit pas cet appel.", "to")
        if rules.is_in_conflict(application, to):
            raise TransitionRefused(f"{to} ne peut pas suivre cette candidature.", "to")
    application.assigned_to, application.assigned_at = to, timezone.now() if to else None
    application.save(update_fields=["assigned_to", "assigned_at", "updated_at"])
    return application


@transaction.atomic
def hand_out(*, applications, by: User | None) -> dict[Application, User | None]:
    """Share applications that nobody handles among the reviewers of their calls: to the least loaded first, never beyond their
    limit, never in conflict, never to who is away. What becomes of each; None when nobody can take it.

    applications: iterable of Application.
    """
    # One at a time: two who share out together would fill the same reviewers.
    list(Reviewer.objects.select_for_update().order_by("pk").values_list("pk"))
    given = {}
    for application in sorted(applications, key=lambda each: (each.submitted_at or each.created_at, each.pk)):
        application = _lock(application)
        if application.assigned_to_id or application.state not in {*TO_HANDLE, ApplicationState.MORE_ASKED}:
            continue
        taker = next((one for one in _by_load(application) if not rules.is_in_conflict(application, one)), None)
        given[application] = taker
        if taker:
            hand_to(application=application, to=taker, by=by)
    return given


def _by_load(application: Application) -> list[User]:
    in_hand = Q(assigned_applications__state__in=[*TO_HANDLE, ApplicationState.MORE_ASKED])
    reviewers = application.call.reviewers.filter(is_active=True).exclude(reviewer__is_away=True)
    loaded = reviewers.annotate(load=Count("assigned_applications", filter=in_hand)).select_related("reviewer")
    return [
        user
        for user in loaded.order_by("load", "pk")
        if user.load < (user.reviewer.load_limit if hasattr(user, "reviewer") else DEFAULT_LOAD)
    ]
