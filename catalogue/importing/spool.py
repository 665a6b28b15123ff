"""Checked rows wait on disk, section by section, until all files have been checked: memory does not grow with them."""

import pickle
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple


class Row(NamedTuple):
    """One record whose columns were read. `values` holds only the columns given, all of them when the row is new."""

    file: str
    place: str
    key: str
    values: dict


class Spool:
    """Rows by section. Use it as a context manager: its files go with it."""

    def __enter__(self):
        self._stack = ExitStack()
        self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="campus-import-")))
        self._files = {}
        self.counts = Counter()
        return self

    def __exit__(self, *exception):
        self._stack.close()

    def add(self, section: str, row: Row) -> None:
        if section not in self._files:
            self._files[section] = self._stack.enter_context((self._folder / section).open("w+b"))
        pickle.dump(tuple(row), self._files[section])
        self.counts[section] += 1

    def rows(self, section: str) -> Iterator[Row]:
        if section in self._files:
            file = self._files[section]
            file.seek(0)
            for _ in range(self.counts[section]):
                yield Row(*pickle.load(file))
