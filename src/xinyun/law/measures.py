"""What being on a list brings, as norms: red, black and watch lists, measures, and the scenes in which they bear."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from xinyun.base import Basis, Period
from xinyun.base.period import add_months
from xinyun.law.kinds import Norm, SubjectKind


@dataclass(frozen=True, slots=True)
class EarlyExit:
    """When and on which conditions a subject may ask to leave a list before the end; `months` from the decision."""

    months: int
    conditions: tuple[str, ...]
    basis: tuple[Basis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditList(Norm):
    """A red, black or watch list: who decides, whom it may name, for how long."""

    polarity: Literal["adverse", "favourable", "watch"]
    authority: tuple[str, ...]
    kinds: tuple[SubjectKind, ...]
    term_months: int | None
    extension_months: int
    item: str
    publicity: Literal["public", "on-application", "shared", "consent"]
    entry: str
    exit: str
    measures: dict[str, tuple[Basis, ...]]
    """Measure -> the list's own articles for it; empty where the measure's common basis names it."""
    early_exit: EarlyExit | None = None
    tier: str = ""

    def period(self, decided_on: date) -> Period:
        """From the day of the decision for the list's term; without a term it lasts until removal."""
        return Period(decided_on, add_months(decided_on, self.term_months) if self.term_months else None)

    def latest_end(self, decided_on: date) -> date | None:
        """The last "first free day" that a decision may name: its term, its lawful extension, and one day.

        The day is that of the decision itself, which 民法典第二百零一条 leaves out of the count and our terms do not.
        """
        if not self.term_months:
            return None
        return add_months(decided_on, self.term_months + self.extension_months) + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Norm):
    """What follows from being on a list: its effect on a check, on whom, by whom.

    `lists` are those in force on the day that name the measure, each with its own articles; `basis` is what they have
    in common, and may be empty. What an answer cites is `basis_for` the list.
    """

    effect: Literal["block", "review", "remind", "benefit"]
    targets: tuple[SubjectKind, ...]
    measure_class: str
    implementing: tuple[str, ...]
    own_basis: dict[str, tuple[Basis, ...]] = field(default_factory=dict)

    @property
    def lists(self) -> tuple[str, ...]:
        """The lists from which it follows."""
        return tuple(self.own_basis)

    def basis_for(self, list_id: str) -> tuple[Basis, ...]:
        """The articles by which the measure follows from this list: the list's own, then the common ones.

        :raises KeyError: the measure does not name the list.
        """
        return tuple(dict.fromkeys((*self.own_basis[list_id], *self.basis)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene(Norm):
    """A moment at which somebody asks: which office, for what purpose, which measures bear."""

    office: str
    purpose: str
    subjects: tuple[SubjectKind, ...]
    measures: tuple[str, ...]
    disputed: Literal["review", "block"]

    def __hash__(self) -> int:
        # At every check it is looked up by; hashing all its articles took longer than to decide.
        return hash((self.id, self.since))
