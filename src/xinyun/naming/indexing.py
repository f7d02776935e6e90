"""Find which of many names share rare sounds with a name: the few worth comparing.

Each name is taken as the sounds of its characters, and each sound with the next and the next but one as a pair. So a
character that is lost, or written as another of its sound, leaves pairs that still meet. A pair's names stand together
in one array; pairs that a great many names share tell nothing and are not kept. Built anew where it is used, in memory:
some 400 bytes a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from math import log
from zlib import crc32

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from xinyun.naming.folding import fold, fold_many
from xinyun.naming.sounds import main_reading, with_readings

_BLOCK = 50_000
_SOUNDS = 1 << 11
_COMMON = 20_000
"""A pair that more names share is not kept."""
_LOOKED_AT = 2_500
"""How many entries of pairs, the rarest first, are looked at for one name."""
_MOST_PAIRS = 50
"""How many pairs at most, however long the name."""
_GLANCED_AT = 80
"""How many names that share most of these are compared by their characters alone."""

_UNIT = 64
"""What a pair weighs that every name has; a rarer one weighs more."""

Numbers = npt.NDArray[np.uint32]
Entry = tuple[str, ...]


@lru_cache(maxsize=1)
def _sounds() -> npt.NDArray[np.uint32]:
    """A number for the sound of each code point; 0 is the end of a name."""
    points = with_readings()
    known = {
        sound: number for number, sound in enumerate(sorted({main_reading(chr(p)) for p in points}), start=1)
    }
    table = np.arange(0x110000, dtype=np.uint32) % (_SOUNDS - len(known) - 1) + len(known) + 1
    for point in points:
        table[point] = known[main_reading(chr(point))]
    table[ord("\n")] = 0
    return table


def _pairs(text: str) -> tuple[Numbers, Numbers]:
    """The pairs of folded names, one a line, and the position at which each begins."""
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    sounds = _sounds()[points]
    near = sounds[:-1] * _SOUNDS + sounds[1:]
    far = sounds[:-2] * _SOUNDS + sounds[2:]
    kept_near = np.flatnonzero((sounds[:-1] != 0) & (sounds[1:] != 0))
    kept_far = np.flatnonzero((sounds[:-2] != 0) & (sounds[1:-1] != 0) & (sounds[2:] != 0))
    at = np.concatenate([kept_near, kept_far]).astype(np.uint32)
    return np.concatenate([near[kept_near], far[kept_far]]), at


def _pairs_of_one(folded: str) -> set[int]:
    """The pairs of a single name, where loops over arrays would cost more than they save."""
    sounds = [int(_sounds()[ord(char)]) for char in folded]
    return {a * _SOUNDS + b for step in (1, 2) for a, b in zip(sounds, sounds[step:], strict=False)}


@dataclass(frozen=True, slots=True)
class _Block:
    """Of some names the hashes and lengths of their folded spellings, their pairs of sounds, and the row of each pair."""

    keys: Numbers
    lengths: npt.NDArray[np.uint8]
    pairs: Numbers
    owners: Numbers


def _block(names: list[str], first: int) -> _Block:
    folded = fold_many(names) if names else []
    lengths = np.fromiter(map(len, folded), dtype=np.uint32, count=len(folded))
    pairs, at = _pairs("\n".join(folded) + "\n\n")
    owners = (np.searchsorted(np.cumsum(lengths + 1), at, side="right") + first).astype(np.uint32)
    keys = np.fromiter((crc32(text.encode()) for text in folded), dtype=np.uint32, count=len(folded))
    return _Block(keys, np.minimum(lengths, 255).astype(np.uint8), pairs, owners)


class NameIndex:
    """Names with what they stand for, found by sound."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Take entries whose first value is the name; they are read once."""
        self._entries: list[Entry] = []
        blocks = list(self._blocks(entries)) or [_block([], 0)]
        keys, self._lengths = (
            np.concatenate([b.keys for b in blocks]),
            np.concatenate([b.lengths for b in blocks]),
        )
        self._by_key = np.argsort(keys, kind="stable").astype(np.uint32)
        self._keys = keys[self._by_key]
        self._post(np.concatenate([b.pairs for b in blocks]), np.concatenate([b.owners for b in blocks]))
        self._weights = np.zeros(
            len(self), dtype=np.uint16
        )  # small, so that they stay in the processor's cache

    def _blocks(self, entries: Iterable[Entry]) -> Iterator[_Block]:
        stream = iter(entries)
        while rows := list(islice(stream, _BLOCK)):
            yield _block([row[0] for row in rows], len(self._entries))
            self._entries += rows

    def _post(self, pairs: Numbers, owners: Numbers) -> None:
        """Bring the rows that share a pair together."""
        counts = np.bincount(pairs, minlength=_SOUNDS * _SOUNDS).astype(np.uint32)
        counts[counts > _COMMON] = 0
        kept = counts[pairs] > 0
        pairs, owners = pairs[kept], owners[kept]
        self._owners = owners[np.argsort(pairs, kind="stable")]
        self._ends = np.cumsum(counts, dtype=np.uint64)
        self._counts = counts

    def __len__(self) -> int:
        return len(self._entries)

    def exactly(self, folded: str) -> list[Entry]:
        """The entries whose names fold to the same text."""
        key = np.uint32(crc32(folded.encode()))
        first, last = np.searchsorted(self._keys, key), np.searchsorted(self._keys, key, side="right")
        found = [self._entries[at] for at in self._by_key[first:last].tolist()]
        return [entry for entry in found if fold(entry[0]) == folded]

    def near(self, folded: str, limit: int) -> list[Entry]:
        """The entries whose names share the rarest pairs of sounds with a folded name, the nearest first."""
        pairs: list[int] = []
        looked_at = 0
        for count, pair in sorted((int(self._counts[pair]), pair) for pair in _pairs_of_one(folded)):
            fits = looked_at + count <= _LOOKED_AT and len(pairs) < _MOST_PAIRS
            if count and (not pairs or fits):
                pairs.append(pair)
                looked_at += count
        if not pairs:
            return []
        rows = self._ranked(pairs, len(folded), _GLANCED_AT)
        spelled = [self._entries[row][0] for row in rows]
        nearest = process.extract(folded, spelled, scorer=fuzz.ratio, limit=limit)
        return [self._entries[rows[at]] for _, _, at in nearest]

    def _ranked(self, pairs: list[int], length: int, limit: int) -> list[int]:
        """The rows that share most of these pairs by weight, those of about the same length first."""
        found = []
        for pair in pairs:
            count, end = int(self._counts[pair]), int(self._ends[pair])
            owners = self._owners[end - count : end]
            self._weights[owners] += int(_UNIT * (1 + log(len(self) / count)))
            found.append(owners)
        rows = np.concatenate(found)
        weights = self._weights[rows] - (_UNIT // 8) * np.abs(self._lengths[rows] - np.int32(length))
        self._weights[rows] = 0
        many = min(rows.size, limit * min(len(pairs), 8))
        best = np.argpartition(-weights, many - 1)[:many]
        best = best[np.lexsort((rows[best], -weights[best]))]
        return list(islice(dict.fromkeys(rows[best].tolist()), limit))
