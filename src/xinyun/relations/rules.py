"""What of a relation who may see, whom a person's links may lead to, and what still holds. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Protocol

from xinyun.archive.rules import SHOWN, publicity
from xinyun.base import Basis, Text
from xinyun.law import Law, NotInForce, Telling, UnknownNorm


class Viewer(Enum):
    """Who asks: anybody, a registered program, or an officer whose purpose is in the ledger."""

    PUBLIC = "public"
    CLIENT = "client"
    OFFICER = "officer"


CAUTION = Text(
    "关联不等于失信：除条款写明的以外，不得因关联对其采取惩戒措施。",
    "A relation is no dishonesty: no sanction may follow from it, save where an article says so.",
)
CAUTION_BASIS = (Basis("gov-49-2020", "第五部分"),)
"""What every answer says of itself, and on which ground."""


class Told(Protocol):
    """A standing revision of a record, as far as it is looked at here."""

    @property
    def item(self) -> str: ...
    @property
    def content(self) -> dict[str, Any]: ...
    @property
    def decided_on(self) -> date | None: ...


def may_see(record: Told, field: str, viewer: Viewer, now: Law) -> bool:
    """Whether a viewer may be told what a standing record says in a field; one that is `""` is not itself shown.

    A relation is shown where the record would be, and no longer: for all but officers, while the catalogue and the
    terms of publicity make it public.
    """
    try:
        item = now.item(record.item)
    except (NotInForce, UnknownNorm):
        return False
    if viewer is Viewer.OFFICER:
        return item.publicity != "consent"
    if field and item.field(field).publicity != "public":
        return False
    governing = now.book.on(min(record.decided_on or now.day, now.day))
    return publicity(item, record.content, governing, now.day).outcome == SHOWN


def responsible_under(list_id: str, link: str, now: Law) -> tuple[Basis, ...]:
    """The articles by which a listing on that list reaches whoever is linked so to the listed; none where none does."""
    found = (one for one in now.associations() if link in one.links and list_id in one.lists)
    return tuple(dict.fromkeys(basis for one in found for basis in one.lists[list_id]))


def still_is(telling: Telling, content: Mapping[str, Any], registered: Iterable[str | None]) -> bool:
    """Whether a person whom a record named on its day is still the one whom the registration names.

    `registered` are the names that the registries give now. A name decides nothing, but another name rules out.
    """
    named = (content.get(telling.person_name) or "").strip()
    return not telling.registry or (bool(named) and named in {(name or "").strip() for name in registered})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands in the drawing: `column` is its step, `row` counts from the top."""

    column: int
    row: float


def places(nodes: Iterable[tuple[str, int]], edges: Iterable[tuple[str, str]]) -> dict[str, Place]:
    """A layered drawing: a column a step, whoever was reached by the same node one below the other, that node amid them.

    `nodes` are keys with their step in the order in which they were reached; `edges` lead from a step to the next.
    """
    step = dict(nodes)
    children: dict[str, list[str]] = {key: [] for key in step}
    placed: set[str] = set()
    for one, other in edges:
        for near, far in ((one, other), (other, one)):
            if step.get(far) == step.get(near, -9) + 1 and far not in placed:
                placed.add(far)
                children[near].append(far)
    found: dict[str, Place] = {}
    free = 0.0

    def put(key: str) -> float:
        nonlocal free
        rows = [put(child) for child in children[key]]
        row = (rows[0] + rows[-1]) / 2 if rows else free
        free = free if rows else free + 1
        found[key] = Place(step[key], row)
        return row

    for key in (key for key in step if step[key] == 0):
        put(key)
    return found
