"""Who may enrol in which session, said in sentences. `conflict_of` and `refusal_for` read; transitions call them under lock.

What each enrolment asks while others wait for their turn is SQL by hand, prepared (docs/decisions/0007).
"""

import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.functional import cached_property

from catalogue import wording
from catalogue.enums import Access, SessionState
from catalogue.models import Session
from catalogue.prepared import prepared_cursor
from enrolments.announcements import moved_since
from enrolments.enums import LIVE, EnrolmentState
from enrolments.models import Enrolment

EMPLOYERS = """
    WITH RECURSIVE employer(id, parent_id, requires_agreement) AS (
        SELECT id, parent_id, requires_agreement FROM accounts_organisation WHERE id = %s
        UNION
        SELECT above.id, above.parent_id, above.requires_agreement
        FROM accounts_organisation above JOIN employer ON above.id = employer.parent_id
    )
    SELECT id, requires_agreement FROM employer
"""

ALREADY = "SELECT id FROM enrolments_enrolment WHERE agent_id = %s AND session_id = %s AND state = ANY(%s)"
WAITS = "SELECT EXISTS (SELECT FROM enrolments_enrolment WHERE session_id = %s AND state = %s)"

KEPT_FOR = """
    SELECT array_agg(organisation_id) FROM catalogue_session_restricted_to WHERE session_id = %s
    UNION ALL
    SELECT array_agg(organisation_id) FROM catalogue_training_restricted_to WHERE training_id = %s
"""

# Only those of a proved employer, or that a school has put in a current promotion.
QUOTA = """
    SELECT id FROM enrolments_seatquota AS quota
    WHERE session_id = %(session)s AND released_at IS NULL AND used < seats
          AND (organisation_id = ANY(%(employers)s) OR EXISTS (
              SELECT FROM enrolments_cohortmember AS member JOIN enrolments_cohort AS cohort ON cohort.id = member.cohort_id
              WHERE member.user_id = %(agent)s AND cohort.organisation_id = quota.organisation_id
                    AND cohort.archived_at IS NULL))
    ORDER BY reserved_until, id LIMIT 1
"""

CONFLICT = """
    SELECT other.id
    FROM enrolments_enrolment AS enrolment JOIN catalogue_session AS other ON other.id = enrolment.session_id
    WHERE enrolment.agent_id = %(agent)s AND enrolment.state = ANY(%(live)s)
          AND other.id <> %(session)s AND other.cancelled_at IS NULL AND other.ends_at > %(now)s
          AND (other.module_id = %(module)s OR EXISTS (
              SELECT FROM catalogue_slot AS mine JOIN catalogue_slot AS theirs
                  ON theirs.starts_at < mine.ends_at AND theirs.ends_at > mine.starts_at
              WHERE mine.session_id = %(session)s AND theirs.session_id = other.id))
    ORDER BY other.starts_at, other.id LIMIT 1
"""


class Terms:
    """What `agent` is told before asking for a seat in `session`; each is read when it is asked for, once."""

    def __init__(self, session: Session, agent):
        self.session, self.agent = session, agent

    @cached_property
    def mine(self) -> Enrolment | None:
        """The live enrolment that there is already."""
        return live_one(self.session, self.agent)

    @cached_property
    def half_days(self) -> list[str]:
        """When each is, in words and in the time of the place."""
        session = self.session
        return [wording.dates_in_words(slot.starts_at, slot.ends_at, session.zone) for slot in session.slots.all()]

    @cached_property
    def waiting(self) -> int:
        return Enrolment.objects.waiting().filter(session=self.session).count()

    @cached_property
    def is_full(self) -> bool:
        """Whether no seat is kept for them, nor free without anybody waiting for it."""
        return reserved_for(self.session, self.agent) is None and is_full_for_newcomers(self.session)

    @cached_property
    def asks_superior(self) -> bool:
        return needs_agreement(self.session, self.agent)

    @cached_property
    def deadline(self) -> str:
        """Until when one leaves without saying why; "" when that is over."""
        deadline = self.session.starts_at and withdrawal_deadline(self.session)
        return wording.instant_in_words(deadline) if deadline and deadline > timezone.now() else ""

    @cached_property
    def superior_until(self) -> str:
        """Until when a superior who is asked now may answer."""
        return wording.instant_in_words(agreement_end(self.session, timezone.now()))


