"""What runs beside the web: sends the messages, and does now and then what apps have asked for."""

import datetime
import logging
import os
import socket
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils import timezone

from campus.mailing.models import KEPT_DAYS, Message, MessageState, Worker
from campus.mailing.outbox import send_next

logger = logging.getLogger(__name__)
PAUSE_SECONDS = 1
ROUND_SECONDS = 30
ALIVE_SECONDS = 120
ONE_AT_A_TIME = 0x574F524B  # advisory lock
STILL_ALIVE = "UPDATE mailing_worker SET seen_at = now() WHERE name = %s"
"""For a task longer than ALIVE_SECONDS, out of its transaction; with `own_name`."""

Item = TypeVar("Item")
_tasks: list[Callable[[], None]] = []


def every_round(task: Callable[[], None]) -> Callable[[], None]:
    """Have the worker call `task` twice a minute, never two workers at a time. Decorates a function.

    A task that acts on many things does so by `one_by_one`.
    """
    _tasks.append(task)
    return task


def one_by_one(items: Iterable[Item], act: Callable[[Item], object]) -> None:
    """Act on each item in a transaction of its own: one that fails is logged and stops no other, and nothing stays locked
    for long."""
    for item in items:
        with _going_on(item), transaction.atomic():
            act(item)


def own_name() -> str:
    return f"{socket.gethostname()} {os.getpid()}"


def is_running() -> bool:
    """Whether a worker has shown itself in the last two minutes."""
    since = timezone.now() - datetime.timedelta(seconds=ALIVE_SECONDS)
    return Worker.objects.filter(seen_at__gte=since).exists()


def run(is_over: Callable[[], bool], *, pause: Callable[[float], object]) -> None:
    """Work until `is_over` says so. `pause` waits for so many seconds, or less. A lost database is waited for."""
    name = own_name()
    next_round = timezone.now()
    while not is_over():
        try:
            if timezone.now() >= next_round:
                do_round(name)
                next_round = timezone.now() + datetime.timedelta(seconds=ROUND_SECONDS)
            while not is_over() and timezone.now() < next_round and send_next():
                pass
        except (DatabaseError, InterfaceError):
            logger.exception("The worker lost its database; it tries again.")
            connection.close()
        pause(PAUSE_SECONDS)


def do_round(name: str) -> None:
    """Show a sign of life, then run the tasks. One that fails does not stop the others."""
    now = timezone.now()
    Worker.objects.update_or_create(name=name, defaults={"seen_at": now})
    Worker.objects.filter(seen_at__lt=now - datetime.timedelta(days=1)).delete()
    for task in _tasks:
        with _going_on(task), _alone() as is_mine:
            if is_mine:
                task()


@contextmanager
def _going_on(what):
    """Log what fails inside and go on; but not without a database."""
    try:
        yield
    except InterfaceError:
        raise
    except Exception:
        if not connection.is_usable():
            raise
        logger.exception("%r failed; it is tried again next round.", what)


@contextmanager
def _alone():
    """Hold the lock of the tasks; gives False when another worker has it. A worker that dies lets it go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ONE_AT_A_TIME])
        is_mine = cursor.fetchone()[0]
    try:
        yield is_mine
    finally:
        if is_mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


@every_round
def forget_old_messages() -> None:
    """Messages are kept for as long as somebody may ask about them."""
    old = timezone.now() - datetime.timedelta(days=KEPT_DAYS)
    Message.objects.filter(state=MessageState.SENT, sent_at__lt=old).delete()
    Message.objects.filter(state=MessageState.FAILED, created_at__lt=old).delete()
