"""What the pages of enforcement show: an office's tasks and rosters, and the figures of the six automatics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from xinyun import law
from xinyun.base import Basis, Text
from xinyun.console.collecting import actor_of, may_submit, person, scope
from xinyun.console.queries import titled
from xinyun.enforcement import queries
from xinyun.enforcement.queries import Automatics, RosterView, Standing, TaskView
from xinyun.exchange import queries as exchange
from xinyun.law import Law
from xinyun.law.citing import cite

STATES: dict[str, tuple[Text, str]] = {
    "open": (Text("待办", "To do"), "info"),
    "done": (Text("已执行", "Carried out"), "good"),
    "declined": (Text("未执行", "Not carried out"), "mute"),
    "ended": (Text("已终止", "Ended"), "mute"),
    "release": (Text("待解除", "To be undone"), "warn"),
    "released": (Text("已解除", "Undone"), "good"),
}
FILTERS: dict[str, Text] = {
    "waiting": Text("待办的", "Waiting"),
    "soon": Text("快到期", "Due soon"),
    "late": Text("已逾期", "Late"),
    "escalated": Text("已上报", "Escalated"),
    "release": Text("待解除", "To be undone"),
    "done": Text("已执行", "Carried out"),
    "declined": Text("未执行", "Not carried out"),
    "ended": Text("已终止", "Ended"),
}
EFFECTS: dict[str, Text] = {
    "block": Text("限制", "bar"),
    "review": Text("审查", "review"),
    "remind": Text("提示", "remind"),
    "benefit": Text("激励", "reward"),
}
ACTS: dict[str, Text] = {
    "done": Text("执行", "carried out"),
    "declined": Text("未执行", "not carried out"),
    "released": Text("解除", "undone"),
}
OUTCOMES: dict[str, Text] = {
    "block": Text("限制", "block"),
    "review": Text("审查", "review"),
    "remind": Text("提示", "remind"),
    "benefit": Text("激励", "benefit"),
    "pass": Text("通过", "pass"),
}


class Line(NamedTuple):
    """A task in a list."""

    one: TaskView
    measure: Text
    of: Text
    office: Text
    effect: Text
    said: Text
    tone: str
    late: bool


class Act(NamedTuple):
    """What was recorded about a task."""

    said: Text
    day: date
    document: str
    reason: Text
    text: str
    actor: str


class Alarm(NamedTuple):
    """A false alarm that is proposed or holds."""

    id: int
    code: str
    scene: Text
    reason: str
    until: date
    by: str
    confirmed: bool
    mine: bool


class RosterLine(NamedTuple):
    """A roster in a list."""

    one: RosterView
    scene: Text
    office: Text


class Choice(NamedTuple):
    """One value of a list."""

    value: str
    said: Text


@dataclass(frozen=True, slots=True)
class TasksPage:
    """An office's tasks; for the centre, those of all offices."""

    office: Text | None
    state: str
    filters: tuple[Choice, ...]
    lines: tuple[Line, ...]
    alarms: tuple[Alarm, ...]
    figures: Automatics
    dids: tuple[Choice, ...]
    may_act: bool
    decided: bool
    page: int
    more: bool


@dataclass(frozen=True, slots=True)
class TaskPage:
    """A task, what was done about it, and what may be done."""

    line: Line
    scene: Text
    basis: tuple[Text, ...]
    acts: tuple[Act, ...]
    ended: Text
    reasons: tuple[Choice, ...]
    may_do: bool
    may_release: bool


@dataclass(frozen=True, slots=True)
class RostersPage:
    """An office's rosters, the scenes for which it may keep one, and the names that somebody must look at."""

    office: Text | None
    lines: tuple[RosterLine, ...]
    scenes: tuple[Choice, ...]
    doubts: tuple[dict[str, Any], ...]
    may_act: bool


@dataclass(frozen=True, slots=True)
class AutomaticsPage:
    """The six automatics with live figures."""

    office: Text | None
    on: date
    subscriptions: int
    told: int
    failing: int
    figures: Automatics
    checks: tuple[tuple[Text, int, int], ...]
    league: tuple[tuple[Text, Standing], ...]
    effects: dict[str, Any]
    overrides: tuple[tuple[Any, Text, Text], ...]


