"""The questions about objections and repairs: which there are, what happened in each, what is due, who may follow one."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.law import Procedure
from xinyun.plumbing.paging import every
from xinyun.plumbing.papers import Paper
from xinyun.plumbing.sealing import keyed_hash, open_sealed
from xinyun.repair import steps
from xinyun.repair.models import Case, Step
from xinyun.repair.steps import Deadline, Facts, Option
from xinyun.repair.targets import Target, demand_repairable, repairable, target

__all__ = [
    "LONGEST",
    "OBJECTION_PROCEDURE",
    "CaseView",
    "Due",
    "NoSuchCase",
    "StepView",
    "Target",
    "case",
    "cases",
    "contact_of",
    "deadlines",
    "demand_repairable",
    "due",
    "follow",
    "open_of_subject",
    "options",
    "papers",
    "procedure",
    "repairable",
    "target",
]

OBJECTION_PROCEDURE = "objection"
LONGEST = 2000
"""Characters of what an applicant or an officer writes."""
_PREFIX = {steps.OBJECTION: "YY", steps.REPAIR: "XF"}


class NoSuchCase(Refusal):
    """There is no case of that number, it is another office's, or the word does not fit: which of these is not told."""

    code = "no-such-case"
    status = 404

    def __init__(self) -> None:
        super().__init__(
            Text("没有这个案件，或者查询码不对。", "There is no such case, or the word does not fit."),
            Text("请照回执填写编号和查询码。", "Give number and word as on the receipt."),
        )


@dataclass(frozen=True, slots=True)
class StepView:
    """Something that happened in a case; `told` holds what it says."""

    number: int
    kind: str
    on: date
    actor: str
    at: datetime
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as others see it; `told` holds what it is about, its grounds and evidence, never the contact."""

    id: int
    kind: str
    subject_id: int
    code: str
    name: str
    of: str
    key: int | None
    document: str
    decided_on: date | None
    office: str
    way: str
    told: Mapping[str, Any]
    has_contact: bool
    actor: str
    on: date
    at: datetime
    seq: int
    steps: tuple[StepView, ...]

    @property
    def number(self) -> str:
        """Its number, as on the receipt."""
        return f"{_PREFIX[self.kind]}-{self.id:06d}"

    @property
    def facts(self) -> Facts:
        """What the rules need of it."""
        return Facts(
            self.kind,
            self.office,
            self.on,
            tuple(steps.Step(one.kind, one.on, one.actor) for one in self.steps),
        )

    @property
    def state(self) -> str:
        """Where it stands: the kind of its last step, or `filed`."""
        return self.facts.state

    @property
    def target_key(self) -> tuple[int, str, int | None, str]:
        """What tells its record or entry from others."""
        return self.subject_id, self.of, self.key, self.document

    def last(self, kind: str) -> StepView | None:
        """The latest step of a kind."""
        return next((step for step in reversed(self.steps) if step.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Due:
    """What an open case waits for first; `late` when that day is over."""

    case: CaseView
    deadline: Deadline
    late: bool


def case(id: int, office: str | None = None) -> CaseView:
    """The case of that number; with an `office`, only where it is that office's.

    :raises NoSuchCase: there is none.
    """
    row = _rows().filter(pk=id, **({"office": office} if office else {})).first()
    if row is None:
        raise NoSuchCase
    return _view(row)


def cases(
    kind: str, office: str | None = None, *, open_only: bool = False, limit: int = 50, offset: int = 0
) -> list[CaseView]:
    """A page of the objections or repairs of an office, or of all, the latest first."""
    rows = _rows().filter(kind=kind, **({"office": office} if office else {})).order_by("-pk")
    if open_only:
        rows = rows.filter(_open())
    return [_view(row) for row in rows[offset : offset + limit]]


def of_target(kind: str, target_key: tuple[int, str, int | None, str]) -> list[CaseView]:
    """Every case of a kind about one record or entry, the latest first."""
    subject_id, of, key, document = target_key
    rows = _rows().filter(kind=kind, subject_id=subject_id, of=of)
    rows = rows.filter(key=key) if key is not None else rows.filter(key=None, document=document)
    return [_view(row) for row in rows.order_by("-pk")]


def open_of_subject(subject_ids: list[int]) -> list[CaseView]:
    """The open cases about the few subjects that are one under several codes, the latest first."""
    return [_view(row) for row in _rows().filter(_open(), subject_id__in=subject_ids).order_by("-pk")]


def filed_from_outside(code: str, on: date) -> int:
    """How many cases about a subject came from outside on a day."""
    return Case.objects.filter(code=code, on=on, way__in=["portal", "api"]).count()


def awaiting(submission: str) -> CaseView | None:
    """The objection that waits for a correction which a submission brings."""
    step = Step.objects.filter(kind=steps.DECIDED, submission=submission).first()
    found = case(step.case_id) if step else None
    return found if found and found.state == steps.DECIDED else None


def follow(number: str, secret: str) -> CaseView:
    """The case of a receipt's number, for whoever knows its word.

    :raises NoSuchCase: there is none, or the word is another.
    """
    prefix, _, digits = number.strip().upper().partition("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise NoSuchCase
    row = _rows().filter(pk=int(digits)).first()
    given = keyed_hash(secret.strip().upper().encode())
    if (
        row is None
        or _PREFIX[row.kind] != prefix
        or not row.secret
        or not hmac.compare_digest(row.secret, given)
    ):
        raise NoSuchCase
    return _view(row)


def due(kind: str, on: date, office: str | None = None, *, limit: int = 200) -> list[Due]:
    """What the open cases of an office, or of all, wait for, the most urgent first."""
    found = []
    for view in every(partial(cases, kind, office, open_only=True)):
        waiting = [one for one in deadlines(view, on) if one.done is None]
        found += [Due(view, one, one.missed(on)) for one in waiting[:1]]
    return sorted(found, key=lambda one: (one.deadline.last, one.case.id))[:limit]


def deadlines(view: CaseView, on: date) -> tuple[Deadline, ...]:
    """Every act of a case that has or had its day."""
    return steps.deadlines(view.facts, procedure(view, on), law.rulebook().on(on))


def procedure(view: CaseView, on: date) -> Procedure:
    """The procedure of a case: an objection's on a day, that of a repair as it stood when it was asked for."""
    book = law.rulebook()
    if view.kind == steps.OBJECTION:
        return book.on(on).procedure(OBJECTION_PROCEDURE)
    return book.on(view.on).procedure(view.told["procedure"])


