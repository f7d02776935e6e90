"""Working days of mainland China: the State Council's holidays and the weekends worked in exchange.

The years known are those of the installed `chinesecalendar`. For a later day the weekdays are used and
`CalendarNotKnown` is warned, so that a clock never stops for want of a release.
"""

from __future__ import annotations

import warnings
from datetime import date, timedelta

import chinese_calendar
from chinese_calendar.constants import holidays


class CalendarNotKnown(UserWarning):
    """The holidays of that year were not published when the installed calendar was made."""


LAST_KNOWN_YEAR: int = max(day.year for day in holidays)


def is_working_day(day: date) -> bool:
    """Whether offices work on `day`; warns `CalendarNotKnown` beyond the calendar's last year."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        warnings.warn(
            f"{day.year} 年的节假日安排尚未收录，按周一至周五计算 | "
            f"holidays of {day.year} are not known: weekdays are used; upgrade chinesecalendar",
            CalendarNotKnown,
            stacklevel=2,
        )
        return day.weekday() < 5


def working_days_after(day: date, count: int) -> date:
    """The last day of a term of `count` working days that begins on the day after `day`."""
    if count < 0:
        raise ValueError("a term of working days cannot be negative")
    while count:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day


def working_days_before(day: date, count: int) -> date:
    """The last day from which `count` working days lead to `day`: those that follow it, up to and with `day`."""
    if count < 0:
        raise ValueError("a term of working days cannot be negative")
    while count:
        count -= is_working_day(day)
        day -= timedelta(days=1)
    return day


def working_days_between(start: date, end: date) -> int:
    """How many working days lie in (start, end]: 0 when `end` is not after `start`."""
    span = (end - start).days
    return sum(is_working_day(start + timedelta(days=step)) for step in range(1, span + 1))
