"""Rows of one file about one record: the same content counts once, different content is the office's to sort out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt
import polars as pl
from django.db import connection

from xinyun.archive.staging import Stage, streamed

_SLOTS = 1 << 27
"""Bytes: a slot a byte. Ten million rows fill a thirteenth of it."""
_NAMED = 20


class Suspects:
    """Picks out, in memory that does not grow, keys that may have been met before; SQL then tells which have been."""

    def __init__(self) -> None:
        self._met = np.zeros(_SLOTS, dtype=np.bool_)  # memory that is not touched is not taken
        self._mask = np.uint64(_SLOTS - 1)

    def among(self, keys: pl.Series) -> pl.Series:
        """Those of a frame's keys that were met before, in this frame or an earlier one; a few too many perhaps."""
        numbers = keys.to_numpy()
        slots = (numbers.view(np.uint64) & self._mask).astype(np.int64)
        again = self._met[slots]
        self._met[slots] = True
        return pl.Series("key", np.concatenate([numbers[again], _twice(slots, numbers)]), dtype=pl.Int64)


def _twice(slots: npt.NDArray[np.int64], numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Of numbers whose slot stands more than once in the frame, all."""
    order = np.argsort(slots, kind="stable")
    same = np.flatnonzero(slots[order][1:] == slots[order][:-1])
    return numbers[order[np.union1d(same, same + 1)]]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row of which the file says something else in `others`: one key, different content. Some of many are named."""

    row: int
    others: tuple[int, ...]
    content: str


_AT_ODDS = "SELECT key FROM repeats GROUP BY key HAVING MIN(digest) <> MAX(digest)"


def take_out_repeats(stage: Stage) -> int:
    """Leave the first of the rows that all say the same about one record; returns how many were taken out.

    The stage's table `suspects` holds the keys to look at.
    """
    rows = stage.table("rows")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS repeats")
        cursor.execute("CREATE TEMPORARY TABLE repeats (row INTEGER PRIMARY KEY, key BIGINT, digest BIGINT)")
        cursor.execute(
            f"INSERT INTO repeats SELECT row, key, digest FROM {rows}"
            f" WHERE key IN (SELECT key FROM {stage.table('suspects')})"
        )
        cursor.execute("CREATE INDEX repeats_key ON repeats (key, row)")
        cursor.execute(
            f"DELETE FROM {rows} WHERE row IN (SELECT r.row FROM repeats r WHERE r.key NOT IN ({_AT_ODDS})"
            " AND EXISTS (SELECT 1 FROM repeats e WHERE e.key = r.key AND e.row < r.row))"
        )
        return cursor.rowcount


def take_out_conflicts(stage: Stage) -> Iterator[Conflict]:
    """Take out rows that say different things about one record, each with the numbers of the others.

    After `take_out_repeats`; the rows are gone from the stage when the iterator has ended.
    """
    rows = stage.table("rows")
    told = f"SELECT s.row, s.key, s.content FROM {rows} s JOIN repeats r ON r.row = s.row"
    met = streamed(f"{told} WHERE r.key IN ({_AT_ODDS}) ORDER BY s.key, s.row")
    for _, same in groupby(met, key=lambda found: found[1]):
        yield from _conflicts(same)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {rows} WHERE row IN (SELECT row FROM repeats WHERE key IN ({_AT_ODDS}))")
        if cursor.rowcount:
            cursor.execute(
                f"DELETE FROM {stage.table('subjects')} WHERE n NOT IN (SELECT subject FROM {rows})"
            )
        cursor.execute("DROP TABLE repeats")


def _conflicts(met: Iterable[tuple[int, int, str]]) -> Iterator[Conflict]:
    """The rows of one key, one by one: each names a few that stand before it, the first ones name one that follows."""
    before: list[int] = []
    held: tuple[int, str] | None = None
    for row, _, content in met:
        if not before:
            held = (row, content)
        else:
            if held:
                yield Conflict(held[0], (row,), held[1])
                held = None
            yield Conflict(row, tuple(before), content)
        if len(before) < _NAMED:
            before.append(row)
