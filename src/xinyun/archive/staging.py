"""A batch's rows on their way in: written by columns, outside the archive, until they are merged in one step.

On SQLite the stage is a file of its own, so that a long batch holds no lock on the archive while it is read
and checked; on PostgreSQL it is an unlogged table. A stage whose process died is swept by the next one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from adbc_driver_postgresql import dbapi as postgresql
from adbc_driver_sqlite import dbapi as sqlite
from django.conf import settings
from django.db import connection

COLUMNS = pl.Schema(
    {
        "row": pl.Int64,
        "subject_code": pl.String,
        "subject_hash": pl.String,
        "subject_sealed": pl.String,
        "subject_kind": pl.String,
        "subject_category": pl.String,
        "subject_name": pl.String,
        "subject_division": pl.String,
        "subject_status": pl.String,
        "subject_established": pl.String,
        "key": pl.String,
        "digest": pl.String,
        "content": pl.String,
        "decided_on": pl.String,
        "valid_from": pl.String,
        "valid_until": pl.String,
    }
)
"""What a staged row carries; days are ISO text, `valid_until` is the first day after."""


class Stage:
    """Write frames with `write`; `table` is the name by which SQL finds the rows."""

    table: str
    batch: str

    def write(self, frame: pl.DataFrame) -> None:
        """Append rows in the shape of `COLUMNS`."""
        raise NotImplementedError


class _SqliteStage(Stage):
    def __init__(self, path: Path) -> None:
        self.batch = path.stem
        self.table = "stage.rows"
        self._connection = sqlite.connect(f"file:{path}", autocommit=True)
        with self._connection.cursor() as cursor:
            # Nothing here outlives the batch, so nothing needs to reach the disk in order.
            cursor.execute("PRAGMA journal_mode=OFF")
            cursor.execute("PRAGMA synchronous=OFF")
            columns = ", ".join(
                f'"{name}" {"INTEGER PRIMARY KEY" if name == "row" else "TEXT"}' for name in COLUMNS
            )
            cursor.execute(f"CREATE TABLE rows ({columns})")

    def write(self, frame: pl.DataFrame) -> None:
        with self._connection.cursor() as cursor:
            cursor.adbc_ingest("rows", frame.select(COLUMNS.names()).to_arrow(), mode="append")

    def close(self) -> None:
        self._connection.close()


class _PostgresqlStage(Stage):
    def __init__(self, batch: str, table: str) -> None:
        self.batch = batch
        self.table = f"staging.{table}"
        self._name = table
        self._connection = postgresql.connect(settings.XINYUN.database_url, autocommit=True)

    def write(self, frame: pl.DataFrame) -> None:
        with self._connection.cursor() as cursor:
            cursor.adbc_ingest(
                self._name, frame.select(COLUMNS.names()).to_arrow(), mode="append", db_schema_name="staging"
            )

    def close(self) -> None:
        self._connection.close()


@contextlib.contextmanager
def stage(batch: str) -> Iterator[Stage]:
    """Open a stage for `batch`; it is gone when the block ends, however it ends."""
    opened = _on_postgresql(batch) if connection.vendor == "postgresql" else _on_sqlite(batch)
    with opened as ready:
        yield ready


@contextlib.contextmanager
def _on_sqlite(batch: str) -> Iterator[Stage]:
    folder = settings.XINYUN.home / "staging"
    folder.mkdir(parents=True, exist_ok=True)
    _sweep_files(folder)
    path = folder / f"{batch}.sqlite3"
    # The lock comes before the file, and the sweep looks for files: it never meets a lock that is not held yet.
    with _held(folder / f"{batch}.lock"):
        rows = _SqliteStage(path)
        try:
            yield rows
        finally:
            rows.close()
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold a lock file and take it away in the end.

    :raises BlockingIOError: another process holds it, or has taken it away while we came to it.
    """
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not path.exists() or path.stat().st_ino != os.fstat(stream.fileno()).st_ino:
            raise BlockingIOError(f"{path} was taken away")
        yield
        path.unlink(missing_ok=True)


def _sweep_files(folder: Path) -> None:
    """Remove the stages of processes that died: their lock is free. A stage that just begins is left alone."""
    for file in folder.glob("*.sqlite3"):
        with contextlib.suppress(BlockingIOError, FileNotFoundError), _held(file.with_suffix(".lock")):
            file.unlink(missing_ok=True)


@contextlib.contextmanager
def _on_postgresql(batch: str) -> Iterator[Stage]:
    table = f"batch_{batch}"
    columns = ", ".join(
        f'"{name}" {"bigint" if kind == pl.Int64 else "text"}' for name, kind in COLUMNS.items()
    )
    with connection.cursor() as cursor:
        _sweep_tables(cursor)
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [table])
        cursor.execute(f"CREATE UNLOGGED TABLE staging.{table} ({columns})")
    rows = _PostgresqlStage(batch, table)
    try:
        yield rows
    finally:
        rows.close()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS staging.{table}")
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [table])


def _sweep_tables(cursor) -> None:  # type: ignore[no-untyped-def]
    """Drop the stages of sessions that died: their advisory lock is free."""
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'staging'")
    for (table,) in cursor.fetchall():
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [table])
        if cursor.fetchone()[0]:
            cursor.execute(f'DROP TABLE IF EXISTS staging."{table}"')
            cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [table])
