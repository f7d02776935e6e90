"""Seals answered checks: what the gateway's segments hold goes into the ledger, each check once, then they are deleted.

A cursor beside each segment says how far it is sealed. It may be behind, for the ledger knows each reference and logs
it once. A frame that a power cut tore off was not answered by anybody; it is put aside and told, and so is one that
was damaged later.
"""

from __future__ import annotations

import fcntl
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from xinyun.gateway import segments
from xinyun.gateway.segments import SUFFIX, Broken, End, Frame, Record
from xinyun.ledger import operations as ledger
from xinyun.plumbing.writing import arriving

log = logging.getLogger(__name__)

KIND = "check"
TOGETHER = 4000
"""Checks that go to the ledger in one append, and so the bound on memory."""
_DRAFT_SECONDS = 3600
_CURSOR, _ASIDE, _LOCK = ".sealed", ".torn", "sealing.lock"


@dataclass(slots=True)
class _Cursor:
    """How far a segment is sealed."""

    path: Path
    end: int = 0
    digest: bytes = b""

    @classmethod
    def of(cls, segment: Path) -> _Cursor:
        path = segment.with_suffix(_CURSOR)
        try:
            told = json.loads(path.read_text("utf-8"))
            return cls(path, int(told["end"]), bytes.fromhex(told["digest"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):  # read again from the beginning
            return cls(path)

    def move(self, frame: Frame) -> None:
        self.end, self.digest = frame.end, frame.digest
        with arriving(self.path) as out:
            out.write(json.dumps({"end": self.end, "digest": self.digest.hex()}).encode())


def seal(folder: Path, *, actor: str, on: date, at: datetime) -> int:
    """Put into the ledger what the segments hold that is not there yet; returns how many checks that was.

    :raises DatabaseError: the ledger is away; what is not sealed stays where it is.
    """
    if not folder.is_dir():
        return 0
    with _alone(folder):
        _sweep(folder, at)
        return sum(_seal(path, actor, on, at) for path in sorted(folder.glob(f"*{SUFFIX}")))


def waiting(folder: Path) -> int:
    """Bytes of answered checks that are not sealed yet."""
    found = 0
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            found += max(segments.length(path) - _Cursor.of(path).end, 0)
        except FileNotFoundError:  # sealed in between
            continue
    return found


def _sweep(folder: Path, at: datetime) -> None:
    """Take away the beginnings of segments whose writer was killed before it wrote anything."""
    for draft in folder.glob(f"*{segments.DRAFT}"):
        with suppress(FileNotFoundError):  # it has become a segment in between
            if at.timestamp() - draft.stat().st_mtime > _DRAFT_SECONDS:
                draft.unlink()


def _seal(path: Path, actor: str, on: date, at: datetime) -> int:
    with path.open("rb") as file:
        live = not _is_free(file.fileno())
        cursor, sealed, pending = _Cursor.of(path), 0, list[Record]()
        last: Frame | None = None
        closed = False
        for told in segments.frames(path, cursor.end, cursor.digest):
            match told:
                case Frame():
                    pending += told.records
                    last = told
                    if len(pending) >= TOGETHER:
                        sealed += _log(pending, cursor, last, actor, on)
                        pending = []
                case Broken() if not live:
                    if pending and last:
                        sealed += _log(pending, cursor, last, actor, on)
                        pending = []
                    _put_aside(path, told, actor, on, at)
                case Broken() | End():
                    closed = isinstance(told, End)
                    break
        if pending and last:
            sealed += _log(pending, cursor, last, actor, on)
        if not live:
            if not closed:
                log.warning(
                    "segment %s was not closed: its writer was killed; what it wrote is sealed", path.name
                )
            path.unlink()
            cursor.path.unlink(missing_ok=True)
    return sealed


def _log(records: list[Record], cursor: _Cursor, last: Frame, actor: str, on: date) -> int:
    entries = [
        ledger.Entry(KIND, datetime.fromtimestamp(at / 1_000_000, UTC), payload, ref, person or None)
        for at, ref, payload, person in records
    ]
    ledger.append(entries, actor=actor, on=on)
    cursor.move(last)
    return len(entries)


def _put_aside(path: Path, broken: Broken, actor: str, on: date, at: datetime) -> None:
    """Keep the bytes that are no whole frame, and tell of them in the log and in the ledger."""
    with path.open("rb") as file:
        file.seek(broken.start)
        torn = file.read(broken.end - broken.start)
    aside = path.with_name(f"{path.stem}-{broken.start}{_ASIDE}")
    with arriving(aside) as out:
        out.write(torn)
    told = {"segment": path.stem, "start": broken.start, "end": broken.end, "last": broken.last}
    ref = f"{path.stem}:{broken.start}"
    ledger.append([ledger.Entry("segment.broken", at, told, ref)], actor=actor, on=on)
    log.warning(
        "segment %s: bytes %d to %d are no whole frame (%s); kept in %s",
        path.name, broken.start, broken.end,
        "the end, torn off before anybody was answered" if broken.last else "damaged, what follows was sealed",
        aside.name,
    )  # fmt: skip


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Be the only one who seals this folder; another one waits."""
    with (folder / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_free(file: int) -> bool:
    """Whether nobody writes the segment any more; if so, nobody ever will."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    fcntl.flock(file, fcntl.LOCK_UN)
    return True
