"""The named checks that the fields tables cite, each compiled to rules. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from xinyun.base import Text, forms
from xinyun.base.identifier_columns import resident_id_is_right, uscc_is_right
from xinyun.base.identifiers import USCC_PLACEHOLDER, is_organisation_code, is_registration_no
from xinyun.law import Condition, Field, Item, Law

Present = Mapping[str, str]
"""The fields that a file has, each with the title of the column that was found for it."""

_SEPARATOR = "[；;，,、|\\n]"
"""What may join several values in one cell, for conditions; a code list names its own."""
_DAY, _IF = "__day", "__if:"


Severity = Literal["refuse", "ask", "warn"]
"""Of a broken rule: the row is returned; it is returned until the office says that it is right; it is told only."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`fault` is true where a row breaks the rule.

    It is an expression over fields, the parsed days of date fields (`day_column`) and whether a condition of the
    catalogue holds (`condition_column`).
    """

    id: str
    field: str
    fault: pl.Expr
    problem: Text
    remedy: Text
    severity: Severity = "refuse"


@dataclass(frozen=True, slots=True)
class Cited:
    """A check as a field of an item cites it, for a file with the columns `present`, on the day of collection."""

    item: Item
    field: Field
    argument: str
    norms: Law
    day: date
    present: Present

    @property
    def other(self) -> Field:
        """The field that the argument names."""
        return self.item.field(self.argument)


def day_column(name: str) -> str:
    """The name of the parsed day of a date field."""
    return f"{name}{_DAY}"


def condition_column(condition: Condition) -> str:
    """The name of the column that says where a condition holds: it is worked out once, however many rules ask."""
    return f"{_IF}{condition.field}={'|'.join(condition.values)}"


def derived_from(column: str) -> tuple[str, Condition | None]:
    """The field that a column of a rule follows from, and the condition that it stands for, where it is one."""
    if not column.startswith(_IF):
        return column.removesuffix(_DAY), None
    condition = Condition.parse(column.removeprefix(_IF))
    assert condition is not None
    return condition.field, condition


def holding(condition: Condition) -> pl.Expr:
    """Where a condition of the catalogue holds, over the column of its field."""
    column = pl.col(condition.field)
    if not condition.values:
        return column.is_not_null()
    joined = "|".join(re.escape(value) for value in condition.values)
    return column.str.contains(f"(?:^|{_SEPARATOR})\\s*(?:{joined})\\s*(?:{_SEPARATOR}|$)").fill_null(False)


def holds(condition: Condition, present: Present) -> pl.Expr:
    """Where a condition of the catalogue holds; a field that the file lacks has no value."""
    return pl.col(condition_column(condition)) if condition.field in present else pl.lit(False)


def _uscc(cited: Cited) -> list[Rule]:
    column = pl.col(cited.field.name)
    right = column.map_batches(uscc_is_right, return_dtype=pl.Boolean)
    placeholder = column == USCC_PLACEHOLDER
    return [
        Rule(
            "placeholder",
            cited.field.name,
            placeholder,
            Text("占位代码不能指明是哪一个主体", "the placeholder tells no subject from another"),
            Text(
                "请填写登记机关换发的 18 位代码。",
                "Write the 18-character code that the registry has since given.",
            ),
        ),
        Rule(
            "uscc",
            cited.field.name,
            column.is_not_null() & ~placeholder & ~right,
            Text(
                f"「{cited.field.title}」不是有效的统一社会信用代码（GB 32100 校验不符）",
                f"{cited.field.english} fails the check of GB 32100",
            ),
            Text("请核对营业执照上的 18 位代码。", "Compare it with the certificate."),
        ),
        *_division(cited.field, cited.norms),
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
            severity="warn",
        ),
        Rule(
            "division-unknown",
            field.name,
            (pl.col(field.name) != USCC_PLACEHOLDER) & unknown,
            Text("代码中的登记机关区划不在区划表中", "the division in the code is not in the table"),
            Text("已接收，请登记机关核实。", "Accepted; the registering office may verify it."),
            severity="warn",
        ),
    ]


def _conditional(cited: Cited) -> pl.Expr:
    condition = Condition.parse(cited.argument)
    return holds(condition, cited.present) if condition else pl.lit(True)


def _says_resident_id(title: str) -> bool:
    """Whether a column's title itself says 身份证, as those of before 2019 do that have no column for the type."""
    return "身份证" in title or "SFZ" in title.upper()


