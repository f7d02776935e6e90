"""What differs between the law of two days, or of two rulebooks: in words, and for whom. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from xinyun.base import Text
from xinyun.law import Law, NotInForce, Rulebook, UnknownNorm
from xinyun.law.kinds import PEOPLE

KINDS = {
    "item": Text("目录事项", "Catalogue item"),
    "list": Text("名单", "List"),
    "measure": Text("措施", "Measure"),
    "scene": Text("场景", "Scene"),
    "repair": Text("公示期限", "Publicity terms"),
    "procedure": Text("程序", "Procedure"),
    "listing": Text("列入程序", "Entry procedure"),
    "enforcement": Text("执行期限", "Times for measures"),
    "clock": Text("时限", "Clock"),
    "assessment": Text("考核", "Assessment"),
    "limit": Text("禁止采集", "Limit"),
    "fine": Text("最高罚款", "Greatest fines"),
    "relation": Text("关联关系", "Relation"),
    "association": Text("信用关联", "Association"),
    "identity": Text("主体沿革", "Identity"),
    "retention": Text("保存期限", "Retention"),
    "code": Text("代码表", "Code list"),
}
"""The kinds of norms that have editions, in the order in which a reader wants them."""

WORDS = {
    "after": "满",
    "act": "执行",
    "answer": "答复异议的时限",
    "attention": "低于此比率的通报整改（%）",
    "authority": "认定部门",
    "bar": "不得再申请",
    "basis": "依据",
    "bearing": "性质",
    "category": "页面分类",
    "ceilings": "最高罚款（万元）",
    "chapter": "目录类别",
    "class": "措施类别",
    "classes": "主体类型",
    "clocks": "时限",
    "conditions": "条件",
    "confidence": "把握",
    "consent": "须经同意",
    "consent_only": "须书面同意",
    "compliance": "合规率",
    "conduct": "行为轻重",
    "counted_from": "起算",
    "coverage": "覆盖率",
    "covered_within": "有数据的时限",
    "days": "日",
    "decides": "谁决定",
    "decision_tells": "决定书写明",
    "disputed": "有异议时",
    "division": "地区",
    "documents": "材料",
    "duty": "应做",
    "earliest": "最早",
    "ends_early": "提前结束",
    "early_exit": "提前移出",
    "effect": "效果",
    "effects": "后果",
    "english": "英文",
    "enters": "引出名单",
    "entry": "列入",
    "escalate": "超过多久上报",
    "exit": "移出",
    "extension": "可延长",
    "false_alarm": "误报至多不再提示",
    "false_statement": "虚假材料",
    "floor": "下限",
    "forbidden": "禁止",
    "full": "满分比率（%）",
    "handled_by": "办理",
    "hearing": "要求听证的时限",
    "implementing": "实施部门",
    "indicators": "指标",
    "item": "事项",
    "items": "事项",
    "key": "业务主键",
    "kinds": "可列对象",
    "labels": "标签",
    "link": "关系",
    "levels": "级别",
    "links": "关系",
    "list_tier": "名单轻重",
    "leaves": "存证类别",
    "lists": "名单",
    "maximum_months": "最长月数",
    "measures": "措施",
    "minimum_months": "最短月数",
    "norm": "期限",
    "notice": "事先告知",
    "notice_tells": "告知书写明",
    "months": "月",
    "not_for": "不适用",
    "note": "说明",
    "of": "类别",
    "office": "部门",
    "organisation": "单位",
    "overdue": "逾期",
    "penalty_classes": "处罚类别",
    "person": "个人",
    "period": "陈述申辩或公示的时限",
    "polarity": "方向",
    "providers": "提供部门",
    "publicity": "公开",
    "publicity_term": "公示期限",
    "purpose": "用途",
    "refusals": "不予理由",
    "release": "解除",
    "remind": "提前多久提醒",
    "repair_notice": "同时送达信用修复告知书",
    "retention": "保存",
    "retention_of_persons": "自然人信息保存",
    "rows": "字段",
    "service": "送达决定书的时限",
    "shown": "是否公示",
    "subjects": "对象",
    "targets": "针对对象",
    "term": "期限",
    "tier": "轻重",
    "tiers": "分档",
    "timeliness": "及时率",
    "told": "由哪些事项说明",
    "title": "名称",
    "unit": "单位",
    "update": "更新",
    "weight": "权重",
    "within": "时限",
    "years": "年",
    "zero": "零分比率（%）",
}
"""Keys of norm files in Chinese; in English a key is its own name."""

_WHOM = ("subjects", "kinds", "targets")
_OFFICES = ("providers", "authority", "implementing", "office")
_NOT_LAW = {"since", "fields", "note"}
"""What is left out of a comparison: an edition that says the same from another day on changes nothing, the fields are
compared row by row, and a note is no law."""


Edition = dict[str, Any]
"""An edition as written, with its fields as rows."""


@dataclass(frozen=True, slots=True)
class Change:
    """One norm that differs: what happened to it, whom it is about, and how it differs, sentence by sentence.

    `since` is the first day of the edition where editions were compared, `None` where two days were.
    """

    kind: str
    id: str
    since: date | None
    title: Text
    action: Literal["new", "changed", "ended"]
    whom: tuple[Text, ...]
    offices: tuple[str, ...]
    said: tuple[Text, ...]


def changes(before: Law, after: Law) -> tuple[Change, ...]:
    """Every norm that is not the same in the law of two days, in the order of `KINDS` and of ids."""
    return tuple(
        _change(kind, id, None, (before.book, was), (after.book, becomes))
        for kind, id in _norms(before.book, after.book)
        for was, becomes in [(_edition(before, kind, id), _edition(after, kind, id))]
        if _bare(was) != _bare(becomes)
    )


def edited(before: Rulebook, after: Rulebook) -> tuple[Change, ...]:
    """Every edition, past, present or to come, with which two rulebooks say different things from its first day on."""
    found = []
    for kind, id in _norms(before, after):
        for since in sorted({*_days(before, kind, id), *_days(after, kind, id)}):
            was, becomes = (_edition(book.on(since), kind, id) for book in (before, after))
            if _bare(was) != _bare(becomes):
                found.append(_change(kind, id, since, (before, was), (after, becomes)))
    return tuple(found)


def _norms(before: Rulebook, after: Rulebook) -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        for id in sorted({*before.ids(kind), *after.ids(kind)}):
            yield kind, id


def _edition(law: Law, kind: str, id: str) -> Edition | None:
    try:
        return law.norm(kind, id)
    except (UnknownNorm, NotInForce):
        return None


def _days(book: Rulebook, kind: str, id: str) -> list[date]:
    return [since for since, _, _ in book.editions(kind, id)] if id in book.ids(kind) else []


def _bare(edition: Edition | None) -> Edition | None:
    return edition and {key: value for key, value in edition.items() if key not in _NOT_LAW}


def _change(
    kind: str,
    id: str,
    since: date | None,
    before: tuple[Rulebook, Edition | None],
    after: tuple[Rulebook, Edition | None],
) -> Change:
    was, becomes = _bare(before[1]), _bare(after[1])
    book, named = (after[0], becomes or was or {}) if id in after[0].ids(kind) else (before[0], was or {})
    return Change(
        kind=kind,
        id=id,
        since=since,
        title=book.title_of(kind, id),
        action="new" if was is None else "ended" if becomes is None else "changed",
        whom=tuple(PEOPLE[one] for key in _WHOM for one in named.get(key, ())),
        offices=tuple(dict.fromkeys(one for key in _OFFICES for one in _several(named.get(key, ())))),
        said=tuple(_sentences("", was, becomes)) if was and becomes else (),
    )


def _several(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _sentences(path: str, was: Any, becomes: Any) -> Iterator[Text]:
    if was == becomes:
        return
    if isinstance(was, dict) and isinstance(becomes, dict):
        for key in dict.fromkeys((*was, *becomes)):
            yield from _sentences(f"{path}/{key}" if path else key, was.get(key), becomes.get(key))
    elif isinstance(was, list) and isinstance(becomes, list):
        yield from _members(path, was, becomes)
    else:
        zh, en = _named(path)
        yield Text(f"{zh}：{_told(was)} → {_told(becomes)}", f"{en}: {_told(was)} -> {_told(becomes)}")


def _members(path: str, was: list[Any], becomes: list[Any]) -> Iterator[Text]:
    """Fields are told by their names and how they differ, everything else by what came and went."""
    zh, en = _named(path)
    if path == "rows":
        rows_were, rows_are = ({row["name"]: row for row in rows} for rows in (was, becomes))
        for name in rows_were.keys() & rows_are.keys():
            yield from _sentences(f"rows/{name}", rows_were[name], rows_are[name])
        was, becomes = ([f"{row['name']} {row['title']}" for row in rows] for rows in (was, becomes))
    gone = [_told(one) for one in was if one not in becomes]
    come = [_told(one) for one in becomes if one not in was]
    if come:
        yield Text(f"{zh}：增加 {'、'.join(come)}", f"{en}: added {', '.join(come)}")
    if gone:
        yield Text(f"{zh}：减少 {'、'.join(gone)}", f"{en}: removed {', '.join(gone)}")
    if not come and not gone:
        yield Text(f"{zh}：次序改变", f"{en}: in another order")


def _named(path: str) -> tuple[str, str]:
    steps = path.split("/")
    return "·".join(WORDS.get(step, step) for step in steps), ".".join(steps)


def _told(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "，".join(f"{WORDS.get(key, key)} {_told(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return " ".join(_told(one) for one in value)
    return str(value)


def heading(change: Change) -> Text:
    """One line that says what happened to a norm, for a heading."""
    kind, action = KINDS[change.kind], _ACTIONS[change.action]
    edition = (f" {change.since} 起的一版", f", edition of {change.since}") if change.since else ("", "")
    return Text(
        f"{kind.zh}「{change.title.zh}」（{change.id}）{edition[0]}{action.zh}",
        f"{kind.en} {change.title.en} ({change.id}){edition[1]}: {action.en}",
    )


_ACTIONS = {
    "new": Text("新设", "new"),
    "changed": Text("改变", "changed"),
    "ended": Text("废止", "ended"),
}
