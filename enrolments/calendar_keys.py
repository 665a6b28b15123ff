"""The secret address of an agent's calendar feed: made, changed, taken away."""

from django.utils import timezone

from campus.accounts.models import User
from enrolments.models import CalendarKey
from enrolments.models.calendar import new_key


def renew_key(agent: User) -> CalendarKey:
    """Give `agent` a new address; the former, when there is one, leads nowhere from now on."""
    fields = {"key": new_key(), "created_at": timezone.now()}
    return CalendarKey.objects.update_or_create(agent=agent, defaults=fields)[0]


def drop_key(agent: User) -> None:
    """Take the address of `agent` away."""
    CalendarKey.objects.filter(agent=agent).delete()


def agent_of_key(key: str) -> User | None:
    """Whose feed a key opens; None for one that is unknown, or of an account that is closed."""
    return User.objects.filter(calendar_key__key=key, is_active=True).first()
