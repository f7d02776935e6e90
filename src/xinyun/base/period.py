"""Spans of days, half-open: the first day belongs to the span, the end day does not."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

NO_END = ("2099-12-31", "2099-01-31", "9999-12-31")
"""ISO days that documents write for 长期, no end (发改办财金〔2018〕424号 annex; the second is a slip that is
met, the third the form of other systems)."""


class Period(msgspec.Struct, frozen=True):
    """The days from `start` (included) to `end` (excluded); `None` means unbounded on that side."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start and self.end and self.end < self.start:
            raise ValueError(f"a period cannot end ({self.end}) before it starts ({self.start})")

    @classmethod
    def through(cls, start: date | None, last: date | None) -> Period:
        """Build from a first and a *last* day, as documents print them (有效期自 / 有效期至)."""
        return cls(start, last + timedelta(days=1) if last else None)

    @property
    def last_day(self) -> date | None:
        """The last day inside the span, as documents print it; `None` when it has no end."""
        return self.end - timedelta(days=1) if self.end else None

    def contains(self, day: date) -> bool:
        """Whether `day` lies inside."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether the two spans share at least one day."""
        starts_in_time = self.start is None or other.end is None or self.start < other.end
        ends_late_enough = self.end is None or other.start is None or other.start < self.end
        return starts_in_time and ends_late_enough


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the month's last day where it has no such day (31 Jan + 1 = 28 Feb).

    That is how terms in months and years run in civil and administrative law (民法典第二百零二条).

    :raises OverflowError: the day would lie beyond the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    if not 1 <= year <= 9999:
        raise OverflowError(f"{months} months from {day} lie beyond the calendar")
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
