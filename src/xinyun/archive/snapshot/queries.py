"""Questions to the snapshot, for batch engines inside the platform: one point of the feed, whole, as lazy frames."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from xinyun.archive.snapshot import manifest
from xinyun.archive.snapshot.building import folder, reading
from xinyun.archive.snapshot.manifest import SUBJECTS, Manifest
from xinyun.base import Refusal, Text

__all__ = ["NoSnapshot", "Snapshot", "Verdict", "snapshot", "verify"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at every byte found: `damaged` names the files that are missing or not what was written."""

    ok: bool
    seq: int
    files: int
    damaged: tuple[str, ...]


class NoSnapshot(Refusal):
    """There is no snapshot yet, or an older release wrote it."""

    code = "no-snapshot"
    status = 503


class Snapshot:
    """The archive as the snapshot shows it: as known at `seq`, under the rulebook of that hash."""

    def __init__(self, place: Path, shown: Manifest) -> None:
        self.seq, self.rulebook = shown.seq, shown.rulebook
        self._place, self._shown = place, shown

    @property
    def items(self) -> tuple[str, ...]:
        """The items of which there are records."""
        return tuple(sorted({file.item for file in self._shown.files if file.item}))

    def files(self, item: str) -> list[Path]:
        """The files of an item's revisions, for an engine that reads them itself; `docs/operating.md` says how."""
        return [self._place / part.path for part in self._shown.parts(item)]

    def revisions(self, item: str) -> pl.LazyFrame:
        """Every revision of an item's records, each with the change that superseded it, as known now.

        :raises KeyError: there are no records of the item.
        """
        told = self._scan(item)
        ended = told.filter(pl.col("_ends").is_not_null()).select(_id="_ends", _seq="_recorded_seq")
        joined = told.join(ended, on="_id", how="left")
        return joined.with_columns(_superseded_seq=pl.coalesce("_superseded_seq", "_seq")).drop(
            "_seq", "_ends"
        )

    def records(self, item: str, *, as_of: int | None = None) -> pl.LazyFrame:
        """The records of an item that stand, as known at `as_of` (a `seq` of the feed) or now.

        :raises KeyError: there are no records of the item.
        """
        seq = self.seq if as_of is None else as_of
        open_then = pl.col("_superseded_seq").is_null() | (pl.col("_superseded_seq") > seq)
        return self.revisions(item).filter(pl.col("_recorded_seq") <= seq, open_then, ~pl.col("_withdrawn"))

    def subjects(self) -> pl.LazyFrame:
        """Every subject with its header as known now; a person is a number alone."""
        told = self._scan(SUBJECTS)
        later = told.filter("replaces").group_by("id").agg(_latest=pl.col("known_seq").max())
        joined = told.join(later, on="id", how="left")
        latest = pl.col("_latest").is_null() | (pl.col("_latest") == pl.col("known_seq"))
        return joined.filter(latest).drop("_latest", "known_seq", "replaces")

    def _scan(self, item: str) -> pl.LazyFrame:
        files = self.files(item)
        if not files:
            raise KeyError(item)
        return pl.scan_parquet(files)


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """The snapshot as it stands; its files stay in place while the block lasts, however the feed goes on.

    :raises NoSnapshot: there is none.
    """
    place = folder()
    with reading(place):
        shown = manifest.read(place)
        if shown is None:
            raise NoSnapshot(
                Text("还没有快照。", "There is no snapshot yet."),
                Text("请运行 xinyun rebuild snapshot。", "Run xinyun rebuild snapshot."),
            )
        yield Snapshot(place, shown)


def verify() -> Verdict:
    """Look at every byte of every file that the manifest names; where there is no manifest, nothing is well."""
    place = folder()
    with reading(place):
        known = manifest.read(place)
        if known is None:
            return Verdict(False, 0, 0, (manifest.NAME,))
        damaged = tuple(file.path for file in known.files if not manifest.is_whole(place, file))
        return Verdict(not damaged, known.seq, len(known.files), damaged)
