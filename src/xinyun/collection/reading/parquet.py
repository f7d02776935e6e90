"""Parquet: its columns as text, slice by slice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from xinyun.base import Text
from xinyun.collection.reading.refusals import EXPORT_AGAIN, UnreadableFile, binary
from xinyun.collection.reading.shape import FRAME_ROWS, Table, column_names, numbered

_SLICE = 2 * FRAME_ROWS
"""For each slice its whole row groups are decoded: few large slices are read sooner."""


def read(path: Path) -> Iterator[Table]:
    """The one table of a Parquet file.

    :raises UnreadableFile: damaged, a title twice, a column that is no text, number or day.
    """
    try:
        scan = pl.scan_parquet(path)
        titles = scan.collect_schema().names()
    except pl.exceptions.PolarsError as error:
        raise _damaged(error) from None
    column_names(titles)
    yield Table("", titles, _frames(scan))


def _frames(scan: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """Slice by slice: Polars' own batches run ahead of a slow reader until all of the file is in memory."""
    try:
        for offset in range(0, scan.select(pl.len()).collect().item(), _SLICE):
            frame = scan.slice(offset, _SLICE).select(pl.all().cast(pl.String)).collect()
            if frame.select(pl.any_horizontal(pl.all().str.contains("\0", literal=True)).any()).item():
                raise binary()
            yield numbered(frame, offset + 1)
    except pl.exceptions.PolarsError as error:
        raise _damaged(error) from None


def _damaged(error: Exception) -> UnreadableFile:
    first = str(error).partition("\n")[0]
    return UnreadableFile(
        Text(
            f"Parquet 文件已损坏，或有不是文字、数字、日期的列：{first}。",
            f"The Parquet file is damaged, or has columns of lists or bytes: {first}.",
        ),
        EXPORT_AGAIN,
    )
