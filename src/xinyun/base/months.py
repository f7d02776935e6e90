"""A month as people write it, such as 2026-11, and its days."""

from __future__ import annotations

import re
from datetime import date, timedelta

from xinyun.base.period import add_months
from xinyun.base.refusal import Refusal
from xinyun.base.text import Text

_MONTH = re.compile(r"(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])")


class WrongMonth(Refusal):
    """The month is written wrongly, or has not begun."""

    code = "wrong-month"


def month_of(text: str, on: date) -> date:
    """The first day of the month that is written, such as 2026-11; of the month of `on` where nothing is.

    :raises WrongMonth: it is no month, or has not begun on that day.
    """
    if not text:
        return on.replace(day=1)
    if _MONTH.fullmatch(text) and (first := date.fromisoformat(f"{text}-01")) <= on:
        return first
    raise WrongMonth(
        Text(f"「{text[:20]}」不是已经开始的月份。", f"{text[:20]!r} is no month that has begun."),
        Text(f"写成 {on:%Y-%m} 这样的年月。", f"Write it as {on:%Y-%m}."),
    )


def last_day(month: date) -> date:
    """The last day of the month that begins on `month`."""
    return add_months(month, 1) - timedelta(days=1)
