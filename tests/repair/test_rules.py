"""From when a record or an entry may be repaired, under the regulation before 2026-04-01 and after it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun import law
from xinyun.base.period import add_months
from xinyun.repair.rules import due, repair_of_entry, repair_of_record

BOOK = law.rulebook()

pytestmark = pytest.mark.one_store


def repair(decided: date, day: date, penalty_class: str = "罚款", *, performed: bool = True):
    now = BOOK.on(day)
    content = {"decision_date": str(decided), "penalty_class": penalty_class}
    procedure = now.procedure("penalty-repair")
    return repair_of_record(
        now.item("penalty"), content, BOOK.on(decided), procedure, day, performed=performed
    )


def test_a_fine_of_2025_and_one_of_2026_compute_differently():
    old, new = repair(date(2025, 6, 1), date(2026, 7, 1)), repair(date(2026, 6, 1), date(2026, 7, 1))

    assert old.outcome == "open"
    assert new.outcome == "too-early"
    assert {one.source for one in old.basis} >= {"ndrc-58-2023", "ndrc-36-2025"}
    assert "ndrc-58-2023" not in {one.source for one in new.basis}
    assert repair(date(2025, 3, 1), date(2026, 6, 1)).outcome == "open"
    assert repair(date(2026, 4, 1), date(2027, 6, 1)).outcome == "over"


def test_before_the_duty_is_done_nothing_is_repaired():
    assert repair(date(2026, 4, 1), date(2026, 8, 1), performed=False).outcome == "not-performed"


def test_a_mere_warning_is_not_published_so_there_is_nothing_to_repair():
    assert repair(date(2026, 5, 1), date(2026, 6, 1), "警告").outcome == "not-published"
    assert repair(date(2016, 5, 1), date(2026, 6, 1)).outcome == "not-published"


def test_a_list_may_be_left_early_only_as_its_own_norm_says():
    day = date(2026, 5, 1)
    procedure = BOOK.on(day).procedure("serious-list-repair")
    decided = date(2026, 1, 10)
    then = BOOK.on(decided)

    wages = repair_of_entry(then.list("wage-arrears"), decided, procedure, day)

    assert (wages.outcome, wages.reasons[0].until) == ("too-early", date(2026, 7, 10))
    assert repair_of_entry(then.list("wage-arrears"), decided, procedure, date(2026, 7, 10)).outcome == "open"
    assert repair_of_entry(then.list("tax-a"), decided, procedure, day).outcome == "no-early-exit"
    assert repair_of_entry(then.list("wage-arrears"), date(2022, 1, 10), procedure, day).outcome == "over"


@given(
    st.dates(date(2023, 5, 1), date(2027, 12, 31)),
    st.integers(0, 1500),
    st.sampled_from(["罚款", "吊销许可证件", "警告"]),
)
def test_repair_opens_after_the_minimum_and_ends_with_the_maximum(decided, days, penalty_class):
    day = date.fromordinal(decided.toordinal() + days)
    if day < date(2023, 5, 1):
        return
    found = repair(decided, day, penalty_class)
    first = found.reasons[0].until

    assert found.basis
    if found.outcome == "too-early":
        assert day < first
    if found.outcome == "open":
        assert first <= day < add_months(decided, 36)


@given(st.dates(date(2024, 1, 1), date(2026, 12, 1)))
def test_a_result_is_due_after_the_day_it_is_asked_for(day):
    now = BOOK.on(day)

    for procedure in now.procedures():
        assert due(procedure, now, day) > day
