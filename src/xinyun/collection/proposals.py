"""What a refused value may have meant: shown beside the fault, taken only when a person accepts it. Pure.

A proposal is made where one reading alone passes the rule that refused the value and the field's other rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import polars as pl

from xinyun.base import Text, amounts, forms
from xinyun.base.identifiers import is_uscc
from xinyun.collection import proposed_codes as codes
from xinyun.collection import proposed_days as days
from xinyun.collection.proposed_labels import label
from xinyun.collection.rules import compile_rules, day_column
from xinyun.law import Check, Field, Item, Law

Candidates = list[tuple[str, Text]]

_CONDITIONAL = {"resident-id", "organisation-name", "person-name"}
"""Checks of which a row may be free; one that refused the value did apply."""
_DATED = {"date", "end-date"}
_STARTS = re.compile(r"(?:^|_)(?:from|start)$")
_YEAR = r"[0-9〇○零一二三四五六七八九]{4}"
_BRACKETED = re.compile(
    rf"(?<=.)[\[［【(（〔{{「]\s*({_YEAR})\s*[\]］】)）〕}}」]|^[\[［【〔{{「]\s*({_YEAR})\s*[\]］】〕}}」]"
)
_SERIES = re.compile(r"第?\s*([0-9一二三四五六七八九十百千零〇]+)\s*号$")
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff（）])\s+(?=[\u3400-\u9fff（）])")
_WRITTEN_NUMBER = re.compile(r"([+-]?\d[\d,]*(?:\.\d+)?)(\D{0,6})")
_TOLD_BUT_KEPT = {"division-unknown"}
"""Warnings that a proposal may not raise either: a repaired code of no known division is hardly the right one."""
_FLOAT_NOISE = Decimal("1e-9")

_EMPTY = Text("此栏在这种情形下应为空", "the field is empty in this case")
_MARKS = Text("文号中的年份用六角括号", "the year of a document's number stands in 〔〕")
_CLEAN = Text("去掉看不见的字符和换行", "without invisible characters and line breaks")
_BRACKETS = Text("名称中的括号用全角", "brackets in a name are of full width")
_NUMBER = Text("只留数字", "the number alone")
_ROUNDED = Text("末尾的小数是计算误差", "the last decimals are an error of calculation")
_EXCHANGED = Text("起止日期疑似颠倒", "the first and the last day seem exchanged")
_SAME_CODE = Text("改填统一社会信用代码", "the unified social credit code instead")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What may have been meant, empty where nothing was, and why one may think so."""

    value: str
    why: Text


def propose(item: Item, field: Field, rule: str, value: str, norms: Law) -> Proposal | None:
    """What a value that `rule` refused may have meant; `None` where nothing passes, or more than one thing does."""
    own = _own_rules(norms, item, field, rule)
    if rule not in own:
        return None
    found = {
        candidate: why
        for candidate, why in _candidates(field, rule, value, norms)
        if candidate != value and _passes(field, own, candidate)
    }
    if len(found) != 1:
        return None
    ((candidate, why),) = found.items()
    return Proposal(candidate, why)


def of_row(
    item: Item, values: Mapping[str, str], broken: Iterable[tuple[str, str]], norms: Law
) -> dict[str, Proposal]:
    """Proposals for a row's fields, by field; `values` are by field too, `broken` are pairs of field and rule.

    Beside what each value may have meant alone: days that stand in each other's place, and a tax number that is the
    code of the same row.
    """
    found: dict[str, Proposal] = {}
    fields = {field.name: field for field in item.fields}
    for name, rule in broken:
        if name not in fields:  # a fault of the row as a whole
            continue
        field, value = fields[name], values.get(name, "")
        together = _exchange(item, field, rule, values, norms) or _same_code(field, rule, values)
        alone = propose(item, field, rule, value, norms) if not together and name not in found else None
        found |= together or ({name: alone} if alone else {})
    return found


def _candidates(field: Field, rule: str, value: str, norms: Law) -> Candidates:
    """Every reading of a refused value that may be right."""
    if rule in _MAKERS:
        return _MAKERS[rule](value)
    if rule in {"not-future", "not-before"}:
        return days.turned(value, norms.day)
    if rule == "date":
        return days.readings(value, norms.day, ends=field.type == "end-date")
    if rule in {"number", "decimals"}:
        return _numbers(field, value)
    if rule == "code-list":
        one = label(norms.codes(field.codes), value)
        return [one] if one else []
    checks = {check.name for check in field.checks}
    if "has-digit" in checks:
        return _document_number(value)
    return _name(value) if "organisation-name" in checks else []


def _emptied(value: str) -> Candidates:
    return [("", _EMPTY)]


def _document_number(value: str) -> Candidates:
    text = unicodedata.normalize("NFKC", _cleaned(value)).replace(" ", "")
    text = _BRACKETED.sub(lambda year: f"〔{(year[1] or year[2]).translate(_DIGITS)}〕", text)
    series = _SERIES.search(text)
    number = amounts.parse(series[1]) if series else None
    if series and number:
        text = f"{text[: series.start()]}{amounts.written(number.value)}号"
    return [(text, _MARKS)]


