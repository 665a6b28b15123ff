"""Progress bars of commands."""

import sys
from collections.abc import Iterable

from tqdm import tqdm


def progress_bar(iterable: Iterable, label: str, total: int | None) -> Iterable:
    """Show a bar on a terminal (a counter when `total` is unknown), nothing elsewhere."""
    return tqdm(iterable, desc=label, total=total, leave=False, file=sys.stderr, disable=None, unit="")
