"""The Merkle tree of the log, as pure functions over tiles.

The hashes, the proofs and their verification are those of RFC 6962 §2.1 (verification as written out in
RFC 9162 §2.1.3.2 and §2.1.4.2). Storage follows C2SP tlog-tiles (https://c2sp.org/tlog-tiles): a tile is up
to 256 hashes side by side; level 0 holds leaf hashes, an entry of level n is the root of one full tile of
level n-1.

A tree is therefore a size and a `read(level, index) -> bytes`. A tile that has grown since may be handed
out: only its first entries count, so that the tree of any earlier size can be read from the tiles of today.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import sha256

Read = Callable[[int, int], bytes]
Tiles = dict[tuple[int, int], bytes]

HASH = 32
HEIGHT = 8
WIDTH = 1 << HEIGHT
EMPTY_ROOT = sha256(b"").digest()
_LEAF, _NODE = sha256(b"\x00"), sha256(b"\x01")  # copied, they hash a fifth faster than anew


class BrokenTile(Exception):
    """A tile that the tree needs is missing or too short: storage is damaged."""

    def __init__(self, level: int, index: int) -> None:
        super().__init__(f"tile {level}/{index} is missing or too short")
        self.level = level
        self.index = index


def leaf_hash(entry: bytes) -> bytes:
    """Hash a leaf: SHA-256(0x00 || entry), RFC 6962 §2.1."""
    hashing = _LEAF.copy()
    hashing.update(entry)
    return hashing.digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node: SHA-256(0x01 || left || right), RFC 6962 §2.1."""
    return _parents(left + right)


def root(size: int, read: Read) -> bytes:
    """Give the root of the tree of `size` leaves.

    :raises BrokenTile: when a tile that is needed is missing or too short.
    """
    return _range_root(0, size, read) if size else EMPTY_ROOT


