"""What every reader gives: tables of text, frame by frame, whose rows are numbered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from xinyun.base import Text
from xinyun.collection.reading.refusals import UnreadableFile

ROW = "__row"
FRAME_ROWS = 50_000
"""A file's rows handled at a time: with the size of blocks the bound on memory, whatever the file's size."""
COLUMNS_LIMIT = 2000
BLANKS = " \t\r\n\u3000\ufeff"
"""What is trimmed off a title."""

Known = Callable[[str], bool]
"""Whether a title is one that the catalogue knows."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a file. Its frames must be read before the next table is asked for.

    `name` is empty where the file is the table, else the sheet's or the member's. A frame has a text column a
    title (an empty title's column is named `__POSITION`) and `ROW`: the row's number in this table, counted from
    1 below the titles. Blank rows have a number and are left out.
    """

    name: str
    titles: list[str]
    frames: Iterator[pl.DataFrame]


def column_names(titles: list[str]) -> list[str]:
    """A name for each column; spreadsheets leave empty titles behind the last one, and each needs its own.

    :raises UnreadableFile: a title comes twice, or there are too many or none.
    """
    if len(titles) > COLUMNS_LIMIT:
        raise UnreadableFile(
            Text(
                f"有 {len(titles)} 列，超过 {COLUMNS_LIMIT} 列。",
                f"There are {len(titles)} columns, more than {COLUMNS_LIMIT}.",
            ),
            Text("请只保留要报送的列。", "Keep the columns that are to be submitted."),
        )
    if not any(titles):
        raise UnreadableFile(
            Text("没有列名。", "There are no column titles."), Text("请检查导出。", "Check the export.")
        )
    repeated = sorted({title for title in titles if title and titles.count(title) > 1})
    if repeated:
        raise UnreadableFile(
            Text(f"列名重复：{'、'.join(repeated)}。", f"Columns repeat: {', '.join(repeated)}."),
            Text("每个列名只保留一列。", "Keep one column of each title."),
        )
    return [title or f"__{position}" for position, title in enumerate(titles)]


def numbered(frame: pl.DataFrame, row: int) -> pl.DataFrame:
    """The rows that are not blank, with their numbers, the first being `row`."""
    told = frame.with_row_index(ROW, offset=row)
    if any(not column.null_count() and not (column == "").any() for column in frame):
        return told
    return told.filter(~pl.all_horizontal(pl.exclude(ROW).fill_null("") == ""))


def evenly(frames: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same rows in frames of about `FRAME_ROWS` to twice as many: narrow rows come by the hundred thousand."""
    waiting: list[pl.DataFrame] = []
    for frame in frames:
        waiting.append(frame)
        height = sum(part.height for part in waiting)
        if height < FRAME_ROWS:
            continue
        joined = pl.concat(waiting, rechunk=False)
        parts = -(-height // (2 * FRAME_ROWS))
        yield from joined.iter_slices(-(-height // parts))
        waiting = []
    if waiting:
        yield pl.concat(waiting, rechunk=False)