def refusal_for(session: Session, agent) -> str:
    """Why `agent` may not ask for a seat in `session`; "" when they may. Being in it already is no refusal."""
    if session.module is None or not session.module.is_published or session.module.access != Access.CAMPUS:
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
    if not is_open_to(session, agent):
        return (
            "Cette session est réservée aux agents de certains employeurs, et rien n'établit que vous en êtes. "
            "Une erreur ? Écrivez au campus."
        )
    return clash_in_words(session, conflict_of(session, agent))


def is_open_to(session: Session, agent) -> bool:
    """Whether the employer of `agent`, or one above it, is among those that the session and its module are kept for."""
    with prepared_cursor() as cursor:
        cursor.execute(KEPT_FOR, [session.pk, session.module_id])
        kept_for = [set(ids) for (ids,) in cursor if ids]
    employers = proved_employers_of(agent) if kept_for else set()
    return all(ids & employers for ids in kept_for)


def employers_of(agent) -> dict[int, bool]:
    """The ids of the employer of `agent` and of those above it; for each, whether it wants the superior's agreement."""
    if agent.organisation_id is None:
        return {}
    with prepared_cursor() as cursor:
        cursor.execute(EMPLOYERS, [agent.organisation_id])
        return dict(cursor.fetchall())


def proved_employers_of(agent) -> set[int]:
    """The ids of the employer of `agent` and of those above it; none when the agent alone says it (issue 4)."""
    profile = getattr(agent, "profile", None)
    return set() if profile and profile.chose_employer else set(employers_of(agent))


def needs_agreement(session: Session, agent) -> bool:
    """Whether the superior of `agent` is asked: the session wants it, or an employer."""
    return session.needs_agreement or any(employers_of(agent).values())


def priority_of(session: Session, agent) -> int:
    """The rank class of `agent` in the line of `session`: the highest that staff gave to one of their employers, or 0."""
    levels = dict(session.priorities.values_list("organisation", "level"))
    return max((levels.get(employer, 0) for employer in proved_employers_of(agent)), default=0) if levels else 0


def is_full_for_newcomers(session: Session) -> bool:
    """Whether no seat is free, or somebody waits for it already."""
    return session.seats_left == 0 or somebody_waits(session)


def reserved_for(session: Session, agent) -> int | None:
    """The id of the quota where a seat is kept for `agent`, the first to be released; None without any.

    No query for a session where no seat is reserved.
    """
    if session.seats_reserved == 0:
        return None
    asked = {"session": session.pk, "agent": agent.pk, "employers": list(proved_employers_of(agent))}
    with prepared_cursor() as cursor:
        cursor.execute(QUOTA, asked)
        found = cursor.fetchone()
    return found[0] if found else None


def somebody_waits(session: Session) -> bool:
    """Whether the waiting list has anybody in it."""
    with prepared_cursor() as cursor:
        cursor.execute(WAITS, [session.pk, EnrolmentState.WAITING])
        return cursor.fetchone()[0]


def live_one(session: Session, agent) -> Enrolment | None:
    """The enrolment that the agent has in the session already: it is the only one."""
    with prepared_cursor() as cursor:
        cursor.execute(ALREADY, [agent.pk, session.pk, LIVE])
        found = cursor.fetchone()
    return Enrolment.objects.get(pk=found[0]) if found else None


def conflict_of(session: Session, agent) -> Session | None:
    """Another session of the agent, to come: of the same module, or at the same time."""
    asked = {"agent": agent.pk, "session": session.pk, "module": session.module_id, "live": LIVE, "now": timezone.now()}
    with prepared_cursor() as cursor:
        cursor.execute(CONFLICT, asked)
        found = cursor.fetchone()
    return Session.objects.select_related("module", "programme").get(pk=found[0]) if found else None


def clash_in_words(session: Session, conflict: Session | None) -> str:
    """Why one cannot be in both; "" without a conflict."""
    if conflict is None:
        return ""
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
