"""How offices that furnish data are assessed, as norms."""

from __future__ import annotations

from dataclasses import dataclass

from xinyun.law.kinds import Norm, Span


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a rate is worth: all of `weight` from `full` percent on, nothing up to `zero`, in proportion between.

    Below `attention` percent an office is named for correction; `None` where it never is.
    """

    id: str
    weight: int
    full: int
    zero: int
    attention: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Norm):
    """How the offices that furnish data are assessed: over which items (empty: all), by which indicators.

    An item counts as furnished when something came within `covered_within` before the end of the month.
    """

    items: tuple[str, ...]
    covered_within: Span
    indicators: tuple[Indicator, ...]

    def concerns(self, item: str) -> bool:
        """Whether the item is among those that are assessed."""
        return not self.items or item in self.items
