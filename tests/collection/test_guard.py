"""The guard: a batch like its history never waits, an obviously strange one does, and it says why."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun.collection.guard import FLOOR, LEAST_HISTORY, judge

pytestmark = pytest.mark.one_store

LABELS = {"警告": 0.3, "罚款": 0.6, "吊销许可证件": 0.1}


def a_profile(rows: int = 1000, *, month: str = "2026-10", **changes: Any) -> dict[str, Any]:
    """An ordinary batch of penalties."""
    return {
        "rows": rows,
        "rejected": rows // 50,
        "accepted": rows - rows // 50 - rows // 100,
        "revised": rows // 100,
        "subjects": max(rows * 9 // 10, 1),
        "months": {month: rows},
        "empty": {"remark": rows, "legal_representative": rows // 20},
        "values": {"penalty_class": {label: int(rows * share) for label, share in LABELS.items()}},
    } | changes


def codes(profile: dict[str, Any], history: list[dict[str, Any]]) -> list[str]:
    return [reason.code for reason in judge(profile, history)]


HISTORY = [a_profile(rows) for rows in (800, 900, 1000, 1100, 1200, 1500)]


@pytest.mark.parametrize(
    ("strange", "code"),
    [
        (a_profile(90_000), "unusual-volume"),
        (a_profile(12), "unusual-volume"),
        (a_profile(subjects=1), "few-subjects"),
        (a_profile(rejected=600), "many-rejected"),
        (a_profile(revised=700), "history-rewritten"),
        (a_profile(empty={"remark": 1000, "legal_representative": 1000}), "field-emptied"),
        (a_profile(values={"penalty_class": {"吊销许可证件": 1000}}), "labels-shifted"),
        (a_profile(values={"penalty_class": {"不明": 1000}}), "labels-shifted"),
        (a_profile(month="2019-03"), "months-shifted"),
    ],
)
def test_a_strange_batch_waits_for_the_one_reason_that_is_strange(strange: dict[str, Any], code: str) -> None:
    reasons = judge(strange, HISTORY)

    assert [reason.code for reason in reasons] == [code]
    assert reasons[0].text.zh != reasons[0].text.en


def test_the_next_months_decisions_are_no_shift() -> None:
    assert codes(a_profile(month="2026-11"), HISTORY) == []
    mixed = a_profile(months={"2026-10": 300, "2026-11": 700})
    assert codes(mixed, HISTORY) == []


def test_too_short_a_history_says_nothing() -> None:
    strange = a_profile(90_000, rejected=90_000, month="2001-01")

    assert codes(strange, HISTORY[: LEAST_HISTORY - 1]) == []
    assert codes(strange, [*HISTORY[: LEAST_HISTORY - 1], {}, {}]) == []


def test_an_office_of_a_few_rows_is_left_in_peace() -> None:
    few = [a_profile(rows) for rows in (1, 2, 2, 3, 1, 2)]
    forty = {
        "rejected": 40,
        "months": {"2019-03": 40},
        "values": {"penalty_class": {"警告": 40}},
        "subjects": 1,
    }

    assert codes(a_profile(40, **forty), few) == []


def test_an_office_whose_volume_varies_widely_is_measured_by_its_own_spread() -> None:
    wide = [a_profile(rows) for rows in (50, 300, 1000, 4000, 20_000, 60_000)]

    assert codes(a_profile(100_000), wide) == []
    assert codes(a_profile(100_000), HISTORY) == ["unusual-volume"]


def test_what_was_let_pass_once_does_not_wait_again() -> None:
    strange = a_profile(90_000)

    assert codes(strange, HISTORY) == ["unusual-volume"]
    assert codes(strange, [*HISTORY, strange]) == []


@given(
    seed=st.integers(0, 10**6),
    sizes=st.lists(st.integers(1, 50_000), min_size=LEAST_HISTORY, max_size=20),
)
def test_no_batch_of_a_history_waits_beside_the_others(seed: int, sizes: list[int]) -> None:
    """Whatever the history is, a batch that is in it is as usual."""
    dice = Random(seed)
    history = [
        a_profile(
            rows,
            rejected=dice.randint(0, rows),
            revised=dice.randint(0, rows),
            subjects=dice.randint(1, rows),
            empty={"remark": dice.randint(0, rows)},
            values={"penalty_class": {label: dice.randint(0, rows) for label in LABELS}},
        )
        for rows in sizes
    ]

    assert all(codes(one, history) == [] for one in history)


@given(seed=st.integers(0, 10**6))
def test_a_batch_drawn_like_its_history_does_not_wait(seed: int) -> None:
    """Rows drawn anew from the same office: volumes within a factor of two, shares within chance."""
    dice = Random(seed)

    def drawn() -> dict[str, Any]:
        rows = dice.randint(400, 800)
        labels = dice.choices(list(LABELS), list(LABELS.values()), k=rows)
        return a_profile(
            rows,
            rejected=sum(dice.random() < 0.03 for _ in range(rows)),
            revised=sum(dice.random() < 0.02 for _ in range(rows)),
            values={"penalty_class": {label: labels.count(label) for label in LABELS}},
        )

    assert codes(drawn(), [drawn() for _ in range(8)]) == []


@given(factor=st.floats(6, 1000), usual=st.integers(FLOOR, 5000))
def test_many_times_the_usual_always_waits(factor: float, usual: int) -> None:
    history = [a_profile(usual + step) for step in range(6)]

    assert "unusual-volume" in codes(a_profile(int(usual * factor) + 6), history)
