"""A SQLite file of derived state: made when it is missing, made anew when it is torn, deletable at any time."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings

_kept = threading.local()
"""Closing the last connection writes the whole log back, which would cost each question milliseconds."""


@dataclass(frozen=True, slots=True)
class DerivedFile:
    """An index of this name; another `version` is another file. `schema` ends with a table `state` of the `seq`."""

    name: str
    version: int
    schema: str

    @property
    def path(self) -> Path:
        """Where the file is; its folder exists afterwards."""
        folder: Path = settings.XINYUN.derived
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{self.name}-{self.version}.sqlite3"

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """A connection to the file with its tables made."""
        with closing(self._opened()) as index:
            yield index

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that this thread keeps for its next question, while the file is the same."""
        kept = _kept.__dict__
        key = str(self.path)
        index, seen = kept.get(key, (None, None))
        if index is None or seen != _file_at(key):
            if index is not None and seen[1] == os.getpid():
                index.close()
            index = self._opened()
            kept[key] = index, _file_at(key)
        try:
            yield index
        except sqlite3.DatabaseError:
            kept.pop(key)[0].close()
            raise

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except sqlite3.DatabaseError as error:
            if isinstance(
                error, sqlite3.OperationalError
            ):  # busy, or the disk is full: nothing to do with the file
                raise
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        index = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            index.execute("PRAGMA journal_mode=WAL")
            index.execute("PRAGMA synchronous=OFF")  # disposable: a torn file is made again
            index.execute("PRAGMA mmap_size=4294967296")
            index.execute("PRAGMA secure_delete=FAST")  # what the law erases does not linger in a page
            if not _ready(index):
                self._make(index)
        except BaseException:
            index.close()
            raise
        return index

    def _make(self, index: sqlite3.Connection) -> None:
        """Create the tables, unless another process just has, and drop the files of other versions."""
        index.execute("BEGIN IMMEDIATE")
        if not _ready(index):
            for statement in self.schema.split(";\n"):
                index.execute(statement)
        index.execute("COMMIT")
        for old in self.path.parent.glob(f"{self.name}-*.sqlite3*"):
            if not old.name.startswith(self.path.name):
                old.unlink(missing_ok=True)


def _file_at(path: str) -> tuple[int, int] | None:
    """Which file stands there, and for which process: a connection does not outlive a fork."""
    try:
        return os.stat(path).st_ino, os.getpid()
    except FileNotFoundError:
        return None


def _ready(index: sqlite3.Connection) -> bool:
    return index.execute("SELECT 1 FROM sqlite_master WHERE name = 'state'").fetchone() is not None


def batched(rows: Iterable[tuple[Any, ...]], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """Rows in lists of at most `size`."""
    stream = iter(rows)
    while block := list(islice(stream, size)):
        yield block
