"""A workbook to fill in for an item: its columns in order, what may stand in each, and why.

It holds what the catalogue says and nothing else, so that the same edition gives the same file, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from xinyun.base import Basis
from xinyun.base.period import NO_END
from xinyun.collection.columns import known_titles
from xinyun.collection.rules import compile_rules
from xinyun.collection.spreadsheet import LAST_ROW, TEXT, put, sheet_name, workbook
from xinyun.law import CodeList, Condition, Field, Item, Law
from xinyun.law.citing import cite

ADVICE, CODES = "填报说明", "代码表"

_PROMPT, _HEAD = 255, 32
"""Characters that spreadsheets allow a prompt and its heading."""
_REQUIRED = {"yes": "必填", "when": "有条件必填", "no": "选填"}
_FORMS = {
    "date": "写成 2026-01-31 的样式",
    "end-date": f"写成 2026-01-31 的样式，长期的写 {NO_END[0]} 或「长期」",
    "decimal": "只写数字，不带单位和千分位",
    "integer": "只写整数",
}


def template(target: Path | BinaryIO, item: Item, norms: Law) -> None:
    """Write the workbook in which an item's records can be filled in and submitted as they are."""
    with workbook(target, item.since, streamed=False) as book:
        sheet = book.add_worksheet(sheet_name(item.title))
        advice = book.add_worksheet(ADVICE)
        lists = _lists(book, item, norms)
        _columns(book, sheet, item, norms, lists)
        _advise(book, advice, item, norms)


def _lists(book: Workbook, item: Item, norms: Law) -> dict[str, str]:
    """The hidden sheet of code lists; returns where each stands in it, as a formula."""
    sheet, text = book.add_worksheet(CODES), book.add_format({"num_format": TEXT})
    sheet.hide()
    places = {}
    for column, id in enumerate(dict.fromkeys(field.codes for field in item.fields if field.codes)):
        codes = norms.codes(id)
        put(sheet, 0, column, f"代码：{codes.title}", text)
        for row, label in enumerate(codes.labels, 1):
            put(sheet, row, column, label, text)
        letter = xl_col_to_name(column, col_abs=True)
        places[id] = f"={CODES}!{letter}$2:{letter}${len(codes.labels) + 1}"
    return places


def _columns(book: Workbook, sheet: Worksheet, item: Item, norms: Law, lists: dict[str, str]) -> None:
    """The titles with what stands behind them, and the checks of what is typed below."""
    text = book.add_format({"num_format": TEXT})
    forms = {
        required: book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "bg_color": colour})
        for required, colour in {"yes": "#F6D3CC", "when": "#FBEBC2", "no": "#EEF1F2"}.items()
    }
    for column, field in enumerate(item.fields):
        title = f"*{field.title}" if field.required == "yes" else field.title
        put(sheet, 0, column, title, forms[field.required])
        sheet.set_column(column, column, max(12, min(40, 2 * len(title) + 2)), text)
        sheet.write_comment(0, column, _told(field, item, norms), {"x_scale": 2, "y_scale": 2})
        check = _check(field, xl_col_to_name(column), lists, norms)
        sheet.data_validation(1, column, LAST_ROW, column, check | _prompt(field))
    sheet.freeze_panes(1, 0)


def _prompt(field: Field) -> dict[str, Any]:
    told = "；".join(_about(field))
    return {
        "input_title": field.title[:_HEAD],
        "input_message": told[:_PROMPT],
        "error_title": field.title[:_HEAD],
        "error_message": told[:_PROMPT],
    }


def _check(field: Field, letter: str, lists: dict[str, str], norms: Law) -> dict[str, Any]:
    """What a spreadsheet refuses while it is typed; where a list is open or a cell holds several, it only offers."""
    cell = f"{letter}2"
    if field.codes:
        codes = norms.codes(field.codes)
        strict = not (codes.several or codes.open_prefix)
        return {"validate": "list", "source": lists[field.codes], "show_error": strict}
    if field.type in {"date", "end-date"}:
        right = f"NOT(ISERROR(DATEVALUE({cell})))"
        return _custom(f'OR({right},{cell}="长期")' if field.type == "end-date" else right)
    if field.type in {"decimal", "integer"}:
        return _custom(f"AND({','.join(_numeric(field, cell))})")
    if any(check.name == "uscc" for check in field.checks):
        return _custom(f'LEN(SUBSTITUTE({cell}," ",""))=18')
    return {"validate": "length", "criteria": "<=", "value": field.length or 32_767}


def _numeric(field: Field, cell: str) -> Iterator[str]:
    yield f"ISNUMBER(VALUE({cell}))"
    if field.type == "integer":
        yield f"INT(VALUE({cell}))=VALUE({cell})"
    for check in field.checks:
        if check.name in {"min", "above"}:
            yield f"VALUE({cell}){'>=' if check.name == 'min' else '>'}{check.argument}"
        elif check.name == "decimals":
            yield f"ROUND(VALUE({cell}),{check.argument})=VALUE({cell})"


