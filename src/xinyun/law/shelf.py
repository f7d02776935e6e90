"""What was read from a rulebook's folders, before it is known to be right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from xinyun.law.reading import NormFile

Edition = dict[str, Any]


@dataclass(slots=True)
class Shelf:
    """Norm files by kind and id, tables by jurisdiction and name."""

    norms: dict[tuple[str, str], NormFile] = field(default_factory=dict)
    known: set[tuple[str, str]] = field(default_factory=set)
    """Every norm there is a file of, also one that is at fault itself."""
    tables: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    hash: str = ""

    def rows(self, table: str) -> list[dict[str, str]]:
        """The rows of a table in every jurisdiction that has it, the nation's first."""
        return [row for (_, name), rows in sorted(self.tables.items()) if name == table for row in rows]

    def of_kind(self, kind: str) -> Iterator[NormFile]:
        """The norm files of a kind."""
        return (norm for (found, _), norm in self.norms.items() if found == kind)

    def editions_of(self, kind: str, id: str) -> list[tuple[str, str, Edition]]:
        """The editions of a norm, none where there is no such norm."""
        norm = self.norms.get((kind, id))
        return list(editions(norm)) if norm else []


LAST = "9999-12-31"
"""Stands for no end where spans are compared as text."""


def editions(norm: NormFile) -> Iterator[tuple[str, str, Edition]]:
    """Each edition with its first day and the first day on which it no longer holds (`LAST` where it has no end)."""
    values = norm.content.get("values") or {}
    days = sorted(values)
    for since, until in zip(days, [*days[1:], LAST], strict=False):
        if values[since] is not None:
            yield since, until, values[since]
