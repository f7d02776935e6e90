"""The public ledger of quality: how offices furnish their data, month by month, and how each figure is computed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinyun import law
from xinyun.assessment import queries as assessment
from xinyun.assessment.queries import Explained, Group, Month, Table
from xinyun.base import Text

TITLES = {
    "cities": (Text("按市州", "By city"), Text("市州", "City")),
    "departments": (Text("按部门", "By department"), Text("部门", "Department")),
    "items": (Text("按事项", "By item"), Text("事项", "Item")),
    "offices": (Text("按单位", "By office"), Text("单位", "Office")),
}
"""What a table is called, and its first column."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A table of the page: an assessment summed up by city, department, item or office."""

    by: str
    title: Text
    first: Text
    groups: tuple[Group, ...]
    silent: int
    """How many of which nothing came in the month, which are left out."""


@dataclass(frozen=True, slots=True)
class Block:
    """An assessment: its score in words, and its tables."""

    score: Explained
    summaries: tuple[Summary, ...]


@dataclass(frozen=True, slots=True)
class QualityPage:
    """A month of the whole province, or of one city's offices where `city` names one."""

    month: str
    months: tuple[str, ...]
    through: date
    city: Text | None
    blocks: tuple[Block, ...]
    how: tuple[tuple[Text, Text], ...]
    rulebook: str


def page(month: date, city: str, on: date) -> QualityPage:
    """A month as known on a day.

    :raises NoSuchCity: no office belongs to the division `city`.
    """
    told = assessment.narrowed(assessment.month(month, on), city=city)
    names = assessment.INDICATORS
    return QualityPage(
        month=f"{month:%Y-%m}",
        months=tuple(f"{one:%Y-%m}" for one in assessment.months(on)),
        through=told.through,
        city=assessment.city_of(city, told.norms) if city else None,
        blocks=tuple(_block(table, told, narrow=bool(city)) for table in told.tables),
        how=tuple((names[id], text) for id, text in assessment.HOW.items()),
        rulebook=law.rulebook().hash,
    )


def _block(table: Table, told: Month, *, narrow: bool) -> Block:
    """The widest assessment is told by item too; one of a few items is not."""
    wide = () if table.assessment.items else ("items",)
    kinds = ("offices", *wide) if narrow else ("cities", "departments", *wide)
    return Block(assessment.explained(table, told.norms), tuple(_summary(table, by, told) for by in kinds))


def _summary(table: Table, by: str, told: Month) -> Summary:
    groups = assessment.grouped(table, by, told.norms)
    shown = [one for one in groups if one.measures.received or by == "cities"]
    return Summary(by, *TITLES[by], tuple(shown), len(groups) - len(shown))