def options(view: CaseView, on: date, *, actor: str, office: str | None) -> tuple[Option, ...]:
    """The acts for which a case is ready, and what stands in this officer's way."""
    return steps.options(view.facts, procedure(view, on), actor=actor, office=office)


def papers(view: CaseView) -> dict[str, Paper]:
    """The papers that a case has: the receipt, and the result once there is one."""
    found = {"receipt": Paper(view.number, view.told["receipt"], view.on, view.at)}
    for step in view.steps:
        if content := step.told.get("paper"):
            found["result"] = Paper(step.told.get("document") or view.number, content, step.on, step.at)
    return found


def contact_of(id: int) -> dict[str, str]:
    """The name and telephone of who filed a case, opened; whoever shows them logs it first."""
    row = Case.objects.filter(pk=id).first()
    if row is None or not row.contact:
        return {}
    told: dict[str, str] = json.loads(open_sealed(bytes(row.contact)))
    return told


def _open() -> Any:
    return ~Exists(Step.objects.filter(case=OuterRef("pk"), kind__in=steps.CLOSED))


def _rows() -> QuerySet[Case]:
    return Case.objects.prefetch_related("steps")


def _view(row: Case) -> CaseView:
    taken = sorted(row.steps.all(), key=lambda step: step.number)
    return CaseView(
        row.pk, row.kind, row.subject_id, row.code, row.name, row.of, row.key, row.document, row.decided_on, row.office,
        row.way, row.told, bool(row.contact), row.actor, row.on, row.at, row.seq,
        tuple(StepView(one.number, one.kind, one.on, one.actor, one.at, one.told) for one in taken),
    )  # fmt: skip
