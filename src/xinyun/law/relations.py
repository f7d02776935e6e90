"""Relations between subjects as norms: which fields of which items tell them, and whom a listing reaches by them."""

from __future__ import annotations

from dataclasses import dataclass

from xinyun.base import Basis, Text
from xinyun.law.kinds import Condition, Norm

LINKS: dict[str, Text] = {
    "legal-representative": Text("法定代表人", "legal representative"),
    "responsible-person": Text("责任人员", "responsible person"),
    "shareholder": Text("股东", "shareholder"),
    "controller": Text("实际控制人", "controller"),
    "branch": Text("分支机构", "branch"),
    "joint-bid": Text("联合体成员", "partner in a joint bid"),
}
"""The kinds of relation in words: what the other end is to the subject of the record that tells it."""


@dataclass(frozen=True, slots=True)
class Telling:
    """Which fields of an item name the other end of a relation, and when a record tells it; empty where none does.

    `shared` fields make all subjects of one value partners. With `registry`, a field of the registration, a record
    tells only of its day: whoever the registration names differently now is it no longer.
    """

    code: str = ""
    name: str = ""
    person: str = ""
    person_type: str = ""
    person_name: str = ""
    shared: tuple[str, ...] = ()
    document: str = ""
    share: str = ""
    starts: str = ""
    when: Condition | None = None
    unless: Condition | None = None
    registry: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """The item's own fields that are named, each once."""
        conditions = [one.field for one in (self.when, self.unless) if one]
        named = (self.code, self.name, self.person, self.person_type, self.person_name, *self.shared)
        told = (*named, self.document, self.share, self.starts, *conditions)
        return tuple(dict.fromkeys(name for name in told if name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(Norm):
    """A kind of relation, one of `LINKS`, and the items that tell it."""

    link: str
    told: dict[str, Telling]


@dataclass(frozen=True, slots=True, kw_only=True)
class Association(Norm):
    """By which relations somebody answers for a subject on one of these lists, each with the articles that say so."""

    links: tuple[str, ...]
    lists: dict[str, tuple[Basis, ...]]
