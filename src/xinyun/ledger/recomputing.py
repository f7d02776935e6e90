"""Leaves computed anew from what is stored of them, a part of the log at a time; of a long log, by every processor."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connections

from xinyun.base import Text
from xinyun.ledger import beside, erasing, models, personal, queries, rules
from xinyun.ledger.entries import commitment, leaf_bytes
from xinyun.plumbing.sealing import SealBroken

LONG = 100_000
"""Leaves from which starting processes pays."""
# Everything as it lies, an instant in the spelling of the leaf: a value that no longer is what its column should hold
# is to differ from the leaf's, not to stop the reading.
_ROWS = (
    'SELECT leaf."index", {kind}, {at}, leaf.commitment, leaf.leaf_hash, held.salt, {payload}, held.erased_on IS NOT NULL,'
    " held.key_id, owner.wrapped, gone.id"
    ' FROM ledger_leaf leaf LEFT JOIN ledger_preimage held ON held.leaf_id = leaf."index"'
    " LEFT JOIN ledger_personkey owner ON owner.id = held.key_id"
    " LEFT JOIN ledger_erasureorder gone ON gone.id = owner.order_id"
    ' WHERE leaf."index" >= %s AND leaf."index" < %s ORDER BY leaf."index"'
)
_SPELT = {
    "sqlite": {
        "kind": "CAST(leaf.kind AS BLOB)",
        "at": "CAST(replace(CASE length(leaf.at) WHEN 19 THEN leaf.at || '.000000' ELSE leaf.at END, ' ', 'T') || 'Z' AS BLOB)",
        "payload": "CAST(held.payload AS BLOB)",
    },
    "postgresql": {
        "kind": "convert_to(leaf.kind, 'UTF8')",
        "at": """convert_to(to_char(leaf.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8')""",
        "payload": "convert_to(held.payload, 'UTF8')",
    },
}


@dataclass(frozen=True)
class Fault:
    """One place that does not agree. `part` is leaf, payload, tile, checkpoint or log.

    `index` is a leaf's number (of a tile: the first leaf below the first hash that differs) or a head's size.
    """

    part: str
    index: int
    text: Text


@dataclass
class Part:
    """Leaves one after the other: the hash that is stored of each, and what was found about them."""

    start: int
    end: int
    hashes: list[bytes] = field(default_factory=list)
    kinds: dict[bytes, int] = field(default_factory=dict)
    erased: int = 0
    faults: list[Fault] = field(default_factory=list)


class _Row(NamedTuple):
    number: int
    kind: bytes
    at: bytes
    commitment: bytes
    leaf_hash: bytes
    salt: bytes | None
    payload: bytes | None
    erased: bool
    key: int | None
    wrapped: bytes | None
    order: int | None


def parts(ranges: Sequence[tuple[int, int]]) -> Iterator[Part]:
    """Compute parts anew, and give them in order; only a few are held at a time.

    A long log is read and hashed by as many processes as there are processors.
    """
    if ranges and ranges[-1][1] >= LONG:
        return beside.parts(ranges, os.cpu_count() or 1)
    return (part(start, end) for start, end in ranges)


def part(start: int, end: int) -> Part:
    """Compute the leaves from `start` to `end` anew, with none missing."""
    found = Part(start, end)
    connection = connections[models.ALIAS]
    ordered = erasing.ordered(start, end)
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(**_SPELT[connection.vendor]), [start, end])
        while rows := cursor.fetchmany(1024):
            _examine(found, rows, ordered)
    _missing(found, end)
    return found


def _examine(found: Part, rows: Sequence[tuple[object, ...]], ordered: dict[int, int]) -> None:
    kinds: Counter[bytes] = Counter(row[1] for row in rows)
    found.kinds = kinds + Counter(found.kinds)
    hashes, start = found.hashes, found.start
    for row in rows:
        number, kind, at, committed, stored, salt, payload, _, key, _, _ = row
        if number != start + len(hashes):
            _missing(found, number)
        hashes.append(stored)
        if rules.leaf_hash(leaf_bytes(kind, at, committed)) != stored:
            zh = f"第 {number} 条存证与其哈希不符。"
            _fault(found, "leaf", number, zh, f"Leaf {number} does not have the hash stored with it.")
        if salt is None or payload is None:
            _without_content(found, _Row._make(row), ordered)
        elif key is not None:
            _under_key(found, _Row._make(row))
        elif commitment(salt, payload) != committed:
            zh = f"第 {number} 条存证的内容被改动。"
            _fault(found, "payload", number, zh, f"Leaf {number} does not commit to the payload kept.")


def _under_key(found: Part, row: _Row) -> None:
    index = row.number
    if row.wrapped is not None:
        try:
            salt, payload = personal.unseal(row.wrapped, row.commitment, row.salt or b"", row.payload or b"")
        except SealBroken:
            salt = payload = b""
        if commitment(salt, payload) != row.commitment:
            zh = f"第 {index} 条存证的内容或者它的个人密钥被改动。"
            en = f"The payload of leaf {index}, or the person's key that it lies under, was changed."
            _fault(found, "payload", index, zh, en)
    elif row.order is None:
        zh = f"第 {index} 条存证的个人密钥被销毁，但没有删除令。"
        _fault(found, "payload", index, zh, f"The key above leaf {index} was destroyed without an order.")
    else:
        found.erased += 1


def _without_content(found: Part, row: _Row, ordered: dict[int, int]) -> None:
    index = row.number
    if not row.erased:
        zh = f"第 {index} 条存证的内容缺失，且无删除记录。"
        _fault(found, "payload", index, zh, f"Leaf {index} lost its payload unrecorded.")
    elif index not in ordered:
        zh = f"第 {index} 条存证的内容被删除，但没有删除令。"
        _fault(found, "payload", index, zh, f"The payload of leaf {index} was erased without an order.")
    else:
        found.erased += 1


def _missing(found: Part, end: int) -> None:
    """Report the leaves up to `end`; the tile's hash keeps each one's place in the tree."""
    for index in range(found.start + len(found.hashes), end):
        _fault(found, "leaf", index, f"第 {index} 条存证缺失。", f"Leaf {index} is missing.")
        tile, offset = divmod(index, rules.WIDTH)
        known = queries.tile(0, tile)[offset * rules.HASH : (offset + 1) * rules.HASH]
        found.hashes.append(known.ljust(rules.HASH, b"\0"))


def _fault(found: Part, part: str, index: int, zh: str, en: str) -> None:
    found.faults.append(Fault(part, index, Text(zh, en)))
