"""The questions the log answers."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connections
from django.db.models import Count, Max, Q
from msgspec import json

from xinyun.base import Refusal, Text
from xinyun.ledger import keys, models, paths, personal, rules, storing
from xinyun.ledger.entries import Leaf, leaf_bytes, moment, parse
from xinyun.ledger.erasing import LeafOrder, count_past, orders, past

__all__ = [
    "FEED_REF",
    "Checkpoint",
    "Consistency",
    "LeafOrder",
    "NoSuchLeaf",
    "NotThatLong",
    "Opened",
    "Proof",
    "by_ref",
    "by_refs",
    "checkpoint_at",
    "consistency",
    "contents",
    "count_past",
    "entry",
    "kinds",
    "latest_checkpoint",
    "leaf_at",
    "of_kind",
    "orders",
    "past",
    "prove",
    "public_keys",
    "published",
    "reader",
    "root",
    "sealed_seq",
    "size",
    "span",
    "tile",
]


@dataclass(frozen=True)
class Opened:
    """A leaf with what it commits to; `payload` and `salt` are None once they were erased."""

    leaf: Leaf
    payload: dict[str, Any] | None
    salt: bytes | None


@dataclass(frozen=True)
class Checkpoint:
    """A signed head of the log; `note` is the text that others verify."""

    size: int
    root: bytes
    note: str
    at: datetime


@dataclass(frozen=True)
class Proof:
    """The audit path of one leaf to the root of the tree of `size` leaves.

    `note` is the checkpoint that signs this root; empty while no checkpoint covers the leaf.
    """

    index: int
    size: int
    leaf_hash: bytes
    path: tuple[bytes, ...]
    root: bytes
    note: str


@dataclass(frozen=True)
class Consistency:
    """That a tree of `old` leaves is the beginning of the one of `size`, whose root `note` signs."""

    old: int
    old_root: bytes
    size: int
    root: bytes
    path: tuple[bytes, ...]
    note: str


class NotThatLong(Refusal):
    """The signed log does not have that many leaves."""

    code = "not-that-long"
    status = 404


class NoSuchLeaf(Refusal):
    """The log has no leaf there."""

    code = "no-such-leaf"
    status = 404


FEED_REF = "feed:"
"""The references of leaves that log a change of the feed: this and the change's `seq` in 19 digits."""


def sealed_seq() -> int:
    """Give the `seq` of the last change of the feed that is logged; 0 before the first."""
    # Both bounds are digits, for in a language's collation "~" sorts before "0".
    bounds = (f"{FEED_REF}{'0' * 19}", f"{FEED_REF}{'9' * 19}")
    last: str | None = models.Leaf.objects.filter(ref__range=bounds).aggregate(last=Max("ref"))["last"]
    return int(last.removeprefix(FEED_REF)) if last else 0


def size() -> int:
    """Count the leaves."""
    last: int | None = models.Leaf.objects.aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def root() -> bytes:
    """Give the root of the log as it stands."""
    return rules.root(size(), reader())


def tile(level: int, index: int) -> bytes:
    """Give the hashes of a tile as it stands; empty when there is none."""
    return storing.tiles([(level, index)]).get((level, index), b"")


def reader(ahead: Sequence[tuple[int, int]] = ()) -> rules.Read:
    """Give a reader of tiles that remembers what it has read, for the length of one question.

    Some that will be needed may be read ahead, all at once.
    """
    known = storing.tiles(ahead)

    @cache
    def read(level: int, index: int) -> bytes:
        return known.get((level, index)) or tile(level, index)

    return read


def entry(index: int) -> Opened:
    """Give a leaf and, unless erased, its payload.

    :raises NoSuchLeaf: when the log has no such leaf.
    """
    leaf = leaf_at(index)
    return _opened(leaf, models.Preimage.objects.select_related("key").filter(leaf_id=index).first())


def contents(kind: str, start: int, end: int) -> Iterator[Opened]:
    """Give the leaves of a kind from `start` to before `end` with what they commit to, streamed."""
    rows = models.Leaf.objects.filter(index__gte=start, index__lt=end, kind=kind).order_by("index")
    for row in rows.select_related("preimage__key").iterator(1000):
        yield _opened(_leaf(row), getattr(row, "preimage", None))


def leaf_at(index: int) -> Leaf:
    """Give a leaf.

    :raises NoSuchLeaf: when the log has no such leaf.
    """
    row = models.Leaf.objects.filter(index=index).first()
    if row is None:
        raise NoSuchLeaf(
            Text(f"账本中没有第 {index} 条存证。", f"The log has no leaf {index}."),
            Text(f"现有 {size()} 条，序号从 0 起。", f"It has {size()} leaves, counted from 0."),
        )
    return _leaf(row)


def by_ref(ref: str) -> Leaf | None:
    """Give the leaf of the event with this reference."""
    return by_refs([ref]).get(ref)


def by_refs(refs: list[str]) -> dict[str, Leaf]:
    """Give the leaves of those of the events that are logged."""
    # One variable for all of them: SQLite binds only so many, and the ORM takes its time over each.
    if connections[models.ALIAS].vendor == "postgresql":
        found = models.Leaf.objects.raw("SELECT * FROM ledger_leaf WHERE ref = ANY(%s)", [refs])
    else:
        listed = "SELECT * FROM ledger_leaf WHERE ref IN (SELECT value FROM json_each(%s))"
        found = models.Leaf.objects.raw(listed, [json.encode(refs).decode()])
    return {row.ref: _leaf(row) for row in found} if refs else {}


