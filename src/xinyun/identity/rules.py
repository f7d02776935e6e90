"""Which code of a set is the current one, which decisions a registry's word ends, which pairs a person should look at.

Pure. Two codes are one subject when bonds of the kinds in `SAME` lead from one to the other; a merger or a split leads
to a different subject.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from xinyun.base import Text
from xinyun.law.identities import BONDS, SAME

FORK = "fork"
SUCCESSION = ("merger", "split")
KINDS = BONDS | {
    FORK: Text("一码对应多个代码", "one code that went over into several"),
}
"""Bonds in words. A fork joins nobody: a code that was given to two subjects by mistake goes over into two."""

Pair = tuple[str, str]
"""Two codes, the lower first."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A bond: `source` went over into `into`; told by the registry's `record`, or else decided by a person."""

    id: int
    kind: str
    source: str
    into: str
    since: date | None
    item: str = ""
    office: str = ""
    document: str = ""
    record: int | None = None
    decision: int | None = None
    seq: int = 0

    @property
    def is_same(self) -> bool:
        """Whether both codes are one subject."""
        return self.kind in SAME

    @property
    def is_succession(self) -> bool:
        """Whether one subject went on in another, different one."""
        return self.kind in SUCCESSION

    @property
    def age(self) -> tuple[date, int, int]:
        """What puts a later word after an earlier one."""
        return (self.since or date.min, self.seq, self.id)


@dataclass(frozen=True, slots=True)
class Judged:
    """A person's standing decision about a pair; `current` is empty where it keeps the two apart."""

    id: int
    low: str
    high: str
    current: str
    seq: int


GROUNDS = {
    "same-former-code": Text("登记机关所报的原代码相同", "one former code, by the registries' records"),
    "same-part": Text("主体标识码（第 9 至 17 位）相同", "the same organisation part (characters 9 to 17)"),
    "same-number": Text("同一个旧登记证照号码", "one old number"),
    "same-representative": Text(
        "名称相同，法定代表人（负责人）姓名也相同", "the same name and the same legal representative"
    ),
    "same-address": Text("名称相同，住所也相同", "the same name and the same address"),
    "same-registration": Text("名称相同，登记号也相同", "the same name and the same registration number"),
}
"""Why a pair is put before a person. None of them has a name alone."""
_WEIGHT = {
    "same-former-code": 8,
    "same-part": 8,
    "same-number": 8,
    "same-registration": 8,
    "same-representative": 2,
    "same-address": 2,
}
"""What is looked at first; the sum decides nothing else."""
_TOGETHER = 8
"""How many codes may share something for every two of them to be a pair; more are each paired with the first."""

Ground = tuple[str, str]
"""One of `GROUNDS`, and what the two have in common."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two codes that may be one subject, with all grounds for it."""

    pair: Pair
    grounds: tuple[Ground, ...]

    @property
    def strength(self) -> int:
        """Its place in the worklist, the strongest first."""
        return sum(_WEIGHT[code] for code in {code for code, _ in self.grounds})

    @property
    def facts(self) -> str:
        """The fingerprint of its grounds: what was kept apart comes back when this is another."""
        told = "\x1f".join(f"{code}\x1e{value}" for code, value in sorted(self.grounds))
        return hashlib.sha256(told.encode()).hexdigest()[:40]


def pair(one: str, other: str) -> Pair:
    """Two codes in their order."""
    return (one, other) if one < other else (other, one)


def proposals(shared: Iterable[tuple[str, str, Sequence[str]]]) -> list[Proposal]:
    """Every pair of codes that share something, the strongest first; `shared` are ground, value and the codes."""
    found: dict[Pair, set[Ground]] = {}
    for ground, value, codes in shared:
        for two in _pairs(sorted(set(codes))):
            found.setdefault(two, set()).add((ground, value))
    told = (Proposal(two, tuple(sorted(grounds))) for two, grounds in found.items())
    return sorted(told, key=lambda one: (-one.strength, one.pair))


def _pairs(codes: Sequence[str]) -> Iterator[Pair]:
    if len(codes) <= _TOGETHER:
        yield from combinations(codes, 2)
    else:
        yield from ((codes[0], other) for other in codes[1:])


def members(code: str, ties: Iterable[Tie]) -> tuple[str, ...]:
    """All codes of the subject that has this one, in order; the code alone where nothing joins it."""
    return tuple(sorted(_reached(code, [tie for tie in ties if tie.is_same])))