def tasks(user: Any, given: Any, page: int, on: date) -> TasksPage:
    """The tasks of the person's office in one state, or with `decided` those from entries that it decided."""
    own, now = scope(user), law.rulebook().on(on)
    state = given.get("state", "waiting")
    state = state if state in FILTERS else "waiting"
    decided = bool(own and given.get("of") == "decided")
    asked = {"decided_by": own or "", "state": ""} if decided else {"office": own or "", "state": state}
    found = queries.tasks(on=on, limit=queries.PAGE + 1, offset=(page - 1) * queries.PAGE, **asked)
    return TasksPage(
        office=titled(partial(now.office, own), own) if own else None,
        state="" if decided else state,
        filters=tuple(Choice(*one) for one in FILTERS.items()),
        lines=tuple(_line(one, now, on) for one in found[: queries.PAGE]),
        alarms=tuple(_alarm(one, now, actor_of(user)) for one in queries.false_alarms(own, on))
        if own
        else (),
        figures=queries.automatics(on, office=own or ""),
        dids=tuple(Choice(*one) for one in queries.DID.items()),
        may_act=user.holds("clerk"),
        decided=decided,
        page=page,
        more=len(found) > queries.PAGE,
    )


def task(id: int, user: Any, on: date) -> TaskPage:
    """One task, of the person's own office, or decided by it.

    :raises NoSuchTask: it is another's.
    """
    now, own = law.rulebook().on(on), scope(user)
    found = queries.task(id)
    if own and own not in (found.office, found.decided_by):
        raise queries.no_such_task(id)
    mine = user.holds("clerk") and found.office == user.office
    return TaskPage(
        line=_line(found, now, on),
        scene=now.book.title_of("scene", found.scene),
        basis=cite((Basis(*one.split(" ", 1)) for one in found.basis), now),
        acts=tuple(
            Act(
                ACTS[one.kind], one.day, one.document, queries.DECLINED_BECAUSE.get(one.reason, Text("", "")), one.text,
                person(one.actor),
            )
            for one in found.actions
        ),
        ended=queries.WHY.get(found.ended_why, Text("", "")),
        reasons=tuple(Choice(*one) for one in queries.DECLINED_BECAUSE.items()),
        may_do=mine and found.state == "open",
        may_release=mine and found.state == "release",
    )  # fmt: skip


def rosters(user: Any, on: date) -> RostersPage:
    """The rosters of the person's office, or of all."""
    own, now = scope(user), law.rulebook().on(on)
    return RostersPage(
        office=titled(partial(now.office, own), own) if own else None,
        lines=tuple(
            RosterLine(
                one,
                now.book.title_of("scene", one.scene),
                titled(partial(now.office, one.office), one.office),
            )
            for one in queries.rosters(own or "")
        ),
        scenes=tuple(Choice(one.id, Text(one.title, one.english)) for one in queries.scenes_of(own, on))
        if own
        else (),
        doubts=tuple(queries.doubts(own or "")),
        may_act=bool(own) and may_submit(user),
    )


def automatics(user: Any, on: date) -> AutomaticsPage:
    """The six automatics of the person's office, or of all."""
    own, now = scope(user), law.rulebook().on(on)
    told = [one for one in exchange.subscriptions(own or "") if not one.ended_at]
    figures = queries.automatics(on, office=own or "")
    return AutomaticsPage(
        office=titled(partial(now.office, own), own) if own else None,
        on=on,
        subscriptions=len(told),
        told=sum(one.delivered for one in told),
        failing=sum(bool(one.failures) for one in told),
        figures=figures,
        checks=tuple(
            (said, figures.checks_today.get(outcome, 0), figures.checks.get(outcome, 0))
            for outcome, said in OUTCOMES.items()
        ),
        league=tuple(
            (titled(partial(now.office, one.key), one.key), one)
            for one in queries.standing("office", on, office=own or "")
        ),
        effects=queries.effects(),
        overrides=tuple(
            (one, OUTCOMES.get(one.outcome, Text(one.outcome, one.outcome)), queries.DID[one.did])
            for one in queries.overrides(own or "", limit=10)
        ),
    )


def _line(one: TaskView, now: Law, on: date) -> Line:
    return Line(
        one,
        now.book.title_of("measure", one.measure),
        now.book.title_of("list", one.list),
        titled(partial(now.office, one.office), one.office),
        EFFECTS[one.effect],
        *STATES[one.state],
        one.late(on),
    )


def _alarm(row: Any, now: Law, actor: str) -> Alarm:
    return Alarm(
        row.pk, row.code, now.book.title_of("scene", row.roster.scene), row.reason, row.until, person(row.proposed_by),
        row.confirmed_on is not None, row.proposed_by == actor,
    )  # fmt: skip
