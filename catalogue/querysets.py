"""Named questions about many rows."""

from django.apps import apps
from django.db import connection, models
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from campus.accounts.enums import OrganisationKind
from catalogue.enums import (
    PROGRAMME_REQUESTS_OPEN,
    ProgrammeRequestState,
    ProposalState,
    PublicationState,
    RevisionState,
    TrainingKind,
)
from catalogue.sorting import sort_key
from catalogue.words import every_word


class DomainQuerySet(models.QuerySet):
    def in_force(self, on=None):
        """Domains valid on a date (datetime.date; today by default), in their order."""
        on = on or timezone.localdate()
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=on), valid_from__lte=on)

    def with_training_count(self):
        """Annotate `training_count`: published trainings, as many as TrainingQuerySet.in_domains lists."""
        trainings = apps.get_model("catalogue", "Training").objects.published()
        main = trainings.filter(domain=OuterRef("pk"))
        elsewhere = trainings.filter(other_domains=OuterRef("pk")).exclude(domain=OuterRef("pk"))
        return self.annotate(training_count=count_of(main) + count_of(elsewhere))


def count_of(rows):
    """How many rows a correlated queryset has, as a subquery."""
    return Coalesce(Subquery(rows.order_by().values(one=Value(1)).annotate(count=Count("pk")).values("count")), 0)


class TrainingQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=PublicationState.PUBLISHED)

    def modules(self):
        return self.exclude(kind=TrainingKind.PARCOURS)

    def parcours(self):
        return self.filter(kind=TrainingKind.PARCOURS)

    def in_domains(self, domains):
        """Trainings of which one of `domains` (Domain objects or ids) is the main domain or one of the others."""
        elsewhere = self.model.other_domains.through.objects.filter(domain__in=domains).values("training")
        return self.filter(Q(domain__in=domains) | Q(pk__in=elsewhere))

    def with_words(self, text: str):
        """Trainings that have each word of `text` in their title or summary, whatever its case and accents."""
        return self.filter(every_word(text, keys=("title_key",), fields=("summary",)))

    def parcours_first(self):
        """All the parcours, then all the modules, each in French alphabetical order."""
        return self.alias(is_parcours_row=Q(kind=TrainingKind.PARCOURS)).order_by("-is_parcours_row", "title_key", "pk")

    def with_total_minutes(self):
        """Annotate `total_minutes`: a module's own duration, or the sum of the required steps of a parcours, as published.

        None when a duration it needs is not known in minutes.
        """
        steps = apps.get_model("catalogue", "Step").objects.filter(
            parcours=OuterRef("pk"), is_required=True, module__state=PublicationState.PUBLISHED
        )
        known = steps.order_by().values("parcours").annotate(total=Sum("module__duration_minutes"))
        unknown = steps.filter(module__duration_minutes__isnull=True)
        return self.annotate(
            total_minutes=Case(
                When(~Q(kind=TrainingKind.PARCOURS), then=F("duration_minutes")),
                When(Exists(unknown), then=None),
                default=Subquery(known.values("total")),
                output_field=IntegerField(),
            )
        )

    def required_ids(self, pk: int) -> set[int]:
        """Ids of all modules that module `pk` asks for, directly or not."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                WITH RECURSIVE needed(id) AS (
                    SELECT requires_id FROM catalogue_prerequisite WHERE module_id = %s
                    UNION
                    SELECT p.requires_id FROM catalogue_prerequisite p JOIN needed ON p.module_id = needed.id
                )
                SELECT id FROM needed
                """,
                [pk],
            )
            return {row[0] for row in cursor.fetchall()}


class ModuleManager(models.Manager.from_queryset(TrainingQuerySet)):
    def get_queryset(self):
        return super().get_queryset().modules()


class ParcoursManager(models.Manager.from_queryset(TrainingQuerySet)):
    def get_queryset(self):
        return super().get_queryset().parcours()


class ProgrammeQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=PublicationState.PUBLISHED)


def _latest_of_request(name, field, *conditions):
    """When the last ProgrammeRequest<name> of a request came; NULL without any."""
    rows = apps.get_model("catalogue", f"ProgrammeRequest{name}").objects.filter(*conditions, request=OuterRef("pk"))
    return Subquery(rows.order_by(f"-{field}").values(field)[:1])


