"""The verbs of the log: append, checkpoint, erase, verify, prove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from secrets import token_bytes
from typing import NamedTuple

from django.db import connections, transaction

from xinyun.base import Refusal, Text
from xinyun.ledger import entries as leaves
from xinyun.ledger import erasing, exporting, keys, models, notes, personal, queries, rules, storing
from xinyun.ledger.entries import Entry, Leaf
from xinyun.ledger.exporting import AnotherLog, Exported, NothingSigned
from xinyun.ledger.queries import Checkpoint, prove
from xinyun.ledger.verification import Verdict, examine
from xinyun.plumbing import feed

__all__ = [
    "AnotherLog",
    "ArchiveBehind",
    "Checkpoint",
    "Damaged",
    "Entry",
    "Exported",
    "Leaf",
    "NothingSigned",
    "RefTaken",
    "Verdict",
    "append",
    "checkpoint",
    "erase",
    "erase_many",
    "export",
    "log_orders",
    "prove",
    "seal",
    "seal_feed",
    "shred",
    "shred_unused",
    "verify",
]

_LOCK = 0x58594C47  # an arbitrary number for PostgreSQL's advisory lock, the ledger's alone


class RefTaken(Refusal):
    """The reference already belongs to an event of another kind."""

    code = "ref-taken"
    status = 409


class ArchiveBehind(Refusal):
    """The archive is older than the log; new changes would take numbers that are logged already."""

    code = "archive-behind"
    status = 500


class Damaged(Refusal):
    """The stored tree does not hold together, so nothing can be added to it or signed."""

    code = "ledger-damaged"
    status = 503


class _Made(NamedTuple):
    """An entry as it will stand in the tree, wherever that is."""

    commitment: bytes
    leaf_hash: bytes
    salt: bytes
    payload: str


def append(entries: Sequence[Entry], *, actor: str, on: date) -> list[Leaf]:
    """Log events in one transaction: all or none, durable on return; give their leaves in the same order.

    `actor` enters each payload that does not name its own. An event whose `ref` is logged already, or stands
    twice in the batch, is logged once and gives the leaf it has. Must not run inside another
    transaction of the ledger.

    :raises UnfitEntry: when an entry cannot become a leaf.
    :raises RefTaken: when a reference belongs to an event of another kind.
    :raises Damaged: when a part of the tree that must grow is missing.
    """
    if not entries:
        return []
    made = _make(entries, actor)  # before anybody has to wait for us
    with _only_writer():
        size = queries.size()
        placed, fresh = _place(entries, made, size)
        if fresh:
            new = [placed[n] for n in fresh]
            storing.add(new, _contents([entries[n] for n in fresh], [made[n] for n in fresh]))
            storing.put(rules.extend(size, [leaf.leaf_hash for leaf in new], queries.tile))
    return placed


def seal_feed(*, actor: str, on: date) -> int:
    """Log every change of the feed that is not logged yet, in order and once, and give how many there were.

    The feed row was written in the change's own transaction, so nothing that happened can miss the log; a
    crash between the two is made good by the next call, here or in another process.

    :raises ArchiveBehind: the log knows of changes that the archive does not.
    """
    logged = queries.sealed_seq()  # before the feed's head: others go on while we look
    if (head := feed.head()) < logged:
        raise ArchiveBehind(
            Text(
                f"变更流到 {head}，存证已到 {logged}。", f"The feed ends at {head}; the log holds {logged}."
            ),
            Text(
                "档案像是从较旧的备份恢复的，请改用不早于存证的备份。",
                "The archive looks restored from an older backup: use one that is not older than the ledger.",
            ),
        )
    sealed = 0
    while changes := feed.since(queries.sealed_seq(), limit=500):
        append([_sealed(change) for change in changes], actor=actor, on=on)
        sealed += len(changes)
    return sealed


def seal(*, actor: str, on: date) -> Checkpoint:
    """Log what the feed holds and sign the log's head.

    :raises ArchiveBehind: the log knows of changes that the archive does not.
    """
    seal_feed(actor=actor, on=on)
    return checkpoint(actor=actor, on=on)


def _sealed(change: feed.Change) -> Entry:
    payload = {"actor": change.actor, "seq": change.seq, "change": change.payload}
    return Entry(change.kind, change.at, payload, ref=f"{queries.FEED_REF}{change.seq:019d}")


def export(folder: Path, *, actor: str, on: date) -> Exported:
    """Write the signed log as static files into a folder, or what is new since the last time (see `exporting.export`)."""
    return exporting.export(folder, keys.head_verifiers())


def checkpoint(*, actor: str, on: date) -> Checkpoint:
    """Sign the root of the log as it stands, and keep the signed head; an unchanged log keeps its head.

    :raises KeyMissing: before `xinyun init` has made the key.
    """
    if head := queries.checkpoint_at(queries.size()):
        return head
    with _only_writer():
        size = queries.size()
        if head := queries.checkpoint_at(size):
            return head
        root = rules.root(size, queries.reader())
        note = notes.sign(str(notes.Head(keys.origin(), size, root)), keys.origin(), keys.signing_key())
        if sm2_key := keys.sm2_key():
            note = notes.co_sign(note, keys.origin(), sm2_key)
        models.Checkpoint.objects.create(size=size, root=root, note=note, actor=actor, on=on)
        head = queries.checkpoint_at(size)
    assert head is not None
    return head


def erase(index: int, *, norm: str, basis: str, actor: str, on: date, at: datetime) -> None:
    """Erase what a leaf commits to, with its salt; the leaf and its proofs stay valid. Erasing twice is once.

    :raises NoSuchLeaf: when the log has no such leaf.
    """
    queries.leaf_at(index)
    erase_many([index], norm=norm, basis=basis, actor=actor, on=on, at=at)


def erase_many(indexes: Sequence[int], *, norm: str, basis: str, actor: str, on: date, at: datetime) -> int:
    """Erase what some thousand leaves commit to, by an order under a norm and its articles; returns how many went.

    The order names the leaves before their contents go, and is a leaf itself; see `erasing` for a crash in between.
    """
    gone = erasing.erase_named(indexes, norm=norm, basis=basis, actor=actor, on=on)
    log_orders(actor=actor, on=on, at=at)
    return gone


def shred(about: str, *, norm: str, basis: str, actor: str, on: date, at: datetime) -> int:
    """Destroy the key of a person by an order under a norm and its articles; returns how many contents are gone with it.

    Whatever was logged about this label reads as erased from then on, wherever a copy of it lies. A key that is gone
    already is no error; what is logged about the label later has another key.
    """
    gone = erasing.destroy_key(personal.digest(about), norm=norm, basis=basis, actor=actor, on=on)
    log_orders(actor=actor, on=on, at=at)
    return gone


def shred_unused(*, norm: str, basis: str, actor: str, on: date, at: datetime) -> int:
    """Destroy the keys under which no content lies any more, by one order; returns how many.

    So that copies of contents that were erased one by one, in a backup, cannot be opened either.
    """
    gone = erasing.destroy_unused(norm=norm, basis=basis, actor=actor, on=on)
    log_orders(actor=actor, on=on, at=at)
    return gone


def log_orders(*, actor: str, on: date, at: datetime) -> int:
    """Log each order of erasure that is not logged yet, once; returns how many there were."""
    entries = [
        Entry(
            erasing.KIND,
            at,
            {"order": one.id, "norm": one.norm, "basis": one.basis, "count": one.count, "actor": one.actor}
            | ({"keys": one.keys} if one.keys else {}),
            f"{erasing.REF}{one.id}",
        )
        for one in erasing.unlogged()
    ]
    append(entries, actor=actor, on=on)
    return len(entries)


def verify(*, actor: str, on: date) -> Verdict:
    """Recompute the log from its payloads up to every signed head, and tell each place that does not agree.

    Reads in blocks, needs the memory of one, and does not hold up writers.

    :raises KeyMissing: before `xinyun init` has made the key.
    """
    return examine(keys.head_verifiers())


@contextmanager
def _only_writer() -> Iterator[None]:
    """Be the one writer until commit: BEGIN IMMEDIATE on SQLite (settings), else an advisory lock."""
    with transaction.atomic(using=models.ALIAS, durable=True):
        connection = connections[models.ALIAS]
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        try:
            yield
        except rules.BrokenTile as error:
            raise _damaged(error) from error


def _damaged(error: rules.BrokenTile) -> Damaged:
    return Damaged(
        Text(
            f"存证日志的哈希块 {error.level}/{error.index} 缺失或不完整。",
            f"Tile {error.level}/{error.index} of the ledger is missing or cut short.",
        ),
        Text(
            "请运行 xinyun ledger verify 查明损坏之处，并从备份恢复；在此之前不作新的存证。",
            "Run xinyun ledger verify to find the damage and restore a backup; nothing is logged until then.",
        ),
    )


def _make(entries: Sequence[Entry], actor: str) -> list[_Made]:
    """Write each entry down and hash it."""
    step, salts, checked = leaves.SALT, token_bytes(leaves.SALT * len(entries)), set[str]()
    told: datetime | None = None
    made = []
    for n, (kind, at, payload, _, _) in enumerate(entries):
        if kind not in checked or at is not told:  # a batch has few kinds and few instants
            leaves.check(kind, at)
            checked.add(kind)
            told, moment = at, leaves.moment(at)
        salt, written = salts[n * step : (n + 1) * step], leaves.canonical(payload, actor)
        committed = leaves.commitment(salt, written)
        hashed = rules.leaf_hash(leaves.leaf_bytes(kind.encode(), moment, committed))
        made.append(_Made(committed, hashed, salt, written.decode()))
    return made


def _place(entries: Sequence[Entry], made: Sequence[_Made], size: int) -> tuple[list[Leaf], list[int]]:
    """Give each entry its leaf, and tell which entries are new."""
    known = queries.by_refs([entry.ref for entry in entries if entry.ref])
    placed: list[Leaf] = []
    fresh: list[int] = []
    for n, (kind, at, _, ref, _) in enumerate(entries):
        leaf = known.get(ref) if ref else None
        if leaf is None:
            leaf = Leaf(size + len(fresh), kind, at, made[n].commitment, made[n].leaf_hash, ref)
            fresh.append(n)
            if ref:
                known[ref] = leaf
        elif leaf.kind != kind:
            raise _taken(entries[n], leaf)
        placed.append(leaf)
    return placed, fresh


def _contents(entries: Sequence[Entry], made: Sequence[_Made]) -> list[personal.Held]:
    """What is to be stored of new entries; in the writer's transaction, for a key must not go meanwhile."""
    held = personal.keys_of(entry.about for entry in entries if entry.about)
    return [
        personal.seal(held[entry.about], one.commitment, one.salt, one.payload)
        if entry.about
        else personal.Held(one.salt, one.payload)
        for entry, one in zip(entries, made, strict=True)
    ]


def _taken(entry: Entry, leaf: Leaf) -> RefTaken:
    return RefTaken(
        Text(
            f"引用号“{entry.ref}”已属于第 {leaf.index} 条存证（{leaf.kind}），未存证。",
            f"The reference {entry.ref!r} belongs to leaf {leaf.index} ({leaf.kind}); nothing was logged.",
        ),
        Text("请为这一事项另取引用号。", "Give this event a reference of its own."),
    )
