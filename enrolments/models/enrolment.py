"""Who is in which session. States change through enrolments.transitions alone."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from campus.accounts.enums import Role
from campus.accounts.hierarchy import BELOW
from campus.state_events import StateEvent
from catalogue.enums import Level
from enrolments.enums import ATTENDED, LIVE, WORDS, EnrolmentState
from enrolments.models.cohort import CohortMember

IN_ORDER = [
    [EnrolmentState.ENROLLED, *ATTENDED],
    [EnrolmentState.OFFERED],
    [EnrolmentState.REQUESTED],
    [EnrolmentState.WAITING],
]
STATE_ORDER = Case(
    *(When(state__in=states, then=position) for position, states in enumerate(IN_ORDER)), default=len(IN_ORDER)
)
"""In a session: those who have a seat, are offered one, ask for one, wait; then those who left."""


FEEDBACK_DAYS = 30
"""For so long after their attendance was noted, participants may say what they thought of the session."""


class EnrolmentQuerySet(models.QuerySet):
    def live(self):
        return self.filter(state__in=LIVE)

    def concerned(self):
        """Those that a session is, or was, for: live or attended."""
        return self.filter(state__in=[*LIVE, *ATTENDED])

    def of_used_accounts(self):
        """Those that figures count: their agent has signed in, or attendance was noted. Schools make accounts: five people
        are not to be made of one and of four invented ones."""
        return self.filter(Q(agent__last_login__isnull=False) | Q(state__in=ATTENDED))

    def with_rank(self):
        """Annotate `rank`: that of each in its waiting list, from 1; what it says of other states means nothing."""
        came_before = Q(queued_at__lt=OuterRef("queued_at")) | Q(
            queued_at=OuterRef("queued_at"), pk__lte=OuterRef("pk")
        )
        ahead = self.model.objects.filter(state=EnrolmentState.WAITING, session=OuterRef("session")).filter(
            Q(priority__gt=OuterRef("priority")) | Q(Q(priority=OuterRef("priority")) & came_before)
        )
        return self.annotate(
            rank=Coalesce(
                Subquery(ahead.order_by().values("session").annotate(count=Count("pk")).values("count")),
                0,
                output_field=IntegerField(),
            )
        )

    def overdue(self):
        """What time has ended: offers, superiors who did not answer, and all that waits once the session has begun."""
        now = timezone.now()
        return self.filter(
            Q(state=EnrolmentState.OFFERED, offer_expires_at__lte=now)
            | Q(state=EnrolmentState.REQUESTED, agreement__answered_at=None, agreement__expires_at__lte=now)
            | Q(state__in=[EnrolmentState.REQUESTED, EnrolmentState.WAITING], session__starts_at__lte=now)
        )

    def open_to_feedback(self):
        """Those of sessions that are over, whose participant may give their feedback, or change it."""
        now = timezone.now()
        since = now - datetime.timedelta(days=FEEDBACK_DAYS)
        return self.filter(state=EnrolmentState.PRESENT, present_since__gt=since, session__ends_at__lte=now)

    def with_last_reason(self):
        """Annotate `last_reason`: why staff refused or cancelled; "" for what the agent did."""
        told = EnrolmentEvent.objects.filter(enrolment=OuterRef("pk")).order_by("-happened_at", "-pk")
        return self.annotate(
            last_reason=Case(
                When(
                    state__in=[EnrolmentState.REFUSED, EnrolmentState.CANCELLED],
                    then=Subquery(told.values("reason")[:1]),
                ),
                default=Value(""),
            )
        )

    def of_people_of(self, organisation_id: int):
        """Those of the students of its current promotions, and of its agents and of those below it, when that is proved:
        for whom its seats are kept (rules.QUOTA says it of one agent)."""
        cohorts = CohortMember.objects.accepted().filter(
            user=OuterRef("agent"), cohort__organisation=organisation_id, cohort__archived_at=None
        )
        below = RawSQL(BELOW, [[organisation_id]])  # noqa: S611 (no value comes from outside)
        is_proved = Q(agent__profile=None) | Q(agent__profile__chose_employer=False)
        return self.filter(Exists(cohorts) | Q(is_proved, agent__organisation__in=below))

    def asked_by(self, school_id: int):
        """Those that a référent of a school asked for: what students do by themselves is not its business."""
        asked = EnrolmentEvent.objects.filter(
            enrolment=OuterRef("pk"),
            happened_by__memberships__organisation=school_id,
            happened_by__memberships__role=Role.REFERENT,
        ).exclude(happened_by=F("enrolment__agent"))
        return self.filter(Exists(asked))

    def waiting(self):
        """The waiting lists, each in its order: priority, then arrival."""
        return self.filter(state=EnrolmentState.WAITING).order_by("session", "-priority", "queued_at", "pk")


class Enrolment(models.Model):
    """An agent in a session, or in its waiting list, or who asks for a seat there."""

    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments", verbose_name="agent"
    )
    session = models.ForeignKey(
        "catalogue.Session", on_delete=models.PROTECT, related_name="enrolments", verbose_name="session"
    )
    state = models.CharField("état", max_length=12, choices=EnrolmentState, editable=False)
    queued_at = models.DateTimeField("dans la file depuis", default=timezone.now, editable=False)
    priority = models.PositiveSmallIntegerField("priorité", default=0, db_default=0, editable=False)
    offer_expires_at = models.DateTimeField("offre valable jusqu'à", null=True, editable=False)
    held_until = models.DateTimeField(
        "place gardée jusqu'à",
        null=True,
        editable=False,
        help_text="En attendant l'accord du supérieur : une demande dont la place est gardée la prend.",
    )
    quota = models.ForeignKey(
        "enrolments.SeatQuota",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        db_index=False,
        related_name="enrolments",
        verbose_name="sur des places réservées",
    )
    accepts_direct = models.BooleanField(
        "accepte une place de dernière minute",
        default=False,
        db_default=False,
        help_text="Près du début, une place libérée lui revient sans qu'on la lui propose d'abord.",
    )
    motivation = models.TextField("motivation", max_length=2000, blank=True, db_default="")
    declared_level = models.CharField("niveau déclaré", max_length=15, choices=Level, blank=True, db_default="")
    selection_answer = models.TextField("réponse sur les prérequis", max_length=1000, blank=True, db_default="")
    last_reminder_days = models.PositiveSmallIntegerField(
        "dernier rappel", null=True, editable=False, help_text="Combien de jours avant la session."
    )
    present_since = models.DateTimeField("présence notée le", null=True, editable=False)
    feedback_asked_at = models.DateTimeField("avis demandé le", null=True, editable=False)
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["session", "state", "-priority", "queued_at", "id"], name="enrolment_line"),
            models.Index(fields=["agent", "state"], name="enrolment_agent"),
            models.Index(fields=["-created_at", "-id"], name="enrolment_latest"),
            models.Index(fields=["quota"], name="enrolment_quota", condition=Q(quota__isnull=False)),
            models.Index(fields=["offer_expires_at"], name="enrolment_offers", condition=Q(state="proposee")),
            models.Index(
                fields=["present_since"],
                name="enrolment_feedback_to_ask",
                condition=Q(state="presente", feedback_asked_at__isnull=True),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "session"],
                condition=Q(state__in=LIVE),
                name="enrolment_one_live_a_session",
                violation_error_message="Cette personne est déjà inscrite à cette session, ou en attente.",
            ),
            models.CheckConstraint(
                condition=Q(state="proposee", offer_expires_at__isnull=False)
                | (~Q(state="proposee") & Q(offer_expires_at__isnull=True)),
                name="enrolment_offer_has_end",
                violation_error_message="Une place proposée l'est jusqu'à un instant.",
            ),
            models.CheckConstraint(
                condition=Q(held_until__isnull=True) | Q(state="demandee"),
                name="enrolment_only_requests_hold",
                violation_error_message="Seule une demande fait garder une place.",
            ),
        ]

    def __str__(self):
        return f"{self.agent}, {self.session}"  # without the state: the history keeps this name

    @property
    def words(self) -> str:
        """Its state, said to the agent."""
        return WORDS.get(self.state, self.get_state_display())

    @property
    def feedback_until(self) -> datetime.datetime | None:
        """Until when feedback is taken; None for who did not come, and before the session is over."""
        if self.state != EnrolmentState.PRESENT or self.present_since is None:
            return None
        if self.session.ends_at is None or self.session.ends_at > timezone.now():
            return None
        return self.present_since + datetime.timedelta(days=FEEDBACK_DAYS)

    @property
    def takes_feedback(self) -> bool:
        """The same as `open_to_feedback`, of one."""
        return self.feedback_until is not None and self.feedback_until > timezone.now()

    @property
    def accessibility_needs(self) -> str:
        """What the agent needs, for who organises a session where they have a seat; "" before they do."""
        has_seat = self.state in {EnrolmentState.ENROLLED, *ATTENDED}
        return self.agent.profile.accessibility_needs if has_seat and hasattr(self.agent, "profile") else ""


class EnrolmentEvent(StateEvent):
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="events")
    from_state = models.CharField("de", max_length=12, choices=EnrolmentState, blank=True)
    to_state = models.CharField("à", max_length=12, choices=EnrolmentState)
