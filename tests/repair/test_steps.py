"""When each step is due: across festivals and the end of the year; and what no order of steps can bring about."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun import law
from xinyun.base import Period
from xinyun.lists.queries import Standing, check
from xinyun.repair import steps
from xinyun.repair.steps import Facts, Step

BOOK = law.rulebook()
pytestmark = pytest.mark.one_store


def due(
    kind: str, filed: date, *taken: tuple[str, date], procedure: str = "penalty-repair"
) -> dict[str, date]:
    now = BOOK.on(filed)
    name = "objection" if kind == "objection" else procedure
    case = Facts(kind, "52.x", filed, tuple(Step(one, day, "a") for one, day in taken))
    return {one.act: one.last for one in steps.deadlines(case, now.procedure(name), now)}


@pytest.mark.parametrize(
    ("filed", "accepted", "decided"),
    [
        (date(2026, 4, 30), date(2026, 5, 8), date(2026, 5, 18)),  # 劳动节 to 5 May; Saturday 9 May is worked
        (
            date(2026, 9, 23),
            date(2026, 9, 29),
            date(2026, 10, 14),
        ),  # 中秋, 国庆; Saturday 10 October is worked
    ],
)
def test_a_repair_is_accepted_in_three_and_decided_in_seven_working_days(
    filed: date, accepted: date, decided: date
) -> None:
    assert due("repair", filed) == {"accept": accepted}
    assert due("repair", filed, ("accepted", accepted)) == {"accept": accepted, "decide": decided}


def test_under_the_regulation_before_one_clock_runs_across_the_new_year_and_the_spring_festival() -> None:
    assert due("repair", date(2025, 12, 30)) == {"decide": date(2026, 1, 14)}  # Sunday 4 January is worked
    assert due("repair", date(2026, 2, 12)) == {
        "decide": date(2026, 3, 4)
    }  # 15 to 23 February; 14 and 28 are worked


def test_an_objection_runs_in_days_not_working_days() -> None:
    filed = date(2026, 12, 30)

    assert due("objection", filed) == {"accept": date(2027, 1, 1)}
    assert due("objection", filed, ("accepted", filed))["forward"] == date(2027, 1, 2)
    taken = (("accepted", filed), ("forwarded", date(2027, 1, 2)))
    assert due("objection", filed, *taken)["answer"] == date(2027, 1, 7)
    answered = (*taken, ("answered", date(2027, 1, 5)))
    assert due("objection", filed, *answered)["decide"] == date(2027, 1, 8)


def test_a_late_step_is_told_when_it_was_done_and_while_it_is_not() -> None:
    filed, now = date(2026, 11, 2), BOOK.on(date(2026, 11, 30))
    case = Facts("objection", "52.x", filed, (Step("accepted", date(2026, 11, 6), "a"),))

    accept, forward = steps.deadlines(case, now.procedure("objection"), now)

    assert (accept.done, accept.missed(now.day)) == (date(2026, 11, 6), True)
    assert (forward.done, forward.missed(date(2026, 11, 5)), forward.missed(now.day)) == (None, False, True)


PROCEDURES = {
    "objection": BOOK.on(date(2026, 11, 2)).procedure("objection"),
    "repair": BOOK.on(date(2026, 11, 2)).procedure("penalty-repair"),
}
ACTS = {
    "objection": {
        "accept": "accepted", "reject": "rejected", "forward": "forwarded", "answer": "answered", "decide": "settled",
        "withdraw": "dropped",
    },
    "repair": {
        "accept": "accepted", "reject": "rejected", "verify": "verified", "decide": "granted", "withdraw": "dropped",
    },
}  # fmt: skip


@given(kind=st.sampled_from(steps.KINDS), tried=st.lists(st.tuples(st.sampled_from(
    [steps.ACCEPT, steps.REJECT, steps.FORWARD, steps.ANSWER, steps.VERIFY, steps.DECIDE, steps.WITHDRAW]
), st.sampled_from(["a", "b"]), st.sampled_from([None, "52.x", "52.y"])), max_size=12))  # fmt: skip
def test_in_whatever_order_things_are_tried_a_second_officer_decides_once(kind: str, tried: list) -> None:
    day = date(2026, 11, 2)
    procedure = PROCEDURES[kind]
    case = Facts(kind, "52.x", day)
    for act, actor, office in tried:
        if steps.why_not(act, case, procedure, actor=actor, office=office) is None:
            assert office != "52.y"
            case = Facts(kind, case.office, day, (*case.steps, Step(ACTS[kind][act], day, actor)))

    kinds = [one.kind for one in case.steps]
    assert len(set(kinds)) == len(kinds)
    assert sum(one in steps.CLOSED for one in kinds) <= 1
    if kinds and kinds[-1] in ("settled", "granted"):
        assert case.steps[-1].actor != case.first_officer != ""


@given(lifted=st.dates(date(2026, 1, 1), date(2027, 1, 1)), day=st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_a_lifted_entry_measures_on_no_day_from_then_on(lifted: date, day: date) -> None:
    now, begun = BOOK.on(day), date(2025, 6, 1)
    entry = Standing("wage-arrears", 1, "d", begun, Period(begun, date(2028, 6, 1)), lifted)

    found = check([entry], "organisation", now.scene("tender-registration"), now)

    assert (found.outcome == "pass") == (day >= lifted)
