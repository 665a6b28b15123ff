"""What is read seldom and shown often, kept in memory by each process, apart from the many fragments of pages.

For a few keys known beforehand: each has a lock for ever. As it is, not as a copy: Django's cache in memory would make one
at each reading, a twentieth of a page. Who asks reads it and changes nothing in it.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

SECONDS = 60
LAST_RESORT_SECONDS = 600


class Kept(NamedTuple):
    value: Any
    read_at: float
    """By the monotonic clock."""

    def is_younger_than(self, seconds: int) -> bool:
        return time.monotonic() < self.read_at + seconds


_kept: dict[str, Kept] = {}
_reading: dict[str, threading.Lock] = defaultdict(threading.Lock)

Value = TypeVar("Value")


def kept(key: str, read: Callable[[], Value]) -> Value:
    """What `read` returned in the last minute, to be read only.

    Past it, one thread reads anew while the others do with what they have, up to ten minutes old: a long reading never makes
    a crowd wait, nor is it done by all at once.
    """
    found = _kept.get(key)
    if found and found.is_younger_than(SECONDS):
        return found.value
    can_do = found is not None and found.is_younger_than(LAST_RESORT_SECONDS)
    lock = _reading[key]
    if not lock.acquire(blocking=not can_do):
        return found.value
    try:
        found = _kept.get(key)
        if not found or not found.is_younger_than(SECONDS):
            found = _kept[key] = Kept(read(), time.monotonic())
        return found.value
    finally:
        lock.release()


def forget(key: str) -> None:
    """Have it read anew by the next who asks, in this process."""
    _kept.pop(key, None)


def forget_all() -> None:
    """As a minute later, in this process: for tests."""
    _kept.clear()
