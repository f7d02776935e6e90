"""Following the feed: what became known since the last time goes into new parts, and the manifest names them.

One process writes at a time, by a lock. Whatever a killed one left is not in the manifest and is swept by the next.
"""

from __future__ import annotations

import fcntl
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
from django.conf import settings

from xinyun.archive.snapshot import compacting, manifest
from xinyun.archive.snapshot.clearing import cleared
from xinyun.archive.snapshot.fitting import fit, fit_subjects
from xinyun.archive.snapshot.manifest import SUBJECTS, Manifest
from xinyun.archive.snapshot.parts import Parts, writing
from xinyun.archive.snapshot.reading import Source, source
from xinyun.archive.snapshot.shape import Shape, catalogue, shape, shapes_digest
from xinyun.law import Rulebook, rulebook
from xinyun.plumbing import feed

_AHEAD = 2
"""Blocks that are made while one is written: the bound on memory, and enough for two processors."""
_WRITER, _READERS = ".writer", ".readers"


def folder() -> Path:
    """Where the snapshot lies; for its owner alone."""
    place: Path = settings.XINYUN.snapshot
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def follow(on: date) -> int:
    """Bring the snapshot up to the feed's head, and return the `seq` it stands at.

    Where another process is at it, it is left to do it.
    """
    place = folder()
    known = _to_go_on_from(place, on)
    if known and known.seq == feed.head() and known.rulebook == rulebook().hash:
        return known.seq
    with suppress(BlockingIOError), _locked(place / _WRITER, fcntl.LOCK_EX | fcntl.LOCK_NB):
        return _advance(place, _to_go_on_from(place, on), on).seq
    return known.seq if known else 0


def rebuild(on: date, *, from_nothing: bool) -> int:
    """Bring it up to the feed's head after a look at every byte; what is not whole, or where asked, is built anew."""
    place = folder()
    with _locked(place / _WRITER, fcntl.LOCK_EX):
        known = None if from_nothing else _to_go_on_from(place, on)
        if known and not all(manifest.is_whole(place, file) for file in known.files):
            known = None
        return _advance(place, known, on).seq


def clear(on: date) -> bool:
    """Bring it up to the feed's head and take old files away, so that nothing erased is left on the disk.

    False where somebody reads old files: it is to be done again. Where there is no snapshot, none is made.
    """
    place = folder()
    with _locked(place / _WRITER, fcntl.LOCK_EX):
        if manifest.read(place) is None:
            return True
        return _sweep(place, _advance(place, _to_go_on_from(place, on), on))


@contextmanager
def reading(place: Path) -> Iterator[None]:
    """While the block lasts, no file is taken away that a manifest has named."""
    with _locked(place / _READERS, fcntl.LOCK_SH):
        yield


def _to_go_on_from(place: Path, on: date) -> Manifest | None:
    """The manifest, unless it is of another store, of other columns, or names a file that is not there."""
    known = manifest.read(place)
    if known is None or known.shapes != shapes_digest(rulebook(), on) or known.at != _committed_at(known.seq):
        return None
    return known if all(manifest.is_there(place, file) for file in known.files) else None


def _committed_at(seq: int) -> str:
    """When a change was committed; empty before the first. A store put back from a backup tells another instant."""
    found = feed.since(seq - 1, limit=1)
    return found[0].at.isoformat() if found and found[0].seq == seq else ""


def _advance(place: Path, known: Manifest | None, on: date) -> Manifest:
    """Write what is new since `known`, or everything, and commit it."""
    book, head = rulebook(), feed.head()
    base = known or Manifest(0, "", 0, "", "", ())
    fresh = replace(
        base, seq=head, at=_committed_at(head), rulebook=book.hash, shapes=shapes_digest(book, on)
    )
    if fresh == known:
        return fresh
    if known:
        base = cleared(place, known)
        fresh = replace(fresh, files=base.files)
    with writing(place, base.seq + 1, head) as parts, source(base.last_id, head) as archive:
        if base.rulebook != book.hash:
            parts.add(None, catalogue(book, on))
        for block in archive.subjects(base.seq):
            parts.add(SUBJECTS, fit_subjects(block, known_seq=head, before=base.seq))
        last_id = _add_revisions(parts, archive, base.last_id, book, on)
        written = parts.end()
    fresh = replace(fresh, last_id=last_id)
    for item in {file.item for file in written}:
        added = tuple(file for file in written if file.item == item)
        fresh = fresh.with_parts(item, added if item is None else _merged(place, (*base.parts(item), *added)))
    manifest.write(place, fresh)
    _sweep(place, fresh)
    return fresh


def _add_revisions(parts: Parts, archive: Source, after: int, book: Rulebook, on: date) -> int:
    """Add the revisions with an id above `after` and return the last id."""
    shapes: dict[str, Shape] = {}

    def fitted(rows: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
        by_item = rows.partition_by("item", as_dict=True, include_key=False, maintain_order=True)
        return [
            (str(item), fit(told, _shape(str(item)), spaced=archive.spaced))
            for (item,), told in by_item.items()
        ]

    def _shape(item: str) -> Shape:
        if item not in shapes:
            shapes[item] = shape(book, item, on)
        return shapes[item]

    last = after
    for block in _ahead(archive.revisions(after), fitted):
        for item, frame in block:
            parts.add(item, frame)
            last = max(last, int(frame["_id"][-1]))
    return last


def _ahead(
    blocks: Iterable[pl.DataFrame], work: Callable[[pl.DataFrame], list[tuple[str, pl.DataFrame]]]
) -> Iterator[list[tuple[str, pl.DataFrame]]]:
    """What `work` makes of each block, in their order, made by other threads a few blocks ahead."""
    with ThreadPoolExecutor(_AHEAD, "snapshot") as pool:
        waiting: deque[Future[list[tuple[str, pl.DataFrame]]]] = deque()
        for block in blocks:
            waiting.append(pool.submit(work, block))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _merged(place: Path, parts: tuple[manifest.File, ...]) -> tuple[manifest.File, ...]:
    last = compacting.mergeable(parts)
    return (*parts[: len(parts) - len(last)], compacting.merge(place, last)) if last else parts


def _sweep(place: Path, current: Manifest) -> bool:
    """Take away what the manifest does not name, unless somebody is reading; then a later round does."""
    manifest.sweep(place)
    named = {place / file.path for file in current.files}
    with suppress(BlockingIOError), _locked(place / _READERS, fcntl.LOCK_EX | fcntl.LOCK_NB):
        for path in (place / top for top in ("records", "subjects", "catalogue")):
            for file in [found for found in path.rglob("*") if found.is_file() and found not in named]:
                file.unlink(missing_ok=True)
        return True
    return False


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    """Hold a lock file.

    :raises BlockingIOError: another process holds it and `how` says not to wait.
    """
    with path.open("a") as stream:
        path.chmod(0o600)
        fcntl.flock(stream, how)
        yield
