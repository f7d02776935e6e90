"""The report on paper: what it says as plain data, and the data set by Typst. Knows no database."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from datetime import datetime
from importlib.resources import files
from itertools import groupby
from typing import Any

import segno
from django.conf import settings

from xinyun.base import Text
from xinyun.plumbing.typesetting import typeset
from xinyun.portal import rules
from xinyun.portal.snapshot import Line, Snapshot

VERSION = "V2.0"


def contents(snapshot: Snapshot) -> dict[str, Any]:
    """What a report says, as plain data for the Typst source; no markup."""
    sections = [_section(title, section, snapshot.lines) for section, title, _ in rules.SECTIONS]
    return {
        "version": VERSION,
        "issuer": settings.XINYUN.operator,
        "site": settings.XINYUN.site_name,
        "demo": settings.XINYUN.demo,
        "name": snapshot.name,
        "code": list(rules.code_groups(snapshot.code)),
        "others": list(snapshot.others),
        "history": [str(said) for said in snapshot.history],
        "status": snapshot.status,
        "standing": snapshot.standing,
        "label": str(snapshot.label or ""),
        "tone": "bad" if snapshot.of("serious") else "good",
        "seq": snapshot.seq,
        "on": snapshot.on.isoformat(),
        "rulebook": snapshot.rulebook[:12],
        "contact": settings.XINYUN.contact,
        "registrar": str(snapshot.registrar or ""),
        "registration": [[str(v.title), v.text] for v in snapshot.registration],
        "counts": [[str(short), _count(section, snapshot.lines)] for section, _, short in rules.SECTIONS],
        "sections": sections,
        "advice": improvements({line.kind.id for line in snapshot.lines}),
        "empty": rules.EMPTY,
    }


def _count(section: str, lines: Sequence[Line]) -> int:
    return sum(line.kind.section == section for line in lines)


def _section(title: Text, section: str, lines: Sequence[Line]) -> dict[str, Any]:
    """A section's cards in order of kind, then of name; rows stay newest first."""
    ranks = list(rules.KINDS)
    own = [line for line in lines if line.kind.section == section]
    own.sort(key=lambda line: (ranks.index(line.kind.id), _card(line)))
    cards = [{"title": card, "rows": [_row(line) for line in rows]} for card, rows in groupby(own, key=_card)]
    return {"title": str(title), "cards": cards}


def _card(line: Line) -> str:
    return line.title if line.kind.id in ("honour", "serious") else str(line.card)


def _row(line: Line) -> list[list[str]]:
    """One record as field titles and values; a list entry without its record tells what the list knows."""
    row = [[str(value.title), value.text] for value in line.values if value.name not in _said(line)] or [
        ["名单名称", line.title],
        ["决定文书号", line.number],
        ["列入日期", str(line.on or "")],
        ["决定机关", line.authority],
    ]
    if not rules.value_of(line.values, "data_source_name"):
        row = [pair for pair in row if pair[0] not in ("数据来源", "数据来源单位")]
        row.append(["数据来源单位", str(line.source or "")])
    if line.sent_by_another:
        row.append(["报送单位", str(line.furnisher)])
    if line.under:
        row.append(["记录所在代码", line.under])
    if line.listed:
        if not rules.value_of(line.values, "basis"):
            row.append(["列入依据", "；".join(map(str, line.basis))])
        row += [["移出条件", line.leave], ["名单有效期至", str(line.until or "移出之日")]]
    else:
        row.append(["公示至", str(line.until or "长期")])
    return [*row, ["异议状态", "异议处理中"]] if line.disputed else row


def _said(line: Line) -> tuple[str, ...]:
    """Fields that a card leaves out: the cover says them already, or its own last lines do."""
    if line.listed:
        return ("until",) if rules.value_of(line.values, "basis") else ("until", "basis")
    return (
        (*rules.ABOUT_FIELDS, "publicity_end")
        if line.kind.section == "administration"
        else ("publicity_end",)
    )


_IMPROVEMENTS = (
    (
        "serious",
        "严重失信主体名单：请履行决定或法律文书确定的义务，符合上列“移出条件”的，向作出列入决定的机关申请提前移出；移出后相应措施随即停止。",
    ),
    (
        "penalty",
        "行政处罚：请按决定书改正违法行为、履行处罚内容，并保存缴款凭证和整改材料；公示达到规定的最短期限后，可申请信用修复，提前停止公示。",
    ),
    (
        "abnormal",
        "经营异常：请补报年度报告、变更登记住所或更正公示信息，列入的情形消除后，向列入机关申请移出。",
    ),
    ("commitment", "信用承诺：请按期履行已作出的承诺，履行情况会记入档案。"),
)
_CLEAN = "查询期内没有公示中的失信信息。请继续依法诚信经营，按时公示年度报告，履行已作出的信用承诺。"
_MISTAKEN = "认为上列记录有误的，可凭文号向数据来源单位提出异议；异议期间，记录会注明“异议处理中”。"


def improvements(kinds: Collection[str]) -> list[str]:
    """Section ten: what helps, by the kinds of record that there are."""
    found = [text for kind, text in _IMPROVEMENTS if kind in kinds]
    adverse = {"serious", "penalty", "abnormal"} & set(kinds)
    return [*found, _MISTAKEN] if adverse else [_CLEAN, *found]


def stamp(number: str, made: datetime) -> dict[str, str]:
    """What tells one issued report from another: its number and instant, and where it is verified."""
    address = f"{settings.XINYUN.base_url}/verify?no={number}"
    return {
        "number": number,
        "made": f"{made:%Y-%m-%d %H:%M:%S}",
        "address": address,
        "short": f"{settings.XINYUN.base_url.split('://')[-1]}/verify",
        "qr": _qr(address),
    }


def render(content: dict[str, Any], *, number: str, made: datetime) -> bytes:
    """Set a report as tagged PDF (PDF/UA-1); the same arguments give the same bytes.

    :raises FontsMissing: the machine lacks the fonts.
    """
    return typeset(str(files("xinyun.portal") / "report.typ"), content | stamp(number, made), made)


def _qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", xmldecl=False, border=0, scale=4, dark="#12294a")
    return out.getvalue().decode()
