"""What is read seldom and shown often, kept in memory by each process, apart from the many fragments of pages.

For a few keys known beforehand: each has a lock for ever.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import caches

SECONDS = 60
LAST_RESORT_SECONDS = 600
_reading: dict[str, threading.Lock] = defaultdict(threading.Lock)

Value = TypeVar("Value")


def kept(key: str, read: Callable[[], Value]) -> Value:
    """What `read` returned in the last minute.

    Past it, one thread reads anew while the others do with what they have: a long reading never makes a crowd wait, nor
    is it done by all at once.
    """
    cache = caches["kept"]
    found = cache.get(key)
    if found is not None and found[1] > time.monotonic():
        return found[0]
    lock = _reading[key]
    if not lock.acquire(blocking=found is None):
        return found[0]
    try:
        found = cache.get(key)
        if found is None or found[1] <= time.monotonic():
            found = (read(), time.monotonic() + SECONDS)
            cache.set(key, found, LAST_RESORT_SECONDS)
        return found[0]
    finally:
        lock.release()


def forget(key: str) -> None:
    """Have it read anew by the next who asks, in this process."""
    caches["kept"].delete(key)
