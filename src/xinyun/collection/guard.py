"""When a batch is so unlike what its office has sent before that a second officer looks before it counts. Pure.

Each test asks for three things at once: a difference that is large, rows enough for it not to be chance, and a value
that none of the earlier batches had. So a batch like any one before never waits, small ones never do, and what a
second officer has let pass is part of the history from then on.

The limits are ours, no law: they decide who looks, never what is accepted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import log
from statistics import median
from typing import Any

from xinyun.base import Reason, Text

Profile = Mapping[str, Any]
"""A batch in numbers: `rows`, `rejected`, `accepted`, `revised`, `subjects` (distinct ones); `months`, how many rows
were decided in which month ("2026-11"); `empty`, in how many rows a field had no value; `values`, for each field with
a code list how many rows had which label."""

LEAST_HISTORY = 5
"""Fewer batches say nothing about what is usual."""
FACTOR = 5.0
"""Volumes differ by holidays and month ends; five times the usual is neither."""
SPREADS = 4.0
"""An office whose volume varies widely is measured by its own spread: so many of it (normal-consistent MAD)."""
FLOOR = 200
"""Rows by which a volume must differ, so that an office of a few rows a day is left in peace."""
FEW = 50
"""Rows that a share must rest on."""
REJECTED_RISE, REVISED_RISE, EMPTY_RISE = 0.2, 0.3, 0.5
"""How far a share must lie above its usual one. Corrections come in waves, empty fields with a new export."""
SHIFT = 0.4
"""Share of rows that would have to change their label for the batch to look like the pooled history."""
AGE_SHIFT = 0.5
"""The same for the ages of decisions, which vary more."""
AGES = (0, 1, 2, 3, 6, 12)
"""From how many months on a decision is of the next age."""


def judge(profile: Profile, history: Sequence[Profile]) -> tuple[Reason, ...]:
    """The reasons for which a batch waits for a second officer; none where it is as usual.

    `history` are the profiles of earlier batches of the same office and item that counted, in any order.
    """
    past = [one for one in history if one.get("rows")]
    if len(past) < LEAST_HISTORY or not profile.get("rows"):
        return ()
    return tuple(
        reason
        for test in (_volume, _concentration, _rejected, _revised, _emptied, _labels, _ages)
        for reason in test(profile, past)
    )


def _volume(now: Profile, past: Sequence[Profile]) -> Iterator[Reason]:
    usual = _usual_if_far(now, past, lambda one: float(one["rows"]))
    if usual is not None and abs(now["rows"] - usual) >= FLOOR:
        yield Reason(
            "unusual-volume",
            Text(
                f"本批 {now['rows']} 行，以往每批通常 {usual:.0f} 行",
                f"{now['rows']} rows, where about {usual:.0f} are usual",
            ),
        )


def _concentration(now: Profile, past: Sequence[Profile]) -> Iterator[Reason]:
    """Rows for each subject: a column that was filled down gives everything to one of them."""
    counted = [one for one in past if one.get("subjects")]
    if len(counted) < LEAST_HISTORY or not now.get("subjects") or now["rows"] < FLOOR:
        return
    usual = _usual_if_far(now, counted, lambda one: one["rows"] / one["subjects"])
    each = now["rows"] / now["subjects"]
    if usual is not None and each > usual:
        yield Reason(
            "few-subjects",
            Text(
                f"本批平均每个主体 {each:.1f} 行，以往通常 {usual:.1f} 行",
                f"{each:.1f} rows for each subject, where about {usual:.1f} are usual",
            ),
        )


def _usual_if_far(now: Profile, past: Sequence[Profile], measure: Callable[[Profile], float]) -> float | None:
    """The usual value, where this one is far from it: on a logarithmic scale, beyond all earlier ones."""
    value, values = measure(now), [measure(one) for one in past]
    usual = median(values)
    spread = 1.4826 * median(abs(log(one / usual)) for one in values)
    far = abs(log(value / usual)) > max(log(FACTOR), SPREADS * spread)
    return usual if far and not min(values) <= value <= max(values) else None


def _rejected(now: Profile, past: Sequence[Profile]) -> Iterator[Reason]:
    if risen := _risen(now, past, lambda one: one.get("rejected", 0), REJECTED_RISE):
        yield Reason(
            "many-rejected",
            Text(
                f"退回的行占 {risen[0]:.0%}，以往通常 {risen[1]:.0%}",
                f"{risen[0]:.0%} of the rows are refused, where {risen[1]:.0%} is usual",
            ),
        )


def _revised(now: Profile, past: Sequence[Profile]) -> Iterator[Reason]:
    if risen := _risen(now, past, lambda one: one.get("revised", 0), REVISED_RISE):
        yield Reason(
            "history-rewritten",
            Text(
                f"更正已有记录的行占 {risen[0]:.0%}，以往通常 {risen[1]:.0%}",
                f"{risen[0]:.0%} of the rows revise what is on record, where {risen[1]:.0%} is usual",
            ),
        )


def _emptied(now: Profile, past: Sequence[Profile]) -> Iterator[Reason]:
    for name in now.get("empty", {}):
        if risen := _risen(now, past, _empty(name), EMPTY_RISE):
            yield Reason(
                "field-emptied",
                Text(
                    f"字段 {name} 有 {risen[0]:.0%} 的行没有值，以往通常 {risen[1]:.0%}",
                    f"{name} is empty in {risen[0]:.0%} of the rows, where {risen[1]:.0%} is usual",
                ),
            )


def _empty(name: str) -> Callable[[Profile], int]:
    return lambda one: int(one.get("empty", {}).get(name, 0))


def _risen(
    now: Profile, past: Sequence[Profile], count: Callable[[Profile], int], rise: float
) -> tuple[float, float] | None:
    """A share of the rows and its usual one, where it lies far above and above all earlier ones."""
    share, shares = count(now) / now["rows"], [count(one) / one["rows"] for one in past]
    usual = median(shares)
    if count(now) < FEW or share <= max(shares) or share - usual < rise:
        return None
    return share, usual


def _labels(now: Profile, past: Sequence[Profile]) -> Iterator[Reason]:
    for name, counts in now.get("values", {}).items():
        earlier = [one["values"][name] for one in past if one.get("values", {}).get(name)]
        if _shifted(counts, earlier, SHIFT):
            most = max(counts, key=lambda label: counts[label])
            share = counts[most] / sum(counts.values())
            yield Reason(
                "labels-shifted",
                Text(
                    f"字段 {name} 的分布与以往不同（{share:.0%} 为「{most}」）",
                    f"{name} is spread unlike before ({share:.0%} are {most})",
                ),
            )


def _ages(now: Profile, past: Sequence[Profile]) -> Iterator[Reason]:
    """How old the decisions are. An earlier batch is measured from its own newest month, this one from the newest of all."""
    months = now.get("months") or {}
    earlier = [one["months"] for one in past if one.get("months")]
    if not months or not earlier:
        return
    newest = max(max(months), *(max(one) for one in earlier))
    ages, before = _aged(months, newest), [_aged(one, max(one)) for one in earlier]
    if _shifted(ages, before, AGE_SHIFT):
        old = sum(count for age, count in ages.items() if age >= 2) / sum(ages.values())
        yield Reason(
            "months-shifted",
            Text(
                f"决定日期的分布与以往不同（{min(months)} 至 {max(months)}，{old:.0%} 早于上月）",
                f"the days of decision lie unlike before ({min(months)} to {max(months)}, "
                f"{old:.0%} older than last month)",
            ),
        )


def _aged(months: Mapping[str, int], newest: str) -> Counter[int]:
    """Rows by the age of their decision in months, as steps of `AGES`."""
    found: Counter[int] = Counter()
    for month, count in months.items():
        age = _number(newest) - _number(month)
        found[max(step for step in AGES if step <= age)] += count
    return found


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])


def _shifted(counts: Mapping[Any, int], earlier: Sequence[Mapping[Any, int]], limit: float) -> bool:
    """Whether a distribution is far from the pooled one, and farther than each of those that were pooled."""
    if len(earlier) < LEAST_HISTORY or sum(counts.values()) < FEW:
        return False
    pool: Counter[Any] = Counter()
    for one in earlier:
        pool.update(one)
    distance = _distance(counts, pool)
    return distance > limit and all(
        distance > _distance(one, pool) for one in earlier if sum(one.values()) >= FEW
    )


def _distance(one: Mapping[Any, int], other: Mapping[Any, int]) -> float:
    """Total variation: the share of rows that would have to change."""
    sums = sum(one.values()) or 1, sum(other.values()) or 1
    return sum(abs(one.get(key, 0) / sums[0] - other.get(key, 0) / sums[1]) for key in {*one, *other}) / 2
