"""Spans of days are half-open; months run as the civil code counts them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun.base import Period
from xinyun.base.period import add_months

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))
ENDS = st.none() | DAYS


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start, end = draw(ENDS), draw(ENDS)
    if start and end and end < start:
        start, end = end, start
    return Period(start, end)


def test_the_first_day_belongs_to_a_period_and_the_end_day_does_not():
    period = Period(date(2026, 5, 10), date(2027, 5, 10))

    assert period.contains(date(2026, 5, 10))
    assert period.contains(date(2027, 5, 9))
    assert not period.contains(date(2026, 5, 9))
    assert not period.contains(date(2027, 5, 10))
    assert period.last_day == date(2027, 5, 9)


def test_a_period_without_bounds_contains_every_day_and_has_no_last_day():
    assert Period().contains(date.min)
    assert Period().contains(date.max)
    assert Period(date(2026, 1, 1)).last_day is None


def test_a_document_that_prints_its_last_day_still_holds_on_it():
    printed = Period.through(date(2026, 1, 1), date(2026, 12, 31))

    assert printed == Period(date(2026, 1, 1), date(2027, 1, 1))
    assert printed.last_day == date(2026, 12, 31)
    assert Period.through(date(2026, 1, 1), None) == Period(date(2026, 1, 1), None)


def test_a_period_that_ends_on_the_day_it_starts_contains_no_day():
    assert not Period(date(2026, 3, 1), date(2026, 3, 1)).contains(date(2026, 3, 1))


def test_a_period_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="2026-02-28"):
        Period(date(2026, 3, 1), date(2026, 2, 28))


def test_periods_that_only_touch_do_not_overlap():
    may = Period(date(2026, 5, 1), date(2026, 6, 1))

    assert not may.overlaps(Period(date(2026, 6, 1), None))
    assert may.overlaps(Period(date(2026, 5, 31), None))
    assert may.overlaps(Period())


@given(periods(), periods(), DAYS)
def test_overlap_is_mutual_and_follows_from_any_shared_day(one, other, day):
    assert one.overlaps(other) == other.overlaps(one)
    if one.contains(day) and other.contains(day):
        assert one.overlaps(other)


@given(periods())
def test_a_period_is_rebuilt_from_its_first_and_last_day(period):
    if period.start != period.end or period.start is None:
        assert Period.through(period.start, period.last_day) == period


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2096, 2, 29), 48, date(2100, 2, 28)),
        (date(1996, 2, 29), 48, date(2000, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 5, 10), 0, date(2026, 5, 10)),
        (date(2026, 5, 10), 36, date(2029, 5, 10)),
    ],
)
def test_months_end_on_the_same_day_or_on_the_months_last(day, months, later):
    assert add_months(day, months) == later


@given(DAYS, st.integers(-600, 600))
def test_added_months_land_in_the_right_month_on_the_right_day(day, months):
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_a_month_outside_the_calendar_is_a_value_that_is_out_of_range():
    with pytest.raises((ValueError, OverflowError)):
        add_months(date(9999, 12, 1), 1)
    with pytest.raises((ValueError, OverflowError)):
        add_months(date(1, 1, 1), -1)
