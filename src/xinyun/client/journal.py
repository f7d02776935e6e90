"""The client's own record of what it answered offline: lines that are only ever added, each on the disk before its answer.

A line is a checksum and a JSON object; one that a power cut tore is not read, and its answer was never given.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

_encode = msgspec.json.Encoder(order="deterministic").encode


class Journal:
    """A journal in a file; several processes may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(self, answer: dict[str, Any]) -> None:
        """Write down an answer (with its `id` and `at`), durably.

        :raises OSError: it cannot be written; then the answer must not be given.
        """
        self._add([{"answer": answer}])

    def acknowledge(self, ids: Iterable[str]) -> None:
        """Write down that the platform has recorded these answers."""
        if told := list(ids):
            self._add([{"uploaded": told}])

    def pending(self) -> list[dict[str, Any]]:
        """The answers that the platform has not acknowledged, in their order."""
        answers: dict[str, dict[str, Any]] = {}
        for line in self._lines():
            if "answer" in line:
                answers.setdefault(line["answer"]["id"], line["answer"])
            for id in line.get("uploaded", ()):
                answers.pop(id, None)
        return list(answers.values())

    def last_at(self) -> datetime | None:
        """The latest instant of any answer: no clock that is right stands before it."""
        instants = [line["answer"]["at"] for line in self._lines() if "answer" in line]
        return max(map(datetime.fromisoformat, instants), default=None)

    def _lines(self) -> Iterator[dict[str, Any]]:
        try:
            with self.path.open("rb") as stream:
                for raw in stream:
                    check, _, text = raw.rstrip(b"\n").partition(b" ")
                    if check == b"%08x" % zlib.crc32(text):
                        yield msgspec.json.decode(text)
        except FileNotFoundError:
            return

    def _add(self, lines: Iterable[dict[str, Any]]) -> None:
        texts = (_encode(line) for line in lines)
        with self._opened() as descriptor:
            size = os.fstat(descriptor).st_size
            whole = not size or os.pread(descriptor, 1, size - 1) == b"\n"
            written = b"" if whole else b"\n"  # what was torn stays, on a line of its own
            written += b"".join(b"%08x %s\n" % (zlib.crc32(text), text) for text in texts)
            while written:
                written = written[os.write(descriptor, written) :]
            os.fsync(descriptor)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        new = not self.path.exists()
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if new:
                _sync(self.path.parent)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
