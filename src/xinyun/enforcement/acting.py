"""An office says what it did about a task, or why nothing; of two officers one is first and the other is refused."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinyun.base import Refusal, Text
from xinyun.enforcement import queries, rules
from xinyun.enforcement.models import Action, Task
from xinyun.enforcement.queries import TaskView
from xinyun.plumbing import feed


class AlreadyHandled(Refusal):
    """Somebody acted on the task before, or its measure has ended."""

    code = "already-handled"
    status = 409


class NotSaid(Refusal):
    """It does not say what was done, or why nothing."""

    code = "not-said"


class WrongDay(Refusal):
    """The act is dated before the decision on which it rests, or after today."""

    code = "wrong-day"


def do(*, task: int, what: str, day: date, document: str, office: str, actor: str, on: date) -> TaskView:
    """Record that the office carried a task's measure out: what it did, on which day, under which document number.

    :raises NoSuchTask: the office has none of that number.
    :raises AlreadyHandled: another officer was first, or the measure has ended.
    :raises NotSaid: `what` is empty or too long.
    :raises WrongDay: the day is before the entry's decision or after `on`.
    """
    row = queries.row_of(task, office)
    _demand_day(day, row.decided_on, on)
    return _act(
        row, "done", what, day, actor, on, document=document, comes_from=rules.OPEN,
        changes={"state": rules.DONE, "acted_on": day, "in_time": on <= row.due_on, "days_to_act": (day - row.decided_on).days},
    )  # fmt: skip


def decline(*, task: int, reason: str, text: str, office: str, actor: str, on: date) -> TaskView:
    """Record why the office carries a task's measure out not at all: a reason of `rules.DECLINED_BECAUSE`, and in words.

    :raises NoSuchTask, AlreadyHandled: as `do`.
    :raises NotSaid: the reason is none of these, or the text is empty or too long.
    """
    row = queries.row_of(task, office)
    if reason not in rules.DECLINED_BECAUSE:
        raise NotSaid(
            Text("没有选择不执行的理由。", "No reason was chosen."),
            Text(
                f"可选：{'、'.join(rules.DECLINED_BECAUSE)}。",
                f"One of: {', '.join(rules.DECLINED_BECAUSE)}.",
            ),
        )
    return _act(
        row, "declined", text, on, actor, on, reason=reason, comes_from=rules.OPEN,
        changes={"state": rules.DECLINED, "acted_on": on},
    )  # fmt: skip


def release(*, task: int, what: str, day: date, document: str, office: str, actor: str, on: date) -> TaskView:
    """Record that the office undid what it had done, the entry having ended.

    :raises NoSuchTask, AlreadyHandled, NotSaid, WrongDay: as `do`.
    """
    row = queries.row_of(task, office)
    ended = row.ended_on or row.since
    _demand_day(day, ended, on)
    return _act(
        row, "released", what, day, actor, on, document=document, comes_from=rules.RELEASE,
        changes={"state": rules.RELEASED, "released_on": day, "days_to_release": (day - ended).days},
    )  # fmt: skip


@transaction.atomic
def _act(
    row: Task,
    kind: str,
    text: str,
    day: date,
    actor: str,
    on: date,
    *,
    comes_from: str,
    changes: dict[str, object],
    document: str = "",
    reason: str = "",
) -> TaskView:
    text, document = text.strip(), document.strip()
    if not text or len(text) > rules.TEXT_LENGTH or len(document) > 200:
        raise NotSaid(
            Text(
                "没有写明做了什么或为什么，或者太长。",
                "It is not said what was done or why, or it is too long.",
            ),
            Text("请用一两句话写明，至多 1000 字；文号至多 200 字。", "Say it in a sentence or two."),
            fields=(("text", Text("必填", "required")),),
        )
    feed.lock()
    told = {"task": row.pk, "office": row.office, "entry": row.entry, "measure": row.measure}
    seq = feed.append(f"task.{kind}", told, actor=actor)
    if not Task.objects.filter(pk=row.pk, state=comes_from).update(**changes, told=0, seq=seq):
        raise AlreadyHandled(
            Text(
                "这项任务已经有人办了，或者措施已经终止。", "Somebody acted on it, or the measure has ended."
            ),
            Text("请刷新页面看看结果。", "Reload the page to see."),
        )
    Action(
        task=row, kind=kind, day=day, document=document, reason=reason, text=text, entry=row.entry, basis=row.basis,
        actor=actor, on=on, seq=seq,
    ).save(force_insert=True)  # fmt: skip
    return queries.task(row.pk, row.office)


def _demand_day(day: date, first: date, on: date) -> None:
    if not first <= day <= on:
        raise WrongDay(
            Text(f"日期 {day} 应在 {first} 和 {on} 之间。", f"{day} is not between {first} and {on}."),
            Text("请核对日期。", "Check the day."),
            fields=(("day", Text("不在期间内", "out of range")),),
        )
