"""Views of departments' own databases that we read on a schedule, and submit like any other file.

A view's address with its password is in an environment variable, never in the store.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from xinyun.base import Refusal, Text
from xinyun.base.forms import is_one_line
from xinyun.collection import drafts, sources
from xinyun.collection.models import Pull, Submission
from xinyun.collection.submitting import demand_furnisher, submit
from xinyun.plumbing.problems import document

_FIRST_RETRY, _LAST_RETRY = timedelta(minutes=5), timedelta(hours=6)
_VARIABLE = re.compile(r"XINYUN_PULL_[A-Z0-9_]+")
_log = logging.getLogger(__name__)


class WrongPull(Refusal):
    """A pull needs a name, a relation, a variable for its address and a time between two readings."""

    code = "wrong-pull"


class PullTaken(Refusal):
    """A pull of that name exists."""

    code = "name-taken"
    status = 409


class NoSuchPull(Refusal):
    """No pull has that name."""

    code = "no-such-pull"
    status = 404


class StillUnderWay(Refusal):
    """What was read last time has not been worked on yet."""

    code = "still-under-way"
    status = 409


@dataclass(frozen=True, slots=True)
class PullView:
    """A pull as others see it."""

    name: str
    office: str
    item: str
    variable: str
    relation: str
    every_minutes: int
    active: bool
    next_at: datetime
    last_at: datetime | None
    last_submission: str
    last_problem: dict[str, Any] | None
    added_by: str


def pulls() -> list[PullView]:
    """All pulls, by name."""
    return [_view(row) for row in Pull.objects.order_by("name")]


def add_pull(
    *,
    name: str,
    office: str,
    item: str,
    relation: str,
    variable: str,
    every_minutes: int,
    actor: str,
    on: date,
    at: datetime,
) -> PullView:
    """Register a view to be read every so many minutes, from now on.

    `relation` is `view` or `schema.view`; `variable` names the environment variable with the database's address.

    :raises law.UnknownNorm, law.NotInForce, NotYours: the office does not furnish such an item.
    :raises WrongPull: something of it is not as it must be.
    :raises PullTaken: choose another name.
    """
    demand_furnisher(item, office, on)
    wrong = [
        ("name", not 0 < len(name) <= 40 or not is_one_line(name), "1 至 40 字，一行", "1 to 40 characters"),
        ("relation", not 0 < len(relation) <= 130 or not is_one_line(relation), "视图或 模式.视图", "view or schema.view"),
        ("variable", not _VARIABLE.fullmatch(variable) or len(variable) > 80, "XINYUN_PULL_…", "XINYUN_PULL_…"),
        ("every", not 1 <= every_minutes <= 60 * 24 * 31, "1 分钟至 31 天", "1 minute to 31 days"),
    ]  # fmt: skip
    if fields := tuple((field, Text(zh, en)) for field, is_wrong, zh, en in wrong if is_wrong):
        raise WrongPull(
            Text("定时拉取的登记不完整或不合要求。", "The pull is incomplete or wrong."),
            Text("请按各项要求改正。", "Mend what is named."),
            fields=fields,
        )
    if Pull.objects.filter(name=name).exists():
        raise PullTaken(
            Text(f"「{name}」已登记。", f"A pull named {name} is registered."),
            Text("请换一个名称。", "Choose another name."),
        )
    row = Pull.objects.create(
        name=name, office=office, item=item, relation=relation, variable=variable,
        every_minutes=every_minutes, next_at=at, added_by=actor,
    )  # fmt: skip
    return _view(row)


def set_pull_active(*, name: str, active: bool, actor: str, on: date, at: datetime) -> PullView:
    """Let a pull rest, or go on from now.

    :raises NoSuchPull: there is none of that name.
    """
    row = _demand(name)
    row.active, row.next_at = active, at
    row.save(update_fields=["active", "next_at"])
    return _view(row)


def run_pull(*, name: str, actor: str, on: date, at: datetime) -> str:
    """Read a view now and submit it; returns the submission's id. What kept it from that is written down too.

    :raises NoSuchPull: there is none of that name.
    :raises NoAddress, SourceAway, EmptyRelation, StillUnderWay, FileTooLarge: nothing was submitted.
    """
    return _run(_demand(name), actor, on, at)


def run_due_pulls(*, actor: str, on: date, at: datetime) -> int:
    """Read the views that are due, each in its turn; one that fails is tried again later. Returns how many succeeded."""
    done = 0
    for row in Pull.objects.filter(active=True, next_at__lte=at).order_by("next_at"):
        later = at + timedelta(minutes=row.every_minutes)
        # Of several workers the one that moves the appointment reads the view.
        if not Pull.objects.filter(pk=row.pk, next_at=row.next_at, active=True).update(next_at=later):
            continue
        try:
            _run(row, actor, on, at)
            done += 1
        except Refusal as refusal:
            _log.warning("pull %s: %s", row.name, refusal.what.en)
    return done


def _run(row: Pull, actor: str, on: date, at: datetime) -> str:
    try:
        _demand_idle(row)
        with drafts.unnamed() as (file, path):
            sources.read(row.variable, row.relation, file)
            id = submit(
                item=row.item, office=row.office, path=path, file_name=f"{row.name}.csv",
                actor=actor, way=Submission.Way.PULL, on=on, at=at,
            )  # fmt: skip
    except Refusal as refusal:
        _put_off(row, refusal, at)
        raise
    Pull.objects.filter(pk=row.pk).update(
        last_at=at, last_submission=id, last_problem=None, next_at=at + timedelta(minutes=row.every_minutes)
    )
    return id


def _put_off(row: Pull, refusal: Refusal, at: datetime) -> None:
    """Write down why, and try again soon at first, then ever later."""
    failures = (row.last_problem or {}).get("failures", 0) + 1
    every = timedelta(minutes=row.every_minutes)
    wait = min(min(every, _FIRST_RETRY) * 2 ** min(failures - 1, 20), max(every, _LAST_RETRY))
    Pull.objects.filter(pk=row.pk).update(
        last_problem=document(refusal) | {"failures": failures}, next_at=at + wait
    )


def _demand_idle(row: Pull) -> None:
    under_way = [Submission.State.WAITING, Submission.State.RUNNING, Submission.State.HELD]
    if (
        row.last_submission
        and Submission.objects.filter(pk=row.last_submission, state__in=under_way).exists()
    ):
        raise StillUnderWay(
            Text(f"上次拉取的 {row.last_submission} 尚未处理完。", f"{row.last_submission} is not done yet."),
            Text("处理完后再拉取。", "It is read again after that."),
        )


def _demand(name: str) -> Pull:
    row = Pull.objects.filter(name=name).first()
    if row is None:
        raise NoSuchPull(
            Text(f"没有名为「{name:.40}」的定时拉取。", f"There is no pull named {name:.40}."),
            Text("见 xinyun pull list。", "See xinyun pull list."),
        )
    return row


def _view(row: Pull) -> PullView:
    return PullView(**{name: getattr(row, name) for name in PullView.__dataclass_fields__})
