"""Where the parts of a log lie below its address, as pure functions (C2SP tlog-tiles, https://c2sp.org/tlog-tiles).

    checkpoint                     the last signed head
    tile/<level>/<index>[.p/<w>]   the hashes of a tile, `w` of them where it is not full
    tile/entries/<index>[.p/<w>]   the leaves below a tile of level 0, each after its length in two bytes

An index is written in threes: 1234067 is x001/x234/067.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xinyun.ledger.rules import HEIGHT, WIDTH

CHECKPOINT = "checkpoint"
KEYS = "keys"
"""The public keys, beside an exported log; our own addition."""
ENTRIES = -1
"""Stands for the level of leaves."""
_PATH = re.compile(
    r"tile/(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x\d{3}/){0,5})(\d{3})(?:\.p/([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))?"
)


@dataclass(frozen=True, slots=True)
class Part:
    """A tile, or the leaves below one: its level, its place in it, and how many hashes or leaves it has."""

    level: int
    index: int
    width: int = WIDTH

    def __str__(self) -> str:
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        *first, last = (digits[n : n + 3] for n in range(0, len(digits), 3))
        level = "entries" if self.level == ENTRIES else str(self.level)
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return "/".join(["tile", level, *(f"x{three}" for three in first), last]) + partial

    @classmethod
    def parse(cls, path: str) -> Part | None:
        """Read a path; `None` where it is none, or not the one spelling of its part."""
        found = _PATH.fullmatch(path)
        if found is None:
            return None
        level, first, last, width = found.groups()
        part = cls(
            ENTRIES if level == "entries" else int(level),
            int(re.sub(r"\D", "", first) + last),
            int(width or WIDTH),
        )
        return part if str(part) == path else None


def parts(size: int, since: int = 0) -> Iterator[Part]:
    """The parts of a log of `size` leaves that a log of `since` does not have, from the leaves upwards."""
    yield from _level(ENTRIES, size, since)
    level = 0
    while size:
        yield from _level(level, size, since)
        level, size, since = level + 1, size >> HEIGHT, since >> HEIGHT


def _level(level: int, size: int, since: int) -> Iterator[Part]:
    for index in range(since // WIDTH, -(-size // WIDTH)):
        width = min(size - index * WIDTH, WIDTH)
        if index * WIDTH + width > since:
            yield Part(level, index, width)


def bundle(leaves: Iterable[bytes]) -> bytes:
    """Leaves as they are published: each after its length."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def unbundle(content: bytes) -> list[bytes]:
    """Read published leaves.

    :raises ValueError: it ends within one.
    """
    leaves, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2], "big")
        leaf = content[at + 2 : at + 2 + length]
        if len(leaf) != length or at + 2 > len(content):
            raise ValueError("the leaves end within one")
        leaves.append(leaf)
        at += 2 + length
    return leaves
