"""A row's rules, compiled from the catalogue to Polars expressions. Pure: `(item, norms, day) -> rules`.

Each rule is one Boolean expression over a frame of normalised text that is true where the row is at fault, so
that all faults of all rows are found in one pass. The named checks are those that the fields tables cite.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from xinyun.base import Text, forms
from xinyun.collection import checks, plausibility
from xinyun.collection.checks import Cited, Present, Rule, Severity, day_column, holds
from xinyun.law import Check, CodeList, Condition, Field, Item, Law
from xinyun.law.kinds import PEOPLE

__all__ = ["CHECKS", "ArchiveCheck", "Rule", "archive_checks", "compile_rules", "day_column"]

CHECKS = checks.CHECKS | plausibility.CHECKS
"""Every check that a fields table may name."""
SINCE_ESTABLISHED = "since-established"


@dataclass(frozen=True, slots=True)
class ArchiveCheck:
    """A rule that a row keeps or breaks by what the archive knows of its subject."""

    id: str
    field: str
    severity: Severity
    problem: Text
    remedy: Text


def archive_checks(item: Item) -> tuple[ArchiveCheck, ...]:
    """The rules of an item for which the archive must be asked, when the good rows of a file are known."""
    return tuple(
        ArchiveCheck(
            check.name,
            field.name,
            check.severity or "ask",
            Text(
                f"「{field.title}」早于档案中该主体的成立日期",
                f"{field.english} is before the subject was established, by the archive",
            ),
            Text(
                "请核对日期和主体的代码；确实如此的，确认无误后收下。",
                "Check the day and the subject's code; if both are right, confirm it.",
            ),
        )
        for field in item.fields
        for check in field.checks
        if check.name == SINCE_ESTABLISHED
    )


def compile_rules(item: Item, norms: Law, day: date, present: Present) -> list[Rule]:
    """All rules of an item's edition, for a file with the columns `present`; `day` is the day of collection."""
    rules: list[Rule] = []
    one_line = _of_one_line(item)
    for field in item.fields:
        if field.name not in present:
            rules += _absent(item, field, present)
            continue
        rules += _presence(item, field, present)
        rules += _form(field)
        rules += _plain(field, one_line=field.name in one_line)
        if field.codes:
            rules += _codes(field, norms.codes(field.codes))
        for check in field.checks:
            rules += _graded(
                check, CHECKS[check.name](Cited(item, field, check.argument, norms, day, present))
            )
    return [*rules, *_identified(item, norms, present), *_class_of_subject(item, norms, present)]


def _graded(check: Check, rules: list[Rule]) -> list[Rule]:
    """The rules of a check with the severity that the catalogue gives it, where it gives one."""
    severity = check.severity
    return [replace(rule, severity=severity) for rule in rules] if severity else rules


def person_labels(item: Item, norms: Law) -> list[str]:
    """The classes of subject, as the item's rows name them, that are natural persons."""
    kind_field = item.subject.kind_field
    if not kind_field:
        return []
    kinds = norms.codes(item.field(kind_field).codes).kinds
    return [label for label, kind in kinds.items() if kind == "person"]


def _identified(item: Item, norms: Law, present: Present) -> list[Rule]:
    """A row about a person names a document by kind and number, any other one a code: by that its subject is known.

    Fields that are missed by a rule of their own are left to it.
    """
    subject = item.subject
    named = [item.field(name) for name in (subject.code, subject.person_id, subject.person_id_type) if name]
    if subject.code and item.field(subject.code).required == "yes" and "person" not in item.subjects:
        return []
    if subject.kind_field in present:
        person = pl.col(subject.kind_field).is_in(person_labels(item, norms)).fill_null(False)
    else:
        person = pl.lit(item.subjects == ("person",))
    document = _missing(subject.person_id, present) | _missing(subject.person_id_type, present)
    fault = pl.when(person).then(document).otherwise(_missing(subject.code, present))
    for field in named:
        if field.required == "yes":
            fault &= ~_missing(field.name, present)
        elif field.required == "when" and field.when:
            fault &= ~(_missing(field.name, present) & holds(field.when, present))
    titles, english = (
        "、".join(f"「{one.title}」" for one in named),
        ", ".join(one.english for one in named),
    )
    return [
        Rule(
            "identified",
            named[0].name,
            fault,
            Text(
                f"{titles}没有填全，不知道是哪一个主体",
                f"{english}: too few are given to say whom the row is about",
            ),
            Text(
                "法人等填统一社会信用代码，自然人填证件类型和号码。",
                "Give the code of an organisation, the kind and number of a person's document.",
            ),
        )
    ]


