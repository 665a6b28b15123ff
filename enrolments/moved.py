"""A session that staff, or an import, have moved: those who are in it are told once it has stopped changing."""

import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from campus.mailing import outbox
from campus.mailing.models import CalendarMethod
from campus.mailing.worker import every_round, one_by_one
from catalogue.models import Session, Slot
from enrolments import calendars
from enrolments.announcements import DIGEST, Period, announced_of, digest_of, facts_of, periods_of, place_of
from enrolments.emails.facts import room_in_words, words_of
from enrolments.emails.moves import context_of
from enrolments.enums import LIVE, EnrolmentState
from enrolments.models import Announced, Enrolment
from enrolments.transitions.base import lock

A_ROUND = 20
"""Sessions at most, so that their messages leave between two rounds."""

# Those that somebody is in, whose facts are not those that were told; but not those that changed a moment ago.
CHANGED = f"""
    SELECT id FROM (
        SELECT session.id, {DIGEST} AS now_digest, announced.digest, announced.seen_digest, announced.seen_at
        FROM catalogue_session AS session
        LEFT JOIN catalogue_place AS place ON place.id = session.place_id
        LEFT JOIN enrolments_announced AS announced ON announced.session_id = session.id
        WHERE session.cancelled_at IS NULL AND session.starts_at > %(now)s
          AND EXISTS (SELECT FROM enrolments_enrolment AS enrolment
                      WHERE enrolment.session_id = session.id AND enrolment.state = ANY(%(live)s))
    ) AS upcoming
    WHERE (now_digest IS DISTINCT FROM digest OR seen_digest <> '')
      AND (now_digest IS DISTINCT FROM seen_digest OR seen_at <= %(since)s)
    ORDER BY id
    LIMIT %(most)s
"""  # noqa: S608 (no value comes from outside)


@every_round
def tell_of_moved_sessions() -> None:
    now = timezone.now()
    since = now - datetime.timedelta(minutes=settings.MOVE_DELAY_MINUTES)
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, {"now": now, "live": LIVE, "since": since, "most": A_ROUND})
        ids = [pk for (pk,) in cursor.fetchall()]
    one_by_one(ids, lambda pk: follow(lock(Session(pk=pk)), now, since))


def notice_of(session: Session) -> str:
    """What to tell staff who have just saved a session that those in it will be told of; "" when there is nothing to."""
    announced = Announced.objects.filter(session=session).first()
    is_over = session.cancelled_at or not Session.objects.upcoming().filter(pk=session.pk).exists()
    if is_over or announced is None or announced.digest == digest_of(session):
        return ""
    if not session.enrolments.live().exists():
        return ""
    minutes = settings.MOVE_DELAY_MINUTES
    when = f"dans {minutes} minute{'s' if minutes > 1 else ''}" if minutes else "aussitôt"
    return f"Les personnes inscrites seront prévenues par courriel {when}, si rien d'autre ne change d'ici là."


def follow(session: Session, now: datetime.datetime, since: datetime.datetime) -> None:
    """Under the session's lock: note a change, tell it when it was noted before `since`, forget it when it was undone."""
    periods = periods_of(session)
    announced, facts = announced_of(session, periods), facts_of(session, periods)
    if facts["digest"] == announced.digest:
        announced.seen_digest, announced.seen_at = "", None
    elif facts["digest"] != announced.seen_digest:
        announced.seen_digest, announced.seen_at = facts["digest"], now
    elif announced.seen_at <= since:
        tell_all(session, periods, announced, facts)
    announced.save()


def tell_all(session: Session, periods: list[Period], announced: Announced, facts: dict) -> None:
    """Write to everybody in the session what has changed, and make of it what was last announced (without saving it).

    A room or a link matters to those who have a seat only. Who asked for a seat since the change knows the new facts.
    """
    now, sequence = timezone.now(), announced.sequence + 1
    have_dates_moved = facts["slots"] != announced.slots
    has_place_moved = where(facts["place"]) != where(announced.place)
    is_moved = have_dates_moved or has_place_moved
    states = LIVE if is_moved else [EnrolmentState.ENROLLED]
    told = session.enrolments.filter(state__in=states, created_at__lte=announced.seen_at).select_related(
        "agent__profile"
    )
    clashes = clashes_of(session) if have_dates_moved else {}
    context = {
        **wording_of(session, announced, have_dates_moved, has_place_moved),
        "is_free": is_moved,
    }
    for enrolment in told.select_for_update(of=("self",)).order_by("pk"):
        enrolment.session = session
        is_enrolled = enrolment.state == EnrolmentState.ENROLLED
        gone = announced.periods[len(periods) :]
        outbox.write_data(
            key=f"session {session.pk} moved {sequence} enrolment {enrolment.pk}",
            to=enrolment.agent.email,
            template="enrolments/emails/moved",
            context=context_of(enrolment, periods) | context | {"clash": clashes.get(enrolment.agent_id, "")},
            events=calendars.invitation(enrolment, periods, sequence, gone) if is_enrolled else None,
            calendar_method=CalendarMethod.REQUEST if is_enrolled else "",
        )
    if have_dates_moved:
        session.enrolments.live().update(last_reminder_days=None)
    for name, value in facts.items():
        setattr(announced, name, value)
    announced.sequence, announced.told_at, announced.seen_digest, announced.seen_at = sequence, now, "", None
    if is_moved:
        announced.moved_at = now


def clashes_of(session: Session) -> dict[int, str]:
    """By agent of this session, the title of another session of theirs that is now at the same time."""
    mine = Slot.objects.filter(session=session)
    at_once = Slot.objects.filter(session=OuterRef("session")).filter(
        Exists(mine.filter(starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")))
    )
    others = (
        Enrolment.objects.live()
        .exclude(session=session)
        .filter(agent__in=session.enrolments.live().values("agent"), session__cancelled_at__isnull=True)
        .filter(Exists(at_once))
        .select_related("session__module", "session__programme")
    )
    return {other.agent_id: other.session.subject.title for other in others}


def where(place: str) -> str:
    """An announced place, without its room."""
    return place.partition("\n")[0]


def wording_of(session: Session, announced: Announced, have_dates_moved: bool, has_place_moved: bool) -> dict:
    """What has changed, in words, and what it was before."""
    before = []
    if have_dates_moved:
        before += words_of(announced.periods, session.time_zone) or [announced.dates]
    if has_place_moved:
        before.append(announced.place.replace("\n", ", ").strip(", "))
    is_elsewhere = place_of(session) != announced.place
    if have_dates_moved and has_place_moved:
        heading, sentence = "Nouvelles dates, nouveau lieu", "Les dates et le lieu de cette session ont changé."
    elif have_dates_moved:
        heading = "Nouvelles dates"
        sentence = f"Les dates de cette session ont changé.{'' if is_elsewhere else ' Le lieu reste le même.'}"
    elif has_place_moved:
        heading, sentence = "Nouveau lieu", "Le lieu de cette session a changé. Les dates restent les mêmes."
    elif is_elsewhere:
        heading, sentence = "Nouvelle salle", "La salle de cette session a changé. Les dates restent les mêmes."
        room = announced.place.partition("\n")[2]
        before.append(room_in_words(room))
    else:
        heading = "Lien de connexion"
        sentence = (
            "Voici le lien pour rejoindre cette session en ligne ; il remplace tout autre."
            if session.online_url
            else "Le lien donné pour rejoindre cette session en ligne ne sert plus."
        )
    return {"heading": heading, "sentence": sentence, "before": [line for line in before if line]}
