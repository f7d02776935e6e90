"""Find the organisations that a name may mean, among many: candidates with a score and reasons, and one decision.

`same` where one candidate stands out, `unsure` where several do or none is sure, `none` where nothing is near. What looks
like a person's name is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xinyun.base import Reason, Text
from xinyun.naming.comparing import (
    DIFFERENT,
    SAME,
    UNSURE,
    UNSURE_FROM,
    Comparison,
    compare,
    is_bare,
    likeness,
)
from xinyun.naming.indexing import Entry, NameIndex
from xinyun.naming.splitting import split

NONE = "none"
_COMPARED = 5
_APART = 60
"""By how many points one candidate must stand out from the next."""

PERSON = Reason(
    "maybe-person",
    Text(
        "只有几个字，可能是人名；人不按姓名查找",
        "a few characters, perhaps a person: persons are not looked for by name",
    ),
)
NOTHING = Reason("nothing-near", Text("没有相近的名称", "no name is near"))
SEVERAL = Reason(
    "several", Text("不止一个主体符合，须以代码确认", "more than one fits: a code must tell which")
)
FORMER = Reason("former-name", Text("与曾用名相符", "by a former name"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that may be meant: its code, the name that was near, and how near it is."""

    code: str
    name: str
    comparison: Comparison
    former: bool = False

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it may be meant."""
        return (*((FORMER,) if self.former else ()), *self.comparison.decision.reasons)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name may mean: the decision about it, what to know of it as a whole, and the candidates, nearest first."""

    name: str
    outcome: str
    notes: tuple[Reason, ...]
    candidates: tuple[Candidate, ...]


class Resolver:
    """Names of the organisations that are known; each entry is a name, a code, and whether the name is a former one."""

    def __init__(self, entries: Iterable[tuple[str, str, bool]]) -> None:
        self._index = NameIndex((name, code, "former" if former else "") for name, code, former in entries)

    def __len__(self) -> int:
        return len(self._index)

    def resolve(self, name: str, limit: int = 5) -> Resolution:
        """Find what a name may mean, at most `limit` candidates, each code once."""
        asked = split(name)
        if is_bare(asked):
            return Resolution(name, UNSURE if asked.text else NONE, (PERSON if asked.text else NOTHING,), ())
        found: list[Entry] = []
        for spelling in (asked, *map(split, asked.others)):
            found += self._index.exactly(spelling.text) or self._index.near(spelling.text, _COMPARED)
        best: dict[str, Candidate] = {}
        for known, code, former in dict.fromkeys(found):
            if asked.others or likeness(asked, split(known)) >= UNSURE_FROM:
                candidate = Candidate(code, known, compare(name, known), bool(former))
                best[code] = max(best.get(code, candidate), candidate, key=_rank)
        likely = [one for one in best.values() if one.comparison.decision.outcome != DIFFERENT]
        return _decided(name, sorted(likely, key=_rank, reverse=True)[:limit])


def _rank(candidate: Candidate) -> tuple[int, bool, str]:
    return candidate.comparison.points, not candidate.former, candidate.code


def _decided(name: str, candidates: list[Candidate]) -> Resolution:
    if not candidates:
        return Resolution(name, NONE, (NOTHING,), ())
    points = [candidate.comparison.points for candidate in candidates]
    if len(points) > 1 and points[0] - points[1] < _APART:
        return Resolution(name, UNSURE, (SEVERAL,), tuple(candidates))
    sure = candidates[0].comparison.decision.outcome == SAME
    return Resolution(name, SAME if sure else UNSURE, (), tuple(candidates))
