"""Questions about rosters and tasks: what an office is to do, what it did, and what became of an entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from xinyun import law
from xinyun.accounts.queries import scenes_asked
from xinyun.archive import queries as archive
from xinyun.base import Refusal, Text
from xinyun.enforcement import rules
from xinyun.enforcement.models import Action, Doubt, FalseAlarm, Line, Override, Roster, Task, Upload
from xinyun.enforcement.rules import DECLINED_BECAUSE, DID, WHY
from xinyun.enforcement.statistics import (
    BY,
    Automatics,
    Standing,
    automatics,
    checks_by_outcome,
    effects,
    standing,
)

__all__ = [
    "BY", "DECLINED_BECAUSE", "DID", "PAGE", "WHY", "ActionView", "Automatics", "NoSuchTask", "RosterView", "Standing",
    "TaskView", "automatics", "checks_by_outcome", "doubts", "effects", "exported", "false_alarms", "feedback", "lines",
    "no_such_task", "overrides", "rosters", "row_of", "scenes_of", "standing", "task", "tasks", "uploads",
]  # fmt: skip

PAGE = 50
LATE, SOON, ESCALATED = "late", "soon", "escalated"
_BIGGEST = 2**63 - 1


class NoSuchTask(Refusal):
    """There is no such task, or it is another office's: which of these is not told."""

    code = "no-such-task"
    status = 404


