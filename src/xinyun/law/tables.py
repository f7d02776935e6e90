"""The tables of a rulebook, departments and divisions: what each row must hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from xinyun.law.faults import RulebookFault

LEVELS = {"national", "province", "city"}


@dataclass(frozen=True, slots=True)
class Form:
    """A table's columns, the one that names a row, those that may not be empty and those that are days."""

    columns: frozenset[str]
    name: str
    filled: tuple[str, ...]
    days: tuple[str, ...] = ()


DEPARTMENTS = Form(
    frozenset({"slug", "title", "english", "levels", "province_title", "city_title"}),
    "slug",
    ("title", "english", "levels"),
)
DIVISIONS = Form(
    frozenset({"code", "title", "parent", "from", "until", "successor", "confidence"}),
    "code",
    ("title",),
    ("from", "until"),
)
INDUSTRIES = Form(
    frozenset({"code", "title", "english", "parent", "confidence"}),
    "code",
    ("title", "english", "confidence"),
)
ELEMENTS = Form(
    frozenset(
        {
            "name",
            "title",
            "english",
            "type",
            "length",
            "codes",
            "checks",
            "publicity",
            "personal",
            "source",
            "confidence",
        }
    ),
    "name",
    ("title", "english", "type", "length", "publicity", "personal", "source", "confidence"),
)


def is_day(text: str) -> bool:
    """Whether `text` is an ISO day that exists."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def check_table(name: str, form: Form, rows: list[dict[str, str]]) -> list[RulebookFault]:
    """Every fault of a table: missing columns, repeated or empty names, days that do not exist, unknown levels."""
    if not rows or form.columns - rows[0].keys():
        missing = "、".join(sorted(form.columns - (rows[0].keys() if rows else set())))
        return [RulebookFault(name, 1, f"缺少列 {missing}", "补上这些列 (add the columns)")]
    return [
        fault for number, row in enumerate(rows, start=2) for fault in _row(name, form, rows, number, row)
    ]


def _row(
    name: str, form: Form, rows: list[dict[str, str]], number: int, row: dict[str, str]
) -> Iterator[RulebookFault]:
    key = row[form.name]
    if any(other[form.name] == key for other in rows[: number - 2]):
        yield RulebookFault(name, number, f"{form.name} {key} 重复", "删去一行 (remove one of the rows)")
    for column in (form.name, *form.filled):
        if not row[column]:
            yield RulebookFault(name, number, f"{column} 为空", "补填 (fill it in)")
    for column in form.days:
        if row[column] and not is_day(row[column]):
            yield RulebookFault(
                name, number, f"{column} 不是日期：{row[column]}", "写成 2026-01-31 (mend the day)"
            )
    unknown = set(row["levels"].split("+")) - LEVELS if form is DEPARTMENTS else set()
    if unknown:
        yield RulebookFault(
            name,
            number,
            f"不认识的层级 {'、'.join(unknown)}",
            "national、province、city 之一或以 + 相连 (mend the level)",
        )
