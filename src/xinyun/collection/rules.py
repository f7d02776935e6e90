"""A row's rules, compiled from the catalogue to Polars expressions. Pure: `(item, norms, day) -> rules`.

Each rule is one Boolean expression over a frame of normalised text that is true where the row is at fault, so
that all faults of all rows are found in one pass. The named checks are those that the fields tables cite.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from xinyun.base import Text
from xinyun.base.identifier_columns import resident_id_is_right, uscc_is_right
from xinyun.base.identifiers import USCC_PLACEHOLDER, is_organisation_code, is_registration_no
from xinyun.law import Check, CodeList, Condition, Field, Item, Law

Present = Mapping[str, str]
"""The fields that a file has, each with the title of the column that was found for it."""

_SEPARATOR = "[；;，,、|\\n]"
"""What may join several values in one cell, for conditions; a code list names its own."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`fault` is true where a row breaks the rule; a `warning` is told and accepted all the same."""

    id: str
    field: str
    fault: pl.Expr
    problem: Text
    remedy: Text
    warning: bool = False


def compile_rules(item: Item, norms: Law, day: date, present: Present) -> list[Rule]:
    """All rules of an item's edition, for a file with the columns `present`; `day` is the day of collection."""
    rules: list[Rule] = []
    for field in item.fields:
        if field.name not in present:
            rules += _absent(field, present)
            continue
        rules += _presence(field, present)
        rules += _form(field)
        if field.codes:
            rules += _codes(field, norms.codes(field.codes))
        for check in field.checks:
            rules += CHECKS[check.name](item, field, check, norms, day, present)
    return rules


def day_column(name: str) -> str:
    """The name of the parsed day of a date field."""
    return f"{name}__day"


def holds(condition: Condition, present: Present) -> pl.Expr:
    """Where a condition of the catalogue holds; a field that the file lacks has no value."""
    if condition.field not in present:
        return pl.lit(False)
    column = pl.col(condition.field)
    if not condition.values:
        return column.is_not_null()
    joined = "|".join(re.escape(value) for value in condition.values)
    return column.str.contains(f"(?:^|{_SEPARATOR})\\s*(?:{joined})\\s*(?:{_SEPARATOR}|$)").fill_null(False)


def _words(condition: Condition) -> str:
    return (
        f"{condition.field}={'|'.join(condition.values)}" if condition.values else f"{condition.field} 有值"
    )


def _absent(field: Field, present: Present) -> list[Rule]:
    """A conditional field whose column the file lacks: rows for which it is required are at fault."""
    if field.required != "when" or field.when is None:
        return []
    return [_required_when(field, field.when, pl.lit(True), present)]


def _required_when(field: Field, when: Condition, empty: pl.Expr, present: Present) -> Rule:
    return Rule(
        "required-when",
        field.name,
        empty & holds(when, present),
        Text(
            f"「{field.title}」在 {_words(when)} 时必填", f"{field.english} is required when {_words(when)}"
        ),
        Text("请按决定文书补填。", "Fill it in from the decision document."),
    )


