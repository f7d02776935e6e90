"""A batch's rows on their way in: written by columns, outside the archive, until they are merged in one step.

On SQLite the stage is a file of its own, so that a long batch holds no lock on the archive while it is read
and checked; on PostgreSQL it is unlogged tables. A stage whose process died is swept by the next one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection

ROWS = pl.Schema(
    {
        "row": pl.Int64,
        "subject": pl.Int64,
        "key": pl.Int64,
        "digest": pl.Int64,
        "content": pl.String,
        "decided_on": pl.String,
        "valid_from": pl.String,
        "valid_until": pl.String,
    }
)
"""A record on its way in; `subject` is an `n` of `SUBJECTS`. Days are ISO text, `valid_until` is the first day after."""
SUBJECTS = pl.Schema(
    {
        "n": pl.Int64,
        "code": pl.String,
        "hash": pl.String,
        "sealed": pl.String,
        "kind": pl.String,
        "category": pl.String,
        "name": pl.String,
        "division": pl.String,
        "status": pl.String,
        "established": pl.String,
    }
)
"""Subjects as rows name them; one may stand there more than once, the later the newer."""
_AHEAD = 2
"""Frames that may wait to be written: the bound on what reading is ahead of writing."""


_CHUNK = 2000


class Stage:
    """Tables that `write` appends to, in the background; SQL finds them by `table`."""

    def __init__(self, batch: str, address: Any) -> None:
        self.batch = batch
        self._connection = address
        self._writer = ThreadPoolExecutor(1, "stage")
        self._turn = Lock()
        self._waiting: deque[Future[None]] = deque()

    def write(self, table: str, frame: pl.DataFrame) -> None:
        """Append rows in the shape of the table, from any thread; whoever is too far ahead of the disk waits."""
        with self._turn:
            while len(self._waiting) >= _AHEAD:
                self._waiting.popleft().result()
            self._waiting.append(self._writer.submit(self._append, table, frame))

    def complete(self) -> None:
        """Wait until all is written; afterwards nothing more is."""
        while self._waiting:
            self._waiting.popleft().result()
        self.close()

    def close(self) -> None:
        """Let go of the store, whatever still waits."""
        self._writer.shutdown(wait=True, cancel_futures=True)
        self._connection.close()

    def table(self, name: str) -> str:
        """The name by which SQL finds a table."""
        raise NotImplementedError

    def _append(self, table: str, frame: pl.DataFrame) -> None:
        raise NotImplementedError


class _SqliteStage(Stage):
    def __init__(self, path: Path, tables: Mapping[str, pl.Schema]) -> None:
        # Here, for most commands collect nothing and start sooner without it.
        from adbc_driver_sqlite import dbapi as sqlite

        super().__init__(path.stem, sqlite.connect(f"file:{path}", autocommit=True))
        with self._connection.cursor() as cursor:
            # Nothing here outlives the batch, so nothing needs to reach the disk in order.
            for pragma in ("page_size=8192", "journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE"):
                cursor.execute(f"PRAGMA {pragma}")
            for name, schema in tables.items():
                cursor.execute(f"CREATE TABLE {name} ({_columns(schema, 'INTEGER', 'INTEGER PRIMARY KEY')})")

    def table(self, name: str) -> str:
        return f"stage.{name}"

    def _append(self, table: str, frame: pl.DataFrame) -> None:
        with self._connection.cursor() as cursor:
            cursor.adbc_ingest(table, frame.to_arrow(), mode="append")


class _PostgresqlStage(Stage):
    def __init__(self, batch: str) -> None:
        from adbc_driver_postgresql import dbapi as postgresql

        super().__init__(batch, postgresql.connect(settings.XINYUN.database_url, autocommit=True))

    def table(self, name: str) -> str:
        return f"staging.{_local(self.batch, name)}"

    def _append(self, table: str, frame: pl.DataFrame) -> None:
        with self._connection.cursor() as cursor:
            cursor.adbc_ingest(
                _local(self.batch, table), frame.to_arrow(), mode="append", db_schema_name="staging"
            )


def _columns(schema: pl.Schema, number: str, key: str) -> str:
    """The columns of a table; a `row` or `n` numbers its rows."""
    kinds = {name: number if kind == pl.Int64 else "TEXT" for name, kind in schema.items()}
    return ", ".join(f'"{name}" {key if name in {"row", "n"} else kind}' for name, kind in kinds.items())


@contextlib.contextmanager
def stage(batch: str, others: Mapping[str, pl.Schema]) -> Iterator[Stage]:
    """Open a stage for `batch` with the archive's own tables and `others`; it is gone when the block ends."""
    tables = {"rows": ROWS, "subjects": SUBJECTS, **others}
    opened = _on_postgresql(batch, tables) if connection.vendor == "postgresql" else _on_sqlite(batch, tables)
    with opened as ready:
        yield ready


