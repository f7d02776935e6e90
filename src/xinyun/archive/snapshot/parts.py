"""Parts: Parquet files that are written once, each for one item or for the subjects, and then never changed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from itertools import chain, count
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from xinyun.archive.snapshot.manifest import SUBJECTS, File
from xinyun.plumbing.writing import arriving

_GROUP_ROWS = 100_000
"""Rows of a row group: what a reader takes at a time, and a writer holds."""
_HELD_BYTES = 64 << 20
"""What all parts that are being written may hold in memory together."""


class _Draft:
    """A part that is being written: frames are held until they fill a row group."""

    def __init__(self, out: BinaryIO, path: str, item: str | None) -> None:
        self.path, self.item, self.rows, self.held = path, item, 0, 0
        self._out, self._digest, self._size = out, sha256(), 0
        self._frames: list[pl.DataFrame] = []
        self._writer: Any = None

    # What a Parquet writer asks of a file.
    closed = False

    def write(self, piece: Any) -> int:
        self._digest.update(piece)
        self._size += len(piece)
        return self._out.write(piece)

    def flush(self) -> None:
        self._out.flush()

    def add(self, frame: pl.DataFrame) -> None:
        self.rows += frame.height
        self.held += int(frame.estimated_size())
        self._frames.append(frame)
        if sum(frame.height for frame in self._frames) >= _GROUP_ROWS:
            self.spill()

    def spill(self) -> None:
        """Write what is held."""
        if not self._frames:
            return
        import pyarrow.parquet as pq  # here, for most commands write no snapshot and start sooner without it

        table = pl.concat(self._frames).to_arrow(compat_level=pl.CompatLevel.oldest())
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self,
                table.schema,
                compression="zstd",
                compression_level=1,
                store_schema=False,
                write_page_index=True,
            )
        self._writer.write_table(table, row_group_size=2 * _GROUP_ROWS)
        self._frames, self.held = [], 0

    def end(self, first_seq: int, last_seq: int) -> File:
        self.spill()
        self._writer.close()
        return File(
            self.path, self.item, self.rows, first_seq, last_seq, self._size, self._digest.hexdigest()
        )


class Parts:
    """The parts that are being written for the changes from `first_seq` through `last_seq`; one for each item."""

    def __init__(self, folder: Path, first_seq: int, last_seq: int, kept: ExitStack) -> None:
        self._folder, self._kept = folder, kept
        self._span = first_seq, last_seq
        self._drafts: dict[str | None, _Draft] = {}

    def add(self, item: str | None, frame: pl.DataFrame) -> None:
        """Append rows to the part of an item, of `SUBJECTS`, or of the catalogue (`None`)."""
        if item not in self._drafts:
            self._drafts[item] = self._draft(item)
        self._drafts[item].add(frame)
        if sum(draft.held for draft in self._drafts.values()) > _HELD_BYTES:
            max(self._drafts.values(), key=lambda draft: draft.held).spill()

    def end(self) -> tuple[File, ...]:
        """Write what is held; the files are in their places when the block of `writing` has ended."""
        return tuple(draft.end(*self._span) for draft in self._drafts.values())

    def _draft(self, item: str | None) -> _Draft:
        path = self._free(item)
        make_folder(path.parent, self._folder)
        out = self._kept.enter_context(arriving(path))
        return _Draft(out, str(path.relative_to(self._folder)), item)

    def _free(self, item: str | None) -> Path:
        """A name that no file has: what a reader may hold open, or the manifest names, is not overwritten."""
        first, last = self._span
        folder = self._folder / folder_of(item)
        names = chain([f"part-{first}-{last}"], (f"part-{first}-{last}-{number}" for number in count(2)))
        return next(path for name in names if not (path := folder / f"{name}.parquet").exists())


@contextmanager
def writing(folder: Path, first_seq: int, last_seq: int) -> Iterator[Parts]:
    """Write parts; when the block ends well they are in their places, durable, else nothing is left of them."""
    with ExitStack() as kept:
        yield Parts(folder, first_seq, last_seq, kept)


def folder_of(item: str | None) -> str:
    """Where an item's parts lie in the snapshot; the subjects' and the catalogue's beside them."""
    return {None: "catalogue", SUBJECTS: "subjects"}.get(item, f"records/item={item}")


def make_folder(folder: Path, top: Path) -> None:
    """Make a folder inside the snapshot, for its owner alone like all above it."""
    for one in [*reversed(folder.relative_to(top).parents), folder.relative_to(top)]:
        (top / one).mkdir(mode=0o700, parents=True, exist_ok=True)
