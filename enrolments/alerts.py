"""« Prévenez-moi d'une prochaine session »: asked on the page of a module, told by the worker."""

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import User
from campus.mailing import outbox
from campus.mailing.worker import every_round, one_by_one
from catalogue import wording
from catalogue.enums import Access, PublicationState
from catalogue.models import Module, Session
from enrolments import rules
from enrolments.enums import LIVE
from enrolments.models import SessionAlert

A_ROUND = 200
"""Alerts told at most, so that the messages of a round leave before the next begins."""

# By hand, as one statement over sessions and alerts together: a query a session would be hundreds twice a minute.
# Materialized: for the sake of its LIMIT, PostgreSQL would look each alert up in an index, a second for 100,000 told ones.
DUE = """
    WITH due AS MATERIALIZED (
        SELECT alert.id AS alert_id, session.id AS session_id, session.starts_at
        FROM catalogue_session AS session
        JOIN catalogue_training AS module ON module.id = session.module_id
        JOIN enrolments_sessionalert AS alert ON alert.module_id = session.module_id
        JOIN accounts_user AS agent ON agent.id = alert.agent_id
        WHERE module.state = %(published)s AND module.access = %(campus)s AND agent.is_active
          AND session.cancelled_at IS NULL AND session.starts_at > %(now)s
          AND session.enrolment_opens_at <= %(now)s AND session.enrolment_closes_at > %(now)s
          AND NOT EXISTS (SELECT FROM enrolments_sessionalert_told_of
                          WHERE sessionalert_id = alert.id AND session_id = session.id)
          AND NOT EXISTS (SELECT FROM enrolments_enrolment
                          WHERE agent_id = alert.agent_id AND session_id = session.id AND state = ANY(%(live)s))
    )
    SELECT alert_id, session_id FROM due ORDER BY starts_at, session_id, alert_id LIMIT %(limit)s
"""


def modules_with_alerts():
    """The modules whose sessions one may be told of. A queryset."""
    return Module.objects.published().filter(access=Access.CAMPUS)


@transaction.atomic
def ask(*, agent: User, module: Module) -> SessionAlert:
    """Have `agent` told of the next sessions of `module`; once. Not of those that its page shows open already."""
    alert, is_new = SessionAlert.objects.get_or_create(agent=agent, module=module)
    if is_new:
        now = timezone.now()
        seen = Session.objects.filter(module=module, enrolment_opens_at__lte=now, enrolment_closes_at__gt=now)
        alert.told_of.set(seen)
    return alert


def stop_path(alert: SessionAlert) -> str:
    """The page where whoever holds this signed link ends the alert, without signing in."""
    return reverse("enrolments:alert_stop", args=[_signer().sign(alert.pk)])


def alert_of(token: str) -> SessionAlert | None:
    """The alert that a signed link ends; None when it has ended. Raises signing.BadSignature."""
    return SessionAlert.objects.filter(pk=_signer().unsign(token)).select_related("module").first()


def _signer() -> signing.Signer:
    return signing.Signer(salt="enrolments.alerts", sep=".")


@every_round
def tell_alerts() -> None:
    """Tell each alert once of each session that takes enrolments, were it in its waiting list."""
    parameters = {
        "published": PublicationState.PUBLISHED,
        "campus": Access.CAMPUS,
        "now": timezone.now(),
        "live": [str(state) for state in LIVE],
        "limit": A_ROUND,
    }
    with connection.cursor() as cursor:
        cursor.execute(DUE, parameters)
        due = cursor.fetchall()
    alerts = SessionAlert.objects.select_related("agent").in_bulk({alert for alert, _session in due})
    sessions = Session.objects.select_related("module").in_bulk({session for _alert, session in due})
    restricted = Session.objects.filter(
        Q(restricted_to__isnull=False) | Q(module__restricted_to__isnull=False), pk__in=sessions
    ).values_list("pk", flat=True)
    restricted = set(restricted)

    def act(due):
        alert, session = alerts[due[0]], sessions[due[1]]
        if session.pk not in restricted or rules.Terms(session, alert.agent).is_open:
            _tell(alert, session)
        # Whom a session is not open to counts as told too: they would come back first in each round.
        alert.told_of.add(session)

    one_by_one(due, act)


def _tell(alert: SessionAlert, session: Session) -> None:
    outbox.write_data(
        key=f"session alert {alert.pk} {session.pk}",
        to=alert.agent.email,
        template="enrolments/emails/session_open",
        context={
            "title": session.module.title,
            "dates": wording.session_dates_in_words(session.starts_at, session.ends_at, session.time_zone),
            "until": wording.instant_in_words(session.enrolment_closes_at),
            "enrol_url": settings.SITE_URL + reverse("enrolments:enrol", args=[session.pk]),
            "stop_url": settings.SITE_URL + stop_path(alert),
        },
    )
