"""A month as it is told: summed up, in words with articles, for programs, as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from xinyun import law
from xinyun.assessment import rules
from xinyun.assessment.measuring import Table, month
from xinyun.assessment.rules import HOW, INDICATORS, Measures, Row, Score
from xinyun.base import Text
from xinyun.law import Law
from xinyun.law.citing import cite

COUNTS = (
    "received",
    "accepted",
    "unchanged",
    "revised",
    "rejected",
    "conflicts",
    "judged",
    "late",
    "backlog",
)


@dataclass(frozen=True, slots=True)
class Group:
    """A city, department, item or office, with everything that came from or of it."""

    id: str
    title: Text
    measures: Measures
    score: Score


GROUPINGS: dict[str, Callable[[Row], str]] = {
    "cities": lambda row: row.office.division,
    "departments": lambda row: row.office.department,
    "items": lambda row: row.item.id,
    "offices": lambda row: row.office.id,
}
"""By what a table is summed up."""


def grouped(table: Table, by: str, norms: Law) -> list[Group]:
    """A table summed up by one of `GROUPINGS`, in the order of the rulebook."""
    key, departments = GROUPINGS[by], norms.book.departments
    parts: dict[str, list[Row]] = {}
    for row in table.rows:
        parts.setdefault(key(row), []).append(row)
    found = []
    for id, rows in parts.items():
        title = {
            "cities": city_of(id, norms),
            "departments": departments.get(id, Text(id, id)),
            "items": rows[0].item_title,
            "offices": rows[0].office_title,
        }[by]
        measures = rules.summed(rows)
        found.append(Group(id, title, measures, rules.score(measures, table.assessment, rows)))
    return found


@dataclass(frozen=True, slots=True)
class Earned:
    """What an indicator earned, in words, with its articles."""

    text: Text
    basis: tuple[Text, ...]
    attention: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """A score in words: the assessment, its articles and what it is worth, indicator by indicator."""

    id: str
    title: Text
    points: str
    attention: bool
    basis: tuple[Text, ...]
    confidence: str
    earned: tuple[Earned, ...]


def explained(table: Table, norms: Law) -> Explained:
    """The score of a whole table in words; `points` is empty where nothing could be measured."""
    _, score = table.whole
    earned = tuple(
        Earned(one.reason.text, cite(one.reason.basis, norms), one.attention) for one in score.indicators
    )
    return Explained(
        score.assessment,
        score.title,
        "" if score.points is None else str(score.points),
        score.attention,
        cite(score.basis, norms),
        score.confidence,
        earned,
    )


def city_of(division: str, norms: Law) -> Text:
    """What a roll-up calls a division: a city by its name, the province's own offices together."""
    if division.endswith("0000"):
        return Text("省级单位", "Provincial offices")
    found = norms.division(division)
    return Text(found.title, found.title) if found else Text(division, division)


def document(first: date, on: date) -> dict[str, Any]:
    """A month for programs: each assessment with its articles and how it counts, then every city, department, item, office."""
    told = month(first, on)
    return {
        "month": f"{first:%Y-%m}",
        "through": str(told.through),
        "rulebook": law.rulebook().hash,
        "how": {
            name: {"title": INDICATORS[name]._asdict(), "computed": text._asdict()}
            for name, text in HOW.items()
        },
        "assessments": [_assessed(table, told.norms) for table in told.tables],
    }


def _assessed(table: Table, norms: Law) -> dict[str, Any]:
    measures, score = table.whole
    return {
        "id": table.assessment.id,
        "title": {"zh": table.assessment.title, "en": table.assessment.english},
        "basis": [str(basis) for basis in table.assessment.basis],
        "confidence": table.assessment.confidence,
        "whole": _told(measures, score),
    } | {
        by: [
            {"id": one.id, "title": one.title._asdict()} | _told(one.measures, one.score)
            for one in grouped(table, by, norms)
        ]
        for by in GROUPINGS
    }


def _told(measures: Measures, score: Score) -> dict[str, Any]:
    rates = {name: measures.rate(name) for name in INDICATORS}
    return (
        {name: getattr(measures, name) for name in COUNTS}
        | {"asked": measures.asked, "covered": measures.covered, "faults": dict(measures.faults)}
        | {name: None if rate is None else round(float(rate), 6) for name, rate in rates.items()}
        | {"points": None if score.points is None else float(score.points)}
    )


def csv_rows(first: date, on: date) -> Iterator[list[str]]:
    """A month as a table, first the titles: one line an office and item that sent something, or is asked to."""
    told = month(first, on)
    yield [
        "月份",
        "单位",
        "单位名称",
        "区划",
        "部门",
        "事项",
        "事项名称",
        "收到",
        "接收",
        "未变",
        "更正",
        "退回",
        "自相矛盾",
        "计时效",
        "迟报",
        "补录",
        "及时率",
        "合规率",
        "最近报送",
    ]
    for row in told.widest.rows if told.widest else ():
        own = row.measures
        yield [
            f"{first:%Y-%m}",
            row.office.id,
            row.office.title,
            row.office.division,
            row.office.department,
            row.item.id,
            row.item.title,
            *(str(getattr(own, name)) for name in COUNTS),
            own.shown["timeliness"],
            own.shown["compliance"],
            str(row.last_on or ""),
        ]