def _custom(formula: str) -> dict[str, Any]:
    return {"validate": "custom", "value": f"={formula}"}


def _about(field: Field) -> Iterator[str]:
    """Whether a field is required, and how it is written."""
    yield _REQUIRED[field.required]
    if field.when:
        yield f"{_condition(field.when)}时须填"
    if field.empty_when:
        yield f"{_condition(field.empty_when)}时须留空"
    yield _FORMS.get(field.type, f"不超过 {field.length} 字")


def _told(field: Field, item: Item, norms: Law) -> str:
    """A title's comment: what, how long, in which form, from which list, under which other titles."""
    lines = [f"{field.title}（{field.english}）", "；".join(_named(list(_about(field)), item))]
    if field.code:
        lines.append(f"字段代码：{field.code}")
    if field.codes:
        lines.append(_choices(norms.codes(field.codes)))
    if field.personal:
        lines.append("属个人证件号码，收下后加密存放、遮掩显示")
    if field.aliases:
        lines.append(f"也认：{'、'.join(field.aliases)}")
    return "\n".join(lines)


def _choices(codes: CodeList) -> str:
    joined = "；几项以「；」相连" if codes.several else ""
    other = f"、{codes.open_prefix}（具体种类）" if codes.open_prefix else ""
    return f"可填：{'、'.join(codes.labels)}{other}{joined}"


def _condition(condition: Condition) -> str:
    values = "或".join(condition.values)
    return f"「{condition.field}」为{values}" if values else f"「{condition.field}」有值"


def _named(texts: list[str], item: Item) -> list[str]:
    """Conditions name a field; people know it by its title."""
    for one in item.fields:
        texts = [text.replace(f"「{one.name}」", f"「{one.title}」") for text in texts]
    return texts


def _advise(book: Workbook, sheet: Worksheet, item: Item, norms: Law) -> None:
    """The sheet of advice: what the item is, and each field with the rules that its values must keep."""
    plain = book.add_format({"num_format": TEXT, "valign": "top"})
    wrapped = book.add_format({"num_format": TEXT, "text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
    for column, width in enumerate((36, 14, 70, 80)):
        sheet.set_column(column, column, width)
    rules, known, about = _rules(item, norms), known_titles(item), list(_preface(item, norms))
    lines = [((name, text), plain) for name, text in about]
    lines += [((), plain), (("栏目", "要求", "写法", "校验规则"), head)]
    lines += [(_line(field, item, norms, rules[field.name]), wrapped) for field in item.fields]
    for row, (cells, form) in enumerate(lines):
        for column, text in enumerate(cells):
            # No cell reads as a column's title, or the sheet could be taken for one of records.
            put(sheet, row, column, f"{text}：" if known(text) else text, form)


def _line(field: Field, item: Item, norms: Law, rules: str) -> tuple[str, ...]:
    written = "\n".join(_told(field, item, norms).split("\n")[1:])
    return f"「{field.title}」", _REQUIRED[field.required], written, rules


def _preface(item: Item, norms: Law) -> Iterator[tuple[str, str]]:
    yield "事项", f"{item.title}（{item.id}），自 {item.since} 起的版本"
    yield "依据", _cited(item.basis, norms)
    yield "报送期限", f"{item.update.text.zh}内"
    if item.update_basis:
        yield "期限依据", _cited(item.update_basis, norms)
    yield "报送部门", _providers(item, norms)
    yield "保存期限", item.retention
    if item.note:
        yield "说明", item.note
    yield (
        "填法",
        "列名带 * 的必填；一行一条记录；不要改动列名，选填的列可以整列删去。各格均为文本格式，代码不会丢失前面的零。",
    )


def _cited(basis: tuple[Basis, ...], norms: Law) -> str:
    return "；".join(text.zh for text in cite(basis, norms))


def _providers(item: Item, norms: Law) -> str:
    """The departments that furnish the item, each by its highest office."""
    if "any" in item.providers:
        return "作出决定的任何部门"
    highest: dict[str, str] = {}
    for office in sorted(norms.offices(), key=lambda office: len(office.division)):
        highest.setdefault(office.department, office.title)
    return "、".join(highest.get(department, department) for department in item.providers)


def _rules(item: Item, norms: Law) -> dict[str, str]:
    """What the platform checks in each field, in the words in which it returns a row."""
    told: dict[str, list[str]] = {field.name: [] for field in item.fields}
    for rule in compile_rules(item, norms, item.since, {field.name: field.title for field in item.fields}):
        told[rule.field].append(f"{'提示' if rule.severity == 'warn' else '退回'}：{rule.problem.zh}")
    return {name: "\n".join(dict.fromkeys(lines)) for name, lines in told.items()}
