"""Who may enrol in which session, said in sentences. Terms reads; transitions make one under lock.

What each enrolment asks while others wait for their turn is one statement by hand, prepared (docs/decisions/0007).
"""

import datetime
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property

from campus.accounts.hierarchy import EMPLOYERS
from campus.prepared import prepared_cursor
from catalogue import wording
from catalogue.enums import Access, SessionState
from catalogue.models import Session
from enrolments.announcements import moved_since, periods_of
from enrolments.enums import LIVE, EnrolmentState
from enrolments.models import Enrolment

SITUATION = f"""
    WITH RECURSIVE {EMPLOYERS.format(organisation="%(organisation)s")}
    SELECT
        (SELECT id FROM enrolments_enrolment
         WHERE agent_id = %(agent)s AND session_id = %(session)s AND state = ANY(%(live)s)),
        EXISTS (SELECT FROM enrolments_enrolment WHERE session_id = %(session)s AND state = %(waiting)s),
        ARRAY(SELECT organisation_id FROM catalogue_session_restricted_to WHERE session_id = %(session)s),
        ARRAY(SELECT organisation_id FROM catalogue_training_restricted_to WHERE training_id = %(module)s),
        ARRAY(SELECT id FROM employer),
        EXISTS (SELECT FROM employer WHERE requires_agreement),
        EXISTS (SELECT FROM enrolments_profile WHERE agent_id = %(agent)s AND chose_employer),
        (SELECT max(level) FROM enrolments_queuepriority
         WHERE session_id = %(session)s AND organisation_id IN (SELECT id FROM employer)),
        (SELECT other.id
         FROM enrolments_enrolment AS enrolment JOIN catalogue_session AS other ON other.id = enrolment.session_id
         WHERE enrolment.agent_id = %(agent)s AND enrolment.state = ANY(%(live)s)
               AND other.id <> %(session)s AND other.cancelled_at IS NULL AND other.ends_at > %(now)s
               AND (other.module_id = %(module)s OR EXISTS (
                   SELECT FROM catalogue_slot AS mine JOIN catalogue_slot AS theirs
                       ON theirs.starts_at < mine.ends_at AND theirs.ends_at > mine.starts_at
                   WHERE mine.session_id = %(session)s AND theirs.session_id = other.id))
         ORDER BY other.starts_at, other.id LIMIT 1)
"""  # noqa: S608 (no value comes from outside)


WAITS = "SELECT EXISTS (SELECT FROM enrolments_enrolment WHERE session_id = %s AND state = %s)"


# Only those of a proved employer, or that a school has put in a current promotion.
QUOTA = """
    SELECT id FROM enrolments_seatquota AS quota
    WHERE session_id = %(session)s AND released_at IS NULL AND used < seats
          AND (organisation_id = ANY(%(employers)s) OR EXISTS (
              SELECT FROM enrolments_cohortmember AS member JOIN enrolments_cohort AS cohort ON cohort.id = member.cohort_id
              WHERE member.user_id = %(agent)s AND cohort.organisation_id = quota.organisation_id
                    AND member.accepted_at IS NOT NULL AND cohort.archived_at IS NULL))
    ORDER BY reserved_until, id LIMIT 1
"""


class Situation(NamedTuple):
    """What the database says of an agent before a session, read at once."""

    enrolment: int | None
    """The live one that the agent has in it already: there is but one."""
    somebody_waits: bool
    kept_by_session: list[int]
    """The organisations that it is kept for."""
    kept_by_module: list[int]
    employers: list[int]
    """The employer and those above it."""
    employer_wants_agreement: bool
    chose_employer: bool
    """Whether the agent alone says who employs them (issue 4): that opens nothing."""
    priority: int | None
    """The highest that staff gave to one of the employers in the line of this session."""
    conflict: int | None
    """Another session of the agent, to come: of the same module, or at the same time."""