def _presence(field: Field, present: Present) -> list[Rule]:
    column, rules = pl.col(field.name), []
    if field.required == "yes":
        text = Text(f"「{field.title}」必填", f"{field.english} is required")
        rules.append(Rule("required", field.name, column.is_null(), text, Text("请补填。", "Fill it in.")))
    if field.required == "when" and field.when:
        rules.append(_required_when(field, field.when, column.is_null(), present))
    if field.empty_when:
        words = _words(field.empty_when)
        rules.append(
            Rule(
                "must-be-empty",
                field.name,
                column.is_not_null() & holds(field.empty_when, present),
                Text(f"「{field.title}」在 {words} 时应为空", f"{field.english} must be empty when {words}"),
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


def _uscc(item: Item, field: Field, check: Check, norms: Law, day: date, present: Present) -> list[Rule]:
    column = pl.col(field.name)
    right = column.map_batches(uscc_is_right, return_dtype=pl.Boolean)
    placeholder = column == USCC_PLACEHOLDER
    return [
        Rule(
            "placeholder",
            field.name,
            placeholder,
            Text("占位代码不能指明是哪一个主体", "the placeholder tells no subject from another"),
            Text(
                "请填写登记机关换发的 18 位代码。",
                "Write the 18-character code that the registry has since given.",
            ),
        ),
        Rule(
            "uscc",
            field.name,
            column.is_not_null() & ~placeholder & ~right,
            Text(
                f"「{field.title}」不是有效的统一社会信用代码（GB 32100 校验不符）",
                f"{field.english} fails the check of GB 32100",
            ),
            Text("请核对营业执照上的 18 位代码。", "Compare it with the certificate."),
        ),
        *_division(field, norms),
    ]


def _division(field: Field, norms: Law) -> list[Rule]:
    """Real codes carry the division of the day they were given, so a retired one is told and accepted."""
    divisions = norms.book.divisions
    current = [code for code, division in divisions.items() if not division.retired]
    retired = [code for code, division in divisions.items() if division.retired]
    provinces = {code[:2] for code in divisions}
    own = {code[:2] for code in divisions if not code.endswith("0000") and code != "100000"}
    written = pl.col(field.name).str.slice(2, 6)
    province = written.str.slice(0, 2)
    unknown = ~province.is_in(sorted(provinces)) | (
        province.is_in(sorted(own)) & ~written.is_in(current + retired)
    )
    return [
        Rule(
            "division-retired",
            field.name,
            written.is_in(retired),
            Text("代码中的登记机关区划已撤销或变更", "the division in the code is retired"),
            Text("已接收，按沿革归入现行区划。", "Accepted; it resolves to its successor."),
            warning=True,
        ),
        Rule(
            "division-unknown",
            field.name,
            (pl.col(field.name) != USCC_PLACEHOLDER) & unknown,
            Text("代码中的登记机关区划不在区划表中", "the division in the code is not in the table"),
            Text("已接收，请登记机关核实。", "Accepted; the registering office may verify it."),
            warning=True,
        ),
    ]


def _conditional(check: Check, present: Present) -> pl.Expr:
    condition = Condition.parse(check.argument)
    return holds(condition, present) if condition else pl.lit(True)


def _says_resident_id(title: str) -> bool:
    """Whether a column's title itself says 身份证, as those of before 2019 do that have no column for the type."""
    return "身份证" in title or "SFZ" in title.upper()


def _resident_id(
    item: Item, field: Field, check: Check, norms: Law, day: date, present: Present
) -> list[Rule]:
    condition = Condition.parse(check.argument)
    untyped = condition is None or condition.field not in present
    always = untyped and _says_resident_id(present[field.name])
    applies = pl.lit(True) if always else _conditional(check, present)
    right = pl.col(field.name).map_batches(resident_id_is_right, return_dtype=pl.Boolean)
    text = Text(
        f"「{field.title}」不是有效的公民身份号码（GB 11643 校验不符）",
        f"{field.english} fails the check of GB 11643",
    )
    fault = pl.col(field.name).is_not_null() & applies & ~right
    return [
        Rule(
            "resident-id", field.name, fault, text, Text("请核对证件原件。", "Compare it with the document.")
        )
    ]


def _together(item: Item, field: Field, check: Check, norms: Law, day: date, present: Present) -> list[Rule]:
    """A document's number and its type go together; a title that says 身份证 tells the type by itself."""
    other = item.field(check.argument)
    if other.name not in present and _says_resident_id(present[field.name]):
        return []
    missing = pl.col(other.name).is_null() if other.name in present else pl.lit(True)
    text = Text(
        f"填了「{field.title}」而没有「{other.title}」", f"{field.english} is given without {other.english}"
    )
    remedy = Text("请两项一并填写，或都留空。", "Give both, or leave both empty.")
    return [Rule("together", field.name, pl.col(field.name).is_not_null() & missing, text, remedy)]


def _organisation_name(
    item: Item, field: Field, check: Check, norms: Law, day: date, present: Present
) -> list[Rule]:
    """Not below three characters, not digits and marks only, no test words (发改办财金〔2018〕424号 practice)."""
    column = pl.col(field.name)
    bad = (
        (column.str.len_chars() < 3)
        | ~column.str.contains(r"[\p{Han}A-Za-z]")
        | column.str.contains("^测试|^test|test$")
    )
    text = Text(f"「{field.title}」不是完整的法定名称", f"{field.english} is no full legal name")
    return [
        Rule(
            "organisation-name",
            field.name,
            bad & _conditional(check, present),
            text,
            Text("请填写登记的全称。", "Write the full registered name."),
        )
    ]


def _person_name(
    item: Item, field: Field, check: Check, norms: Law, day: date, present: Present
) -> list[Rule]:
    bad = (pl.col(field.name).str.len_chars() < 2) | pl.col(field.name).str.contains(r"\d")
    text = Text(f"「{field.title}」不是姓名", f"{field.english} is no person's name")
    return [
        Rule(
            "person-name",
            field.name,
            bad & _conditional(check, present),
            text,
            Text("请核对姓名。", "Check the name."),
        )
    ]


def _has_digit(item: Item, field: Field, check: Check, norms: Law, day: date, present: Present) -> list[Rule]:
    text = Text(f"「{field.title}」中没有编号", f"{field.english} has no number in it")
    remedy = Text("请填写完整文号，如 黔市监罚〔2026〕1号。", "Write the document's full number.")
    return [Rule("has-digit", field.name, ~pl.col(field.name).str.contains(r"\d"), text, remedy)]


def _not_future(
    item: Item, field: Field, check: Check, norms: Law, day: date, present: Present
) -> list[Rule]:
    text = Text(f"「{field.title}」晚于报送当天", f"{field.english} is in the future")
    remedy = Text(
        "请核对日期；2099-12-31 只用于「长期」的截止日期。",
        "Check it; 2099-12-31 means no end and fits end dates only.",
    )
    return [Rule("not-future", field.name, pl.col(day_column(field.name)) > day, text, remedy)]


def _not_before(
    item: Item, field: Field, check: Check, norms: Law, day: date, present: Present
) -> list[Rule]:
    first = date.fromisoformat(check.argument)
    text = Text(f"「{field.title}」早于 {first}", f"{field.english} is before {first}")
    remedy = Text("请核对年份；不知道的日期请留空。", "Check the year; leave an unknown date empty.")
    return [Rule("not-before", field.name, pl.col(day_column(field.name)) < first, text, remedy)]


def _not_after(item: Item, field: Field, check: Check, norms: Law, day: date, present: Present) -> list[Rule]:
    if check.argument not in present:
        return []
    other = item.field(check.argument)
    text = Text(f"「{field.title}」晚于「{other.title}」", f"{field.english} is after {other.english}")
    fault = pl.col(day_column(field.name)) > pl.col(day_column(other.name))
    return [Rule("not-after", field.name, fault, text, Text("请核对两个日期。", "Check both dates."))]


def _before(item: Item, field: Field, check: Check, norms: Law, day: date, present: Present) -> list[Rule]:
    if check.argument not in present:
        return []
    other = item.field(check.argument)
    text = Text(f"「{field.title}」不早于「{other.title}」", f"{field.english} is not before {other.english}")
    fault = pl.col(day_column(field.name)) >= pl.col(day_column(other.name))
    return [Rule("before", field.name, fault, text, Text("请核对两个日期。", "Check both dates."))]


def _min(item: Item, field: Field, check: Check, norms: Law, day: date, present: Present) -> list[Rule]:
    fault = pl.col(field.name).cast(pl.Float64, strict=False) < float(check.argument)
    text = Text(f"「{field.title}」小于 {check.argument}", f"{field.english} is below {check.argument}")
    return [Rule("min", field.name, fault, text, Text("请核对金额。", "Check the amount."))]


def _above(item: Item, field: Field, check: Check, norms: Law, day: date, present: Present) -> list[Rule]:
    fault = pl.col(field.name).cast(pl.Float64, strict=False) <= float(check.argument)
    text = Text(
        f"「{field.title}」应大于 {check.argument}", f"{field.english} must be above {check.argument}"
    )
    return [
        Rule(
            "above",
            field.name,
            fault,
            text,
            Text("请核对金额；没有金额的请留空。", "Check the amount; leave it empty where there is none."),
        )
    ]


def _decimals(item: Item, field: Field, check: Check, norms: Law, day: date, present: Present) -> list[Rule]:
    fault = pl.col(field.name).str.contains(rf"^-?[0-9]+\.[0-9]{{{int(check.argument)}}}[0-9]*[1-9]0*$")
    text = Text(
        f"「{field.title}」的小数超过 {check.argument} 位",
        f"{field.english} has more than {check.argument} decimals",
    )
    remedy = Text("请核对单位（万元）后改正。", "Check the unit (10 000 yuan) and mend it.")
    return [Rule("decimals", field.name, fault, text, remedy)]


def _digits(item: Item, field: Field, check: Check, norms: Law, day: date, present: Present) -> list[Rule]:
    fault = ~pl.col(field.name).str.contains(f"^[0-9]{{{int(check.argument)}}}$")
    text = Text(
        f"「{field.title}」应为 {check.argument} 位数字", f"{field.english} must be {check.argument} digits"
    )
    return [Rule("digits", field.name, fault, text, Text("请核对证书。", "Check the certificate."))]


def _part_of(item: Item, field: Field, check: Check, norms: Law, day: date, present: Present) -> list[Rule]:
    """An organisation code is the 9th to 17th characters of the unified code; told only, as the rule is unseen."""
    if check.argument not in present:
        return []
    other = item.field(check.argument)
    text = Text(
        f"「{field.title}」与「{other.title}」的第 9 至 17 位不同",
        f"{field.english} differs from characters 9 to 17 of {other.english}",
    )
    remedy = Text("已接收，请核对两个代码。", "Accepted; compare both codes.")
    fault = pl.col(field.name) != pl.col(other.name).str.slice(8, 9)
    return [Rule("code-differs", field.name, fault, text, remedy, warning=True)]


def _tax_number(
    item: Item, field: Field, check: Check, norms: Law, day: date, present: Present
) -> list[Rule]:
    """Fifteen characters, or the unified code itself.

    Numbers of 18 or 20 that are not the code are those of an individual business whose operator's identity number
    was taken for it, and an identity number does not belong in an open field.
    """
    column = pl.col(field.name)
    right = column.str.contains("^[0-9A-Z]{15}$")
    if check.argument in present:
        right = right | (column == pl.col(check.argument)).fill_null(False)
    text = Text(
        f"「{field.title}」应为 15 位，或与统一社会信用代码相同",
        f"{field.english} must have 15 characters or be the unified social credit code",
    )
    remedy = Text(
        "请改填统一社会信用代码，或留空；不要填写公民身份号码。",
        "Write the unified social credit code or nothing; never an identity number.",
    )
    return [Rule("tax-number", field.name, ~right, text, remedy)]


def _single(name: str, right: Callable[[str], bool], standard: str) -> Callable[..., list[Rule]]:
    """A check of rare values, done one by one."""

    def build(item: Item, field: Field, check: Check, norms: Law, day: date, present: Present) -> list[Rule]:
        column = pl.col(field.name)
        fault = column.is_not_null() & ~column.map_elements(right, return_dtype=pl.Boolean, skip_nulls=True)
        text = Text(
            f"「{field.title}」校验不符（{standard}）", f"{field.english} fails the check of {standard}"
        )
        return [Rule(name, field.name, fault, text, Text("请核对证照。", "Check the certificate."))]

    return build


def _registration_no(code: str) -> bool:
    """Fifteen digits carry a check digit; the thirteen of before July 2007 carry none (GS 15-2006)."""
    return is_registration_no(code) if len(code) == 15 else bool(re.fullmatch(r"\d{13}", code))


CHECKS: dict[str, Callable[[Item, Field, Check, Law, date, Present], list[Rule]]] = {
    "uscc": _uscc,
    "resident-id": _resident_id,
    "organisation-name": _organisation_name,
    "person-name": _person_name,
    "has-digit": _has_digit,
    "not-future": _not_future,
    "not-before": _not_before,
    "not-after": _not_after,
    "before": _before,
    "above": _above,
    "decimals": _decimals,
    "together": _together,
    "part-of": _part_of,
    "tax-number": _tax_number,
    "min": _min,
    "digits": _digits,
    "registration-no": _single("registration-no", _registration_no, "GS 15-2006"),
    "organisation-code": _single("organisation-code", is_organisation_code, "GB 11714"),
}
