"""Verifies the whole log by computing it anew: payload, commitment, leaf, tiles, root, signed heads.

Reads leaves in parts and keeps only the right edge of the tree it builds, so that memory does not grow with
the log. Every leaf it reads is below the size taken at the start and never changes: writers need not wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Max

from xinyun.base import Text
from xinyun.ledger import erasing, models, queries, recomputing, rules
from xinyun.ledger.notes import Head, NoteRefused, Verifier, open_note
from xinyun.ledger.recomputing import Fault

BLOCK = 16 * rules.WIDTH
FAULTS_KEPT = 1000


@dataclass(frozen=True)
class Verdict:
    """What the examination found; `root` is the one recomputed, `faults` the first thousand."""

    ok: bool
    size: int
    root: bytes
    kinds: dict[str, int]
    faults: tuple[Fault, ...] = ()
    erased: int = 0


def examine(verifiers: Sequence[Verifier]) -> Verdict:
    """Recompute the log and compare every stored value with it."""
    signed = models.Checkpoint.objects.aggregate(last=Max("size"))["last"] or 0
    before = _tiled()
    orders = (
        erasing.unlogged()
    )  # before the size too: an order that is being carried out has its leaf by then
    size = queries.size()  # taken after: it must cover all that was signed or tiled before
    # A leaf and its tile are written together, so whatever lies beyond the tiles of now has no place in the tree.
    whole = min(size, max(_tiled(), models.Leaf.objects.count()))
    examination = _Examination(verifiers)
    if max(signed, before) > size:
        examination.shrunk(size, max(signed, before))
    for index in (
        models.Leaf.objects.filter(index__gte=whole).order_by("index").values_list("index", flat=True)[:10]
    ):
        examination.stray(index, whole)
    examination.heads(-1, 0)
    for part in recomputing.parts([(n, min(n + BLOCK, whole)) for n in range(0, whole, BLOCK)]):
        examination.part(part)
    examination.orders(orders)
    return examination.verdict(whole)


def _tiled() -> int:
    """Count the leaves that the tiles know of."""
    last = models.Tile.objects.filter(level=0).order_by("-index").values_list("index", "width").first()
    return last[0] * rules.WIDTH + last[1] if last else 0


@dataclass
class _Examination:
    verifiers: Sequence[Verifier]
    edge: rules.Tiles = field(default_factory=dict)
    kinds: Counter[bytes] = field(default_factory=Counter)
    erased: int = 0
    faults: list[Fault] = field(default_factory=list)
    ok: bool = True

    def part(self, part: recomputing.Part) -> None:
        """Take the leaves of a part, and examine all that grows out of them."""
        for fault in part.faults:
            self._take(fault)
        self.kinds.update(part.kinds)
        self.erased += part.erased
        self.edge |= rules.extend(part.start, part.hashes, self._read)
        self.heads(part.start, part.end)
        for at in [at for at, tile in self.edge.items() if len(tile) == rules.WIDTH * rules.HASH]:
            self._compare(at, self.edge.pop(at))

    def heads(self, after: int, until: int) -> None:
        """Examine the heads signed at sizes above `after`, up to `until`."""
        for row in models.Checkpoint.objects.filter(size__gt=after, size__lte=until).order_by("size"):
            self._head(row.size, bytes(row.root), row.note)

    def stray(self, index: int, size: int) -> None:
        """Report a leaf beyond the end of the tree."""
        self._fault(
            "leaf",
            index,
            f"第 {index} 条存证在树（{size} 条）之外。",
            f"Leaf {index} lies beyond the tree of {size}.",
        )

    def shrunk(self, size: int, known: int) -> None:
        zh = f"账本曾有 {known} 条存证，现仅有 {size} 条：末尾被删去。"
        self._fault("log", size, zh, f"The log had {known} leaves and has {size}: its end was cut off.")

    def orders(self, unlogged: Sequence[erasing.LeafOrder]) -> None:
        """Report the orders of erasure that are no leaves, unless they have become some meanwhile."""
        standing = {one.id for one in erasing.unlogged()}
        for one in (one for one in unlogged if one.id in standing):
            zh = f"删除令 {one.id}（{one.count} 条）没有存证。"
            self._fault(
                "log", one.id, zh, f"Erasure order {one.id} of {one.count} contents is not in the log."
            )

    def verdict(self, size: int) -> Verdict:
        root = rules.root(size, self._read)
        for at, tile in self.edge.items():
            self._compare(at, tile)
        kinds = {kind.decode(errors="replace"): count for kind, count in sorted(self.kinds.items())}
        return Verdict(self.ok, size, root, kinds, tuple(self.faults), self.erased)

    def _compare(self, at: tuple[int, int], computed: bytes) -> None:
        """Compare a tile with the stored one, which may have grown since."""
        stored = queries.tile(*at)
        if stored.startswith(computed):
            return
        (level, index), step = at, rules.HASH
        places = range(0, len(computed), step)
        differs = next(n for n in places if stored[n : n + step] != computed[n : n + step]) // step
        leaf = (index * rules.WIDTH + differs) << (rules.HEIGHT * level)
        zh = f"哈希块 {level}/{index} 第 {differs} 项与存证不符（自第 {leaf} 条起）。"
        en = f"Entry {differs} of tile {level}/{index} differs from the leaves (from leaf {leaf} on)."
        self._fault("tile", leaf, zh, en)

    def _head(self, size: int, root: bytes, note: str) -> None:
        try:
            # We keep our own signatures alone: one that no key of ours made is one that was changed.
            head = Head.parse(open_note(note, self.verifiers, by_nobody_else=True))
        except NoteRefused as refusal:
            zh, en = refusal.what
            self._fault("checkpoint", size, f"检查点 {size}：{zh}", f"Checkpoint {size}: {en}")
            return
        if (head.size, head.root) != (size, root):
            zh, en = f"检查点 {size} 与其签名文本不符。", f"Checkpoint {size} differs from its signed note."
            self._fault("checkpoint", size, zh, en)
        if head.size == size and rules.root(size, self._read) != head.root:
            zh, en = (
                f"检查点 {size} 所签的根与存证不符。",
                f"The root signed at {size} is not that of the leaves.",
            )
            self._fault("checkpoint", size, zh, en)

    def _read(self, level: int, index: int) -> bytes:
        return self.edge.get((level, index), b"")

    def _fault(self, part: str, index: int, zh: str, en: str) -> None:
        self._take(Fault(part, index, Text(zh, en)))

    def _take(self, fault: Fault) -> None:
        self.ok = False
        if len(self.faults) < FAULTS_KEPT:
            self.faults.append(fault)