class Terms:
    """What `agent` is told before asking for a seat in `session`; each is read when it is asked for, once."""

    def __init__(self, session: Session, agent):
        self.session, self.agent = session, agent

    @cached_property
    def situation(self) -> Situation:
        asked = {
            "agent": self.agent.pk,
            "organisation": self.agent.organisation_id,
            "session": self.session.pk,
            "module": self.session.module_id,
            "live": LIVE,
            "waiting": EnrolmentState.WAITING,
            "now": timezone.now(),
        }
        with prepared_cursor() as cursor:
            cursor.execute(SITUATION, asked)
            return Situation(*cursor.fetchone())

    @cached_property
    def mine(self) -> Enrolment | None:
        """The live enrolment that there is already."""
        found = self.situation.enrolment
        return Enrolment.objects.get(pk=found) if found else None

    @cached_property
    def is_open(self) -> bool:
        """Whether the employer of the agent, or one above it, is among those that the session and its module are kept for.

        A private session is open to those invited alone: so, or by their address.
        """
        proved = set() if self.situation.chose_employer else set(self.situation.employers)
        if self.session.is_private:
            by_employer = not proved.isdisjoint(self.situation.kept_by_session)
            return by_employer or self.session.guests.filter(email=self.agent.email).exists()
        kept_for = [self.situation.kept_by_session, self.situation.kept_by_module]
        return all(proved.intersection(organisations) for organisations in kept_for if organisations)

    @property
    def may_see(self) -> bool:
        """Whether the agent may know of the session: of a private one, when invited or in it."""
        return not self.session.is_private or self.is_open or self.situation.enrolment is not None

    @cached_property
    def refusal(self) -> str:
        """Why the agent may not ask for a seat; "" when they may. Being in it already is no refusal."""
        session = self.session
        module = session.module  # None: a private session, whose invitation is_open asks for
        if module and (not module.is_published or module.access != Access.CAMPUS):
            return "On ne s'inscrit pas ici à cette session : sa page dit comment faire."
        match session.state:
            case SessionState.CANCELLED:
                return "Cette session est annulée."
            case SessionState.SCHEDULED:
                return f"Les inscriptions ouvrent le {wording.instant_day_in_words(session.enrolment_opens_at)}."
            case SessionState.CLOSED | SessionState.FINISHED:
                return "Les inscriptions à cette session sont closes."
        if session.starts_at is None:
            return "Cette session n'a pas encore de dates : revenez plus tard."
        if not self.is_open:
            return (
                "Cette session est réservée aux agents de certains employeurs, et rien n'établit que vous en êtes. "
                "Une erreur ? Écrivez au campus."
            )
        return self.clash

    @cached_property
    def conflict(self) -> Session | None:
        """Another session of the agent, to come: of the same module, or at the same time."""
        found = self.situation.conflict
        return Session.objects.select_related("module", "programme").get(pk=found) if found else None

    @property
    def clash(self) -> str:
        """Why one cannot be in both sessions; "" without a conflict."""
        return clash_in_words(self.session, self.conflict) if self.conflict else ""

    @property
    def priority(self) -> int:
        """The rank class of the agent in the line of the session; 0 for who alone says who employs them."""
        return 0 if self.situation.chose_employer else self.situation.priority or 0

    @cached_property
    def half_days(self) -> list[str]:
        """When each is, in words and in the time of the place."""
        return [wording.dates_in_words(start, end, self.session.zone) for start, end in periods_of(self.session)]

    @cached_property
    def waiting(self) -> int:
        return Enrolment.objects.waiting().filter(session=self.session).count()

    @cached_property
    def is_full(self) -> bool:
        """Whether no seat is kept for them, nor free without anybody waiting for it."""
        return self.quota is None and (self.session.seats_left == 0 or self.situation.somebody_waits)

    @cached_property
    def quota(self) -> int | None:
        """The id of the quota where a seat is kept for the agent, the first to be released; None without any.

        No query for a session where no seat is reserved.
        """
        if self.session.seats_reserved == 0:
            return None
        employers = [] if self.situation.chose_employer else self.situation.employers
        asked = {"session": self.session.pk, "agent": self.agent.pk, "employers": employers}
        with prepared_cursor() as cursor:
            cursor.execute(QUOTA, asked)
            found = cursor.fetchone()
        return found[0] if found else None

    @property
    def asks_superior(self) -> bool:
        """Whether the agreement of the superior is asked: the session wants it, or an employer."""
        return self.session.needs_agreement or self.situation.employer_wants_agreement

    @cached_property
    def deadline(self) -> str:
        """Until when one leaves without saying why; "" when that is over."""
        deadline = self.session.starts_at and withdrawal_deadline(self.session)
        return wording.instant_in_words(deadline) if deadline and deadline > timezone.now() else ""

    @cached_property
    def superior_until(self) -> str:
        """Until when a superior who is asked now may answer."""
        return wording.instant_in_words(agreement_end(self.session, timezone.now()))


def is_full_for_newcomers(session: Session) -> bool:
    """Whether no seat is free, or somebody waits for it already."""
    return session.seats_left == 0 or somebody_waits(session)


def somebody_waits(session: Session) -> bool:
    """Whether the waiting list has anybody in it."""
    with prepared_cursor() as cursor:
        cursor.execute(WAITS, [session.pk, EnrolmentState.WAITING])
        return cursor.fetchone()[0]


def clash_in_words(session: Session, conflict: Session) -> str:
    """Why one cannot be in both."""
    dates = wording.session_dates_in_words(conflict.starts_at, conflict.ends_at, conflict.time_zone)
    if session.module_id and conflict.module_id == session.module_id:
        return f"Vous avez déjà une autre session de cette formation, {dates} : pour en changer, laissez-la d'abord."
    return (
        f"Vous avez au même moment « {conflict.subject.title} », {dates} : laissez cette session d'abord, "
        "ou choisissez d'autres dates."
    )


def withdrawal_deadline(session: Session) -> datetime.datetime:
    """Until when one leaves without saying why."""
    return session.starts_at - datetime.timedelta(days=settings.WITHDRAWAL_DAYS)


def wants_reason(enrolment: Enrolment) -> bool:
    """Whether leaving now needs a reason: a seat, past the deadline, in a session that staff have not moved since."""
    if enrolment.state != EnrolmentState.ENROLLED or enrolment.session.starts_at is None:
        return False
    return withdrawal_deadline(enrolment.session) <= timezone.now() and not moved_since(enrolment)


def offer_end(session: Session, now: datetime.datetime) -> datetime.datetime:
    """Until when a seat offered now may be accepted: never beyond the start of the session."""
    return min(now + datetime.timedelta(hours=settings.OFFER_HOURS), session.starts_at)


def agreement_end(session: Session, now: datetime.datetime) -> datetime.datetime:
    """Until when a superior asked now may answer, and a seat is held: never beyond the start of the session."""
    return min(now + datetime.timedelta(days=settings.AGREEMENT_DAYS), session.starts_at)


def is_near(session: Session, now: datetime.datetime) -> bool:
    """Whether the start is so close that a freed seat goes at once to who agreed to that."""
    return session.starts_at - now <= datetime.timedelta(hours=settings.DIRECT_HOURS)
