"""Working days as the State Council arranged them for 2025 and 2026, and weekdays beyond the known years."""

from __future__ import annotations

import warnings
from datetime import date, timedelta

import pytest

from xinyun.base.calendar import (
    LAST_KNOWN_YEAR,
    CalendarNotKnown,
    is_working_day,
    working_days_after,
    working_days_between,
)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("first", "last", "worked"),
    [
        (date(2025, 1, 28), date(2025, 2, 4), [date(2025, 1, 26), date(2025, 2, 8)]),
        (date(2025, 10, 1), date(2025, 10, 8), [date(2025, 9, 28), date(2025, 10, 11)]),
        (date(2026, 2, 15), date(2026, 2, 23), [date(2026, 2, 14), date(2026, 2, 28)]),
        (date(2026, 10, 1), date(2026, 10, 7), [date(2026, 9, 20), date(2026, 10, 10)]),
    ],
    ids=["Spring Festival 2025", "National Day 2025", "Spring Festival 2026", "National Day 2026"],
)
def test_offices_rest_in_the_holiday_and_work_on_the_weekend_days_given_in_exchange(first, last, worked):
    assert not any(is_working_day(day) for day in days(first, last))
    assert all(is_working_day(day) for day in worked)
    assert all(day.weekday() >= 5 for day in worked)


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2025, 1, 24), 7, date(2025, 2, 10)),  # Fri; Sun 26, 27, then Wed 5 Feb, 6, 7, Sat 8, Mon 10
        (date(2025, 9, 26), 6, date(2025, 10, 11)),  # Fri; Sun 28, 29, 30, then Thu 9 Oct, 10, Sat 11
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # Fri; Sat 14, then Tue 24
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # Wed; Thu 8, Fri 9, Sat 10
        (date(2026, 11, 20), 7, date(2026, 12, 1)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
    ],
)
def test_a_term_of_working_days_begins_on_the_day_after_and_skips_holidays(day, count, last):
    assert working_days_after(day, count) == last
    assert working_days_between(day, last) == count


def test_nothing_lies_between_a_day_and_itself_or_an_earlier_one():
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 20)) == 0
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 2)) == 0


def test_a_negative_term_is_refused():
    with pytest.raises(ValueError):
        working_days_after(date(2026, 11, 20), -1)


def test_after_the_last_known_year_weekdays_count_and_a_warning_says_so():
    day = date(LAST_KNOWN_YEAR + 1, 6, 1)

    with pytest.warns(CalendarNotKnown, match=str(LAST_KNOWN_YEAR + 1)):
        last = working_days_after(day, 5)

    assert sum(d.weekday() < 5 for d in days(day + timedelta(days=1), last)) == 5
    assert last.weekday() < 5


def test_a_known_year_gives_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert is_working_day(date(LAST_KNOWN_YEAR, 6, 1)) in {True, False}
