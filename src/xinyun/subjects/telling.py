"""The subject base as pages and programs show it: offices by name, one line a value. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from xinyun.base import Text
from xinyun.base.identifiers import mask_within
from xinyun.law import Law
from xinyun.law.citing import cite
from xinyun.subjects.facts import Base, Branch, Said, Span

Named = Callable[[str], Text]
"""An office by its id."""


@dataclass(frozen=True, slots=True)
class Line:
    """A value with its days, who said it and in which batch; `code` is a subject to which it leads, where it leads to one.

    Days are half-open; `how` says how a value was read that does not stand in the words.
    """

    matter: Text
    text: Text
    since: date | None
    until: date | None
    office: Text
    batch: str
    how: Text | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class BaseView:
    """The subject base on a page: what holds on the day, what held before, and whom it leads to."""

    group: Text
    why: Text
    basis: tuple[Text, ...]
    current: tuple[Line, ...]
    former: tuple[Line, ...]
    branches: tuple[Line, ...]
    branch_count: int
    head_offices: tuple[Line, ...]


_STATE, _DIVISION, _INDUSTRY = (
    Text("登记状态", "State"),
    Text("登记地", "Division"),
    Text("所属行业", "Industry"),
)
_FORMER_NAME, _BRANCH, _HEAD = (
    Text("曾用名", "Former name"),
    Text("分支机构", "Branch"),
    Text("所属法人", "Head office"),
)


def view(base: Base, named: Named, now: Law) -> BaseView:
    """The subject base in lines, the latest first."""
    spans = ((_STATE, base.states), (_DIVISION, base.divisions), (_INDUSTRY, base.industries))
    former = [_line(matter, one, named) for matter, told in spans for one in told[-2::-1]]
    names = [_line(_FORMER_NAME, one, named) for one in base.former_names]
    return BaseView(
        group=base.group.title,
        why=base.group.reason.text,
        basis=cite(base.group.reason.basis, now),
        current=tuple(_line(matter, told[-1], named) for matter, told in spans if told),
        former=(*names, *_numbers(base, named), *former),
        branches=tuple(_branch(_BRANCH, one, named) for one in base.branches),
        branch_count=base.branch_count,
        head_offices=tuple(_branch(_HEAD, one, named) for one in base.head_offices),
    )


def _line(matter: Text, one: Span, named: Named) -> Line:
    return Line(
        matter, _masked(one.title), one.since, one.until, named(one.said.office), one.said.batch, one.how
    )


def _numbers(base: Base, named: Named) -> Iterator[Line]:
    for one in base.numbers:
        number = mask_within(one.number)
        title = Text(one.title.zh, one.title.en[:1].upper() + one.title.en[1:])
        yield Line(title, Text(number, number), None, one.until, named(one.said.office), one.said.batch)


def _branch(matter: Text, one: Branch, named: Named) -> Line:
    state = f"（{one.written}）" if one.written and one.state != "存续" else ""
    text = Text(mask_within(one.name) + state, mask_within(one.name) + state)
    return Line(
        matter,
        text,
        one.since,
        None,
        named(one.said.office),
        one.said.batch,
        code=one.code if one.is_known else "",
    )


def _masked(text: Text) -> Text:
    return Text(mask_within(text.zh), mask_within(text.en))


def document(base: Base) -> dict[str, Any]:
    """The subject base for programs: each value with its days, the record, office and batch that say so.

    The keys are `group`, `state`, `division`, `industry` on the day (`None` where nothing was told), `states`,
    `divisions`, `industries`, `former_names` with all their spans, `numbers`, `branches`, `branch_count`,
    `head_offices`. Days are half-open.
    """
    spans = {"states": base.states, "divisions": base.divisions, "industries": base.industries}
    told: dict[str, Any] = {
        "group": {**base.group.title._asdict(), "reason": base.group.reason.text._asdict()},
        "state": base.state and _span(base.state),
        "division": base.division and _span(base.division),
        "industry": base.industry and _span(base.industry),
    }
    told |= {name: [_span(one) for one in found] for name, found in spans.items()}
    told["former_names"] = [_span(one) for one in base.former_names]
    told["numbers"] = [
        {"kind": one.kind, "number": mask_within(one.number), "until": one.until, "said": _said(one.said)}
        for one in base.numbers
    ]
    for name, found in (("branches", base.branches), ("head_offices", base.head_offices)):
        told[name] = [
            {
                "code": one.code,
                "name": mask_within(one.name),
                "state": one.state,
                "since": one.since,
                "said": _said(one.said),
            }
            for one in found
        ]
    return told | {"branch_count": base.branch_count}


def _span(one: Span) -> dict[str, Any]:
    return {
        "value": mask_within(one.value),
        "title": _masked(one.title)._asdict(),
        "since": one.since,
        "until": one.until,
        "how": one.how._asdict() if one.how else None,
        "said": _said(one.said),
    }


def _said(one: Said) -> dict[str, Any]:
    return {"record": one.record, "item": one.item, "office": one.office, "batch": one.batch, "on": one.on}
