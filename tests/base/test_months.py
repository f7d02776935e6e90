"""A month as people write it."""

from __future__ import annotations

from datetime import date

import pytest

from xinyun.base.months import WrongMonth, last_day, month_of

pytestmark = pytest.mark.one_store


def test_a_month_is_written_as_year_and_month_and_has_begun() -> None:
    assert month_of("2026-11", date(2026, 11, 1)) == date(2026, 11, 1)
    assert month_of("", date(2026, 11, 26)) == date(2026, 11, 1)
    for text in ("2026-12", "2026-13", "2026-1", "now", "2026-11-01", "0000-01", "２０２６-11"):
        with pytest.raises(WrongMonth) as refused:
            month_of(text, date(2026, 11, 30))
        assert "2026-11" in str(refused.value.remedy)


@pytest.mark.parametrize(("month", "last"), [("2026-02", 28), ("2028-02", 29), ("2026-12", 31)])
def test_the_last_day_of_a_month(month: str, last: int) -> None:
    assert last_day(date.fromisoformat(f"{month}-01")).day == last