def _resident_id(cited: Cited) -> list[Rule]:
    condition = Condition.parse(cited.argument)
    untyped = condition is None or condition.field not in cited.present
    always = untyped and _says_resident_id(cited.present[cited.field.name])
    applies = pl.lit(True) if always else _conditional(cited)
    right = pl.col(cited.field.name).map_batches(resident_id_is_right, return_dtype=pl.Boolean)
    text = Text(
        f"「{cited.field.title}」不是有效的公民身份号码（GB 11643 校验不符）",
        f"{cited.field.english} fails the check of GB 11643",
    )
    fault = pl.col(cited.field.name).is_not_null() & applies & ~right
    return [
        Rule(
            "resident-id",
            cited.field.name,
            fault,
            text,
            Text("请核对证件原件。", "Compare it with the document."),
        )
    ]


def _together(cited: Cited) -> list[Rule]:
    """A document's number and its type go together; a title that says 身份证 tells the type by itself."""
    other = cited.other
    if other.name not in cited.present and _says_resident_id(cited.present[cited.field.name]):
        return []
    missing = pl.col(other.name).is_null() if other.name in cited.present else pl.lit(True)
    text = Text(
        f"填了「{cited.field.title}」而没有「{other.title}」",
        f"{cited.field.english} is given without {other.english}",
    )
    remedy = Text("请两项一并填写，或都留空。", "Give both, or leave both empty.")
    return [
        Rule("together", cited.field.name, pl.col(cited.field.name).is_not_null() & missing, text, remedy)
    ]


def _organisation_name(cited: Cited) -> list[Rule]:
    """Not below three characters, not digits and marks only, no test words (发改办财金〔2018〕424号 practice)."""
    column = pl.col(cited.field.name)
    bad = (
        (column.str.len_chars() < 3)
        | ~column.str.contains(forms.LETTER)
        | column.str.contains(forms.TEST_WORD)
    )
    text = Text(f"「{cited.field.title}」不是完整的法定名称", f"{cited.field.english} is no full legal name")
    return [
        Rule(
            "organisation-name",
            cited.field.name,
            bad & _conditional(cited),
            text,
            Text("请填写登记的全称。", "Write the full registered name."),
        )
    ]


def _person_name(cited: Cited) -> list[Rule]:
    bad = (pl.col(cited.field.name).str.len_chars() < 2) | pl.col(cited.field.name).str.contains(r"\d")
    text = Text(f"「{cited.field.title}」不是姓名", f"{cited.field.english} is no person's name")
    return [
        Rule(
            "person-name",
            cited.field.name,
            bad & _conditional(cited),
            text,
            Text("请核对姓名。", "Check the name."),
        )
    ]


def _has_digit(cited: Cited) -> list[Rule]:
    text = Text(f"「{cited.field.title}」中没有编号", f"{cited.field.english} has no number in it")
    remedy = Text("请填写完整文号，如 黔市监罚〔2026〕1号。", "Write the document's full number.")
    return [
        Rule("has-digit", cited.field.name, ~pl.col(cited.field.name).str.contains(forms.DIGIT), text, remedy)
    ]


def _not_future(cited: Cited) -> list[Rule]:
    text = Text(f"「{cited.field.title}」晚于报送当天", f"{cited.field.english} is in the future")
    remedy = Text(
        "请核对日期；2099-12-31 只用于「长期」的截止日期。",
        "Check it; 2099-12-31 means no end and fits end dates only.",
    )
    return [
        Rule("not-future", cited.field.name, pl.col(day_column(cited.field.name)) > cited.day, text, remedy)
    ]


def _not_before(cited: Cited) -> list[Rule]:
    first = date.fromisoformat(cited.argument)
    text = Text(f"「{cited.field.title}」早于 {first}", f"{cited.field.english} is before {first}")
    remedy = Text("请核对年份；不知道的日期请留空。", "Check the year; leave an unknown date empty.")
    return [Rule("not-before", cited.field.name, pl.col(day_column(cited.field.name)) < first, text, remedy)]


def _not_after(cited: Cited) -> list[Rule]:
    if cited.argument not in cited.present:
        return []
    other = cited.other
    text = Text(
        f"「{cited.field.title}」晚于「{other.title}」", f"{cited.field.english} is after {other.english}"
    )
    fault = pl.col(day_column(cited.field.name)) > pl.col(day_column(other.name))
    return [Rule("not-after", cited.field.name, fault, text, Text("请核对两个日期。", "Check both dates."))]


def _before(cited: Cited) -> list[Rule]:
    if cited.argument not in cited.present:
        return []
    other = cited.other
    text = Text(
        f"「{cited.field.title}」不早于「{other.title}」",
        f"{cited.field.english} is not before {other.english}",
    )
    fault = pl.col(day_column(cited.field.name)) >= pl.col(day_column(other.name))
    return [Rule("before", cited.field.name, fault, text, Text("请核对两个日期。", "Check both dates."))]


