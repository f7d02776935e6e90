"""Where something that the platform issued stands in its public log, as anybody may be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from xinyun.ledger import queries, rules

PATIENCE = timedelta(minutes=10)
"""A leaf comes, and is signed over, within seconds; after this long, somebody is to be called."""
_SAME = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Logged:
    """`signed`: proved against the last signed head. `written`, `awaited`: it is on its way. The others are alarms:
    `late`: written long ago and not signed. `missing`: not there. `another`: the log has something else there.
    """

    state: str
    index: int | None = None
    kind: str = ""
    at: datetime | None = None
    leaf: str = ""
    size: int = 0
    signed_at: datetime | None = None
    path: tuple[str, ...] = ()
    root: str = ""

    @property
    def alarms(self) -> bool:
        """Whether the platform has not kept its word, so that somebody must hear of it."""
        return self.state in {"late", "missing", "another"}


def logged(
    kind: str, issued: datetime, now: datetime, *, index: int | None = None, entry: str | None = None
) -> Logged:
    """Look for what was issued: by the reference under which it is logged, where it has one, else by its leaf's number."""
    overdue = now - issued > PATIENCE
    leaf = queries.by_ref(entry) if entry else _numbered(index)
    if leaf is None:
        return Logged("missing" if overdue or index is not None else "awaited", index)
    by_number = entry is None and abs(leaf.at - issued) >= _SAME
    if leaf.kind != kind or by_number or index not in {None, leaf.index}:
        return Logged("another", leaf.index)
    proof = queries.prove(leaf.index)
    if not rules.verify_inclusion(proof.index, proof.size, proof.leaf_hash, proof.path, proof.root):
        return Logged("another", leaf.index)
    told = {"index": leaf.index, "kind": leaf.kind, "at": leaf.at, "leaf": leaf.leaf_hash.hex()}
    head = queries.checkpoint_at(proof.size) if proof.note else None
    if head is None:
        return Logged("late" if overdue else "written", **told)
    path = tuple(one.hex() for one in proof.path)
    return Logged("signed", **told, size=head.size, signed_at=head.at, path=path, root=proof.root.hex())


def _numbered(index: int | None) -> queries.Leaf | None:
    try:
        return queries.leaf_at(index) if index is not None else None
    except queries.NoSuchLeaf:
        return None
