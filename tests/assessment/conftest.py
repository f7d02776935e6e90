from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.factories import a_licence, a_penalty, collected

NOVEMBER = date(2026, 11, 1)
OFFICE, OTHER = "520100.market-regulation", "52.tax"


@pytest.fixture(autouse=True)
def _nothing_kept_from_another_test() -> None:
    """A month's facts are kept at hand and would outlive the store that they were counted in."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def send(write_csv: Callable[..., Path]) -> Callable[..., Any]:
    """Penalties with these days of decision, numbered from 1 under a prefix, collected on a day from an office."""

    def collect(
        days: list[str],
        on: date,
        office: str = OFFICE,
        prefix: str = "筑市监罚",
        skip: tuple[int, ...] = (),
        **changes: str,
    ) -> Any:
        numbers = [number for number in range(1, len(days) + len(skip) + 1) if number not in skip]
        rows = [
            a_penalty(CF_WSH=f"{prefix}〔2026〕{number}号", CF_JDRQ=day, **changes)
            for number, day in zip(numbers, days, strict=True)
        ]
        return collected(write_csv(rows, "penalties.csv"), "penalty", office, on=on)

    return collect


@pytest.fixture
def november(send: Callable[..., Any], write_csv: Callable[..., Path]) -> None:
    """An office with two late penalties of six, a gap and two refused rows; another in time; a third that ceased."""
    send(["2026-10-09"], date(2026, 10, 12), prefix="旧罚")
    send(["2026-11-12"] * 4 + ["2026-11-02"] * 2, date(2026, 11, 20), skip=(3, 4))
    send(["not a day"] * 2, date(2026, 11, 20), prefix="坏罚")
    send(["2026-11-19"] * 3, date(2026, 11, 20), office=OTHER, prefix="黔税罚")
    licences = [a_licence(XK_WSH="旧许〔2026〕1号", XK_JDRQ="2026/09/01")]
    collected(write_csv(licences, "licences.csv"), "licence", OFFICE, on=date(2026, 9, 2))
