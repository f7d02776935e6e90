"""What being on lists entails in a scene: a pure function of (standings, law of the day).

A measure bears on a subject only inside the scope that its article gives it: the scene must name it, it must name
the list, the list must be in force and may name subjects of that kind, and so may the measure. An entry counts from
its first day to the day before its end or its removal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from xinyun.base import Basis, Decision, Period, Reason, Text
from xinyun.law import CreditList, Law, Measure, NotInForce, Scene

PRECEDENCE = ("block", "review", "remind", "benefit", "pass")
"""Outcomes, the strongest first. A benefit is still reported beside a sanction, but does not outweigh it."""

WORDS = {
    "block": (Text("不得办理", "Do not proceed"), "bad"),
    "review": (Text("须由人核实后再定", "A person must look into it first"), "warn"),
    "remind": (Text("可以办理，请注意下列事项", "You may proceed; mind the following"), "warn"),
    "benefit": (Text("可以办理，可给予激励", "You may proceed, with incentives"), "good"),
    "pass": (Text("可以办理，没有起作用的名单", "You may proceed: no list bears"), "good"),
}
"""What an outcome means to whoever has to act, and how it looks."""

_RANK = {outcome: rank for rank, outcome in enumerate(PRECEDENCE)}
_ORDER = itemgetter(0, 1, 2, 3)

BY_NAME = Reason(
    "name-only",
    Text(
        "仅凭名称查询，不能确定主体；请核对统一社会信用代码后再办理，不得仅凭名称限制。",
        "Asked by name alone, which identifies nobody: verify the unified social credit code; a name never blocks.",
    ),
)
OTHER_NAME = Reason(
    "name-mismatch",
    Text(
        "所填名称与该代码登记的名称不一致，请核对证照。",
        "The name given is not the one registered under this code: verify the licence.",
    ),
)
OTHER_CODE = Reason(
    "code-superseded",
    Text(
        "该代码已经变更，或者对应多个代码，请凭现行证照核对。",
        "The code was changed, or went over into several: verify by the licence in force.",
    ),
)

NOTHING_BEARS = Reason(
    "nothing-bears",
    Text("没有在本场景产生限制或激励的名单条目。", "No list entry bears in this scene."),
)


class Standing(msgspec.Struct, frozen=True):
    """A subject's entry on a list, as far as checks care; `disputed` while an objection to it is open.

    `suspended` are the spans in which a court or a reviewing body holds it off.
    """

    list_id: str
    entry: int
    document: str
    decided_on: date
    period: Period
    removed_on: date | None = None
    disputed: bool = False
    suspended: tuple[Period, ...] = ()

    def stands(self, day: date) -> bool:
        """Whether the entry exists on `day`: it has begun, not ended, and was not removed by then."""
        return self.period.contains(day) and (self.removed_on is None or day < self.removed_on)

    def in_force(self, day: date) -> bool:
        """Whether the entry counts on `day`: it stands, and nobody has suspended it."""
        return self.stands(day) and not any(span.contains(day) for span in self.suspended)


class Applied(msgspec.Struct, frozen=True):
    """A measure that bears on a subject through one entry, until that entry's end (the first free day)."""

    id: str
    title: Text
    effect: str
    list_id: str
    entry: int
    basis: tuple[Basis, ...]
    until: date | None

    def as_reason(self) -> Reason:
        """This measure as a reason of the decision."""
        return Reason(self.id, self.title, self.basis, self.until)

    @property
    def told(self) -> ToldMeasure:
        """This measure as answers tell it."""
        return ToldMeasure(
            self.id, self.title.zh, self.effect, self.list_id, self.entry, basis_told(self.basis), self.until
        )


class ToldMeasure(msgspec.Struct, frozen=True):
    """A measure that bears, as answers tell it: by which list entry, under which articles, until when (the first free day)."""

    id: str
    title: str
    effect: str
    list: str
    entry: int
    basis: tuple[str, ...]
    until: date | None


@lru_cache(maxsize=4096)
def basis_told(basis: tuple[Basis, ...]) -> tuple[str, ...]:
    """Articles as answers tell them."""
    return tuple(str(one) for one in basis)


class Verdict(msgspec.Struct, frozen=True):
    """The decision, every measure that bears, and whether one of their entries is under objection.

    `remarks` are those of the decision's reasons that whoever asked must read beside the measures.
    """

    decision: Decision
    measures: tuple[Applied, ...] = ()
    disputed: bool = False
    remarks: tuple[Reason, ...] = ()

    @property
    def outcome(self) -> str:
        """One of `PRECEDENCE`."""
        return self.decision.outcome


def term(list_id: str, decided_on: date, then: Law) -> Period:
    """Give the span of an entry decided on a day, by the list's edition of that day (`then`).

    :raises NotInForce: the list had no edition then.
    """
    return then.list(list_id).period(decided_on)


