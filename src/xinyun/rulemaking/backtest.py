"""A draft over past checks: the same questions and facts under the law in use and under the draft. Pure.

Both laws are those of one day, the draft's; an entry counts as it counted on the day of the check. So what differs is the
draft's doing alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from xinyun.base import Period
from xinyun.law import Law, NotInForce, Scene, UnknownNorm
from xinyun.lists.rules import PRECEDENCE, Standing, check, check_name
from xinyun.rulemaking.impact import Someone, redated

_MOST_SUBJECTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A check as it was asked: `about` are the subjects meant, several for a name alone, each with what was known of it."""

    leaf: int
    on: date
    scene: str
    office: str
    by_name: bool
    about: tuple[tuple[Someone, tuple[Standing, ...]], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A check that would be answered otherwise: the outcomes, and the measures that come or go, each with its entry."""

    asked: Asked
    before: str
    after: str
    gained: tuple[tuple[str, int], ...]
    lost: tuple[tuple[str, int], ...]

    @property
    def direction(self) -> str:
        """`stronger`, `weaker`, or `beside` where only what stands beside the outcome differs."""
        was, becomes = PRECEDENCE.index(self.before), PRECEDENCE.index(self.after)
        return "stronger" if becomes < was else "weaker" if becomes > was else "beside"


def differs(asked: Asked, before: Law, after: Law) -> Difference | None:
    """What a draft would have made of a check, or `None` where it makes no difference."""
    was = _answer(asked, before, asked.about)
    drafted = tuple(
        (whom, tuple(redated(one, before, after) for one in standings)) for whom, standings in asked.about
    )
    becomes = _answer(asked, after, drafted)
    if was == becomes:
        return None
    (outcome, measures), (drafted_outcome, drafted_measures) = was, becomes
    return Difference(
        asked,
        outcome,
        drafted_outcome,
        tuple(sorted(drafted_measures - measures)),
        tuple(sorted(measures - drafted_measures)),
    )


def _answer(
    asked: Asked, now: Law, about: Sequence[tuple[Someone, tuple[Standing, ...]]]
) -> tuple[str, set[tuple[str, int]]]:
    scene = _scene(asked.scene, now)
    if scene is None:
        return "pass", set()
    counting = [(_counting(standings, asked.on), whom.kind) for whom, standings in about]
    if asked.by_name:
        return check_name(counting, scene, now).outcome, set()
    ((held, kind),) = counting
    verdict = check(held, kind, scene, now)
    return verdict.outcome, {(one.id, one.entry) for one in verdict.measures}


def _counting(standings: Iterable[Standing], day: date) -> list[Standing]:
    """The entries that counted on a day, as ones that count on any."""
    return [
        replace(one, period=Period(None, None), removed_on=None, suspended=())
        for one in standings
        if one.in_force(day)
    ]


def _scene(id: str, now: Law) -> Scene | None:
    try:
        return now.scene(id)
    except (UnknownNorm, NotInForce):
        return None


@dataclass(slots=True)
class Backtest:
    """What a draft would have made of many checks. Memory: the norms, and up to a million codes of subjects touched."""

    checks: int = 0
    differing: int = 0
    reversed: int = 0
    """Of those answered more strongly: how many rest on an entry that was removed since, before its term."""
    by_direction: Counter[str] = field(default_factory=Counter)
    by_outcome: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_scene: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_office: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_city: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_measure: Counter[tuple[str, str]] = field(default_factory=Counter)
    subjects: set[str] = field(default_factory=set)

    def add(self, found: Difference, reversed: bool) -> None:
        """Count a check that would be answered otherwise."""
        way, asked = found.direction, found.asked
        self.differing += 1
        self.reversed += reversed and way == "stronger"
        self.by_direction[way] += 1
        self.by_outcome[found.before, found.after] += 1
        self.by_scene[asked.scene, way] += 1
        self.by_office[asked.office, way] += 1
        for whom, _ in asked.about:
            self.by_city[whom.city, way] += 1
            self.by_kind[whom.kind, way] += 1
            if len(self.subjects) < _MOST_SUBJECTS:
                self.subjects.add(whom.code)
        for measure, way in {(id, "gained") for id, _ in found.gained} | {
            (id, "lost") for id, _ in found.lost
        }:
            self.by_measure[measure, way] += 1
