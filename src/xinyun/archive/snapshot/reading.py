"""The archive's rows by columns, a block at a time, from either store.

Everything is asked as the archive was known at one point of the feed: rows recorded later are left out, and a row
superseded later is not superseded yet. So a long reading needs no transaction that lasts as long, and what is
written meanwhile does not disturb it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, pairwise
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection

from xinyun.archive.models import Record
from xinyun.archive.snapshot.columns import BLOCK, Columns, columns

_MANY = 20_000
"""Revisions for which starting a process pays."""
_TEXTS = {
    "code", "kind", "category", "name", "division", "status", "established_on", "item", "office", "batch",
    "decided_on", "valid_from", "valid_until", "recorded_at", "content",
}  # fmt: skip
"""The columns that hold text; all others hold numbers. None holds null: an empty text or 0 stands for nothing."""


class Source:
    """The archive as it was known when the feed stood at `seq`, read through Django's own connection."""

    spaced = False
    """Whether the store writes blanks between the members of a content."""
    _instant = "CAST(r.recorded_at AS text)"

    def __init__(self, seq: int) -> None:
        self.seq = seq

    def subjects(self, after: int) -> Iterator[pl.DataFrame]:
        """The headers that changed after the change `after`, persons' without name and number, as texts and numbers."""
        # All of them are read as they lie, not by the index of `seq`.
        changed = f"AND seq > {after}" if after else ""
        yield from self._answers(
            [
                "SELECT id, COALESCE(code, '') AS code, kind, category,"
                " CASE WHEN code IS NULL THEN '' ELSE name END AS name, division, status,"
                f" {_text('established_on')} AS established_on, first_seq, seq"
                f" FROM archive_subject WHERE first_seq <= {self.seq} {changed}"
            ]
        )

    def revisions(self, after: int) -> Iterator[pl.DataFrame]:
        """The revisions with an id above `after`, in the order of ids, which is that of the feed."""
        first, last = _ends(after, self.seq)
        starts = range(first - 1, last, BLOCK)
        yield from self._answers(self._revisions(after, start, start + BLOCK) for start in starts)

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

    def _answers(self, queries: Iterable[str]) -> Iterator[pl.DataFrame]:
        for query in queries:
            with connection.cursor() as cursor:
                cursor.execute(query)
                names = [column[0] for column in cursor.description]
                while rows := cursor.fetchmany(BLOCK):
                    yield pl.DataFrame(
                        [
                            pl.Series(name, values, dtype=pl.String if name in _TEXTS else pl.Int64)
                            for name, values in zip(names, zip(*rows, strict=True), strict=True)
                        ]
                    )


class _ByColumns(Source):
    """An SQLite archive, read by a process beside."""

    def __init__(self, seq: int, asked: Columns) -> None:
        super().__init__(seq)
        self._asked = asked

    def _answers(self, queries: Iterable[str]) -> Iterator[pl.DataFrame]:
        for query, following in pairwise(chain([""], queries, [""])):
            if following:  # before the answer to the one before it is read
                self._asked.ask(following)
            if query:
                yield from self._asked.answer()


class _OnPostgresql(Source):
    spaced = True
    _instant = "to_char(r.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"

    def __init__(self, seq: int, opened: Any) -> None:
        super().__init__(seq)
        self._opened = opened

    def _answers(self, queries: Iterable[str]) -> Iterator[pl.DataFrame]:
        for query in queries:
            with self._opened.cursor() as cursor:
                cursor.execute(query)
                for batch in cursor.fetch_record_batch():
                    if batch.num_rows:
                        yield pl.DataFrame(batch)


@contextmanager
def source(after: int, seq: int) -> Iterator[Source]:
    """Open the archive as it was known at `seq`, to read what comes after the revision `after`."""
    first, last = _ends(after, seq)
    if connection.vendor == "postgresql":
        from adbc_driver_postgresql import (
            dbapi as postgresql,  # here, for most commands start sooner without it
        )

        with closing(postgresql.connect(settings.XINYUN.database_url, autocommit=True)) as opened:
            yield _OnPostgresql(seq, opened)
    elif last - first < _MANY:
        yield Source(seq)
    else:
        with columns(str(connection.settings_dict["NAME"])) as asked:
            yield _ByColumns(seq, asked)


def _ends(after: int, seq: int) -> tuple[int, int]:
    """The first and the last revision after the revision `after`, as known at `seq`; (1, 0) where there is none."""
    rows = (
        Record.objects.filter(pk__gt=after, recorded_seq__lte=seq).order_by("pk").values_list("pk", flat=True)
    )
    first, last = rows.first(), rows.last()
    return (1, 0) if first is None or last is None else (first, last)


def _text(day: str) -> str:
    return f"COALESCE(CAST({day} AS text), '')"
