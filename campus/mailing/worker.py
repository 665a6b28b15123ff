"""What runs beside the web: sends the messages, and does now and then what apps have asked for."""

import datetime
import logging
import os
import socket
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone

from campus.mailing.models import KEPT_DAYS, Message, MessageState, Worker
from campus.mailing.outbox import send_next

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 1
ROUND_SECONDS = 30
ALIVE_SECONDS = 120
ONE_AT_A_TIME = 0x574F524B  # advisory lock

_tasks: list[Callable[[], None]] = []


def every_round(task: Callable[[], None]) -> Callable[[], None]:
    """Have the worker call `task` twice a minute, in a transaction, never two at a time. Decorates a function."""
    _tasks.append(task)
    return task


def is_running() -> bool:
    """Whether a worker has shown itself in the last two minutes."""
    since = timezone.now() - datetime.timedelta(seconds=ALIVE_SECONDS)
    return Worker.objects.filter(seen_at__gte=since).exists()


def run(is_over: Callable[[], bool], *, pause: Callable[[float], object]) -> None:
    """Work until `is_over` says so. `pause` waits for so many seconds, or less. A lost database is waited for."""
    name = f"{socket.gethostname()} {os.getpid()}"
    next_round = timezone.now()
    while not is_over():
        try:
            if timezone.now() >= next_round:
                do_round(name)
                next_round = timezone.now() + datetime.timedelta(seconds=ROUND_SECONDS)
            while not is_over() and send_next():
                pass
        except (DatabaseError, InterfaceError):
            logger.exception("The worker lost its database; it tries again.")
            connection.close()
        pause(PAUSE_SECONDS)


def do_round(name: str) -> None:
    """Show a sign of life, then run the tasks, each in its transaction. One that fails does not stop the others."""
    now = timezone.now()
    Worker.objects.update_or_create(name=name, defaults={"seen_at": now})
    Worker.objects.filter(seen_at__lt=now - datetime.timedelta(days=1)).delete()
    for task in _tasks:
        try:
            with transaction.atomic():
                if _alone():
                    task()
        except InterfaceError:
            raise
        except Exception:
            if not connection.is_usable():
                raise
            logger.exception("The task %s failed; it runs again next round.", task.__qualname__)


def _alone() -> bool:
    """Take the lock of this transaction; False when another worker has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        return cursor.fetchone()[0]


@every_round
def forget_old_messages() -> None:
    """Messages are kept for as long as somebody may ask about them."""
    old = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    Message.objects.filter(state=MessageState.SENT, sent_at__lt=old).delete()
