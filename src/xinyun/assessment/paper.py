"""The notice on paper: what it says as plain data, set by Typst. Knows no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.resources import files
from typing import Any

from django.conf import settings

from xinyun.assessment.measuring import Month, Table
from xinyun.assessment.numbering import Sequence
from xinyun.assessment.rules import HOW, INDICATORS, SILENCE, Measures, Row, faults, late, silent
from xinyun.assessment.telling import explained, grouped
from xinyun.collection import wording
from xinyun.plumbing.typesetting import typeset

_UNCOUNTED = "不计分"
MOST = 60
"""Lines of one list; how many more there are is said below it."""

Gaps = Mapping[str, Mapping[str, tuple[Sequence, ...]]]
"""Office -> item -> sequences in which numbers are missing."""


def contents(told: Month, to: str, gaps: Gaps, *, by: str) -> dict[str, Any]:
    """What a notice says, as plain data for the Typst source; no markup.

    It compares `offices` or `cities`; with an empty `by` it is to one office, and goes through its items.
    """
    rows = told.widest.rows if told.widest else ()
    return {
        "issuer": settings.XINYUN.operator,
        "site": settings.XINYUN.site_name,
        "demo": settings.XINYUN.demo,
        "contact": settings.XINYUN.contact,
        "to": to,
        "title": f"{told.first.year}年{told.first.month}月公共信用信息报送质量考核通报",
        "period": f"{told.first} 至 {told.through}",
        "rulebook": told.norms.book.hash[:12],
        "assessments": [_assessment(table, told) for table in told.tables],
        "groups": [_group(table, told, by) for table in told.tables if by],
        "items": [] if by else _items(rows),
        "late": _bounded(
            [
                [row.office.title, row.item.title, _of(row.measures.late, row.measures.judged)]
                for row in late(rows)
            ]
        ),
        "wrong": _bounded([[str(wording.rule(rule)), f"{count}"] for rule, count in faults(rows)]),
        "hidden": _bounded(_hidden(rows)),
        "gaps": _bounded(_gaps(rows, gaps)),
        "how": [[str(INDICATORS[name]), str(text)] for name, text in HOW.items()],
    }


def render(content: dict[str, Any], *, number: str, made: datetime) -> bytes:
    """Set a notice as tagged PDF (PDF/UA-1); the same arguments give the same bytes.

    :raises FontsMissing: the machine lacks the fonts.
    """
    stamped = content | {"number": number, "made": f"{made:%Y-%m-%d %H:%M:%S}"}
    return typeset(str(files("xinyun.assessment") / "notice.typ"), stamped, made)


def _assessment(table: Table, told: Month) -> dict[str, Any]:
    score = explained(table, told.norms)
    return {
        "title": str(score.title),
        "points": score.points or _UNCOUNTED,
        "basis": "；".join(map(str, score.basis)),
        "doubtful": score.confidence != "seen",
        "note": table.assessment.note,
        "indicators": [
            {"text": str(one.text), "basis": "；".join(map(str, one.basis)), "attention": one.attention}
            for one in score.earned
        ],
    }


def _group(table: Table, told: Month, by: str) -> dict[str, Any]:
    """Offices that sent something, or all cities, side by side."""
    rows = [
        [
            str(one.title),
            *_figures(one.measures),
            _UNCOUNTED if one.score.points is None else str(one.score.points),
        ]
        for one in grouped(table, by, told.norms)
        if one.measures.received or by == "cities"
    ]
    return {"title": table.assessment.title, "first": "单位" if by == "offices" else "地区", "rows": rows}


def _items(rows: Iterable[Row]) -> list[list[str]]:
    return [[row.item.title, *_figures(row.measures)] for row in rows if row.measures.received]


def _figures(measures: Measures) -> list[str]:
    return [
        f"{measures.received}",
        f"{measures.rejected}",
        measures.shown["compliance"] or "—",
        _of(measures.late, measures.judged),
        measures.shown["timeliness"] or "—",
        _of(measures.covered, measures.asked),
    ]


def _of(part: int, whole: int) -> str:
    return f"{part} / {whole}" if whole else "—"


def _hidden(rows: tuple[Row, ...]) -> list[list[str]]:
    return [
        [
            row.office.title,
            row.item.title,
            f"{SILENCE[row.silence]}{f'（最近 {row.last_on}）' if row.last_on else ''}",
        ]
        for row in silent(rows)
    ]


def _gaps(rows: tuple[Row, ...], gaps: Gaps) -> list[list[str]]:
    offices = {row.office.id: row.office.title for row in rows}
    items = {row.item.id: row.item.title for row in rows}
    return [
        [offices.get(office, office), items.get(item, item), str(sequence.text)]
        for office, of_office in gaps.items()
        for item, sequences in of_office.items()
        for sequence in sequences
    ]


def _bounded(lines: list[list[str]]) -> dict[str, Any]:
    return {"lines": lines[:MOST], "more": max(len(lines) - MOST, 0)}
