"""What a measurement is, and how ours and its rivals take turns."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


class NotMeasured(Exception):
    """This machine cannot run a measurement; the text says why and goes into the table."""


@dataclass(frozen=True)
class Sample:
    """The same thing measured several times, in the row's unit."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The value that the table shows."""
        return median(self.values)


@dataclass(frozen=True)
class Row:
    """One comparison: ours beside one rival. `target` is the ratio that the project has set itself."""

    bench: str
    name: str
    ours: Sample
    rival: str
    theirs: Sample
    unit: str
    more_is_better: bool = True
    target: float | None = None
    remark: str = ""

    @property
    def ratio(self) -> float:
        """How many times better ours is: above 1 ours is faster, whichever way the unit counts."""
        quotient = self.ours.median / self.theirs.median
        return quotient if self.more_is_better else 1 / quotient

    def document(self) -> dict[str, Any]:
        """The row as plain data."""
        return {**asdict(self), "ratio": self.ratio, "runs": len(self.ours.values)}


@dataclass
class Result:
    """What a bench found: rows, facts worth a line, and what it could not measure."""

    rows: list[Row] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    agreed: dict[str, int] = field(default_factory=dict)
    """For engines that must agree: what each of them found."""


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once, by the wall clock."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternate(contestants: Mapping[str, Callable[[], float]], runs: int) -> dict[str, Sample]:
    """Let each contestant measure itself `runs` times, taking turns; who begins changes from round to round."""
    names = list(contestants)
    found: dict[str, list[float]] = {name: [] for name in names}
    for number in range(runs):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(contestants[name]())
            say(f"    {number + 1}/{runs} {name}: {found[name][-1]:,.4g}")
    return {name: Sample(tuple(values)) for name, values in found.items()}


def rate(count: int, times: Sample) -> Sample:
    """From seconds to `count` per second."""
    return Sample(tuple(count / value for value in times.values))


def say(line: str) -> None:
    """Tell the person who waits; stdout is for results."""
    print(line, file=sys.stderr, flush=True)