def _name(value: str) -> Candidates:
    text = _HAN_GAP.sub("", _cleaned(value).replace("(", "（").replace(")", "）"))
    return [(text, _BRACKETS if "（" in text else _CLEAN)]


def _clean(value: str) -> Candidates:
    return [(_cleaned(value), _CLEAN)]


def _cleaned(value: str) -> str:
    return re.sub(forms.LINE_BREAK, "", re.sub(forms.CONTROL, "", value)).strip()


def _numbers(field: Field, value: str) -> Candidates:
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", value))
    unit, amount = amounts.unit_in(field.title), amounts.parse(text)
    if not unit:
        return _counted(field, text)
    if amount is None or amount.currency != amounts.RENMINBI:
        return []
    if not amount.unit:
        bare = unit == "元" or re.fullmatch(r"[\d,.-]+", text)
        return [(_rounded(field, amount.value), _NUMBER)] if bare else []
    why = Text(f"按本栏的单位（{unit}）折算", f"converted to the field's unit ({unit})")
    return [(amounts.written(amount.value / amounts.SCALES[unit]), why)]


def _counted(field: Field, text: str) -> Candidates:
    """A number beside its unit or measure word, where the title has that word too; or a number in words."""
    found = _WRITTEN_NUMBER.fullmatch(text)
    if found and all(char in field.title for char in unicodedata.normalize("NFKC", found[2])):
        try:
            return [(_rounded(field, Decimal(found[1].replace(",", ""))), _NUMBER)]
        except InvalidOperation:
            return []
    amount = amounts.parse(text.rstrip("".join(set(field.title) - set("万亿元角分十百千"))))
    if amount is None or amount.currency != amounts.RENMINBI or "元" in text or "万" in field.title:
        return []
    return [(amounts.written(amount.value), _NUMBER)]


def _rounded(field: Field, number: Decimal) -> str:
    """The number, without the decimals that binary fractions leave behind."""
    places = next((int(check.argument) for check in field.checks if check.name == "decimals"), None)
    if places is not None:
        short = round(number, places)
        number = short if abs(short - number) < _FLOAT_NOISE else number
    return amounts.written(number)


_MAKERS: dict[str, Callable[[str], Candidates]] = {
    "uscc": codes.uscc,
    "resident-id": codes.resident_id,
    "registration-no": codes.registration_no,
    "organisation-code": codes.organisation_code,
    "digits": codes.digits,
    "must-be-empty": _emptied,
    "has-digit": _document_number,
    "characters": _clean,
    "one-line": _clean,
    "organisation-name": _name,
    "person-name": _name,
}


@lru_cache(maxsize=4096)
def _own_rules(norms: Law, item: Item, field: Field, rule: str) -> dict[str, pl.Expr]:
    """Where a field breaks each rule by which it stands alone; the one that refused is without its condition."""
    checks = tuple(
        Check(check.name) if check.name == rule and rule in _CONDITIONAL else check
        for check in field.checks
        if check.name != "together"
    )
    alone = replace(item, fields=tuple(replace(f, checks=checks) if f == field else f for f in item.fields))
    compiled = compile_rules(alone, norms, norms.day, {field.name: field.title})
    known = {field.name, day_column(field.name)}
    faults: dict[str, pl.Expr] = {}
    for one in compiled:
        told_only = one.severity != "refuse" and one.id not in {rule, *_TOLD_BUT_KEPT}
        if one.field == field.name and not told_only and known >= set(one.fault.meta.root_names()):
            fault = one.fault.fill_null(False)
            faults[one.id] = (faults[one.id] | fault if one.id in faults else fault).alias(one.id)
    return faults


def _passes(field: Field, faults: Mapping[str, pl.Expr], value: str) -> bool:
    """Whether a value in its normal form breaks none of the rules."""
    columns: dict[str, pl.Series] = {field.name: pl.Series([value or None], dtype=pl.String)}
    if field.type in _DATED:
        columns[day_column(field.name)] = pl.Series([_day(value)], dtype=pl.Date)
    return not any(pl.DataFrame(columns).select(faults.values()).row(0))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _exchange(
    item: Item, field: Field, rule: str, values: Mapping[str, str], norms: Law
) -> dict[str, Proposal]:
    """The first and the last day of a span in each other's place; of other days nobody can tell which is wrong."""
    other = next((check.argument for check in field.checks if check.name == rule == "not-after"), "")
    begins = field.name == item.display.valid_from or _STARTS.search(field.name)
    start, end = (days.plain(values.get(name, ""), norms.day) for name in (field.name, other))
    if not (other and begins and start and end and end < start):
        return {}
    exchanged = {field.name: end.isoformat(), other: start.isoformat()}
    for name, value in exchanged.items():
        if not _passes(item.field(name), _own_rules(norms, item, item.field(name), rule), value):
            return {}
    return {name: Proposal(value, _EXCHANGED) for name, value in exchanged.items()}


def _same_code(field: Field, rule: str, values: Mapping[str, str]) -> dict[str, Proposal]:
    """The unified code of the row in place of a tax number that is none."""
    other = next((check.argument for check in field.checks if check.name == rule == "tax-number"), "")
    code = codes.bare(values.get(other, ""))
    return {field.name: Proposal(code, _SAME_CODE)} if is_uscc(code) else {}
