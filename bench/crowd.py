"""Agents, signed in, and sessions to enrol in: what bench.enrolments sends."""

import datetime
import secrets
from importlib import import_module
from itertools import cycle, islice

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session as WebSession
from django.urls import reverse
from django.utils import timezone

from campus.accounts.models import Organisation, User
from catalogue.enums import Access
from catalogue.models import Module, Session, Slot
from enrolments.models import Profile

TOKEN = "b" * 32  # of the form and of the cookie, which must be the same
BACKEND = "campus.accounts.backends.CampusBackend"


def new_agents(count: int) -> list[User]:
    """Agents that nobody has seen before, with their profile, of an employer that has another above it."""
    mark, above = secrets.token_hex(4), Organisation.objects.first()
    employer, _is_new = Organisation.objects.get_or_create(name="Banc", defaults={"kind": above.kind, "parent": above})
    agents = User.objects.bulk_create(
        User(email=f"banc-{mark}-{number}@exemple.gouv.fr", password="!", organisation=employer)
        for number in range(count)
    )
    Profile.objects.bulk_create(Profile(agent=agent) for agent in agents)
    return agents


def cookies_of(agents: list[User]) -> list[str]:
    """Sign them in, each by a session in the database; what their browsers then send."""
    encode = import_module(settings.SESSION_ENGINE).SessionStore().encode
    sessions = [
        WebSession(
            session_key=secrets.token_hex(16),
            expire_date=timezone.now() + datetime.timedelta(hours=12),
            session_data=encode(
                {
                    SESSION_KEY: str(agent.pk),
                    BACKEND_SESSION_KEY: BACKEND,
                    HASH_SESSION_KEY: agent.get_session_auth_hash(),
                }
            ),
        )
        for agent in agents
    ]
    WebSession.objects.bulk_create(sessions)
    return [f"sessionid={session.session_key}; csrftoken={TOKEN}" for session in sessions]


def new_sessions(count: int, seats: int) -> list[Session]:
    """Online sessions of the demonstration modules, open for enrolment, one a day from a month on."""
    organiser = Organisation.objects.first()
    modules = cycle(Module.objects.published().filter(access=Access.CAMPUS).order_by("pk"))
    first = (timezone.now() + datetime.timedelta(days=30)).replace(hour=9, minute=0, second=0, microsecond=0)
    sessions = Session.objects.bulk_create(
        Session(
            module=module,
            domain_id=module.domain_id,
            organiser=organiser,
            modality="en-ligne",
            online_url="https://visio.exemple.fr/banc",
            seats=seats,
            enrolment_opens_at=timezone.now() - datetime.timedelta(days=1),
            enrolment_closes_at=first,
        )
        for module in islice(modules, count)
    )
    days = [first + datetime.timedelta(days=day) for day in range(count)]
    three_hours = datetime.timedelta(hours=3)
    Slot.objects.bulk_create(
        Slot(session=session, starts_at=day, ends_at=day + three_hours)
        for session, day in zip(sessions, days, strict=True)
    )
    return sessions


def forms_of(agents: list[User], sessions: list[Session]) -> list[tuple[str, str, str]]:
    """What each agent's browser sends to enrol in one of the sessions, given in turn: (path, cookie, body)."""
    body = f"csrfmiddlewaretoken={TOKEN}&full_attendance=on"
    paths = cycle([reverse("enrolments:enrol", args=[session.pk]) for session in sessions])
    return [(next(paths), cookie, body) for cookie in cookies_of(agents)]
