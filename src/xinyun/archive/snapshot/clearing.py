"""Taking erased rows out of parts: a part that holds one is written again without it, others stay as they are."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from xinyun.archive.erasing import PERSONS, RECORDS, erased_since
from xinyun.archive.snapshot.compacting import frames
from xinyun.archive.snapshot.manifest import SUBJECTS, File, Manifest
from xinyun.archive.snapshot.parts import writing


def cleared(place: Path, known: Manifest) -> Manifest:
    """The same without what was erased after the change that it stands at; the old parts stay where they are."""
    gone: dict[str, list[int]] = {}
    for id, item in erased_since(known.seq, RECORDS):
        gone.setdefault(item, []).append(id)
    for id, _ in erased_since(known.seq, PERSONS):
        gone.setdefault(SUBJECTS, []).append(id)
    for item, ids in gone.items():
        column = "id" if item == SUBJECTS else "_id"
        parts = [
            _without(place, part, column, pl.Series(column, ids, pl.Int64)) for part in known.parts(item)
        ]
        known = known.with_parts(item, tuple(part for part in parts if part is not None))
    return known


def _without(place: Path, part: File, column: str, ids: pl.Series) -> File | None:
    """The part without these rows; `None` where nothing is left of it."""
    path = place / part.path
    if not pl.scan_parquet(path).select(pl.col(column).is_in(ids.implode()).any()).collect().item():
        return part
    with writing(place, part.first_seq, part.last_seq) as fresh:
        for frame in frames(path):
            kept = frame.filter(~pl.col(column).is_in(ids.implode()))
            if kept.height:
                fresh.add(part.item, kept)
        files = fresh.end()
    return files[0] if files else None
