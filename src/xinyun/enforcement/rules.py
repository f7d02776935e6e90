"""Which measures follow for somebody on a roster, until when, and what becomes of a task when they no longer do. Pure."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import TypeVar

from xinyun.base import Basis, Text
from xinyun.base.calendar import working_days_before
from xinyun.base.forms import is_organisation_name
from xinyun.base.identifiers import is_uscc, lookalike_proposal, mask, normalise
from xinyun.law import Clock, Enforcement, Law, Scene
from xinyun.lists.rules import Standing, check

OPEN, DONE, DECLINED, ENDED, RELEASE, RELEASED = "open", "done", "declined", "ended", "release", "released"
REMOVED, EXPIRED, SUSPENDED, OFF_ROSTER, FALSE_ALARM, LAW = (
    "removed", "expired", "suspended", "off-roster", "false-alarm", "law",
)  # fmt: skip
WHY: dict[str, Text] = {
    REMOVED: Text("已移出名单", "removed from the list"),
    EXPIRED: Text("名单期满", "the term has ended"),
    SUSPENDED: Text("名单停止执行", "the entry is held off"),
    OFF_ROSTER: Text("不再在名册上", "no longer on the roster"),
    FALSE_ALARM: Text("确认为误报", "a false alarm"),
    LAW: Text("措施不再适用", "the measure no longer applies"),
}
"""Why a measure no longer follows."""

DECLINED_BECAUSE: dict[str, Text] = {
    "no-dealings": Text("没有正在办理的事项", "nothing is under way with them"),
    "done-before": Text("早已执行", "carried out before"),
    "not-competent": Text("不归本单位执行", "not for this office to carry out"),
    "court": Text("法院或复议机关另有决定", "a court or reviewing body decided otherwise"),
    "public-interest": Text(
        "影响公共利益或者职工利益，暂缓", "put off for the public's or the workers' sake"
    ),
    "objection": Text("正在异议、修复", "an objection or a repair is under way"),
    "waived": Text("当事人放弃激励", "the party waived the reward"),
    "other": Text("其他（写明）", "other, as told"),
}
"""Why an office may carry nothing out."""

DID: dict[str, Text] = {
    "let-through": Text("结果为限制或审查，仍予办理", "let through though the answer was block or review"),
    "refused": Text("结果为通过，仍不予办理", "refused though the answer was pass"),
}
"""What an officer may do otherwise than a check answered."""

TITLES: dict[str, tuple[str, ...]] = {
    "code": ("统一社会信用代码", "社会信用代码", "信用代码", "代码", "code", "uscc"),
    "name": ("名称", "单位名称", "企业名称", "主体名称", "name"),
    "reference": ("业务编号", "编号", "证号", "reference"),
}
"""The columns of a roster's file and the titles by which they are read."""

NAME_LENGTH, REFERENCE_LENGTH, TEXT_LENGTH = 200, 80, 1000
Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a roster as it is kept: `key` is the code, or the name where there is none."""

    code: str
    name: str
    reference: str

    @property
    def key(self) -> str:
        return self.code or self.name


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row of a roster's file, and what to do."""

    row: int
    column: str
    value: str
    problem: Text
    remedy: Text


def row_of(number: int, code: str, name: str, reference: str) -> Row | Fault:
    """A row of a roster's file as it is kept, or what is wrong with it."""
    name, reference, plain = name.strip(), reference.strip(), normalise(code)
    if plain and not is_uscc(plain):
        guess = lookalike_proposal(plain)
        remedy = Text("请对照证照核对 18 位代码。", "Check its 18 characters against the licence.")
        if guess:
            remedy = Text(f"是不是 {guess}？请核对后改正。", f"Is it {guess}? Check, and mend it.")
        told = mask(code.strip()) if len(plain) in (15, 18) and plain[:-1].isdigit() else code.strip()[:40]
        problem = Text("不是有效的统一社会信用代码", "not a unified social credit code")
        return Fault(number, "code", told, problem, remedy)
    if not plain and not name:
        problem = Text("代码和名称都没有", "neither a code nor a name")
        return Fault(number, "code", "", problem, Text("请补上代码。", "Fill in the code."))
    if name and (len(name) > NAME_LENGTH or not is_organisation_name(name)):
        problem = Text("不是完整的名称", "no full name")
        return Fault(
            number, "name", name[:40], problem, Text("请填写登记的全称。", "Write the registered name.")
        )
    if len(reference) > REFERENCE_LENGTH or not reference.isprintable():
        problem = Text("业务编号太长或含控制字符", "the reference is too long, or not printable")
        return Fault(
            number, "reference", reference[:40], problem, Text("至多 80 个字。", "At most 80 characters.")
        )
    return Row(plain, name, reference)