def check(standings: Iterable[Standing], subject_kind: str, scene: Scene, now: Law) -> Verdict:
    """Decide what a scene must do about a subject of this kind, known by its code, on `now.day`."""
    if not standings:
        return clean(scene)
    by_list = _bearing(scene, subject_kind, now)
    counting = [s for s in standings if s.list_id in by_list and s.in_force(now.day)]
    if not counting:
        return clean(scene)
    found = []
    for standing in counting:
        for bound in by_list[standing.list_id]:
            # While an objection is open, the scene may choose that a person looks instead of a block.
            effect = bound.disputed if standing.disputed else bound.effect
            one = Applied(
                bound.id, bound.title, effect, bound.list_id, standing.entry, bound.basis, standing.period.end
            )
            found.append((_RANK[effect], bound.place, standing.decided_on, standing.entry, one))
    found.sort(key=_ORDER)
    return _verdict(tuple(one for *_, one in found), any(s.disputed for s in counting))


def check_name(candidates: Iterable[tuple[Iterable[Standing], str]], scene: Scene, now: Law) -> Verdict:
    """Decide about a name alone, given what each subject of that name has: at most `review`, and no benefit.

    Which candidate is meant is for a person to find out, so the answer carries no measure of any of them.
    """
    outcome = "pass"
    for standings, kind in candidates:
        found = check(standings, kind, scene, now).outcome
        outcome = _stronger(outcome, {"block": "review", "benefit": "pass"}.get(found, found))
    return Verdict(Decision(outcome, (BY_NAME,)), remarks=(BY_NAME,))


def doubt_name(verdict: Verdict) -> Verdict:
    """Turn a verdict into at least `review` because the name given is not that of the code; a block stays."""
    return _doubt(verdict, OTHER_NAME)


def doubt_code(verdict: Verdict) -> Verdict:
    """Turn a verdict into at least `review` because the code given is not the one that counts now; a block stays."""
    return _doubt(verdict, OTHER_CODE)


def _doubt(verdict: Verdict, why: Reason) -> Verdict:
    outcome = _stronger(verdict.outcome, "review")
    decision = Decision(outcome, (why, *verdict.decision.reasons))
    return replace(verdict, decision=decision, remarks=(why, *verdict.remarks))


def remark(verdict: Verdict, remarks: Iterable[Reason]) -> Verdict:
    """Add what whoever asked must read beside the measures; the outcome stays."""
    told = tuple(remarks)
    decision = Decision(verdict.outcome, (*verdict.decision.reasons, *told))
    return replace(verdict, decision=decision, remarks=(*verdict.remarks, *told))


@lru_cache(maxsize=1024)
def clean(scene: Scene) -> Verdict:
    """The verdict on a subject with no entry that bears in this scene."""
    return Verdict(Decision("pass", (Reason(NOTHING_BEARS.code, NOTHING_BEARS.text, scene.basis),)))


class _Bound(NamedTuple):
    """A measure that follows from a list in a scene; `disputed` is its effect while an objection is open."""

    place: int
    id: str
    title: Text
    effect: str
    disputed: str
    list_id: str
    basis: tuple[Basis, ...]


@lru_cache(maxsize=4096)
def _bearing(scene: Scene, subject_kind: str, now: Law) -> dict[str, tuple[_Bound, ...]]:
    """The scene's measures in force that may touch this kind of subject, by list, with their place in the scene."""
    by_list: dict[str, tuple[_Bound, ...]] = {}
    if subject_kind not in scene.subjects:
        return by_list
    for place, measure in enumerate(_measures(scene, now)):
        softened = "review" if measure.effect == "block" and scene.disputed == "review" else measure.effect
        for list_id in measure.lists if subject_kind in measure.targets else ():
            credit_list = _list_in_force(list_id, now)
            if credit_list and subject_kind in credit_list.kinds:
                title, basis = Text(measure.title, measure.english), measure.basis_for(list_id)
                bound = _Bound(place, measure.id, title, measure.effect, softened, list_id, basis)
                by_list[list_id] = (*by_list.get(list_id, ()), bound)
    return by_list


def _measures(scene: Scene, now: Law) -> Iterator[Measure]:
    for measure_id in scene.measures:
        try:
            yield now.measure(measure_id)
        except NotInForce:  # a measure that is repealed, or not yet in force, binds nobody
            continue


def _list_in_force(list_id: str, now: Law) -> CreditList | None:
    try:
        return now.list(list_id)
    except NotInForce:
        return None


def _verdict(measures: tuple[Applied, ...], disputed: bool) -> Verdict:
    outcome = measures[0].effect
    return Verdict(Decision(outcome, tuple(m.as_reason() for m in measures)), measures, disputed)


def _stronger(one: str, other: str) -> str:
    return min(one, other, key=PRECEDENCE.index)
