"""When a measure is due, across holidays and the end of a year; what is opened and ended; what a roster's row is."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import a_code
from xinyun import law
from xinyun.base import Period
from xinyun.base.calendar import is_working_day, working_days_after, working_days_before
from xinyun.enforcement import rules
from xinyun.enforcement.rules import Row, answerable_since, dues, ending, release_dues, row_of, settle
from xinyun.lists.rules import Standing

DAYS = st.dates(date(2024, 1, 1), date(2026, 11, 30))
KEYS = st.sets(st.integers(0, 12))


def norm(measure: str = "bar-honours", day: date = date(2026, 11, 20)) -> law.Enforcement:
    return law.rulebook().on(day).enforcement_of(measure)


def test_a_measure_has_the_times_of_the_norm_that_names_it_else_the_common_ones() -> None:
    assert norm("bar-tender").id == "tender-and-procurement"
    assert norm("bar-honours").id == "measures-by-default"
    assert all(one.confidence == "unsure" for one in (norm("bar-tender"), norm("bar-honours")))
    with pytest.raises(law.NotInForce):
        norm(day=date(2015, 1, 1))


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (date(2025, 12, 24), date(2026, 1, 8)),  # New Year's Day off, and the Sunday worked for it
        (date(2026, 2, 10), date(2026, 3, 2)),  # Spring Festival: nine days off, two weekends' days worked
    ],
)
def test_working_days_go_across_the_years_end_and_spring_festival(start: date, due: date) -> None:
    found = dues(norm(), start)

    assert found.due == working_days_after(start, 10)
    assert found.due == due
    assert found.remind < found.due < found.escalate


@given(DAYS, st.sampled_from(["bar-honours", "bar-tender"]))
def test_nobody_is_reminded_before_there_is_a_task_nor_told_of_late_before_it_is(
    start: date, measure: str
) -> None:
    for found in (dues(norm(measure), start), release_dues(norm(measure), start)):
        assert start <= found.remind <= found.due < found.escalate
        assert is_working_day(found.due)


@given(DAYS, st.integers(0, 15))
def test_counting_back_working_days_is_counting_forward(day: date, count: int) -> None:
    start = working_days_before(day, count)

    assert (
        sum(is_working_day(date.fromordinal(n)) for n in range(start.toordinal() + 1, day.toordinal() + 1))
        == count
    )


@given(KEYS, st.dictionaries(st.integers(0, 12), st.sampled_from(["open", "done", "declined"])), KEYS)
def test_settling_once_is_settling_twice(wanted: set[int], living: dict[int, str], undoing: set[int]) -> None:
    undoing -= living.keys()
    new, over, again = settle(wanted, living, undoing)
    assert not (new & again)
    assert not (new & living.keys())
    assert not (over & wanted)

    states = {key: state for key, state in living.items() if key not in over}
    states |= dict.fromkeys(new, "open") | dict.fromkeys(again, "done")
    undone = {key for key in over if rules.AFTER_ENDING[living[key]] == rules.RELEASE}
    assert settle(wanted, states, (undoing - again) | undone) == (set(), set(), set())
    assert states.keys() == wanted


def test_why_a_measure_ended_and_since_when() -> None:
    day, start = date(2026, 11, 20), date(2026, 3, 1)
    entry = Standing("wage-arrears", 1, "演列1号", start, Period(start, date(2026, 11, 1)))
    told = {"on_roster": True, "false_alarm": False}

    assert ending(entry, day, **told) == ("expired", date(2026, 11, 1))
    removed = Standing("wage-arrears", 1, "x", start, Period(start, None), date(2026, 11, 2))
    assert ending(removed, day, **told) == ("removed", date(2026, 11, 2))
    held = Standing("wage-arrears", 1, "x", start, Period(start), suspended=(Period(date(2026, 11, 3)),))
    assert ending(held, day, **told) == ("suspended", date(2026, 11, 3))
    standing = Standing("wage-arrears", 1, "x", start, Period(start))
    assert ending(standing, day, on_roster=False, false_alarm=False) == ("off-roster", day)
    assert ending(standing, day, on_roster=True, false_alarm=True) == ("false-alarm", day)
    assert ending(None, day, **told) == ("law", day)


def test_feedback_is_owed_for_three_months() -> None:
    clock, day = law.rulebook().on(date(2026, 11, 20)).clock("measure-feedback"), date(2026, 11, 20)
    first = answerable_since(clock, day)

    assert clock.due(first) >= day > clock.due(date.fromordinal(first.toordinal() - 1))


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=100))
def test_any_text_is_a_line_or_a_fault_never_an_error(code: str, name: str, reference: str) -> None:
    found = row_of(1, code, name, reference)

    if isinstance(found, Row):
        assert found.key
        assert len(found.reference) <= rules.REFERENCE_LENGTH


def test_a_letter_for_a_digit_is_proposed_and_never_taken() -> None:
    code = a_code()
    slip = code[:3] + code[3:].replace("0", "O", 1)

    found = row_of(7, slip, "", "")

    assert isinstance(found, rules.Fault)
    assert code in found.remedy.zh
