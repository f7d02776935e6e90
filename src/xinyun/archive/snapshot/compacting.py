"""Merging parts: what many small changes left behind becomes one file, so that a reader opens few.

The newest parts are merged, as far back as none is much larger than those after it: so each row is written again a
few times in its life, however many changes come.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from xinyun.archive.snapshot.manifest import SUBJECTS, File
from xinyun.archive.snapshot.parts import writing

MANY = 8
"""So many newest parts that are worth merging are merged."""
_LARGER = 4
"""A part this many times as large as all later ones together is left as it is."""


def mergeable(parts: tuple[File, ...]) -> tuple[File, ...]:
    """The newest parts that are to be made one; empty while they are few."""
    rows, taken = 0, 0
    for part in reversed(parts):
        if taken and part.rows > _LARGER * rows:
            break
        rows, taken = rows + part.rows, taken + 1
    return parts[-taken:] if taken > MANY else ()


def merge(folder: Path, parts: tuple[File, ...]) -> File:
    """One part with what these tell together; they themselves stay where they are."""
    item, paths = parts[0].item, [folder / part.path for part in parts]
    with writing(folder, parts[0].first_seq, parts[-1].last_seq) as fresh:
        for frame in _subjects(paths) if item == SUBJECTS else _revisions(paths):
            fresh.add(item, frame)
        (file,) = fresh.end()
    return file


def frames(path: Path) -> Iterator[pl.DataFrame]:
    """A part, a row group at a time."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            yield pl.DataFrame(file.read_row_group(number))


def _revisions(paths: list[Path]) -> Iterator[pl.DataFrame]:
    """The revisions in their order, superseded where a later one of these parts says so."""
    first = int(next(frames(paths[0]))["_id"][0])
    told = pl.scan_parquet(paths).filter(pl.col("_ends") >= first)
    ended = told.select(_id="_ends", _seq="_recorded_seq").collect()
    for path in paths:
        for frame in frames(path):
            joined = frame.join(ended, on="_id", how="left", maintain_order="left")
            yield joined.with_columns(
                _superseded_seq=pl.coalesce("_superseded_seq", "_seq"),
                _ends=pl.when(pl.col("_ends") < first).then("_ends"),
            ).drop("_seq")


def _subjects(paths: list[Path]) -> Iterator[pl.DataFrame]:
    """The latest header of each subject; it replaces one of an earlier part where the earliest of these does."""
    told = pl.scan_parquet(paths).select("id", "known_seq", "replaces").collect()
    latest = told.group_by("id").agg(pl.col("known_seq").max(), pl.col("replaces").all().alias("_replaces"))
    for path in paths:
        for frame in frames(path):
            kept = frame.join(latest, on=["id", "known_seq"], how="inner", maintain_order="left")
            if kept.height:
                yield kept.with_columns(replaces="_replaces").drop("_replaces")