@dataclass(frozen=True, slots=True)
class ActionView:
    """What an office said that it did, or why nothing."""

    kind: str
    day: date
    document: str
    reason: str
    text: str
    entry: int
    basis: tuple[str, ...]
    actor: str
    on: date


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as others see it; `references` are the office's own numbers of the subject on its roster."""

    id: int
    office: str
    scene: str
    code: str
    name: str
    entry: int
    list: str
    document: str
    decided_by: str
    decided_on: date
    measure: str
    effect: str
    basis: tuple[str, ...]
    state: str
    since: date
    due_on: date
    escalate_on: date
    told: int
    acted_on: date | None
    ended_on: date | None
    ended_why: str
    released_on: date | None
    seq: int
    references: tuple[str, ...] = ()
    actions: tuple[ActionView, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether the office is to do something."""
        return self.state in (rules.OPEN, rules.RELEASE)

    def late(self, day: date) -> bool:
        """Whether it waits beyond its last day."""
        return self.waits and day > self.due_on


@dataclass(frozen=True, slots=True)
class RosterView:
    """A roster and how many lines stand on it; `waiting` are not matched yet."""

    id: int
    office: str
    scene: str
    lines: int
    waiting: int
    without_code: int
    changed_on: date | None


def scenes_of(office: str, on: date) -> list[law.Scene]:
    """The scenes for which an office may keep a roster."""
    now, asked = law.rulebook().on(on), scenes_asked(office)
    department = now.office(office).department
    return [one for one in now.scenes() if one.office == department or one.id in asked]


def rosters(office: str = "") -> list[RosterView]:
    """The rosters of an office, or all."""
    rows = Roster.objects.filter(**({"office": office} if office else {})).order_by("office", "scene")
    standing = Q(lines__ended_on__isnull=True)
    counted = rows.annotate(
        standing=Count("lines", filter=standing),
        waiting=Count("lines", filter=Q(lines__matched_on__isnull=True)),
        nameless=Count("lines", filter=standing & Q(lines__code="")),
    )
    days = dict(Upload.objects.values_list("roster_id").annotate(Max("on")))
    return [
        RosterView(row.pk, row.office, row.scene, row.standing, row.waiting, row.nameless, days.get(row.pk))
        for row in counted
    ]


def lines(roster: int, *, limit: int = PAGE, offset: int = 0) -> list[Line]:
    """A page of the lines that stand on a roster."""
    return list(
        Line.objects.filter(roster_id=roster, ended_on__isnull=True).order_by("id")[offset : offset + limit]
    )


def uploads(roster: int, limit: int = 10) -> list[Upload]:
    """The latest changes of a roster."""
    return list(Upload.objects.filter(roster_id=roster).order_by("-pk")[:limit])


def doubts(office: str = "", *, limit: int = PAGE) -> list[dict[str, Any]]:
    """The names on rosters of which somebody is to say whom they mean, with candidates."""
    rows = Doubt.objects.filter(settled_on__isnull=True, line__ended_on__isnull=True)
    rows = rows.filter(line__roster__office=office) if office else rows
    found = list(rows.select_related("line__roster").order_by("pk")[:limit])
    names = archive.names_of([code for row in found for code in row.candidates])
    return [
        {
            "line": row.line_id,
            "name": row.line.name,
            "reference": row.line.reference,
            "office": row.line.roster.office,
            "scene": row.line.roster.scene,
            "candidates": [(code, names.get(code, "")) for code in row.candidates],
            "opened_on": row.opened_on,
        }
        for row in found
    ]


def tasks(
    office: str = "",
    *,
    on: date,
    state: str = "",
    scene: str = "",
    decided_by: str = "",
    code: str = "",
    after: int = 0,
    limit: int = PAGE,
    offset: int = 0,
) -> list[TaskView]:
    """The tasks of an office, or all: what waits first, by its last day; with `after` by the change of the feed.

    `state` is one of `Task.State`, or `waiting`, `soon`, `late`, `escalated`; `decided_by` the office that decided the entry.
    """
    rows = Task.objects.filter(_state(state, on))
    named = {"office": office, "scene": scene, "decided_by": decided_by, "code": code}
    rows = rows.filter(**{key: value for key, value in named.items() if value})
    rows = rows.filter(seq__gt=after).order_by("seq", "pk") if after else rows.order_by("due_on", "pk")
    return _views(rows[offset : offset + limit])


def task(id: int, office: str = "") -> TaskView:
    """One task with what was done about it.

    :raises NoSuchTask: the office has none of that number.
    """
    row = row_of(id, office)
    (told,) = _views([row])
    references = Line.objects.filter(roster_id=row.roster_id, code=row.code, ended_on__isnull=True)
    return replace(
        told,
        references=tuple(references.exclude(reference="").values_list("reference", flat=True)[:20]),
        actions=tuple(_action(one) for one in row.actions.order_by("pk")),
    )


def row_of(id: int, office: str = "") -> Task:
    """Its row.

    :raises NoSuchTask: the office has none of that number.
    """
    rows = Task.objects.filter(pk=min(id, _BIGGEST), **({"office": office} if office else {}))
    found = rows.first()
    if found is None:
        raise no_such_task(id)
    return found


def no_such_task(id: int) -> NoSuchTask:
    """What is said of a number that is no task of the office."""
    return NoSuchTask(
        Text(f"本单位没有第 {id} 号任务。", f"The office has no task {id}."),
        Text("编号见 xinyun task list。", "xinyun task list tells the numbers."),
    )


def feedback(entry: int) -> list[TaskView]:
    """What became of an entry at each office: every task of it, with what was done."""
    rows = Task.objects.filter(entry=entry).order_by("office", "pk")[:500]
    acts: dict[int, list[ActionView]] = {}
    for one in Action.objects.filter(task__entry=entry).order_by("pk"):
        acts.setdefault(one.task_id, []).append(_action(one))
    return [replace(told, actions=tuple(acts.get(told.id, ()))) for told in _views(rows)]


def exported(since: date, through: date) -> Iterator[tuple[TaskView, ActionView]]:
    """Every action recorded in a span of days, in order, streamed."""
    rows = Action.objects.filter(on__gte=since, on__lte=through).select_related("task").order_by("pk")
    chunk: list[Action] = []
    for row in rows.iterator(500):
        chunk.append(row)
        if len(chunk) == 500:
            yield from _pairs(chunk)
            chunk = []
    yield from _pairs(chunk)


def _pairs(rows: list[Action]) -> Iterator[tuple[TaskView, ActionView]]:
    views = _views([row.task for row in rows])
    return zip(views, map(_action, rows), strict=True)


def overrides(office: str = "", *, limit: int = PAGE) -> list[Override]:
    """The checks that officers overrode, the latest first."""
    rows = Override.objects.filter(office=office) if office else Override.objects.all()
    return list(rows.order_by("-pk")[:limit])


def false_alarms(office: str, on: date) -> list[FalseAlarm]:
    """The false alarms of an office that are proposed or hold on a day."""
    rows = FalseAlarm.objects.filter(roster__office=office, until__gt=on)
    return list(rows.select_related("roster").order_by("-pk")[:PAGE])


def _state(state: str, on: date) -> Q:
    waiting = Q(state__in=[rules.OPEN, rules.RELEASE])
    match state:
        case "":
            return Q()
        case "waiting":
            return waiting
        case "soon":
            return waiting & Q(remind_on__lte=on, due_on__gte=on)
        case "late":
            return waiting & Q(due_on__lt=on)
        case "escalated":
            return waiting & Q(escalate_on__lte=on)
    return Q(state=state)


def _views(rows: QuerySet[Task] | list[Task]) -> list[TaskView]:
    found = list(rows)
    names = archive.names_of(list({row.code for row in found}))
    return [
        TaskView(
            row.pk, row.office, row.scene, row.code, names.get(row.code, ""), row.entry, row.list_id, row.document,
            row.decided_by, row.decided_on, row.measure, row.effect, tuple(row.basis), row.state, row.since, row.due_on,
            row.escalate_on, row.told, row.acted_on, row.ended_on, row.ended_why, row.released_on, row.seq,
        )
        for row in found
    ]  # fmt: skip


def _action(row: Action) -> ActionView:
    return ActionView(
        row.kind, row.day, row.document, row.reason, row.text, row.entry, tuple(row.basis), row.actor, row.on
    )