class ProgrammeRequestQuerySet(models.QuerySet):
    def made_by(self, user):
        """Their own, drafts included."""
        return self.filter(requester=user)

    def handed_in(self):
        """What staff may know of: a draft is its author's alone."""
        return self.exclude(state=ProgrammeRequestState.DRAFT)

    def in_hand(self):
        return self.filter(state__in=PROGRAMME_REQUESTS_OPEN)

    def with_awaits_answer(self):
        """Annotate `awaits_answer`: who asked wrote or sent a document, and staff did nothing since (message, document, note,
        move); or they want no page any more, and it is online still."""
        said = [("Message", "written_at"), ("Document", "uploaded_at")]
        heard = [_latest_of_request(name, field, Q(is_from_requester=True)) for name, field in said]
        answers = [_latest_of_request(name, field, Q(is_from_requester=False)) for name, field in said]
        moves = _latest_of_request("Event", "happened_at", ~Q(happened_by=OuterRef("requester")))
        notes = _latest_of_request("Note", "written_at")
        is_unanswered = Q(heard_at__isnull=False) & (Q(answered_at__isnull=True) | Q(heard_at__gt=F("answered_at")))
        is_to_take_offline = Q(agrees_to_publish=False, programme__state=PublicationState.PUBLISHED)
        is_awaited = When(is_unanswered | is_to_take_offline, then=True)
        return self.annotate(heard_at=Greatest(*heard), answered_at=Greatest(*answers, moves, notes)).annotate(
            awaits_answer=Case(is_awaited, default=False, output_field=models.BooleanField())
        )

    def overdue(self, on=None):
        """Those whose next target date (ProgrammeRequest.due_on) is before a date (today by default)."""
        on, state = on or timezone.localdate(), ProgrammeRequestState
        return self.filter(
            Q(state__in=[state.RECEIVED, state.ANALYSIS], proposal_on__lt=on)
            | Q(state__in=[state.PROPOSAL, state.ACCEPTED, state.DESIGN], design_on__lt=on)
            | Q(state=state.ROLLOUT, review_on__lt=on)
        )


class PartnerQuerySet(models.QuerySet):
    def visible(self):
        return self.filter(is_visible=True)

    def in_alphabetical_order(self):
        return self.order_by(sort_key("organisation__name"), "pk")

    def in_france(self):
        return self.filter(organisation__country="FR").exclude(organisation__kind=OrganisationKind.INTERNATIONAL)

    def international(self):
        return self.filter(~Q(organisation__country="FR") | Q(organisation__kind=OrganisationKind.INTERNATIONAL))


class PartnerRevisionQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(state=RevisionState.PROPOSED)


class ProposalQuerySet(models.QuerySet):
    def to_review(self):
        return self.filter(state=ProposalState.SUBMITTED)


class CursusQuerySet(models.QuerySet):
    def with_training_count(self):
        """Annotate `training_count`: how many trainings have a place in the cursus."""
        places = apps.get_model("catalogue", "CursusTraining").objects.filter(level__cursus=OuterRef("pk"))
        return self.annotate(training_count=count_of(places))


class SessionQuerySet(models.QuerySet):
    def public(self):
        """Sessions anybody may see: those of published modules. A programme's are for its administration alone."""
        return self.filter(module__state=PublicationState.PUBLISHED)

    def inviting(self, email: str, organisations):
        """Private sessions, those of programmes, to which this address or one of these employers (ids) is invited."""
        guests = apps.get_model("catalogue", "SessionGuest").objects.filter(session=OuterRef("pk"), email=email)
        kept = self.model.restricted_to.through.objects.filter(session=OuterRef("pk"), organisation__in=organisations)
        return self.filter(Exists(guests) | Exists(kept), module__isnull=True)

    def with_words(self, text: str):
        """Sessions of modules that have each word of `text` in their title or city (catalogue.words)."""
        return self.filter(every_word(text, keys=("module__title_key",), fields=("place__city",)))

    def upcoming(self, now=None):
        """Sessions that have not started, the next one first."""
        return self.filter(starts_at__gt=now or timezone.now()).order_by("starts_at", "pk")

    def not_cancelled(self):
        return self.filter(cancelled_at__isnull=True)

    def with_seats_left(self):
        """Those that have a seat which is neither taken nor reserved."""
        return self.filter(seats__gt=F("seats_taken") + F("seats_reserved"))

    def open_for_enrolment(self, now=None):
        """Sessions to come, in state OPEN."""
        now = now or timezone.now()
        return (
            self.upcoming(now)
            .not_cancelled()
            .with_seats_left()
            .filter(enrolment_opens_at__lte=now, enrolment_closes_at__gt=now)
        )
