"""Parts of the log computed anew in processes beside this one.

This file, run as a program, answers each range of leaves, a line of its input, by what was found, after its length.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from xinyun.ledger.recomputing import Part

_LENGTH = 8


def parts(ranges: Sequence[tuple[int, int]], workers: int) -> Iterator[Part]:
    """What was found of each range, in order; a process works on one and has the next before it."""
    from xinyun.ledger.recomputing import Part

    decode = msgspec.msgpack.Decoder(Part).decode
    with ExitStack() as stack:
        running = [stack.enter_context(_process()) for _ in range(workers)]
        for n in range(-2 * workers, len(ranges)):
            if n >= 0:
                yield decode(_answer(running[n % workers]))
            if (following := n + 2 * workers) < len(ranges):
                _ask(running[n % workers], *ranges[following])


@contextmanager
def _process() -> Iterator[Popen[bytes]]:
    from django.conf import settings

    told = {"DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-P", __file__]
    with Popen(command, stdin=PIPE, stdout=PIPE, env=os.environ | told) as process:  # noqa: S603 - our own program
        try:
            yield process
        finally:
            process.kill()


def _ask(process: Popen[bytes], start: int, end: int) -> None:
    assert process.stdin
    process.stdin.write(b"%d %d\n" % (start, end))
    process.stdin.flush()


def _answer(process: Popen[bytes]) -> bytes:
    assert process.stdout
    length = process.stdout.read(_LENGTH)
    if len(length) < _LENGTH:
        raise RuntimeError("a process that examined a part of the log has ended before its time")
    return process.stdout.read(int.from_bytes(length, "big"))


def _main() -> None:
    import django

    django.setup()
    from xinyun.ledger.recomputing import part

    for line in sys.stdin:
        start, end = map(int, line.split())
        found = msgspec.msgpack.encode(part(start, end))
        sys.stdout.buffer.write(len(found).to_bytes(_LENGTH, "big") + found)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    _main()
