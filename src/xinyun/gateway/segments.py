"""Segments: files to which answered checks are appended, durably, before anybody is told; later sealed into the ledger.

    segment   b"XYSEG1\\n" and frames
    frame     length of the body (4 bytes, big-endian) | SHA-256(the digest before it || body) | body
    body      an array of records in MessagePack, each: instant (microseconds since 1970), reference, payload as canonical JSON,
              and the keyed hash of the natural person whom it is about, empty for others
    the end   a frame without a body: its writer closed the segment
    room      zeros that nothing was written over yet; a segment that its writer closed has none

A write into room that is there already is durable in half the time, for the file's length need not be written too.
The digests are a chain that begins with the segment's name, so that a frame that was changed, moved or cut short is
found and located. A segment has one writer, who holds its lock; whoever gets the lock knows that the writer is gone.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import msgspec

from xinyun.base import Text
from xinyun.gateway.wire import Unavailable
from xinyun.plumbing.writing import sync_folder

SUFFIX = ".seg"
LIMIT = 32 << 20
"""Bytes after which a writer goes on in a new segment, so that sealed ones can be deleted."""
_HEAD, DRAFT = b"XYSEG1\n", ".new"
_LENGTH, _DIGEST = 4, 32
_FRAME = _LENGTH + _DIGEST
_LARGEST = 64 << 20
ROOM = 1 << 20
"""Bytes by which a segment is made longer ahead of what is written to it."""
_ARRAY = b"\xdd"
"""How MessagePack begins an array whose length takes four bytes."""
Record = tuple[int, str, bytes, str]
encode = msgspec.msgpack.Encoder().encode


class NoRoom(Unavailable):
    """Answers cannot be written down, so none are given."""

    code = "disk-full"


def folder_ready(folder: Path) -> Path:
    """The folder of the segments, made where it is missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def record(at: datetime, ref: str, payload: bytes, person: str = "") -> bytes:
    """An answered check as it stands in a frame; `payload` is canonical JSON with its actor."""
    return encode((int(at.timestamp() * 1_000_000), ref, payload, person))


log = logging.getLogger(__name__)


class Segment:
    """A segment that is being written, by this process alone."""

    def __init__(self, folder: Path, at: datetime) -> None:
        name = f"{at.astimezone(UTC):%Y%m%dT%H%M%S}-{os.getpid()}-{secrets.token_hex(4)}"
        self.path = folder_ready(folder) / (name + SUFFIX)
        # A draft until its lock is held: who finds a segment unlocked takes it for left behind.
        draft = self.path.with_suffix(DRAFT)
        self._file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._chain, self.size, self._room, self._ahead = _origin(self.path), 0, 0, ROOM
        try:
            self._write(_HEAD)
            draft.rename(self.path)
            sync_folder(folder)
        except OSError:
            os.close(self._file)
            draft.unlink(missing_ok=True)
            raise

    def append(self, records: Sequence[bytes]) -> None:
        """Append records as one frame; durable on return, and on an error as if it had not been tried.

        :raises OSError: the disk is full or broken.
        """
        body = _ARRAY + len(records).to_bytes(4, "big") + b"".join(records) if records else b""
        digest = _digest(self._chain, body)
        self._write(len(body).to_bytes(_LENGTH, "big") + digest + body)
        self._chain = digest

    def close(self) -> None:
        """End it; without this whoever seals it knows that its writer was killed."""
        try:
            self.append(())
            os.ftruncate(self._file, self.size)
        finally:
            os.close(self._file)

    def abandon(self) -> None:
        """Let go of it as it is, after an error."""
        os.close(self._file)

    def _write(self, told: bytes) -> None:
        end = self.size + len(told)
        if end > self._room and self._ahead:
            self._lengthen(end + self._ahead)
        try:
            self._put(told, self.size)
            os.fdatasync(self._file)
        except OSError:
            self._room = self.size
            os.ftruncate(self._file, self.size)
            raise
        self.size = end

    def _lengthen(self, to: int) -> None:
        """Make room ahead; where the disk has none, what fits is still written, each time as much longer as it is."""
        try:
            self._put(bytes(to - self._room), self._room)
            self._room = to
        except OSError:
            self._ahead = 0
            os.ftruncate(self._file, self.size)

    def _put(self, told: bytes, at: int) -> None:
        taken = os.pwrite(self._file, told, at)
        if taken != len(told):  # a full disk takes a part; what is missing would follow in another frame
            taken += os.pwrite(self._file, told[taken:], at + taken)
        if taken != len(told):
            raise OSError(f"{self.path} took {taken} of {len(told)} bytes")