@contextlib.contextmanager
def attached(rows: Stage) -> Iterator[None]:
    """Let the archive's connection see a complete stage; SQLite attaches the file, PostgreSQL has it already."""
    rows.complete()
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("ATTACH DATABASE %s AS stage", [str(_folder() / f"{rows.batch}.sqlite3")])
        try:
            cursor.execute("PRAGMA stage.journal_mode=OFF")
            cursor.execute("PRAGMA stage.synchronous=OFF")
            yield
        finally:
            cursor.execute("DETACH DATABASE stage")


def streamed(query: str) -> Iterator[tuple[Any, ...]]:
    """The rows that a query of our own finds, some at a time: PostgreSQL would otherwise hand over all at once."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while block := cursor.fetchmany(_CHUNK):
            yield from block


def _folder() -> Path:
    return Path(settings.XINYUN.home) / "staging"


@contextlib.contextmanager
def _on_sqlite(batch: str, tables: Mapping[str, pl.Schema]) -> Iterator[Stage]:
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    _sweep_files(folder)
    path = folder / f"{batch}.sqlite3"
    with _held(folder / f"{batch}.lock", wait=True):
        rows = _SqliteStage(path, tables)
        try:
            yield rows
        finally:
            rows.close()
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _held(path: Path, *, wait: bool) -> Iterator[None]:
    """Hold a lock file and take it away in the end.

    With `wait`, a sweep that came between the opening and the locking of the file is waited out.

    :raises BlockingIOError: another process holds it, and we do not wait.
    """
    while True:
        with path.open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            if os.fstat(stream.fileno()).st_nlink == 0:
                continue  # It was taken away while we came to it.
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
            return


def _sweep_files(folder: Path) -> None:
    """Remove the stages of processes that died: their lock is free. A stage that just begins is left alone."""
    for lock in {
        file.with_suffix(".lock") for end in ("sqlite3", "lock") for file in folder.glob(f"*.{end}")
    }:
        with contextlib.suppress(BlockingIOError), _held(lock, wait=False):
            lock.with_suffix(".sqlite3").unlink(missing_ok=True)


@contextlib.contextmanager
def _on_postgresql(batch: str, tables: Mapping[str, pl.Schema]) -> Iterator[Stage]:
    with connection.cursor() as cursor:
        _sweep_tables(cursor)
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [_owner(batch)])
        for name, schema in tables.items():
            columns = _columns(schema, "BIGINT", "BIGINT PRIMARY KEY")
            cursor.execute(f"CREATE UNLOGGED TABLE staging.{_local(batch, name)} ({columns})")
    rows = _PostgresqlStage(batch)
    try:
        yield rows
    finally:
        rows.close()
        with connection.cursor() as cursor:
            for name in tables:
                cursor.execute(f"DROP TABLE IF EXISTS staging.{_local(batch, name)}")
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [_owner(batch)])


def _owner(batch: str) -> str:
    return f"batch_{batch}"


def _local(batch: str, name: str) -> str:
    return f"{_owner(batch)}_{name}"


def _sweep_tables(cursor) -> None:  # type: ignore[no-untyped-def]
    """Drop the stages of sessions that died: their advisory lock is free."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'staging'")
    for (table,) in cursor.fetchall():
        owner = table.rpartition("_")[0]
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [owner])
        if cursor.fetchone()[0]:
            cursor.execute(f'DROP TABLE IF EXISTS staging."{table}"')
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [owner])
