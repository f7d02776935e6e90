"""The rulebook for everybody: one page a norm with its history, its articles, and what it says in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from xinyun import law
from xinyun.base import Basis, Text
from xinyun.law import Law, Rulebook, Source
from xinyun.law.citing import cite
from xinyun.law.coverage import coverage as covered
from xinyun.law.identities import BONDS
from xinyun.law.kinds import PEOPLE, UNITS
from xinyun.law.relations import LINKS
from xinyun.rulemaking.rules import KINDS, WORDS

HEAD = {"basis", "confidence", "note", "rows", "fields", "since", "labels"}
"""Keys that a page says in a way of its own."""

VALUES = {
    **PEOPLE,
    **UNITS,
    **LINKS,
    **BONDS,
    "public": Text("向社会公开", "public"),
    "on-application": Text("依申请公开", "on application"),
    "shared": Text("政务共享", "shared among offices"),
    "consent": Text("授权查询", "with consent"),
    "adverse": Text("不良", "adverse"),
    "favourable": Text("良好", "favourable"),
    "neutral": Text("中性", "neutral"),
    "watch": Text("重点关注", "watch"),
    "none": Text("不涉及", "none"),
    "minor": Text("轻微", "minor"),
    "general": Text("一般", "general"),
    "serious": Text("严重", "serious"),
    "by-record": Text("由各条记录的类别定", "by each record"),
    "block": Text("限制", "block"),
    "review": Text("人工审查", "review by a person"),
    "remind": Text("提示", "reminder"),
    "benefit": Text("激励", "benefit"),
    "by-law": Text("依法减损权益或增加义务", "by law"),
    "management": Text("履职中的管理措施", "management in the course of duty"),
    "market": Text("市场主体自主采取", "by market bodies of their own will"),
    "incentive": Text("激励", "incentive"),
    "any": Text("各有关部门", "any department concerned"),
    "early-exit": Text("依各名单提前移出的规定", "by the list's own early exit"),
    "repair": Text("信用修复", "repair"),
    "objection": Text("异议", "objection"),
    "listing": Text("列入", "listing"),
    "delisting": Text("移出", "removal"),
    "rectification": Text("整改", "rectification"),
    "end-of-conduct": Text("不良行为或者事件终止之日", "the end of the conduct or event"),
    "decision": Text("决定作出之日", "the day of the decision"),
    "longest": Text("从最长的", "the longest"),
    "records": Text("记录", "records"),
    "companions": Text("随其他记录保存的记录", "records kept with others"),
    "entries": Text("名单条目", "entries on lists"),
    "queries": Text("查询记录", "the log of queries"),
    "originals": Text("原始文件", "submitted files"),
    "returned": Text("退回的行", "returned rows"),
    "registration": Text("登记注册", "registration"),
    "administration": Text("行政管理", "administrative management"),
    "honour": Text("诚实守信", "honours"),
    "abnormal": Text("经营异常", "abnormal operation"),
    "commitment": Text("信用承诺", "commitments"),
    "evaluation": Text("信用评价", "evaluations"),
    "judgment": Text("司法判决", "judgments"),
    "other": Text("其他", "other"),
}
"""The vocabulary of norm files in words."""

FIELD_WORDS = {
    "public": Text("向社会公开", "Public"),
    "masked": Text("隐去部分后公开", "Public, masked"),
    "masked-persons": Text("公开，自然人的隐去部分", "Public; masked for natural persons"),
    "hidden": Text("不公开", "Not public"),
    "text": Text("文本", "Text"),
    "date": Text("日期", "Date"),
    "end-date": Text("截止日期", "Last day"),
    "decimal": Text("数值", "Number"),
    "integer": Text("整数", "Integer"),
    "yes": Text("必填", "Required"),
    "when": Text("有条件必填", "In some cases"),
    "no": Text("选填", "Optional"),
}
"""The words of a fields table."""


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that an edition says; `links` are the norms that it names, where it names some."""

    label: Text
    text: Text
    links: tuple[tuple[str, str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class EditionBlock:
    """One edition: from when to when, how sure we are, on which articles, and what it says."""

    since: date
    last: date | None
    state: str
    """`past`, `now` or `coming`; `repealed` where the edition is the end of the norm."""
    confidence: str
    basis: tuple[Text, ...]
    note: str
    said: tuple[Said, ...]
    fields: tuple[dict[str, str], ...]
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NormPage:
    """A norm with all its editions, the one in force first, then the others from the latest to the earliest."""

    kind: str
    kind_title: Text
    id: str
    title: Text
    editions: tuple[EditionBlock, ...]
    named_by: tuple[tuple[str, str, Text], ...]
    on: date


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A department and the items that it furnishes."""

    title: Text
    offices: int
    items: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """Who furnishes what: departments with the items that name them, and the items open to all."""

    rows: tuple[CoverageRow, ...]
    open_to_all: tuple[tuple[str, Text], ...]
    items: int
    on: date


@dataclass(frozen=True, slots=True)
class SourceRow:
    """An instrument and how much of it the rulebook cites."""

    source: Source
    title: Text
    heir: Text | None
    state: str


def norm_page(kind: str, id: str, on: date) -> NormPage | None:
    """A norm with its history, as seen on a day; `None` where there is none of that kind and id."""
    book = law.rulebook()
    if kind not in KINDS or id not in book.ids(kind):
        return None
    blocks = [_block(book, edition, on) for edition in book.editions(kind, id)]
    order = {"now": 0, "coming": 1, "repealed": 2, "past": 3}
    blocks.sort(key=lambda block: (order[block.state], -block.since.toordinal()))
    named_by = tuple(_named_by(book.on(on), kind, id))
    return NormPage(kind, KINDS[kind], id, book.title_of(kind, id), tuple(blocks), named_by, on)


def norm_twin(kind: str, id: str) -> dict[str, Any] | None:
    """The same for programs: every edition as written, with its fields; `None` where there is none."""
    book = law.rulebook()
    if kind not in KINDS or id not in book.ids(kind):
        return None
    title = book.title_of(kind, id)
    editions = [
        {"since": str(since), "until": str(until) if until else None, "edition": _plain(edition)}
        for since, until, edition in book.editions(kind, id)
    ]
    return {
        "kind": kind,
        "id": id,
        "title": title.zh,
        "english": title.en,
        "file": book.file_of(kind, id),
        "editions": editions,
        "rulebook": book.hash,
    }


def coverage_page(on: date) -> CoveragePage:
    """Items by department, as the law stands on a day."""
    found = covered(law.rulebook().on(on))
    titles = {id: title for id, title, _ in found.items}
    rows = tuple(
        CoverageRow(one.title, one.offices, tuple((id, titles[id]) for id in one.items))
        for one in found.departments
    )
    everybody = tuple((id, titles[id]) for id in found.open_to_all)
    return CoveragePage(rows, everybody, len(found.items), on)


def source_rows(on: date) -> tuple[SourceRow, ...]:
    """Every instrument, those in force first, by number."""
    book = law.rulebook()
    order = ("in-force", "amended", "draft", "coming", "repealed")
    rows = [_source_row(source, book, on) for source in book.sources.values()]
    return tuple(sorted(rows, key=lambda row: (order.index(row.state), row.source.id)))


def _source_row(source: Source, book: Rulebook, on: date) -> SourceRow:
    state = source.status
    if source.until and source.until <= on:
        state = "repealed"
    elif source.in_force and source.in_force > on:
        state = "coming"
    heir = book.sources.get(source.replaced_by or "")
    return SourceRow(
        source, Text(source.title, source.english), Text(heir.title, heir.english) if heir else None, state
    )


def _block(
    book: Rulebook, edition: tuple[date, date | None, dict[str, Any] | None], on: date
) -> EditionBlock:
    since, until, told = edition
    state = "coming" if since > on else "past" if until and until <= on else "now" if told else "repealed"
    told = told or {}
    now = book.on(max(since, on) if state == "now" else since)
    return EditionBlock(
        since=since,
        last=until - timedelta(days=1) if until else None,
        state=state,
        confidence=told.get("confidence", "seen"),
        basis=cite((Basis(source, place) for source, place in told.get("basis", ())), now),
        note=told.get("note", ""),
        said=tuple(_said(told, book, now)),
        fields=tuple(told.get("rows", ())),
        labels=tuple(
            (label, (facts or {}).get("english", "")) for label, facts in told.get("labels", {}).items()
        ),
    )


def _said(edition: dict[str, Any], book: Rulebook, now: Law) -> Iterator[Said]:
    for key, value in edition.items():
        if key in HEAD or value in (None, [], {}):
            continue
        links = tuple(
            (kind, id, book.title_of(kind, id)) for kind, id in _links(key, value) if id in book.ids(kind)
        )
        yield Said(_label(key), Text("", "") if links else _text(key, value, book, now), links)


_LINKS = {
    "measures": "measure",
    "lists": "list",
    "items": "item",
    "item": "item",
    "clocks": "clock",
    "told": "item",
}


def _links(key: str, value: Any) -> Iterator[tuple[str, str]]:
    kind = _LINKS.get(key)
    for id in ([value] if isinstance(value, str) else value) if kind else ():
        yield kind or "", id


def _label(key: str) -> Text:
    english = key.replace("_", " ")
    return Text(WORDS.get(key, key), english[:1].upper() + english[1:])


def _text(key: str, value: Any, book: Rulebook, now: Law) -> Text:
    """A value in words of both languages; departments by their titles, articles as people cite them."""
    if key == "basis":
        cited = cite((Basis(source, place) for source, place in value), now)
        return Text("；".join(one.zh for one in cited), "; ".join(one.en for one in cited))
    if isinstance(value, dict):
        if len(value) == 1 and value.keys() <= {"years", "months"}:
            ((unit, count),) = value.items()
            return Text(f"{count} {VALUES[unit].zh}", f"{count} {VALUES[unit].en}")
        if {"within", "unit"} <= value.keys():
            rest = {k: v for k, v in value.items() if k not in {"within", "unit"}}
            unit = VALUES[value["unit"]]
            more = _text("", rest, book, now) if rest else Text("", "")
            return Text(
                f"{value['within']} {unit.zh} {more.zh}".strip(),
                f"{value['within']} {unit.en} {more.en}".strip(),
            )
        inner = [(_label(k), _text(k, v, book, now)) for k, v in value.items() if v not in (None, [], {})]
        return Text(
            "；".join(f"{label.zh} {text.zh}" for label, text in inner),
            "; ".join(f"{label.en.lower()}: {text.en}" for label, text in inner),
        )
    if isinstance(value, list):
        several = [_text(key, one, book, now) for one in value]
        return Text("、".join(one.zh for one in several), ", ".join(one.en for one in several))
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    return _word(key, str(value), book)


_DEPARTMENTS = {"providers", "authority", "implementing", "office"}


def _word(key: str, text: str, book: Rulebook) -> Text:
    if key in _DEPARTMENTS and text in book.departments:
        return book.departments[text]
    return VALUES.get(text, Text(text, text))


def _named_by(now: Law, kind: str, id: str) -> Iterator[tuple[str, str, Text]]:
    """The norms in force that name this one: lists a measure, scenes a measure, procedures a list or item or clock."""
    for one in now.lists():
        if (kind == "measure" and id in one.measures) or (kind == "item" and id == one.item):
            yield "list", one.id, Text(one.title, one.english)
    for scene in now.scenes():
        if kind == "measure" and id in scene.measures:
            yield "scene", scene.id, Text(scene.title, scene.english)
    for procedure in now.procedures():
        named = {"list": procedure.lists, "item": procedure.items, "clock": procedure.clocks}.get(kind, ())
        if id in named:
            yield "procedure", procedure.id, Text(procedure.title, procedure.english)


def _plain(edition: dict[str, Any] | None) -> dict[str, Any] | None:
    """As written, with the fields spelt out in place of the tables' names."""
    if edition is None:
        return None
    return {key: value for key, value in edition.items() if key != "rows"} | (
        {"fields": edition["rows"]} if "rows" in edition else {}
    )
