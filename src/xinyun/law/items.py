"""Catalogue items: their fields, their labels, and what may not be collected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from xinyun.law.catalogue import Check
from xinyun.law.faults import RulebookFault
from xinyun.law.reading import NormFile
from xinyun.law.shelf import Edition, Shelf, editions
from xinyun.law.tables import is_day


def item_faults(norm: NormFile, since: str, edition: Edition, shelf: Shelf) -> Iterator[RulebookFault]:
    """A catalogue item names only fields that it has, code lists that exist, and nothing that may not be collected."""
    fields = {row["name"] for row in edition.get("rows", ())}
    named = [*edition["subject"].values(), *edition["key"], *edition["display"].values()]
    named += [v for k, v in (edition.get("enters") or {}).items()]
    term = edition.get("publicity_term") or {}
    named += [term["field"]] if "field" in term else []
    if "norm" in term and ("repair", term["norm"]) not in shelf.known:
        problem = f"publicity_term 的 {term['norm']} 不在 repair/ 中"
        yield norm.fault(
            ["values", since, "publicity_term"], problem, "补上它或改正名字 (name a norm that exists)"
        )
    for name in named:
        if name not in fields:
            yield norm.fault(["values", since], f"没有字段 {name}", "改正字段名 (name a field of the table)")
    yield from _fields(norm, since, edition, fields)
    for row in edition.get("rows", ()):
        if row["codes"] and ("code", row["codes"]) not in shelf.known:
            yield norm.fault(
                ["values", since, "fields"],
                f"字段 {row['name']} 的代码表 {row['codes']} 不存在",
                "补上代码表 (add the code list)",
            )
    yield from _labels(norm, since, edition, shelf)
    yield from _bearing(norm, since, edition)
    yield from _forbidden(norm, since, edition, shelf)


def _labels(norm: NormFile, since: str, edition: Edition, shelf: Shelf) -> Iterator[RulebookFault]:
    """The chapter and the classes of subjects are labels of their code lists."""
    for key, code_list in (("chapter", "catalogue-chapter"), ("classes", "subject-kind")):
        named = edition.get(key, ())
        labels = {
            label: facts
            for _, _, codes in shelf.editions_of("code", code_list)
            for label, facts in codes["labels"].items()
        }
        for label in [named] if isinstance(named, str) else named:
            kind = (labels.get(label) or {}).get("kind")
            if label not in labels:
                problem = f"{key} 的「{label}」不在代码表 {code_list} 中"
                yield norm.fault(["values", since, key], problem, "改用表中的标签 (use a label of the list)")
            elif kind and kind not in edition["subjects"]:
                problem = f"「{label}」属于 {kind}，不在 subjects 之内"
                yield norm.fault(["values", since, key], problem, "改正其一 (mend one of the two)")


def _bearing(norm: NormFile, since: str, edition: Edition) -> Iterator[RulebookFault]:
    """How grave a record is, is said of adverse items and of no others; persons are not evaluated."""
    if (edition["bearing"] == "adverse") == (edition["tier"] == "none"):
        yield norm.fault(
            ["values", since, "tier"],
            f"bearing 是 {edition['bearing']} 而 tier 是 {edition['tier']}",
            "不良信息写明轻重，其余写 none (say how grave an adverse record is; none for others)",
        )
    if edition["category"] == "evaluation" and "person" in edition["subjects"]:
        yield norm.fault(
            ["values", since, "subjects"],
            "对自然人不作信用评价",
            "从 subjects 删去 person (no score, grade or rank of natural persons)",
        )


_OF_ANOTHER_FIELD = {
    "before", "not-after", "not-before-birth", "part-of", "tax-number", "together", "within-article"
}  # fmt: skip
"""Checks whose argument is another field of the item."""
_OF_NUMBERS = {"above", "at-most", "decimals", "digits", "min"}
_OF_FORMS = {"document-number": ("any", "court", "office")}


def _fields(norm: NormFile, since: str, edition: Edition, names: set[str]) -> Iterator[RulebookFault]:
    """Fields are named once and by one title each, and their conditions and checks name fields that exist."""
    seen: set[str] = set()
    for row in edition.get("rows", ()):
        own = {row["name"], f"「{row['title']}」"}
        for repeated in own & seen:
            problem = f"字段 {repeated} 出现两次"
            yield norm.fault(["values", since, "fields"], problem, "删去一行或改名 (name each field once)")
        seen |= own
        conditions = [row["when"], row["empty_when"]]
        for check in Check.parse(row["checks"]):
            yield from _check(norm, since, edition, row["name"], check)
            named = check.name in _OF_ANOTHER_FIELD or "=" in check.argument
            conditions += [check.argument] if named else []
        for condition in filter(None, conditions):
            if condition.partition("=")[0].strip() not in names:
                problem = f"字段 {row['name']} 的条件 {condition} 用了不存在的字段"
                yield norm.fault(
                    ["values", since, "fields"], problem, "改正字段名 (name a field of the table)"
                )


def _check(norm: NormFile, since: str, edition: Edition, field: str, check: Check) -> Iterator[RulebookFault]:
    """A check's argument has the form that the check reads; names of checks are the schema's to verify."""
    where, name, argument = ["values", since, "fields"], check.name, check.argument
    if name == "not-before" and not is_day(argument):
        problem = f"字段 {field} 的 not-before {argument} 不是日期"
        yield norm.fault(where, problem, "写成 2026-01-31 (mend the day)")
    elif name in _OF_NUMBERS and not re.fullmatch(r"\d+(\.\d+)?", argument):
        problem = f"字段 {field} 的 {name} {argument} 不是数"
        yield norm.fault(where, problem, "写成 100 这样的数 (write a number)")
    elif argument not in _OF_FORMS.get(name, (argument,)):
        problem = f"字段 {field} 的 {name} {argument} 不是一种写法"
        yield norm.fault(where, problem, f"{'、'.join(_OF_FORMS[name])} 之一 (name a form)")
    elif name == "since-established" and field != edition["display"]["date"]:
        problem = f"字段 {field} 不是 display.date，不能用 since-established"
        yield norm.fault(where, problem, "写在作出日期一栏 (put it on the field of display.date)")


def _forbidden(norm: NormFile, since: str, edition: Edition, shelf: Shelf) -> Iterator[RulebookFault]:
    """What 征信业管理条例第十四条 keeps out: some things altogether, some unless the person agreed in writing.

    Its 第十六条 sets an end to what is kept about persons, so an adverse item about them must have one.
    """
    if "person" not in edition["subjects"]:
        return
    if edition["bearing"] == "adverse" and not edition.get("retention_of_persons"):
        yield norm.fault(
            ["values", since],
            "关于自然人的不良信息没有写保存年限",
            "写上 retention_of_persons 及其依据 (say how long it is kept, and by which article)",
        )
    for rule in (rule for limit in shelf.of_kind("limit") for _, _, rule in editions(limit)):
        basis = "、".join(f"{s} {a}" for s, a in rule["basis"])
        consent = edition["publicity"] == "consent"
        unless_agreed = () if consent else rule.get("consent_only", ())
        for row in edition.get("rows", ()):
            if word := _word(row["title"], rule["forbidden"]):
                yield norm.fault(
                    ["values", since, "fields"],
                    f"字段「{row['title']}」属于禁止采集的个人信息（{word}，{basis}）",
                    "删去该字段 (this may not be collected about persons)",
                )
            elif word := _word(row["title"], unless_agreed):
                yield norm.fault(
                    ["values", since, "fields"],
                    f"字段「{row['title']}」须经本人书面同意才能采集（{word}，{basis}）",
                    "删去该字段，或把事项的 publicity 设为 consent (drop it, or make the item one of consent)",
                )


def _word(title: str, words: Iterable[str]) -> str | None:
    return next((word for word in words if word in title), None)
