"""A decision is a value: an outcome and its reasons, each reason with its article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinyun.base.text import Text


@dataclass(frozen=True, slots=True, order=True)
class Basis:
    """Where the law says so: `source` is an instrument's id in `rulebook/*/sources/`, `article` its place."""

    source: str
    article: str

    def __str__(self) -> str:
        return f"{self.source} {self.article}"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a decision; `until` is the day on which it stops to hold, where it has one."""

    code: str
    text: Text
    basis: tuple[Basis, ...] = ()
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule answers: `outcome` is a word of that rule's own vocabulary."""

    outcome: str
    reasons: tuple[Reason, ...] = ()

    @property
    def basis(self) -> tuple[Basis, ...]:
        """Every article that the reasons rest on, each once, in order."""
        return tuple(dict.fromkeys(basis for reason in self.reasons for basis in reason.basis))
