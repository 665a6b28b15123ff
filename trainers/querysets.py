"""Who may see which application, and what hangs on it. Lists, counts, searches, exports and files all begin here."""

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, F, FloatField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from trainers import permissions
from trainers.enums import LIVE, TO_HANDLE


def in_conflict(user) -> Q:
    """On applications: those that `user` must not know of as a reviewer.

    Their own, those of people they have a declared link with, and those of colleagues of their service. When one of the
    two services is not known, that of the same employer counts as the same.
    """
    conflict = apps.get_model("trainers", "Conflict")
    # Read once, not once an application.
    declared = conflict.objects.filter(reviewer=user).values("applicant")
    condition = Q(applicant=user) | Q(applicant__in=declared)
    if user.organisation_id:
        reviewer = apps.get_model("trainers", "Reviewer")
        elsewhere = (
            reviewer.objects.filter(user=user).exclude(service_key="").exclude(service_key=OuterRef("service_key"))
        )
        condition |= Q(organisation=user.organisation_id) & (Q(service_key="") | ~Q(Exists(elsewhere)))
    return condition


class ApplicationQuerySet(models.QuerySet):
    def live(self):
        return self.filter(state__in=LIVE)

    def to_handle(self):
        """The queue « à traiter »."""
        return self.filter(state__in=TO_HANDLE)

    def overdue(self, on=None):
        """Those that the campus should have handled, and those whose applicant should have answered."""
        on = on or timezone.localdate()
        return self.filter(Q(state__in=TO_HANDLE, due_on__lt=on) | Q(more_due_on__lt=on))

    def with_scores(self):
        """Annotate `review_count` and `score`: the weighted mean, from 1 to 5, of the reviews that count; None without any."""
        counted = {"submitted_at__isnull": False, "set_aside_at__isnull": True}
        reviews = apps.get_model("trainers", "Review").objects.filter(application=OuterRef("pk"), **counted)
        scores = apps.get_model("trainers", "Score").objects.filter(
            review__application=OuterRef("pk"), **{f"review__{name}": value for name, value in counted.items()}
        )
        weight = Cast("criterion__weight", FloatField())  # whole numbers would be divided without their remainder
        weighted = Sum(F("value") * weight) / Sum(weight)
        return self.annotate(
            review_count=Coalesce(
                Subquery(reviews.order_by().values("application").annotate(count=Count("pk")).values("count")), 0
            ),
            score=Subquery(
                scores.order_by().values("review__application").annotate(mean=weighted).values("mean"),
                output_field=FloatField(),
            ),
        )

    def made_by(self, user):
        """Those of an applicant: their own pages begin here."""
        return self.filter(applicant=user)

    def without_conflict(self, user):
        return self.exclude(in_conflict(user))

    def visible_to(self, user):
        """Submitted applications that `user` may read to review or handle them; drafts are their authors' alone.

        Those in conflict are hidden from everybody, administrators included. For an applicant's own: `made_by`.
        """
        if not user.is_active:
            return self.none()
        applications = self.filter(submitted_at__isnull=False).without_conflict(user)
        if permissions.can_manage(user):
            return applications
        return applications.filter(call__reviewers=user)


class OfApplicationQuerySet(models.QuerySet):
    """Rows with an `application`: who may see the one sees the others."""

    def visible_to(self, user):
        visible = apps.get_model("trainers", "Application").objects.visible_to(user)
        return self.filter(application__in=visible.order_by().values("pk"))


class IdentifyingQuerySet(OfApplicationQuerySet):
    """Rows that may name the applicant: hidden under anonymised reading."""

    def visible_to(self, user):
        visible = super().visible_to(user)
        if permissions.can_see_identity(user):
            return visible
        return visible.exclude(application__call__is_anonymised=True)


class AttachmentQuerySet(OfApplicationQuerySet):
    def visible_to(self, user):
        """Under anonymised reading, only files that staff have found free of identity."""
        visible = super().visible_to(user)
        if permissions.can_see_identity(user):
            return visible
        return visible.filter(Q(application__call__is_anonymised=False) | Q(is_identity_free=True))


class ReviewQuerySet(OfApplicationQuerySet):
    def submitted(self):
        """Those that count."""
        return self.filter(submitted_at__isnull=False, set_aside_at__isnull=True)

    def visible_to(self, user):
        """Their own, and those that others have submitted: at once for who handles, after their own for a reviewer."""
        visible = super().visible_to(user)
        theirs = Q(reviewer=user)
        if permissions.can_manage(user):
            return visible.filter(theirs | Q(submitted_at__isnull=False))
        given = self.model.objects.filter(reviewer=user, application=OuterRef("application")).submitted()
        return visible.filter(theirs | Q(Exists(given), submitted_at__isnull=False))


class DecisionMailQuerySet(IdentifyingQuerySet):
    def pending(self):
        """Neither gone nor cancelled."""
        return self.filter(sent_at__isnull=True, cancelled_at__isnull=True)

    def due(self, now=None):
        """Sent by staff, whose undo window is over."""
        return self.pending().filter(scheduled_at__lte=now or timezone.now()).order_by("scheduled_at", "pk")


class FollowUpQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the applications that `user` may read: all for who handles them, one's own for a referent."""
        applications = apps.get_model("trainers", "Application").objects.filter(submitted_at__isnull=False)
        if not permissions.can_see_identity(user):
            applications = applications.filter(call__is_anonymised=False)
        visible = self.filter(contribution__application__in=applications.without_conflict(user).order_by().values("pk"))
        return visible if permissions.can_manage(user) else visible.filter(referent=user)

    def in_progress(self):
        return self.filter(closed_at__isnull=True)

    def with_steps(self):
        """Annotate `step_count`, `done_count`, and `next_due`: the day of the first step that is not done."""
        step = apps.get_model("trainers", "FollowUpStep").objects.filter(follow_up=OuterRef("pk"))
        return self.annotate(
            step_count=Count("steps"),
            done_count=Count("steps", filter=Q(steps__done_at__isnull=False)),
            next_due=Subquery(step.filter(done_at__isnull=True).values("due_on")[:1]),
        )


def hidden_applicants(user):
    """Users whose applications, or one of them, must not be known of by `user` as a reviewer; `user` among them."""
    users = apps.get_model("accounts", "User").objects
    applications = apps.get_model("trainers", "Application").objects.filter(in_conflict(user))
    declared = apps.get_model("trainers", "Conflict").objects.filter(reviewer=user)
    return users.filter(
        Q(pk=user.pk) | Q(pk__in=applications.order_by().values("applicant")) | Q(pk__in=declared.values("applicant"))
    )
