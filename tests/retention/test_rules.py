"""When something is past its time: pure, whatever the days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinyun.base import Basis, Text
from xinyun.base.decision import Reason
from xinyun.base.period import add_months
from xinyun.law import Keeping, rulebook
from xinyun.law.kinds import Span
from xinyun.retention import rules
from xinyun.retention.rules import Kept, decide

pytestmark = pytest.mark.one_store
DAYS = st.dates(date(1950, 1, 1), date(2090, 1, 1))
UNITS = st.sampled_from(["days", "months", "years"])
HOLD = Reason("ordered", Text("异议", "objection"))


def a_keeping(within: int = 5, unit: str = "years", id: str = "a", **names: tuple[str, ...]) -> Keeping:
    return Keeping(
        id=id, title="", english="", since=date(2013, 3, 15), basis=(Basis("law", id),), of="records",
        subjects=("person",), span=Span(within, unit), counted_from=names or {"penalty": ("ended_on", "decided_on")},
    )  # fmt: skip


@given(start=DAYS, day=DAYS, within=st.integers(0, 20), unit=UNITS)
def test_it_is_due_on_the_day_after_the_last_and_on_no_day_before(start, day, within, unit):
    keeping = a_keeping(within, unit)
    first = rules.first_due(keeping, start)

    decision = decide(Kept("penalty", {"ended_on": start}), [keeping], day)

    assert decision.outcome == (rules.DUE if day >= first else rules.KEEP)
    assert decision.basis == keeping.basis
    assert decision.reasons[0].until == first > start
    if unit == "years":
        assert first == add_months(start, 12 * within) + timedelta(days=1)


@given(start=st.none() | DAYS, other=st.none() | DAYS, day=DAYS)
def test_the_first_field_with_a_value_counts_and_none_is_never_due(start, other, day):
    keeping = a_keeping()
    decision = decide(Kept("penalty", {"ended_on": start, "decided_on": other}), [keeping], day)

    if start is None and other is None:
        assert decision.outcome == rules.UNDETERMINED
    else:
        assert decision.reasons[0].until == rules.first_due(keeping, start or other)


@given(start=DAYS, day=DAYS)
def test_a_norm_that_names_no_field_of_the_item_gives_way_to_one_that_does(start, day):
    nation, province = a_keeping(), a_keeping(id="b", other=("settled_on",))
    record = Kept("other", {"settled_on": start})

    assert decide(record, [nation, province], day) == decide(record, [province], day)


@given(day=DAYS)
def test_an_item_that_no_norm_names_a_field_of_is_undetermined_for_ever(day):
    assert (
        decide(Kept("other", {"decided_on": date(1950, 1, 1)}), [a_keeping()], day).outcome
        == rules.UNDETERMINED
    )


@given(start=DAYS, day=DAYS)
def test_what_is_held_never_goes_and_is_told_only_once_it_is_due(start, day):
    free = decide(Kept("penalty", {"ended_on": start}), [a_keeping()], day)
    held = decide(Kept("penalty", {"ended_on": start}, (HOLD,)), [a_keeping()], day)

    assert held.outcome == (rules.HELD if free.outcome == rules.DUE else free.outcome)
    assert (HOLD in held.reasons) == (held.outcome == rules.HELD)


@given(start=DAYS, day=DAYS, one=st.integers(0, 9), two=st.integers(0, 9))
def test_of_two_norms_the_earlier_end_counts_and_its_article_is_cited(start, day, one, two):
    keepings = [a_keeping(one, id="one"), a_keeping(two, id="two")]

    decision = decide(Kept("penalty", {"ended_on": start}), keepings, day)

    ends = {keeping.id: rules.first_due(keeping, start) for keeping in keepings}
    assert (decision.outcome == rules.DUE) == (min(ends.values()) <= day)
    if decision.outcome == rules.DUE:
        assert {reason.code for reason in decision.reasons} == {id for id, end in ends.items() if end <= day}


@given(day=st.dates(date(2000, 1, 1), date(2060, 1, 1)), within=st.integers(0, 10), unit=UNITS)
def test_the_latest_start_is_the_border_between_due_and_kept(day, within, unit):
    keeping = a_keeping(within, unit)
    start = rules.latest_start(keeping, day)

    assert start is not None
    assert rules.first_due(keeping, start) <= day < rules.first_due(keeping, start + timedelta(days=1))


def test_the_log_of_queries_is_kept_as_long_as_its_floor_even_where_the_norm_says_less():
    norms = rulebook().on(date(2026, 11, 27))
    floor = norms.clock("query-log-retention")
    short = a_keeping(1, "days")

    assert rules.first_due(short, date(2026, 1, 31), floor) == date(2026, 8, 1)
    assert rules.latest_start(short, date(2026, 8, 1), floor) == date(2026, 1, 31)


def test_an_entry_that_counts_holds_what_rests_on_its_document_or_leads_to_a_list():
    assert rules.listed_hold("罚1号", ["罚1号"], enters=False)
    assert rules.listed_hold("", ["罚1号"], enters=True)
    assert not rules.listed_hold("罚2号", ["罚1号"], enters=False)
    assert not rules.listed_hold("", [], enters=True)


def test_each_adverse_item_about_persons_says_its_field_or_is_told_as_undetermined():
    norms = rulebook().on(date(2026, 11, 27))
    keeping, province = norms.keeping("adverse-of-persons"), norms.keeping("adverse-of-persons-52")
    adverse = {i.id for i in norms.items() if i.bearing == "adverse" and "person" in i.subjects}

    assert {*keeping.counted_from, *province.counted_from} == adverse
    assert province.span == keeping.span
    assert {i for i in adverse if norms.item(i).retention_of_persons.years != keeping.span.within} == set()
