"""Walking along links: from some nodes to their neighbours in one statement, each node's links bounded.

A node is a code or a person's keyed hash. What partners share is no node: they are one step apart.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from xinyun.relations.models import Link

FAN_OUT = 50
"""Links of a node that are followed in each direction; of those that have more, it is told that there are more."""
_TABLE = Link._meta.db_table
_COLUMNS = ("id", "link", "relation", "item", "office", "record_id", "near", "far", "shape", "document", "share",
            "starts_on")  # fmt: skip
_HOLDING = "l.ended_seq IS NULL AND (l.starts_on IS NULL OR l.starts_on <= %s) AND (l.ends_on IS NULL OR l.ends_on > %s)"


@dataclass(frozen=True, slots=True)
class Tie:
    """A link as it is stored."""

    id: int
    link: str
    relation: str
    item: str
    office: str
    record: int
    near: str
    far: str
    shape: str
    document: str
    share: str
    starts_on: date | None


@dataclass(frozen=True, slots=True)
class Hop:
    """A step from one node to another along a tie, or along the two ties of partners."""

    start: str
    end: str
    ties: tuple[Tie, ...]

    @property
    def to_person(self) -> bool:
        """Whether one of its ends is a natural person."""
        return self.ties[0].shape == Link.Shape.PERSON


def hops(nodes: Sequence[str], on: date) -> tuple[list[Hop], set[str]]:
    """The steps from each of these nodes that hold on a day, and the nodes of which only some are told."""
    outward, cut = _ties(nodes, "near", on)
    inward, cut_too = _ties(nodes, "far", on)
    found = [Hop(tie.near, tie.far, (tie,)) for tie in outward if tie.shape != Link.Shape.SHARED]
    found += [Hop(tie.far, tie.near, (tie,)) for tie in inward]
    shared = [tie for tie in outward if tie.shape == Link.Shape.SHARED]
    partners, cut_shared = _ties(list(dict.fromkeys(tie.far for tie in shared)), "far", on)
    with_same: dict[str, list[Tie]] = {}
    for tie in partners:
        with_same.setdefault(tie.far, []).append(tie)
    for own in shared:
        others = (other for other in with_same.get(own.far, ()) if other.near != own.near)
        found += [Hop(own.near, other.near, (own, other)) for other in others]
    cut_partners = {own.near for own in shared if own.far in cut_shared}
    return found, cut | cut_too | cut_partners


def latest_days(codes: Iterable[str], on: date) -> dict[tuple[str, str], str]:
    """For each of some hundred codes and each link to persons, the last day on which a record told who it is."""
    asked = list(codes)
    if not asked:
        return {}
    marks = ", ".join(["%s"] * len(asked))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT l.near, l.link, MAX(l.starts_on) FROM {_TABLE} l WHERE l.near IN ({marks}) AND {_HOLDING}"  # noqa: S608
            " AND l.shape = 'person' GROUP BY l.near, l.link",
            [*asked, str(on), str(on)],
        )
        return {(near, link): str(day) for near, link, day in cursor.fetchall()}


def _ties(nodes: Sequence[str], end: str, on: date) -> tuple[list[Tie], set[str]]:
    """Up to `FAN_OUT` ties of each node at one of their ends, the newest first; and the nodes that have more."""
    if not nodes:
        return [], set()
    with connection.cursor() as cursor:
        cursor.execute(_statement(end), _given(nodes, on))
        found = [Tie(*row[:-1], _day(row[-1])) for row in cursor.fetchall()]
    counted: dict[str, int] = {}
    kept = []
    for tie in found:
        node = tie.near if end == "near" else tie.far
        counted[node] = counted.get(node, 0) + 1
        if counted[node] <= FAN_OUT:
            kept.append(tie)
    return kept, {node for node, number in counted.items() if number > FAN_OUT}


def _statement(end: str) -> str:
    columns = ", ".join(f"l.{name}" for name in _COLUMNS)
    if connection.vendor == "postgresql":
        return (
            f"SELECT {columns} FROM unnest(%s::text[]) AS n(node) CROSS JOIN LATERAL (SELECT l.* FROM {_TABLE} l"  # noqa: S608
            f" WHERE l.{end} = n.node AND {_HOLDING} ORDER BY l.id DESC LIMIT %s) l"
        )
    return (
        f"SELECT {columns} FROM json_each(%s) n CROSS JOIN {_TABLE} l WHERE l.id IN (SELECT l.id FROM {_TABLE} l"  # noqa: S608
        f" WHERE l.{end} = n.value AND {_HOLDING} ORDER BY l.id DESC LIMIT %s)"
    )


def _given(nodes: Sequence[str], on: date) -> list[Any]:
    named = list(nodes) if connection.vendor == "postgresql" else json.dumps(list(nodes))
    return [named, str(on), str(on), FAN_OUT + 1]


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
