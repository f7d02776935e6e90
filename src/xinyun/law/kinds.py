"""What norms of every kind share: what an edition carries, who and where it speaks of, conditions and lengths of time.

Each kind is a value of one edition: what was in force from `since` on. Shapes follow `rulebook/schema/`; the loader has
checked them before anything is built.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from xinyun.base import Basis, Period, Text
from xinyun.base.calendar import working_days_after
from xinyun.base.period import add_months

Confidence = Literal["seen", "memory", "unsure"]
SubjectKind = Literal["organisation", "individual-business", "person"]

PEOPLE: dict[str, Text] = {
    "organisation": Text("法人和非法人组织", "organisations"),
    "individual-business": Text("个体工商户", "individual businesses"),
    "person": Text("自然人", "natural persons"),
}
"""The kinds of subjects in words."""

UNITS: dict[str, Text] = {
    "working-days": Text("个工作日", "working days"),
    "days": Text("日", "days"),
    "months": Text("个月", "months"),
    "years": Text("年", "years"),
}
"""The units of lengths of time in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """What every edition of every kind carries; `since` is the day from which it holds."""

    id: str
    title: str
    english: str
    since: date
    basis: tuple[Basis, ...]
    confidence: Confidence = "seen"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A legal instrument or standard; `articles` are facts in our own words, by place."""

    id: str
    title: str
    english: str
    number: str
    issuer: str
    dated: date | None = None
    in_force: date | None = None
    until: date | None = None
    replaced_by: str | None = None
    confidence: Confidence = "seen"
    note: str = ""
    articles: dict[str, str] = field(default_factory=dict)
    status: str = "in-force"


@dataclass(frozen=True, slots=True)
class Office:
    """An office that furnishes, decides or asks; `id` is `<division>.<department>`."""

    id: str
    title: str
    english: str
    division: str
    department: str


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division; a retired one keeps its row with `period.end` and its successor."""

    code: str
    title: str
    parent: str
    period: Period
    successor: str
    retired: bool
    confidence: str


@dataclass(frozen=True, slots=True)
class Industry:
    """A section (a letter) or a division (two digits) of GB/T 4754; `parent` is a division's section."""

    code: str
    title: str
    english: str
    parent: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when `field` has one of `values`, or merely has a value when `values` is empty."""

    field: str
    values: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Condition | None:
        """From the form `field` or `field=value|value`; empty text is no condition."""
        name, _, values = text.strip().partition("=")
        return cls(name.strip(), tuple(v for v in values.split("|") if v)) if name else None


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in one unit; months and years end on the same day of the month, or its last."""

    within: int
    unit: Literal["working-days", "days", "months", "years"]

    @property
    def text(self) -> Text:
        """In words: 5 个工作日."""
        unit = UNITS[self.unit]
        return Text(f"{self.within} {unit.zh}", f"{self.within} {unit.en}")

    def after(self, day: date) -> date:
        """The last day of a term that begins on the day after `day`."""
        if self.unit == "working-days":
            return working_days_after(day, self.within)
        if self.unit == "days":
            return day + timedelta(days=self.within)
        return add_months(day, self.within * (12 if self.unit == "years" else 1))
