"""Staged rows that what the archive knows of their subjects makes hard to believe."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from xinyun.archive.staging import Stage, streamed


@dataclass(frozen=True, slots=True)
class Predating:
    """A staged row that is dated before its subject came into being."""

    row: int
    established_on: date
    content: str


def count_predating(stage: Stage, *, earliest: date | None) -> int:
    """How many staged rows are dated before the archive says that their subject came into being.

    `earliest` is the first day of any staged row: it leaves nothing to look for in most files. Rows that the stage's
    table `confirmed` names are left out.
    """
    with _found(stage, earliest) as (_, count):
        return count


def take_out_predating(stage: Stage, *, earliest: date | None) -> Iterator[Predating]:
    """Take out those rows; they are gone from the stage when the iterator has ended.

    Their subjects stay: the archive has them already.
    """
    rows = stage.table("rows")
    with _found(stage, earliest) as (cursor, count):
        if not count:
            return
        told = f"SELECT s.row, p.established, s.content FROM predating p JOIN {rows} s ON s.row = p.row ORDER BY s.row"
        for row, day, content in streamed(told):
            yield Predating(row, date.fromisoformat(day), content)
        cursor.execute(f"DELETE FROM {rows} WHERE row IN (SELECT row FROM predating)")


@contextlib.contextmanager
def _found(stage: Stage, earliest: date | None) -> Iterator[tuple[Any, int]]:
    """Put down the rows in question in a temporary table, for the length of the block, and count them.

    Only subjects younger than the earliest row can have any, so the rows are read once, and only if there are such.
    """
    with connection.cursor() as cursor:
        for name in ("young", "predating"):
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute("CREATE TEMPORARY TABLE young (n INTEGER PRIMARY KEY, established TEXT)")
        cursor.execute("CREATE TEMPORARY TABLE predating (row INTEGER PRIMARY KEY, established TEXT)")
        count = _look(cursor, stage, earliest) if earliest else 0
        yield cursor, count
        cursor.execute("DROP TABLE young")
        cursor.execute("DROP TABLE predating")


def _look(cursor: Any, stage: Stage, earliest: date) -> int:
    cursor.execute(
        f"INSERT INTO young SELECT s.n, CAST(a.established_on AS text) FROM {stage.table('subjects')} s"
        " JOIN archive_subject a ON a.code = s.code WHERE s.code IS NOT NULL AND a.established_on > %s",
        [earliest],
    )
    if not cursor.rowcount:
        return 0
    cursor.execute(
        f"INSERT INTO predating SELECT r.row, y.established FROM {stage.table('rows')} r"
        " JOIN young y ON y.n = r.subject WHERE r.decided_on < y.established"
        f" AND r.row NOT IN (SELECT row FROM {stage.table('confirmed')})"
    )
    found: int = cursor.rowcount
    return found