class Writer:
    """Appends to a segment and goes on in the next one when it is full or takes no more."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._segment: Segment | None = None

    def append(self, records: Sequence[bytes], at: datetime) -> None:
        """Append records; durable on return.

        :raises NoRoom: they could not be written, and are not there.
        """
        try:
            segment = self._segment or self._open(at)
            segment.append(records)
        except OSError as error:
            self._abandon()
            raise _no_room(error) from error
        if segment.size >= LIMIT:
            self.turn()

    def turn(self) -> None:
        """Close the segment, if there is one; the next answer opens another."""
        segment, self._segment = self._segment, None
        if segment is not None:
            try:
                segment.close()
            except OSError:  # who seals it takes it for one whose writer was killed
                log.exception("a segment could not be closed")

    def _open(self, at: datetime) -> Segment:
        self._segment = Segment(self._folder, at)
        return self._segment

    def _abandon(self) -> None:
        segment, self._segment = self._segment, None
        if segment is not None:
            segment.abandon()


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that was read: its records, and where and with which digest the next one goes on."""

    records: list[Record]
    end: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Broken:
    """Bytes from `start` to `end` that are no whole frame; `last` when nothing that can be read follows them."""

    start: int
    end: int
    last: bool


@dataclass(frozen=True, slots=True)
class End:
    """The mark of a writer that closed its segment."""

    end: int


_records = msgspec.msgpack.Decoder(list[Record]).decode


def frames(path: Path, start: int = 0, digest: bytes = b"") -> Iterator[Frame | Broken | End]:
    """Read a segment frame by frame, from the beginning or where an earlier reading ended (`Frame.end`, `Frame.digest`).

    Stops silently at the end of the file; what is broken is told once, and reading goes on behind it where it can.
    """
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if not start:
            if file.read(len(_HEAD)) != _HEAD:
                if size:
                    yield Broken(0, size, True)
                return
            start, digest = len(_HEAD), _origin(path)
        while start < size:
            told = _frame(file, start, digest, size)
            if isinstance(told, Broken) and told.last:
                told = Broken(start, _written(file, start, size), True)
                if told.end == start:  # room
                    return
            yield told
            if isinstance(told, Frame):
                digest = told.digest
            elif isinstance(told, End) or told.last:
                return
            else:
                digest = _told_digest(file, start)
            start = told.end


def length(path: Path) -> int:
    """How many bytes of a segment were written; room is none."""
    with path.open("rb") as file:
        return _written(file, 0, os.fstat(file.fileno()).st_size)


def _written(file: BinaryIO, start: int, size: int) -> int:
    """Where what is written ends: behind the last byte from `start` on that is not zero."""
    end = size
    while end > start:
        begin = max(start, end - ROOM)
        file.seek(begin)
        if piece := file.read(end - begin).rstrip(b"\0"):
            return begin + len(piece)
        end = begin
    return start


def _frame(file: BinaryIO, start: int, chain: bytes, size: int) -> Frame | Broken | End:
    length, digest, body = _read(file, start)
    end = start + _FRAME + length
    if end <= size and digest == _digest(chain, body):
        return End(end) if not length else Frame(_records(body), end, digest)
    if end < size and length <= _LARGEST:  # does the next frame hold on to what this one claims to be?
        following, its_digest, its_body = _read(file, end)
        if end + _FRAME + following <= size and its_digest == _digest(digest, its_body):
            return Broken(start, end, False)
    return Broken(start, size, True)


def _read(file: BinaryIO, start: int) -> tuple[int, bytes, bytes]:
    file.seek(start)
    head = file.read(_FRAME)
    length = int.from_bytes(head[:_LENGTH], "big")
    return length, head[_LENGTH:], file.read(length) if length <= _LARGEST else b""


def _told_digest(file: BinaryIO, start: int) -> bytes:
    return _read(file, start)[1]


def _digest(chain: bytes, body: bytes) -> bytes:
    return sha256(chain + body).digest()


def _origin(path: Path) -> bytes:
    return sha256(_HEAD + path.name.encode()).digest()


def _no_room(error: OSError) -> NoRoom:
    return NoRoom(
        Text(
            f"核查结果写不进磁盘，故不作答复（{error.strerror or error}）。",
            f"The answer cannot be written to the disk, so none is given ({error.strerror or error}).",
        ),
        Text(
            "请稍后重试；运维人员请为存证分段所在的磁盘腾出空间。",
            "Retry shortly; operators: make room where the segments of answered checks lie.",
        ),
    )
