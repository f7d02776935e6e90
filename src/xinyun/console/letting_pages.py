"""The pages on which objections and repairs are dealt with: the worklist, and one case with what may be done next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from xinyun import law
from xinyun.base import Text
from xinyun.console import letting_words as words
from xinyun.console.collecting import may_submit, person, scope
from xinyun.console.listing_words import Form
from xinyun.console.queries import titled
from xinyun.law import Law
from xinyun.law.citing import cite
from xinyun.repair import queries, steps
from xinyun.repair.queries import CaseView

PAGE = 30


class Waiting(NamedTuple):
    """An act with its last day."""

    said: Text
    last: date
    done: date | None
    late: bool
    basis: tuple[Text, ...]


class Line(NamedTuple):
    """A case in the worklist."""

    id: int
    number: str
    name: str
    code: str
    title: Text
    document: str
    office: Text
    on: date
    said: Text
    tone: str
    waiting: Waiting | None


class Told(NamedTuple):
    """A step: what it says, line by line."""

    said: Text
    on: date
    actor: str
    lines: tuple[tuple[Text, Text | str], ...]


class Blocked(NamedTuple):
    """An act that may not be done now by this person, and why."""

    said: Text
    why: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The objections or repairs of a person's office, of all for the credit centre."""

    kind: str
    said: Text
    tabs: tuple[tuple[str, Text], ...]
    lines: tuple[Line, ...]
    page: int
    more: bool
    open_only: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case: what it is about, what happened, what may be done next and what not yet."""

    line: Line
    kind: str
    grounds: str
    evidence: tuple[dict[str, str], ...]
    way: str
    has_contact: bool
    procedure: Text
    procedure_id: str
    basis: tuple[Text, ...]
    steps: tuple[Told, ...]
    due: tuple[Waiting, ...]
    forms: tuple[Form, ...]
    blocked: tuple[Blocked, ...]
    papers: tuple[str, ...]
    contact: Mapping[str, str] | None = None


def work(kind: str, user: Any, page: int, on: date, *, open_only: bool) -> WorkPage:
    """A page of the cases that a person deals with."""
    now = law.rulebook().on(on)
    found = queries.cases(kind, scope(user), open_only=open_only, limit=PAGE + 1, offset=(page - 1) * PAGE)
    lines = tuple(_line(one, now) for one in found[:PAGE])
    return WorkPage(
        kind, words.TITLES[kind], tuple(words.TITLES.items()), lines, page, len(found) > PAGE, open_only
    )


def case(
    id: int,
    user: Any,
    actor: str,
    on: date,
    given: Mapping[str, str],
    contact: Mapping[str, str] | None = None,
) -> CasePage:
    """A case of a person's office, or any for the credit centre; `given` is what was sent and refused.

    :raises queries.NoSuchCase: there is none of that number.
    """
    now, view = law.rulebook().on(on), queries.case(id, scope(user))
    procedure = queries.procedure(view, on)
    options = queries.options(view, on, actor=actor, office=scope(user)) if may_submit(user) else ()
    return CasePage(
        line=_line(view, now),
        kind=view.kind,
        grounds=view.told["grounds"],
        evidence=tuple(view.told["evidence"]),
        way=view.way,
        has_contact=view.has_contact,
        procedure=Text(procedure.title, procedure.english.capitalize()),
        procedure_id=procedure.id,
        basis=cite(procedure.basis, now),
        steps=tuple(_step(one) for one in view.steps),
        due=_due(view, now),
        forms=tuple(
            words.form(one.act, view, procedure).filled(given, on.isoformat())
            for one in options
            if not one.refusal
        ),
        blocked=tuple(
            Blocked(words.ACTS[one.act], one.refusal.what, one.refusal.remedy)
            for one in options
            if one.refusal
        ),
        papers=tuple(queries.papers(view)),
        contact=contact,
    )


def _line(view: CaseView, now: Law) -> Line:
    waiting = [one for one in _due(view, now) if one.done is None]
    return Line(
        view.id, view.number, view.name, view.code, Text(*view.told["title"]), view.document,
        titled(lambda: now.office(view.office), view.office), view.on, steps.SAID[view.state], words.TONES[view.state],
        waiting[0] if waiting else None,
    )  # fmt: skip


def _due(view: CaseView, now: Law) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(words.ACTS[one.act], one.last, one.done, one.missed(now.day), cite(one.basis, now))
        for one in queries.deadlines(view, now.day)
    )


def _step(one: queries.StepView) -> Told:
    lines = tuple(
        (title, words.OUTCOMES.get(one.told[key], one.told[key]))
        for key, title in words.TOLD.items()
        if one.told.get(key)
    )
    return Told(steps.SAID[one.kind], one.on, person(one.actor), lines)
