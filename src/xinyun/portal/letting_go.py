"""What anybody may do about a line of a subject's page: dispute it, ask for its repair, follow what became of that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.law.citing import cite
from xinyun.portal import queries
from xinyun.portal.snapshot import Line, Snapshot
from xinyun.repair import operations, steps
from xinyun.repair import queries as cases
from xinyun.repair.operations import Contact, Evidence, Filed
from xinyun.repair.queries import CaseView

PIECES = range(1, 4)
"""The rows for evidence on a form."""
PORTAL, API = "portal", "api"
_WAITS = {
    steps.ACCEPT: Text("受理", "acceptance"),
    steps.FORWARD: Text("转交来源单位", "passing on to the source"),
    steps.ANSWER: Text("来源单位答复", "the source's answer"),
    steps.DECIDE: Text("决定并告知", "decision and result"),
}


class NotShown(Refusal):
    """The subject's page has no such line."""

    code = "not-shown"
    status = 404


@dataclass(frozen=True, slots=True)
class FormPage:
    """A form about one line: what it asks for by the norms, and why it cannot be sent, where that is known."""

    subject: Snapshot
    line: Line
    kind: str
    said: Text
    conditions: tuple[str, ...]
    documents: tuple[str, ...]
    basis: tuple[Text, ...]
    refused: Refusal | None = None

    @property
    def is_repair(self) -> bool:
        """Whether it asks for a repair."""
        return self.kind == steps.REPAIR


@dataclass(frozen=True, slots=True)
class Due:
    """An act with its last day; `done` is when it was done, `late` that this was or is after it."""

    said: Text
    last: date
    done: date | None
    late: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """Where a case stands, for whoever knows its number and word."""

    number: str
    title: Text
    name: str
    code: str
    on: date
    said: Text
    is_open: bool
    steps: tuple[tuple[Text, date], ...]
    due: tuple[Due, ...]
    papers: tuple[str, ...]


def line_of(code: str, line: str, on: date) -> tuple[Snapshot, Line]:
    """A subject's page and one of its lines.

    :raises NoSuchSubject, NotShown: there is none.
    """
    subject = queries.public_snapshot(code, on=on)
    if subject is None:
        raise queries.NoSuchSubject(code)
    found = next((one for one in subject.lines if one.id == line), None)
    if found is None:
        raise NotShown(
            Text("主体页上没有这条信息。", "The subject's page shows no such line."),
            Text("请从主体页上的链接进入。", "Come by the link on the subject's page."),
        )
    return subject, found


def form_page(kind: str, code: str, line: str, on: date) -> FormPage:
    """The form about a line; for a repair with the answer whether it can be asked for, and from when.

    :raises NoSuchSubject, NotShown, NotATarget: there is nothing to deal with.
    """
    subject, found = line_of(code, line, on)
    now, about = law.rulebook().on(on), cases.target(line, on)
    if kind == steps.OBJECTION:
        way = now.procedure(cases.OBJECTION_PROCEDURE)
        said = Text("提出异议", "Object")
        return FormPage(subject, found, kind, said, way.conditions, way.documents, cite(way.basis, now))
    said, refused = Text("申请信用修复", "Ask for repair"), None
    try:
        cases.demand_repairable(about, on)
    except Refusal as refusal:
        refused = refusal
    _, procedure = cases.repairable(about, on)
    conditions, documents, basis = (
        (procedure.conditions, procedure.documents, cite(procedure.basis, now)) if procedure else ((), (), ())
    )
    return FormPage(subject, found, kind, said, conditions, documents, basis, refused)


def file(
    kind: str, code: str, line: str, given: Mapping[str, Any], *, way: str, actor: str, on: date
) -> Filed:
    """File what a form, or the interface, has sent about a line of a subject's page.

    :raises Refusal: the line is not shown, or each ground of `operations.open_case` and `apply`.
    """
    line_of(code, line, on)
    told = {
        "line": line, "statement": given.get("statement", ""), "evidence": given["evidence"], "way": way, "actor": actor,
        "on": on, "contact": Contact(given.get("contact_name", ""), given.get("telephone", "")),
    }  # fmt: skip
    if kind == steps.OBJECTION:
        return operations.open_case(**told)
    return operations.apply(
        **told, performed=bool(given.get("performed")), commitment=bool(given.get("commitment"))
    )


def pieces(given: Mapping[str, str]) -> list[Evidence]:
    """The evidence that a form has sent."""
    return [Evidence(given.get(f"what-{n}", ""), given.get(f"in-{n}", "")) for n in PIECES]


def case_page(view: CaseView, on: date) -> CasePage:
    """A case as its applicant sees it: no officer is named."""
    return CasePage(
        number=view.number,
        title=Text(*view.told["title"]),
        name=view.name,
        code=view.code,
        on=view.on,
        said=steps.SAID[view.state],
        is_open=view.facts.is_open,
        steps=tuple((steps.SAID[one.kind], one.on) for one in view.steps),
        due=tuple(
            Due(_WAITS[one.act], one.last, one.done, one.missed(on)) for one in cases.deadlines(view, on)
        ),
        papers=tuple(cases.papers(view)),
    )
