"""For how long something is kept, as norms: what of, counted from which fields, and by which article it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xinyun.law.catalogue import Item
from xinyun.law.kinds import Norm, Span, SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping(Norm):
    """How long one kind of thing is kept; what is past it is erased.

    Records: those about `subjects`, of every item of a `bearing` or else of the items in `counted_from`, which says by
    which fields the time begins: the first of them that has a value. Companions: records of `items` that end with their
    subject's last other record. Queries: `leaves` of the ledger, not before the clock `floor` has run out.
    """

    of: Literal["records", "companions", "entries", "queries", "originals", "returned"]
    subjects: tuple[SubjectKind, ...] = ()
    bearing: tuple[str, ...] = ()
    span: Span | None = None
    counted_from: dict[str, tuple[str, ...]]
    items: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    floor: str = ""

    def concerns(self, item: Item, kind: str) -> bool:
        """Whether records of an item about subjects of this kind are kept by it."""
        if self.of != "records" or kind not in self.subjects:
            return False
        return item.bearing in self.bearing if self.bearing else item.id in self.counted_from