def extend(size: int, hashes: Sequence[bytes], read: Read) -> Tiles:
    """Append leaf hashes to the tree of `size` leaves; give every tile that is new or has grown.

    :raises BrokenTile: when a partial tile that must grow is missing or too short.
    """
    changed: Tiles = {}
    level = 0
    while hashes:
        grown = _grow(level, size, hashes, read)
        changed |= grown
        hashes = [_fold(tile) for tile in grown.values() if len(tile) == WIDTH * HASH]
        size >>= HEIGHT
        level += 1
    return changed


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """Prove that leaf `index` is in the tree of `size` leaves: the audit path of RFC 6962 §2.1.1.

    :raises ValueError: when the tree has no such leaf.
    :raises BrokenTile: when storage is damaged.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start = middle
    return path[::-1]


def tiles_of_proof(index: int, size: int) -> list[tuple[int, int]]:
    """The level and index of each tile that the audit path of a leaf may read: those above it, and the right edge."""
    found: dict[tuple[int, int], None] = {}
    level = 0
    while size:
        found |= {(level, index >> HEIGHT): None, (level, size - 1 >> HEIGHT): None}
        level, index, size = level + 1, index >> HEIGHT, size >> HEIGHT
    return list(found)


def consistency_proof(old: int, new: int, read: Read) -> list[bytes]:
    """Prove that the tree of `old` leaves is a prefix of the tree of `new`: RFC 6962 §2.1.2.

    :raises ValueError: unless 0 <= old <= new.
    :raises BrokenTile: when storage is damaged.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not extend a tree of {old}")
    if old == 0:  # the empty tree is a prefix of every tree; the RFC leaves its proof out
        return []
    start, end, path = 0, new, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_root(middle, end, read))
            end = middle
        else:
            path.append(_range_root(start, middle, read))
            start = middle
    if start:  # otherwise the old root itself starts the walk, and the verifier knows it
        path.append(_range_root(start, end, read))
    return path[::-1]


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether `path` leads from the leaf hash at `index` to `root`: RFC 9162 §2.1.3.2."""
    return climb(index, size, leaf, path) == root


def climb(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes | None:
    """The root to which `path` leads from the leaf hash at `index`; `None` where no tree of this size has such a path."""
    if not 0 <= index < size:
        return None
    position, last, climbed = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            climbed = node_hash(sibling, climbed)
            position, last = _skip_lone_nodes(position, last)
        else:
            climbed = node_hash(climbed, sibling)
        position, last = position >> 1, last >> 1
    return climbed if last == 0 else None


def paths(leaves: Sequence[bytes]) -> tuple[bytes, list[bytes]]:
    """The root of a small tree and the audit path of each of its leaf hashes, joined, as `climb` takes it."""
    if not leaves:
        return EMPTY_ROOT, []
    levels = [list(leaves)]
    while len(level := levels[-1]) > 1:
        even = len(level) & ~1  # a lone node at the right edge climbs as it is
        levels.append([node_hash(level[n], level[n + 1]) for n in range(0, even, 2)] + level[even:])
    (root,) = levels.pop()
    joined = [b""]
    for level in reversed(levels):  # a node's path is its sibling, and then its parent's path
        level.append(b"")
        joined = [level[place ^ 1] + joined[place >> 1] for place in range(len(level) - 1)]
    return root, joined


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Tell whether `path` shows that the older tree is a prefix of the newer one: RFC 9162 §2.1.4.2."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    walk = list(path) if old & (old - 1) else [old_root, *path]
    if not walk:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    older = newer = walk[0]
    for sibling in walk[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            older, newer = node_hash(sibling, older), node_hash(sibling, newer)
            position, last = _skip_lone_nodes(position, last)
        else:
            newer = node_hash(newer, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _skip_lone_nodes(position: int, last: int) -> tuple[int, int]:
    """Climb past the levels where the node at the right edge has no sibling."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _grow(level: int, size: int, hashes: Sequence[bytes], read: Read) -> Tiles:
    """Put `hashes` behind the `size` entries of one level; give the tiles touched."""
    first, width = divmod(size, WIDTH)
    row = b"".join([_entries(level, first, 0, width, read) if width else b"", *hashes])
    step = WIDTH * HASH
    return {(level, first + n): row[n * step : (n + 1) * step] for n in range(-(-len(row) // step))}


def _range_root(start: int, end: int, read: Read) -> bytes:
    """MTH(D[start:end]) of RFC 6962, for the ranges that its recursion reaches."""
    size = end - start
    if size & (size - 1):
        middle = start + _split(size)
        return node_hash(_range_root(start, middle, read), _range_root(middle, end, read))
    level, rise = divmod(size.bit_length() - 1, HEIGHT)
    index, offset = divmod(start >> (level * HEIGHT), WIDTH)
    return _remembered(_entries(level, index, offset, 1 << rise, read))


def _entries(level: int, index: int, offset: int, count: int, read: Read) -> bytes:
    found = read(level, index)[offset * HASH : (offset + count) * HASH]
    if len(found) != count * HASH:
        raise BrokenTile(level, index)
    return found


def _fold(row: bytes) -> bytes:
    """Root of the perfect tree whose bottom row is given; a power of two of hashes."""
    while len(row) > HASH:
        row = _parents(row)
    return row


# The upper tiles and the right edge are in every proof: some megabytes spare most of the hashing.
_remembered = lru_cache(maxsize=8192)(_fold)


def _parents(row: bytes) -> bytes:
    """The row above a row of a perfect tree."""
    pair, above = 2 * HASH, []
    for n in range(0, len(row), pair):
        hashing = _NODE.copy()
        hashing.update(row[n : n + pair])
        above.append(hashing.digest())
    return b"".join(above)


def _split(size: int) -> int:
    """The largest power of two smaller than `size` (RFC 6962 §2.1: k < n <= 2k)."""
    return 1 << ((size - 1).bit_length() - 1)
