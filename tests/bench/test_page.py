"""The page of figures: a section a bench, and one that is not measured anew stays as it was."""

from __future__ import annotations

from typing import Any

from tests.bench.measure import Result, Row, Sample
from tests.bench.page import page

NAMES = ("first", "second", "third")


def measured(figure: float) -> Result:
    return Result(rows=[Row("核查 check", "p50", Sample((figure,)), "rival", Sample((1.0,)), "ms")])


def machine(at: str) -> dict[str, Any]:
    told = {
        "cores": 2,
        "cpu": "c",
        "memory_gb": 8,
        "system": "s",
        "load": [0.1],
        "python": "3",
        "packages": {},
    }
    return told | {"at": at}


def test_what_is_not_measured_anew_stays_with_its_day():
    whole = page(NAMES, {"third": measured(3), "first": measured(1)}, machine("一月"), {"runs": 3}, "")

    again = page(NAMES, {"first": measured(5), "second": measured(2)}, machine("二月"), {"runs": 1}, whole)

    figures = [line.split("|")[2].split()[0] for line in again.splitlines() if line.startswith("| p50")]
    days = [line for line in again.splitlines() if "测于" in line and line.startswith("- ")]
    assert figures == ["5", "2", "3"]
    assert ["二月" in day for day in days] == [True, True, False]
    assert "runs 3" in days[2]


def test_a_page_without_sections_keeps_nothing():
    assert "| p50" not in page(NAMES, {}, machine("一月"), {}, "# 性能\n\n别的文字 | p50 |")