def _min(cited: Cited) -> list[Rule]:
    fault = pl.col(cited.field.name).cast(pl.Float64, strict=False) < float(cited.argument)
    text = Text(
        f"「{cited.field.title}」小于 {cited.argument}", f"{cited.field.english} is below {cited.argument}"
    )
    return [Rule("min", cited.field.name, fault, text, Text("请核对金额。", "Check the amount."))]


def _above(cited: Cited) -> list[Rule]:
    fault = pl.col(cited.field.name).cast(pl.Float64, strict=False) <= float(cited.argument)
    text = Text(
        f"「{cited.field.title}」应大于 {cited.argument}",
        f"{cited.field.english} must be above {cited.argument}",
    )
    return [
        Rule(
            "above",
            cited.field.name,
            fault,
            text,
            Text("请核对金额；没有金额的请留空。", "Check the amount; leave it empty where there is none."),
        )
    ]


def _decimals(cited: Cited) -> list[Rule]:
    fault = pl.col(cited.field.name).str.contains(rf"^-?[0-9]+\.[0-9]{{{int(cited.argument)}}}[0-9]*[1-9]0*$")
    text = Text(
        f"「{cited.field.title}」的小数超过 {cited.argument} 位",
        f"{cited.field.english} has more than {cited.argument} decimals",
    )
    remedy = Text("请核对单位（万元）后改正。", "Check the unit (10 000 yuan) and mend it.")
    return [Rule("decimals", cited.field.name, fault, text, remedy)]


def _digits(cited: Cited) -> list[Rule]:
    fault = ~pl.col(cited.field.name).str.contains(f"^[0-9]{{{int(cited.argument)}}}$")
    text = Text(
        f"「{cited.field.title}」应为 {cited.argument} 位数字",
        f"{cited.field.english} must be {cited.argument} digits",
    )
    return [Rule("digits", cited.field.name, fault, text, Text("请核对证书。", "Check the certificate."))]


def _part_of(cited: Cited) -> list[Rule]:
    """An organisation code is the 9th to 17th characters of the unified code; told only, as the rule is unseen."""
    if cited.argument not in cited.present:
        return []
    other = cited.other
    text = Text(
        f"「{cited.field.title}」与「{other.title}」的第 9 至 17 位不同",
        f"{cited.field.english} differs from characters 9 to 17 of {other.english}",
    )
    remedy = Text("已接收，请核对两个代码。", "Accepted; compare both codes.")
    fault = pl.col(cited.field.name) != pl.col(other.name).str.slice(8, 9)
    return [Rule("code-differs", cited.field.name, fault, text, remedy, severity="warn")]


def _tax_number(cited: Cited) -> list[Rule]:
    """Fifteen characters, or the unified code itself.

    Numbers of 18 or 20 that are not the code are those of an individual business whose operator's identity number
    was taken for it, and an identity number does not belong in an open cited.field.
    """
    column = pl.col(cited.field.name)
    right = column.str.contains("^[0-9A-Z]{15}$")
    if cited.argument in cited.present:
        right = right | (column == pl.col(cited.argument)).fill_null(False)
    text = Text(
        f"「{cited.field.title}」应为 15 位，或与统一社会信用代码相同",
        f"{cited.field.english} must have 15 characters or be the unified social credit code",
    )
    remedy = Text(
        "请改填统一社会信用代码，或留空；不要填写公民身份号码。",
        "Write the unified social credit code or nothing; never an identity number.",
    )
    return [Rule("tax-number", cited.field.name, ~right, text, remedy)]


def _single(name: str, right: Callable[[str], bool], standard: str) -> Callable[..., list[Rule]]:
    """A check of rare values, done one by one."""

    def build(cited: Cited) -> list[Rule]:
        column = pl.col(cited.field.name)
        fault = column.is_not_null() & ~column.map_elements(right, return_dtype=pl.Boolean, skip_nulls=True)
        text = Text(
            f"「{cited.field.title}」校验不符（{standard}）",
            f"{cited.field.english} fails the check of {standard}",
        )
        return [Rule(name, cited.field.name, fault, text, Text("请核对证照。", "Check the certificate."))]

    return build


def _registration_no(code: str) -> bool:
    """Fifteen digits carry a check digit; the thirteen of before July 2007 carry none (GS 15-2006)."""
    return is_registration_no(code) if len(code) == 15 else bool(re.fullmatch(r"\d{13}", code))


CHECKS: dict[str, Callable[[Cited], list[Rule]]] = {
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