def kinds() -> dict[str, int]:
    """Count the leaves of each kind."""
    rows = models.Leaf.objects.values_list("kind").annotate(count=Count("index")).order_by("kind")
    return dict(rows)


def span(since: datetime, until: datetime) -> tuple[int, int]:
    """The first leaf written since one instant, and the first since another, or the size: by bisection along the log.

    A clock that was set back puts some leaves on the wrong side.
    """
    end = size()

    def at(index: int) -> datetime:
        return models.Leaf.objects.values_list("at", flat=True).get(index=index)

    first, beyond = (bisect_left(range(end), when, key=at) for when in (since, until))
    return first, beyond


def of_kind(kind: str, indexes: Sequence[int]) -> list[int]:
    """Those of these leaves that are of a kind and have their content still, in no order."""
    step = 500  # stays under SQLite's limit of bound variables
    parts = (
        models.Preimage.objects.filter(
            Q(key=None) | Q(key__wrapped__isnull=False),
            leaf__kind=kind,
            leaf_id__in=indexes[n : n + step],
            erased_on=None,
        )
        for n in range(0, len(indexes), step)
    )
    return [index for part in parts for index in part.values_list("leaf_id", flat=True)]


def latest_checkpoint() -> Checkpoint | None:
    """Give the last signed head."""
    return _checkpoint(models.Checkpoint.objects.order_by("-size").first())


def checkpoint_at(size: int) -> Checkpoint | None:
    """Give the head that was signed when the log had `size` leaves."""
    return _checkpoint(models.Checkpoint.objects.filter(size=size).first())


def prove(index: int) -> Proof:
    """Prove that a leaf is in the log: against the last signed head, or today's root while none covers it.

    :raises NoSuchLeaf: when the log has no such leaf.
    """
    # Past the ORM, which would take longer than the proof does.
    held = storing.rows('SELECT leaf_hash FROM ledger_leaf WHERE "index" = %s', index)
    leaf_hash = bytes(held[0][0]) if held else leaf_at(index).leaf_hash
    heads = storing.rows("SELECT size, root, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
    signed = heads[0] if heads and index < heads[0][0] else None
    grown = signed[0] if signed else size()
    read = reader(rules.tiles_of_proof(index, grown))
    path = tuple(rules.inclusion_proof(index, grown, read))
    root = bytes(signed[1]) if signed else rules.root(grown, read)
    return Proof(index, grown, leaf_hash, path, root, signed[2] if signed else "")


def consistency(old: int) -> Consistency:
    """Prove that the log as it had `old` leaves is the beginning of the log as last signed.

    :raises NotThatLong: the log has no signed head, or none that long.
    """
    head, read = latest_checkpoint(), reader()
    if head is None or not 0 <= old <= head.size:
        signed = head.size if head else 0
        raise NotThatLong(
            Text(
                f"已签署的账本有 {signed} 条存证，没有 {old} 条。",
                f"The signed log has {signed} leaves, not {old}.",
            ),
            Text("请给出不大于它的条数。", "Give a size that is not above it."),
        )
    path = tuple(rules.consistency_proof(old, head.size, read))
    return Consistency(old, rules.root(old, read), head.size, head.root, path, head.note)


def public_keys() -> list[str]:
    """The keys with which the log's heads are verified, `name+hash+base64`: Ed25519, and SM2 where the log has one."""
    second = keys.sm2_verifier()
    return [str(keys.verifier()), *([str(second)] if second else [])]


def published(path: str) -> bytes | None:
    """A part of the log by its path (see `paths`), or its signed head; `None` where the signed log has no such part.

    What no head has signed is not given out. A leaf holds a commitment, not what it commits to.
    """
    head = latest_checkpoint()
    if path == paths.CHECKPOINT:
        return head.note.encode() if head else None
    part = paths.Part.parse(path)
    if part is None or head is None:
        return None
    level = max(part.level, 0)
    if ((head.size >> (level * rules.HEIGHT)) - part.index * rules.WIDTH) < part.width:
        return None
    if part.level == paths.ENTRIES:
        start = part.index * rules.WIDTH
        rows = models.Leaf.objects.filter(index__gte=start, index__lt=start + part.width).order_by("index")
        told = rows.values_list("kind", "at", "commitment")
        return paths.bundle(leaf_bytes(kind.encode(), moment(at), bytes(held)) for kind, at, held in told)
    return tile(part.level, part.index)[: part.width * rules.HASH]


def _opened(leaf: Leaf, held: models.Preimage | None) -> Opened:
    if held is None or held.payload is None or held.salt is None:
        return Opened(leaf, None, None)
    salt, payload = bytes(held.salt), held.payload.encode()
    if held.key:
        if held.key.wrapped is None:
            return Opened(leaf, None, None)
        salt, payload = personal.unseal(bytes(held.key.wrapped), leaf.commitment, salt, payload)
    return Opened(leaf, parse(payload), salt)


def _leaf(row: models.Leaf) -> Leaf:
    return Leaf(row.index, row.kind, row.at, bytes(row.commitment), bytes(row.leaf_hash), row.ref)


def _checkpoint(row: models.Checkpoint | None) -> Checkpoint | None:
    return Checkpoint(row.size, bytes(row.root), row.note, row.at) if row else None