def _missing(name: str, present: Present) -> pl.Expr:
    return pl.col(name).is_null() if name in present else pl.lit(True)


def _class_of_subject(item: Item, norms: Law, present: Present) -> list[Rule]:
    """Rows about a kind of subject that the item is not about, by its code or by the class that the row names."""
    subject, codes = item.subject, norms.codes("subject-kind")
    kinds, rules = codes.kinds_by_prefix, []
    if subject.code in present:
        others = [
            prefix
            for prefix, label in codes.prefixes.items()
            if (item.classes and label not in item.classes) or kinds[prefix] not in item.subjects
        ]
        rules.append(_not_about(item, subject.code, pl.col(subject.code).str.slice(0, 2).is_in(others)))
    if subject.kind_field in present:
        named = norms.codes(item.field(subject.kind_field).codes).kinds
        others = [label for label, kind in named.items() if kind not in item.subjects]
        rules.append(_not_about(item, subject.kind_field, pl.col(subject.kind_field).is_in(others)))
    return rules


def _not_about(item: Item, field: str, fault: pl.Expr) -> Rule:
    named = "、".join(item.classes) or "、".join(PEOPLE[kind].zh for kind in item.subjects)
    english = ", ".join(item.classes) or ", ".join(PEOPLE[kind].en for kind in item.subjects)
    return Rule(
        "class-of-subject",
        field,
        fault,
        Text(f"「{item.title}」只关于：{named}", f"{item.english} is about these alone: {english}"),
        Text("请核对主体，或改报相应的事项。", "Verify the subject, or send it under the item that fits."),
    )


def _words(item: Item, condition: Condition) -> Text:
    """A condition as an office reads it."""
    field = item.field(condition.field)
    if not condition.values:
        return Text(f"有「{field.title}」", f"there is {field.english}")
    values = "、".join(condition.values)
    return Text(f"「{field.title}」为{values}", f"{field.english} is {values}")


def _absent(item: Item, field: Field, present: Present) -> list[Rule]:
    """A conditional field whose column the file lacks: rows for which it is required are at fault."""
    if field.required != "when" or field.when is None:
        return []
    return [_required_when(item, field, field.when, pl.lit(True), present)]


def _required_when(item: Item, field: Field, when: Condition, empty: pl.Expr, present: Present) -> Rule:
    words = _words(item, when)
    return Rule(
        "required-when",
        field.name,
        empty & holds(when, present),
        Text(f"{words.zh}时，「{field.title}」必填", f"{field.english} is required when {words.en}"),
        Text("请按决定文书补填。", "Fill it in from the decision document."),
    )


def _presence(item: Item, field: Field, present: Present) -> list[Rule]:
    column, rules = pl.col(field.name), []
    if field.required == "yes":
        text = Text(f"「{field.title}」必填", f"{field.english} is required")
        rules.append(Rule("required", field.name, column.is_null(), text, Text("请补填。", "Fill it in.")))
    if field.required == "when" and field.when:
        rules.append(_required_when(item, field, field.when, column.is_null(), present))
    if field.empty_when:
        words = _words(item, field.empty_when)
        rules.append(
            Rule(
                "must-be-empty",
                field.name,
                column.is_not_null() & holds(field.empty_when, present),
                Text(
                    f"{words.zh}时，「{field.title}」应为空", f"{field.english} must be empty when {words.en}"
                ),
                Text(
                    "请清空此栏，或改正行政相对人类别。", "Empty it, or mend the class of the counterparty."
                ),
            )
        )
    return rules