@dataclass(frozen=True, slots=True)
class Follows:
    """A measure that follows from an entry in a scene, for an office that carries it out."""

    measure: str
    effect: str
    entry: int
    list_id: str
    document: str
    decided_on: date
    basis: tuple[Basis, ...]


def follows(
    standings: Iterable[Standing], kind: str, scene: Scene, department: str, now: Law
) -> tuple[Follows, ...]:
    """The measures that an office of a department is to carry out in a scene about a subject of this kind, on `now.day`.

    They are those that a check in the scene answers with, as far as the department is among those who carry them out.
    """
    known = {one.entry: one for one in standings}
    return tuple(
        Follows(
            one.id, one.effect, one.entry, one.list_id, known[one.entry].document, known[one.entry].decided_on, one.basis,
        )
        for one in check(known.values(), kind, scene, now).measures
        if {"any", department} & set(now.measure(one.id).implementing)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dues:
    """The last day of a task, the day on which its office is reminded, and the one on which the delay is told further up."""

    remind: date
    due: date
    escalate: date


@lru_cache(maxsize=1024)
def dues(norm: Enforcement, start: date) -> Dues:
    """When a measure is to be carried out that follows from `start` on."""
    return _dues(norm, norm.act.after(start), start)


def release_dues(norm: Enforcement, ended: date) -> Dues:
    """When what was carried out is to be undone, the measure having ended on a day."""
    return _dues(norm, norm.release.after(ended), ended)


def _dues(norm: Enforcement, last: date, start: date) -> Dues:
    """Nobody is reminded before there is something to do, however short the time is."""
    return Dues(max(start, working_days_before(last, norm.remind.within)), last, norm.escalate.after(last))


def answerable_since(clock: Clock, day: date) -> date:
    """The first day on which a task may have begun whose time for feedback has not run out on `day`."""
    first = day
    while clock.due(first - timedelta(days=1)) >= day:
        first -= timedelta(days=1)
    return first


def ending(standing: Standing | None, day: date, *, on_roster: bool, false_alarm: bool) -> tuple[str, date]:
    """Why a measure that followed from an entry does not on `day`, and from which day."""
    if standing is not None:
        if standing.removed_on is not None and standing.removed_on <= day:
            return REMOVED, standing.removed_on
        if standing.period.end is not None and standing.period.end <= day:
            return EXPIRED, standing.period.end
        held = [span.start for span in standing.suspended if span.contains(day) and span.start is not None]
        if held:
            return SUSPENDED, min(held)
    if not on_roster:
        return OFF_ROSTER, day
    return (FALSE_ALARM if false_alarm else LAW), day


def settle(
    wanted: Collection[Key], living: Mapping[Key, str], undoing: Collection[Key]
) -> tuple[set[Key], set[Key], set[Key]]:
    """What to open, what to end and what to take up again, given what follows and the tasks that there are.

    `living` tells the state of each task that has not ended; `undoing` are those to be undone that are not yet.
    """
    new = {key for key in wanted if key not in living}
    again = {key for key in new if key in undoing}
    return new - again, {key for key in living if key not in wanted}, again


AFTER_ENDING = {OPEN: ENDED, DONE: RELEASE, DECLINED: DECLINED}
"""What a task becomes when its measure no longer follows."""


def chunks(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """The items in parts of at most `size`."""
    rest = iter(items)
    while part := tuple(islice(rest, size)):
        yield part
