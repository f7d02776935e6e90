"""When something is past its time, as pure functions of what it tells, the norms, and the day.

A time begins on the day after the one it is counted from (民法典第二百零一条), so that its last day is of the same number;
what is past that day is due.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from xinyun.base import Text
from xinyun.base.decision import Decision, Reason
from xinyun.law import Clock, Keeping

KEEP, DUE, HELD, UNDETERMINED = "keep", "due", "held", "undetermined"
NO_FIELD = "no-field"
"""The code of a reason: a norm does not say from which field of the item its time is counted."""
_EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Kept:
    """What must be known of a record: its item, the days that its content tells, and why somebody keeps it."""

    item: str
    days: Mapping[str, date | None]
    holds: tuple[Reason, ...] = ()


def decide(record: Kept, keepings: Sequence[Keeping], day: date) -> Decision:
    """Tell of a record on a day: `due`, `held` though due, `undetermined`, or `keep`.

    `keepings` are the norms that concern it. Each reason cites its norm's articles; where the norm tells the time, its
    code is the norm's id and its `until` the first day on which the record is due. Due by one norm is due; where none
    says so and one cannot tell, it is undetermined. A norm that names no field of the item gives way to one that does.
    """
    reasons = [_told(record, keeping) for keeping in keepings]
    reasons = [one for one in reasons if one.code != NO_FIELD] or reasons
    due = tuple(one for one in reasons if one.until is not None and one.until <= day)
    if due:
        return Decision(HELD, (*record.holds, *due)) if record.holds else Decision(DUE, due)
    unclear = tuple(one for one in reasons if one.until is None)
    if unclear:
        return Decision(UNDETERMINED, unclear)
    return Decision(KEEP, tuple(reasons))


def _told(record: Kept, keeping: Keeping) -> Reason:
    names = keeping.counted_from.get(record.item, ())
    if not names:
        text = Text(
            f"没有写明事项 {record.item} 从哪一天起算", f"no field of {record.item} is said to begin the time"
        )
        return Reason(NO_FIELD, text, keeping.basis)
    start = next((record.days[name] for name in names if record.days.get(name)), None)
    if start is None:
        text = Text(f"记录没有填{'、'.join(names)}", f"the record tells no {' or '.join(names)}")
        return Reason("no-day", text, keeping.basis)
    until = first_due(keeping, start)
    return Reason(
        keeping.id,
        Text(f"保存到 {until} 的前一日", f"kept until the day before {until}"),
        keeping.basis,
        until,
    )


def first_due(keeping: Keeping, start: date, floor: Clock | None = None) -> date:
    """The first day on which what began on `start` is due; not before the last day of the clock `floor` is over."""
    if keeping.span is None:
        raise ValueError(f"{keeping.id} sets no time")
    last = keeping.span.after(start)
    return (max(last, floor.due(start)) if floor else last) + timedelta(days=1)


def latest_start(keeping: Keeping, day: date, floor: Clock | None = None) -> date | None:
    """The latest day from which counted something is due on `day`; what began later is kept. None: nothing is due."""
    span = range((day - _EARLIEST).days + 1)
    due = bisect_right(span, day, key=lambda n: first_due(keeping, _EARLIEST + timedelta(days=n), floor))
    return _EARLIEST + timedelta(days=due - 1) if due else None


def listed_hold(number: str, documents: Sequence[str], *, enters: bool) -> tuple[Reason, ...]:
    """Whether entries that still count keep a record: it leads to a list, or one rests on its very document."""
    if not documents or not (enters or (number and number in documents)):
        return ()
    return (Reason("listed", Text("列入决定仍在有效期内", "an entry on a list still counts")),)
