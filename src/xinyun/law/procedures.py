"""What offices do in answer to somebody, as norms: procedures, and the clocks that run in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from xinyun.law.kinds import Norm, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Norm):
    """How long somebody has for something; the day that starts it is not counted."""

    counted_from: str
    span: Span
    extension: Span | None
    extension_when: str
    duty: str
    overdue: str

    def due(self, start: date, *, extended: bool = False) -> date:
        """The last day on which it is in time, with the extension that the norm allows where one was granted."""
        due = self.span.after(start)
        return self.extension.after(due) if extended and self.extension else due


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure(Norm):
    """Who may ask for what, with which papers, on which clocks, and on which grounds it is refused."""

    of: Literal["repair", "objection", "listing", "delisting", "rectification"]
    items: tuple[str, ...]
    lists: tuple[str, ...]
    handled_by: str
    earliest_norm: str
    earliest_months: int
    by_early_exit: bool
    conditions: tuple[str, ...]
    documents: tuple[str, ...]
    clocks: tuple[str, ...]
    refusals: dict[str, str]
    not_for: tuple[str, ...]
    effects: tuple[str, ...]
    bar_months: int
    false_statement: str
