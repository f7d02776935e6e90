"""Figures of enforcement, each in a few statements: by office, scene, list or measure; and of the six automatics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, F, Q, Sum

from xinyun import law
from xinyun.enforcement import rules
from xinyun.enforcement.models import CheckTally, Doubt, FalseAlarm, Line, Override, Roster, Task

BY = {"office": "office", "scene": "scene", "list": "list_id", "measure": "measure"}
_WAITING = Q(state__in=[rules.OPEN, rules.RELEASE])
_ACTED = Q(acted_on__isnull=False)
_CARRIED_OUT = Q(state__in=[rules.DONE, rules.RELEASE, rules.RELEASED])
_FEEDBACK = "measure-feedback"
"""The clock by which an office must have answered what was started."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an office, a scene, a list or a measure stands. `answered` of `owed` tasks were acted on: the feedback rate.

    Tasks whose measure ended before anything was done are not owed.
    """

    key: str
    tasks: int
    owed: int
    answered: int
    done: int
    in_time: int
    declined: int
    open: int
    late: int
    escalated: int
    unanswered: int
    rewards: int
    to_release: int
    released: int
    days_to_act: float | None
    days_to_release: float | None
    overrides: int = 0

    @property
    def rate(self) -> float | None:
        """The feedback rate in percent."""
        return round(100 * self.answered / self.owed, 1) if self.owed else None


def standing(by: str, on: date, *, office: str = "") -> list[Standing]:
    """The figures by office, scene, list or measure, the lowest feedback rate first, then the most tasks."""
    rows = Task.objects.filter(office=office) if office else Task.objects.all()
    counted = rows.values(key=F(BY[by])).annotate(**_figures(on)).order_by("key")
    against = {}
    if by in ("office", "scene"):
        found = Override.objects.filter(office=office) if office else Override.objects.all()
        against = dict(found.values_list(BY[by]).annotate(Count("pk")))
    told = [Standing(**row, overrides=against.get(row["key"], 0)) for row in counted]
    return sorted(told, key=lambda one: (one.rate is None, one.rate or 0, -one.tasks, one.key))


def _figures(on: date) -> dict[str, Any]:
    since = rules.answerable_since(law.rulebook().on(on).clock(_FEEDBACK), on)
    return {
        "tasks": Count("pk"),
        "owed": Count("pk", filter=~Q(state=rules.ENDED)),
        "answered": Count("pk", filter=_ACTED),
        "done": Count("pk", filter=_CARRIED_OUT),
        "in_time": Count("pk", filter=_CARRIED_OUT & Q(in_time=True)),
        "declined": Count("pk", filter=Q(state=rules.DECLINED)),
        "open": Count("pk", filter=Q(state=rules.OPEN)),
        "late": Count("pk", filter=_WAITING & Q(due_on__lt=on)),
        "escalated": Count("pk", filter=_WAITING & Q(escalate_on__lte=on)),
        "unanswered": Count("pk", filter=Q(state=rules.OPEN, since__lt=since)),
        "rewards": Count("pk", filter=_CARRIED_OUT & Q(effect="benefit")),
        "to_release": Count("pk", filter=Q(state=rules.RELEASE)),
        "released": Count("pk", filter=Q(state=rules.RELEASED)),
        "days_to_act": Avg("days_to_act"),
        "days_to_release": Avg("days_to_release"),
    }


def checks_by_outcome(on: date | None = None, *, office: str = "") -> dict[str, int]:
    """How many checks were answered so: on a day, or ever; as far as they are counted."""
    rows = CheckTally.objects.all()
    rows = rows.filter(day=on) if on else rows
    rows = rows.filter(office=office) if office else rows
    return {
        row["outcome"]: row["total"]
        for row in rows.values("outcome").annotate(total=Sum("count")).order_by("outcome")
    }


def effects() -> dict[str, Any]:
    """What measures effected: how many were carried out, how long that took, how many subjects left their list since."""
    told = Task.objects.aggregate(
        carried_out=Count("pk", filter=_CARRIED_OUT),
        rewards=Count("pk", filter=_CARRIED_OUT & Q(effect="benefit")),
        days_to_act=Avg("days_to_act"),
        days_to_release=Avg("days_to_release"),
        subjects=Count("code", filter=_CARRIED_OUT, distinct=True),
        left=Count("code", filter=_CARRIED_OUT & Q(ended_why=rules.REMOVED), distinct=True),
    )
    return dict(told)


@dataclass(frozen=True, slots=True)
class Automatics:
    """The figures of matching, intercepting, acting, supervising and feeding back on a day."""

    rosters: int
    lines: int
    matched_today: int
    waiting: int
    opened_today: int
    doubts: int
    checks_today: dict[str, int]
    checks: dict[str, int]
    overrides: int
    false_alarms: int
    sanctions: dict[str, int]
    rewards: dict[str, int]
    soon: int
    late: int
    escalated: int
    to_release: int
    answered: int
    owed: int
    unanswered: int

    @property
    def rate(self) -> float | None:
        """The feedback rate in percent."""
        return round(100 * self.answered / self.owed, 1) if self.owed else None


def automatics(on: date, *, office: str = "") -> Automatics:
    """Live figures, of one office or of all."""
    mine = {"office": office} if office else {}
    tasks = Task.objects.filter(**mine)
    figures = tasks.aggregate(
        **{key: value for key, value in _figures(on).items() if key in _SHOWN},
        soon=Count("pk", filter=_WAITING & Q(remind_on__lte=on, due_on__gte=on)),
        opened_today=Count("pk", filter=Q(since=on)),
    )
    lines = Line.objects.filter(**({"roster__office": office} if office else {})).aggregate(
        lines=Count("pk", filter=Q(ended_on__isnull=True)),
        matched_today=Count("pk", filter=Q(ended_on__isnull=True, matched_on=on)),
        waiting=Count("pk", filter=Q(matched_on__isnull=True)),
    )
    doubts = Doubt.objects.filter(
        settled_on__isnull=True, **({"line__roster__office": office} if office else {})
    )
    alarms = FalseAlarm.objects.filter(
        confirmed_on__isnull=False, until__gt=on, **({"roster__office": office} if office else {})
    )
    return Automatics(
        **figures,
        **lines,
        rosters=Roster.objects.filter(**mine).count(),
        doubts=doubts.count(),
        checks_today=checks_by_outcome(on, office=office),
        checks=checks_by_outcome(office=office),
        overrides=Override.objects.filter(**mine).count(),
        false_alarms=alarms.count(),
        sanctions=_by_state(tasks.exclude(effect="benefit")),
        rewards=_by_state(tasks.filter(effect="benefit")),
    )


_SHOWN = {"late", "escalated", "to_release", "answered", "owed", "unanswered"}


def _by_state(rows: Any) -> dict[str, int]:
    """How many are open, carried out, declined, and ended before anything was done."""
    found: dict[str, int] = rows.aggregate(
        open=Count("pk", filter=Q(state=rules.OPEN)),
        done=Count("pk", filter=_CARRIED_OUT),
        declined=Count("pk", filter=Q(state=rules.DECLINED)),
        ended=Count("pk", filter=Q(state=rules.ENDED)),
    )
    return found