def _form(field: Field) -> list[Rule]:
    column = pl.col(field.name)
    if field.type in {"date", "end-date"}:
        return [
            Rule(
                "date",
                field.name,
                column.is_not_null() & pl.col(day_column(field.name)).is_null(),
                Text(f"「{field.title}」不是有效日期", f"{field.english} is no date"),
                Text(
                    "请写成 2026-01-31 的样式；没有的日期不要用 1900-00-00 代替。",
                    "Write it like 2026-01-31; leave it empty rather than 1900-00-00.",
                ),
            )
        ]
    if field.type in {"decimal", "integer"}:
        shape = r"^-?[0-9]+(\.[0-9]+)?$" if field.type == "decimal" else r"^-?[0-9]+$"
        text = Text(f"「{field.title}」不是数字", f"{field.english} is no number")
        remedy = Text("只写数字，不带单位和千分位。", "Digits only, without unit or thousands separator.")
        return [Rule("number", field.name, ~column.str.contains(shape), text, remedy)]
    if not field.length:
        return []
    return [
        Rule(
            "length",
            field.name,
            column.str.len_chars() > field.length,
            Text(
                f"「{field.title}」超过 {field.length} 字",
                f"{field.english} is longer than {field.length} characters",
            ),
            Text("请缩短，必要时把全文放入正文字段。", "Shorten it."),
        )
    ]


def _of_one_line(item: Item) -> set[str]:
    """Fields that name something; where one holds a line break, a quotation mark has swallowed other rows."""
    display, enters = item.display, item.enters
    named = {item.subject.name, *item.key, display.title, display.number, display.authority}
    return named | ({enters.list, enters.document, enters.authority} if enters else set())


def _plain(field: Field, *, one_line: bool) -> list[Rule]:
    """No control or invisible characters anywhere, and no line breaks in what names something."""
    column = pl.col(field.name)
    text = Text(
        f"「{field.title}」含有控制字符或不可见字符", f"{field.english} holds control or invisible characters"
    )
    remedy = Text("请删去后重新填写。", "Remove them and write it anew.")
    rules = [Rule("characters", field.name, column.str.contains(forms.CONTROL), text, remedy)]
    if one_line:
        text = Text(f"「{field.title}」含有换行", f"{field.english} holds a line break")
        remedy = Text(
            "请检查前后几行的引号是否成对：多出的引号会把几行并成一格。",
            "Check the quotation marks around it: an odd one joins several rows into one cell.",
        )
        rules.append(Rule("one-line", field.name, column.str.contains(forms.LINE_BREAK), text, remedy))
    return rules


def _codes(field: Field, codes: CodeList) -> list[Rule]:
    spellings = sorted(codes.spellings, key=len, reverse=True)
    one = "(?:" + "|".join(re.escape(text) for text in spellings) + ")"
    if codes.open_prefix:
        one = f"(?:{one}|{re.escape(codes.open_prefix)}[\\p{{Han}}A-Za-z0-9].*)"
    shape = f"^{one}(?:\\s*[{re.escape(codes.several)}]\\s*{one})*$" if codes.several else f"^{one}$"
    return [
        Rule(
            "code-list",
            field.name,
            ~pl.col(field.name).str.contains(shape),
            Text(f"「{field.title}」不在代码表中", f"{field.english} is not in its code list"),
            Text(
                f"可填：{'、'.join(codes.labels)}{codes.open_prefix and '、' + codes.open_prefix + '…'}。",
                f"One of: {', '.join(codes.labels)}.",
            ),
        )
    ]