def current(codes: Iterable[str], ties: Iterable[Tie]) -> str:
    """The code that counts now: the one that went over into no other; the latest word decides where several did not.

    Where the words go round in a circle, the latest of them decides as well.
    """
    of_set = set(codes)
    own = [tie for tie in ties if tie.is_same and tie.source in of_set and tie.into in of_set]
    if not own:
        return min(of_set)
    gone = {tie.source for tie in own}
    left = [code for code in of_set if code not in gone]
    if len(left) == 1:
        return left[0]
    telling = [tie for tie in own if tie.into not in gone] or own
    return max(telling, key=lambda tie: tie.age).into


def current_on(codes: Iterable[str], ties: Sequence[Tie], day: date) -> str:
    """The code that counted on a past day, by all bonds known: one into which a code changed only later did not yet."""
    of_set = set(codes)
    to_come = {tie.into for tie in ties if tie.kind == "code-change" and tie.since and tie.since > day}
    return current(of_set - to_come or of_set, ties)


def successions(codes: Iterable[str], ties: Iterable[Tie]) -> tuple[Tie, ...]:
    """The mergers, splits and forks at any code of a set, the latest first: what leads to a different subject."""
    of_set = set(codes)
    found = (tie for tie in ties if not tie.is_same and (tie.source in of_set or tie.into in of_set))
    return tuple(sorted(found, key=lambda tie: tie.age, reverse=True))


def contradicted(ties: Sequence[Tie], judged: Sequence[Judged]) -> dict[int, Tie | None]:
    """The decisions that the registry's word ends, each with the bond that says so.

    A decision to keep apart ends where the registry's bonds alone join the two. A join ends where the registry tells of
    a merger or a split between the two, or goes from the code that the person took for the current one to the other.
    And where a registry's bond would let persons' joins overturn a decision to keep apart, the youngest of these joins
    ends: what puts restrictions on a subject must be certain. `ties` are all that hold at the codes of the decisions'
    sets.
    """
    told = [tie for tie in ties if tie.record is not None]
    same = [tie for tie in told if tie.is_same]
    ended: dict[int, Tie | None] = {}
    for one in judged:
        low, high = _reached(one.low, same), _reached(one.high, same)
        if not one.current:
            if one.high in low:
                ended[one.id] = _last(same, low)
            continue
        between = [t for t in told if t.is_succession and _between(t, low, high)]
        if between:
            ended[one.id] = max(between, key=lambda tie: tie.age)
        elif one.high in low and current(low, same) != one.current:
            ended[one.id] = _last(same, low)
    joins = {one.id: one for one in judged if one.current and one.id not in ended}
    for one in judged:
        if one.current or one.id in ended:
            continue
        while one.high in (together := _reached(one.low, [*same, *map(_as_tie, joins.values())])):
            youngest = max((j for j in joins.values() if j.low in together), key=lambda j: (j.seq, j.id))
            ended[youngest.id] = _last(same, together)
            del joins[youngest.id]
    return ended


def _as_tie(one: Judged) -> Tie:
    other = one.high if one.current == one.low else one.low
    return Tie(0, "duplicate", other, one.current, None, decision=one.id)


def _between(tie: Tie, low: set[str], high: set[str]) -> bool:
    return (tie.source in low and tie.into in high) or (tie.source in high and tie.into in low)


def _last(ties: Iterable[Tie], codes: set[str]) -> Tie | None:
    return max((tie for tie in ties if tie.source in codes), key=lambda tie: tie.age, default=None)


def _reached(code: str, ties: Sequence[Tie]) -> set[str]:
    beside: dict[str, list[str]] = {}
    for tie in ties:
        beside.setdefault(tie.source, []).append(tie.into)
        beside.setdefault(tie.into, []).append(tie.source)
    found, rest = {code}, [code]
    while rest:
        for near in beside.get(rest.pop(), ()):
            if near not in found:
                found.add(near)
                rest.append(near)
    return found


def told_in_common(
    name: str, holders: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str, list[str]]]:
    """What codes of one name have in common beside it, as `proposals` takes it; `holders` are codes with their fields."""
    for ground, field in COMPARED.items():
        by_value: dict[str, list[str]] = {}
        for code, fields in holders.items():
            if value := (fields.get(field) or "").strip():
                by_value.setdefault(value, []).append(code)
        for value, codes in by_value.items():
            if len(codes) > 1:
                yield ground, f"{name} {value}", codes


COMPARED = {
    "same-representative": "legal_representative",
    "same-address": "address",
    "same-registration": "registration_no",
}
"""The fields of registrations that make a pair of two subjects of one name."""
