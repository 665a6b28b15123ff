"""« À faire » and « Sur invitation » of « Mon espace »: what is expected of an agent, whatever the app, in one query."""

import datetime
from typing import NamedTuple

from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from campus import expected
from campus.expected import Expected, Row, rows_of
from catalogue import wording
from enrolments import private_sessions
from enrolments.enums import FollowState, LicenceProvider, LicenceState
from enrolments.models import CohortMember, Enrolment, ExternalFollow, Licence, Profile
from trainers.expected import expected_rows, in_words

FOLLOWS_SHOWN = 5
FEEDBACK_SHOWN = 3
PRIVATE_SHOWN = 10
LICENCE, FOLLOW, FEEDBACK, PRIVATE, COHORT = "licence", "suivi", "avis", "session-privee", "promotion"
KINDS = [LICENCE, FOLLOW, FEEDBACK, PRIVATE, COHORT]


class ToDo(NamedTuple):
    expected: list[Expected]
    invitations: list[Expected]
    """The private sessions that one may enrol in: title and address of the page, dates."""


def to_do_of(profile: Profile) -> ToDo:
    agent = profile.agent
    licences = Licence.objects.filter(agent=agent, state=LicenceState.GIVEN)
    taken_back_at = F("reminded_at") + F("pool__notice_days") * Value(datetime.timedelta(days=1))
    follows = ExternalFollow.objects.filter(agent=agent, state=FollowState.STARTED)
    followed = Enrolment.objects.open_to_feedback().filter(agent=agent, feedback=None)
    invited = CohortMember.objects.invited().filter(user=agent, cohort__archived_at=None)
    rows = expected.read(
        [
            *expected_rows(agent),
            rows_of(licences, kind=Value(LICENCE), title="pool__provider", at=taken_back_at, detail="pool__year"),
            rows_of(invited, kind=Value(COHORT), title="cohort__organisation__name", detail="cohort__name"),
            rows_of(
                follows, kind=Value(FOLLOW), key="pk", title="module__title", at="started_on", detail="module__slug"
            ),
            rows_of(
                followed,
                kind=Value(FEEDBACK),
                key="pk",
                title=Coalesce("session__module__title", "session__programme__title"),
                at="present_since",
            ),
            rows_of(
                private_sessions.open_to(profile),
                kind=Value(PRIVATE),
                key="pk",
                title="programme__title",
                at="starts_at",
                until="ends_at",
                detail="time_zone",
            ),
        ]
    )
    by_kind = {kind: [row for row in rows if row.kind == kind] for kind in KINDS}
    latest_follows = by_kind[FOLLOW][::-1][:FOLLOWS_SHOWN]
    latest_followed = by_kind[FEEDBACK][::-1][:FEEDBACK_SHOWN]
    return ToDo(
        expected=[
            *in_words(rows),
            *map(_cohort, by_kind[COHORT]),
            *map(_licence, by_kind[LICENCE]),
            *map(_feedback, latest_followed),
            *map(_follow, latest_follows),
        ],
        invitations=[_invitation(row) for row in by_kind[PRIVATE][:PRIVATE_SHOWN]],
    )


def _licence(row: Row) -> Expected:
    name = f"{LicenceProvider(row.title).label} {row.detail}"
    until = f" : sans activation, elle sera reprise le {wording.instant_day_in_words(row.at)}" if row.at else ""
    return Expected(
        f"Activez votre licence {name}", f"Voir ma licence {name}", reverse("enrolments:licences"), detail=until
    )


def _cohort(row: Row) -> Expected:
    text = f"{row.title} vous invite dans sa promotion « {row.detail} »"
    return Expected(text, "Accepter ou refuser", reverse("enrolments:my_cohorts"))


def _follow(row: Row) -> Expected:
    return Expected(
        "Avez-vous terminé cette formation ?",
        "Je l'ai terminée",
        reverse("enrolments:follow_finish", args=[row.key]),
        title=row.title,
        title_url=reverse("catalogue:module_detail", args=[row.detail]),
        detail=f", suivie depuis le {wording.instant_day_in_words(row.at)}",
    )


def _feedback(row: Row) -> Expected:
    url = reverse("enrolments:feedback", args=[row.key])
    return Expected("Qu'avez-vous pensé de cette session ?", "Donner mon avis", url, title=row.title, title_url=url)


def _invitation(row: Row) -> Expected:
    url = reverse("enrolments:enrol", args=[row.key])
    dates = wording.session_dates_in_words(row.at, row.until, row.detail)
    return Expected("", "S'inscrire", url, title=row.title, title_url=url, detail=f", {dates}")
