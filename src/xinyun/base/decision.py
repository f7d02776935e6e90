"""A decision is a value: an outcome and its reasons, each reason with its article."""

from __future__ import annotations

from datetime import date

import msgspec

from xinyun.base.text import Text


class Basis(msgspec.Struct, frozen=True, order=True):
    """Where the law says so: `source` is an instrument's id in `rulebook/*/sources/`, `article` its place."""

    source: str
    article: str

    def __str__(self) -> str:
        return f"{self.source} {self.article}"


class Reason(msgspec.Struct, frozen=True):
    """One reason of a decision; `until` is the day on which it stops to hold, where it has one."""

    code: str
    text: Text
    basis: tuple[Basis, ...] = ()
    until: date | None = None


class Decision(msgspec.Struct, frozen=True):
    """What a rule answers: `outcome` is a word of that rule's own vocabulary."""

    outcome: str
    reasons: tuple[Reason, ...] = ()

    @property
    def basis(self) -> tuple[Basis, ...]:
        """Every article that the reasons rest on, each once, in order."""
        return tuple(dict.fromkeys(basis for reason in self.reasons for basis in reason.basis))
