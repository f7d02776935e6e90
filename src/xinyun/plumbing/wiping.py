"""Making sure that what was deleted is gone from the disk, as far as a database can: see docs/operating.md."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connections


def overwrite_deleted(alias: str = "default") -> None:
    """From now on, SQLite fills with zeros what this connection deletes; PostgreSQL has no such thing."""
    connection = connections[alias]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def compact(alias: str, tables: Iterable[str], *, whole: bool) -> bool:
    """Give back what deleted rows took up; outside any transaction. False: somebody reads, and it is to be done again.

    On SQLite the log's file is emptied into the database and cut to nothing, and with `whole` the database is first
    written anew, for a row that was updated once may have left bytes in its page. On PostgreSQL the tables are vacuumed.
    """
    connection = connections[alias]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in tables:
                cursor.execute(f"VACUUM {connection.ops.quote_name(table)}")
            return True
        if whole:
            cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, _, _) = cursor.fetchone()
    return not busy
