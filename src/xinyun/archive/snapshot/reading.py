"""The archive's rows by columns, a block at a time, from either store.

Everything is asked as the archive was known at one point of the feed: rows recorded later are left out, and a row
superseded later is not superseded yet. So a long reading needs no transaction that lasts as long, and what is
written meanwhile does not disturb it.

PostgreSQL is read by ADBC. SQLite is read by the library that Django uses, because ADBC brings another one: two of
them in a process break each other's locks on the file (sqlite.org/howtocorrupt.html, 2.2.1).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import polars as pl
from adbc_driver_postgresql import dbapi as postgresql
from django.conf import settings
from django.db import connection

from xinyun.archive.models import Record

_BLOCK = 50_000
"""Ids of a block of revisions: with the texts of their contents some tens of megabytes."""


_TEXTS = {
    "code", "kind", "category", "name", "division", "status", "established_on", "item", "office", "batch",
    "decided_on", "valid_from", "valid_until", "recorded_at", "content",
}  # fmt: skip
"""The columns that hold text; all others hold numbers. None holds null: an empty text or 0 stands for nothing."""


class Source:
    """The archive as it was known when the feed stood at `seq`."""

    spaced = False
    """Whether the store writes blanks between the members of a content."""
    _instant = "CAST(r.recorded_at AS text)"

    def __init__(self, seq: int) -> None:
        self.seq = seq

    def subjects(self, after: int) -> Iterator[pl.DataFrame]:
        """The headers that changed after the change `after`, persons' without name and number, as texts and numbers."""
        # All of them are read as they lie, not by the index of `seq`.
        changed = f"AND seq > {after}" if after else ""
        yield from self._blocks(
            "SELECT id, COALESCE(code, '') AS code, kind, category, CASE WHEN code IS NULL THEN '' ELSE name END AS name,"
            f" division, status, {_text('established_on')} AS established_on, first_seq, seq"
            f" FROM archive_subject WHERE first_seq <= {self.seq} {changed}"
        )

    def revisions(self, after: int) -> Iterator[pl.DataFrame]:
        """The revisions with an id above `after`, in the order of ids, which is that of the feed."""
        ids = (
            Record.objects.filter(pk__gt=after, recorded_seq__lte=self.seq)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        first, last = ids.first(), ids.last()
        if first is None or last is None:
            return
        for start in range(first - 1, last, _BLOCK):
            yield from self._blocks(self._revisions(after, start, start + _BLOCK))

    def _revisions(self, after: int, start: int, end: int) -> str:
        return (
            "SELECT r.id, r.subject_id AS subject, r.item, r.key, r.revision, r.office, r.batch,"
            f" {_text('r.decided_on')} AS decided_on, {_text('r.valid_from')} AS valid_from,"
            f" {_text('r.valid_until')} AS valid_until, CASE WHEN r.withdrawal = '' THEN 0 ELSE 1 END AS withdrawn,"
            f" {self._instant} AS recorded_at, r.recorded_seq, CASE WHEN r.superseded_seq <= {self.seq}"
            f" THEN r.superseded_seq ELSE 0 END AS superseded_seq, COALESCE(p.id, 0) AS ends,"
            " CASE WHEN s.code IS NULL THEN 1 ELSE 0 END AS person, CAST(r.content AS text) AS content"
            " FROM archive_record r JOIN archive_subject s ON s.id = r.subject_id"
            " LEFT JOIN archive_record p ON r.revision > 1 AND p.subject_id = r.subject_id AND p.item = r.item"
            f" AND p.key = r.key AND p.revision = r.revision - 1 AND p.id <= {after}"
            f" WHERE r.id > {start} AND r.id <= {end} AND r.recorded_seq <= {self.seq} ORDER BY r.id"
        )

    def _blocks(self, query: str) -> Iterator[pl.DataFrame]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            names = [column[0] for column in cursor.description]
            while rows := cursor.fetchmany(_BLOCK):
                yield pl.DataFrame(
                    [
                        pl.Series(name, values, dtype=pl.String if name in _TEXTS else pl.Int64)
                        for name, values in zip(names, zip(*rows, strict=True), strict=True)
                    ]
                )


class _PostgresqlSource(Source):
    spaced = True
    _instant = "to_char(r.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"

    def __init__(self, seq: int, opened: Any) -> None:
        super().__init__(seq)
        self._opened = opened

    def _blocks(self, query: str) -> Iterator[pl.DataFrame]:
        with self._opened.cursor() as cursor:
            cursor.execute(query)
            for batch in cursor.fetch_record_batch():
                if batch.num_rows:
                    yield pl.DataFrame(batch)


@contextmanager
def source(seq: int) -> Iterator[Source]:
    """Open the archive as it was known at `seq`."""
    if connection.vendor == "sqlite":
        yield Source(seq)
        return
    with closing(postgresql.connect(settings.XINYUN.database_url, autocommit=True)) as opened:
        yield _PostgresqlSource(seq, opened)


def _text(day: str) -> str:
    return f"COALESCE(CAST({day} AS text), '')"
