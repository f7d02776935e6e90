"""Questions about the quality of submissions. Answers are values; nothing here changes anything."""

from __future__ import annotations

from xinyun.assessment.measuring import (
    Month,
    NoSuchCity,
    NoticeView,
    Table,
    missing_numbers,
    month,
    months,
    narrowed,
    notices,
)
from xinyun.assessment.rules import HOW, INDICATORS, SILENCE, Measures, Row, Score, faults, late, silent
from xinyun.assessment.telling import (
    GROUPINGS,
    Earned,
    Explained,
    Group,
    city_of,
    csv_rows,
    document,
    explained,
    grouped,
)
from xinyun.base.months import WrongMonth, month_of

__all__ = [
    "GROUPINGS",
    "HOW",
    "INDICATORS",
    "SILENCE",
    "Earned",
    "Explained",
    "Group",
    "Measures",
    "Month",
    "NoSuchCity",
    "NoticeView",
    "Row",
    "Score",
    "Table",
    "WrongMonth",
    "city_of",
    "csv_rows",
    "document",
    "explained",
    "faults",
    "grouped",
    "late",
    "missing_numbers",
    "month",
    "month_of",
    "months",
    "narrowed",
    "notices",
    "silent",
]
