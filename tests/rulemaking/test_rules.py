"""What differs between two days, or two rulebooks, in words: for whom, and nothing where nothing differs."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinyun import law
from xinyun.rulemaking.rules import KINDS, changes, edited, heading

BOOK = law.rulebook()
BEFORE, AFTER = BOOK.on(date(2026, 3, 31)), BOOK.on(date(2026, 4, 1))

pytestmark = pytest.mark.one_store


def test_the_new_regulation_of_repair_shows_in_the_terms_of_publicity():
    (terms,) = [change for change in changes(BEFORE, AFTER) if change.id == "publicity-terms"]
    told = [one.zh for one in terms.said]

    assert terms.action == "changed"
    assert "分档·general·最长月数：36 → 12" in told
    assert any(one.startswith("依据：增加 ndrc-36-2025") for one in told)


def test_a_list_that_comes_into_being_is_new_and_one_that_ends_is_ended():
    early, late = BOOK.on(date(2021, 12, 31)), BOOK.on(date(2022, 1, 1))
    forth = {(c.kind, c.id): c.action for c in changes(early, late)}
    back = {(c.kind, c.id): c.action for c in changes(late, early)}

    assert forth["list", "wage-arrears"] == "new"
    assert back["list", "wage-arrears"] == "ended"


def test_whom_a_change_is_about_is_said_with_it(draft):
    draft.mend("cn/lists/wage-arrears.yaml", "term: {years: 3}", "term: {years: 2}")

    (change,) = edited(BOOK, draft.load())

    assert (change.kind, change.id, change.since) == ("list", "wage-arrears", date(2022, 1, 1))
    assert [one.zh for one in change.whom] == ["法人和非法人组织", "个体工商户", "自然人"]
    assert change.offices == ("human-resources",)
    assert [one.zh for one in change.said] == ["期限·年：3 → 2"]
    assert "2022-01-01" in heading(change).zh


def test_fields_are_told_one_by_one(draft):
    table = "cn/catalogue/penalty.fields.csv"
    draft.mend(table, "remark,BZ,备注,remark,,text,512", "remarks,BZ,备注,remark,,text,512")
    draft.mend(
        table,
        "decision_no,CF_WSH,行政处罚决定书文号,number of the decision,,text,128",
        "decision_no,CF_WSH,行政处罚决定书文号,number of the decision,,text,100",
    )

    told = {one.zh for change in edited(BOOK, draft.load()) for one in change.said}

    assert {"字段：增加 remarks 备注", "字段：减少 remark 备注"} <= told
    assert any(one.startswith("字段·decision_no·length") for one in told)


def test_a_note_is_no_law(draft):
    draft.mend("cn/lists/wage-arrears.yaml", "note: ", "note: 另外，")

    assert edited(BOOK, draft.load()) == ()


def test_a_norm_in_one_rulebook_alone_is_new_or_ended(draft):
    text = (draft.folder / "cn/measures/green-channel.yaml").read_text("utf-8")
    draft.write("cn/measures/blue-channel.yaml", text.replace("green-channel", "blue-channel"))
    book = draft.load()

    assert [(c.id, c.action) for c in edited(BOOK, book)] == [("blue-channel", "new")]
    assert [(c.id, c.action) for c in edited(book, BOOK)] == [("blue-channel", "ended")]


@settings(deadline=None, max_examples=30)
@given(st.dates(date(2010, 1, 1), date(2030, 1, 1)))
def test_a_day_differs_from_itself_in_nothing(day):
    assert changes(BOOK.on(day), BOOK.on(day)) == ()


@settings(deadline=None, max_examples=30)
@given(st.dates(date(2014, 1, 1), date(2028, 1, 1)), st.dates(date(2014, 1, 1), date(2028, 1, 1)))
def test_what_differs_differs_the_other_way_round_as_well(one, other):
    forth, back = changes(BOOK.on(one), BOOK.on(other)), changes(BOOK.on(other), BOOK.on(one))
    opposite = {"new": "ended", "ended": "new", "changed": "changed"}

    assert [(c.kind, c.id, opposite[c.action]) for c in forth] == [(c.kind, c.id, c.action) for c in back]
    assert {c.kind for c in forth} <= KINDS.keys()
    assert all(c.said for c in forth if c.action == "changed")
