"""What was released stays as it was: neither changed, nor removed, nor preceded by something new."""

from __future__ import annotations

from datetime import date

import pytest

from tests.law.conftest import Draft
from xinyun.law import Rulebook, RulebookFaults

LIST, ITEM, TABLE = "cn/lists/tax-a.yaml", "cn/catalogue/abnormal.yaml", "cn/catalogue/abnormal.fields.csv"
RELEASED = date(2026, 11, 1)


@pytest.fixture
def released(draft: Draft) -> Draft:
    for old in (draft.folder / "releases").glob("*.csv"):
        old.unlink()
    Rulebook(draft.folder).release(RELEASED)
    return draft


def faults(draft: Draft) -> list[str]:
    return [str(fault) for fault in draft.load().frozen()]


def test_what_has_just_been_released_is_as_it_was(released):
    assert faults(released) == []
    assert released.load().released_on == RELEASED


def test_before_the_first_release_nothing_is_frozen(draft):
    for old in (draft.folder / "releases").glob("*.csv"):
        old.unlink()
    draft.mend(LIST, "term: {years: 1}", "term: {years: 2}")

    assert faults(draft) == []
    assert draft.load().released_on is None


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (LIST, "term: {years: 1}", "term: {years: 2}"),
        (LIST, "authority: [tax]", "authority: [finance]"),
        (LIST, "- [sat-12-2025, A级激励条款（条次待核）]\n", "- [gov-33-2016, 第二部分（四）]\n"),
        (
            "cn/lists/judgment-defaulter.yaml",
            "limit-consumption: [[spc-17-2015, 第三条]]",
            "limit-consumption: [[spc-7-2017, 第八条]]",
        ),
        (ITEM, "publicity: public", "publicity: shared"),
        (TABLE, ",public,", ",hidden,"),
        ("cn/measures/bar-tender.yaml", "effect: block", "effect: review"),
        ("cn/repair/publicity-terms.yaml", "maximum_months: 12", "maximum_months: 18"),
        ("cn/codes/id-type.yaml", "    open: 其他-", "    open: 另-"),
    ],
    ids=[
        "its term",
        "its authority",
        "its instrument",
        "a list's own article for a measure",
        "its publicity",
        "a field's publicity",
        "an effect",
        "a term of publicity",
        "a code list",
    ],
)
def test_a_past_value_may_not_be_edited(released, file, old, new):
    released.mend(file, old, new)

    told = faults(released)

    assert len(told) >= 1
    assert all("内容改了" in one and "另加新版" in one for one in told)
    with pytest.raises(RulebookFaults):
        released.load().release(date(2026, 12, 1))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (LIST, "note: 一年是评价周期", "note: 一年就是评价周期"),
        (LIST, "- [sat-40-2014, 第十八条]", "- [sat-40-2014, 第十九条]"),
        (TABLE, ",seen\n", ",memory\n"),
    ],
    ids=["a note", "the place of an article that was not verified", "how sure we are of a row"],
)
def test_what_is_no_law_may_be_mended_in_place(released, file, old, new):
    released.mend(file, old, new)

    assert faults(released) == []


def test_an_article_that_was_verified_may_not_be_moved(released):
    path = "cn/codes/subject-kind.yaml"
    released.mend(path, "[gb-32100-2015, 表1", "[gb-32100-2015, 表2")

    (told,) = faults(released)

    assert path in told


def test_a_norm_that_was_released_may_not_go(released):
    (released.folder / "cn/measures/limit-consumption.yaml").unlink()
    released.mend(
        "cn/lists/judgment-defaulter.yaml", "      limit-consumption: [[spc-17-2015, 第三条]]\n", ""
    )
    for case in (released.folder / "cn-52").rglob("*.yaml"):
        if "limit-consumption" in case.read_text("utf-8"):
            case.unlink()

    told = faults(released)

    assert any("limit-consumption" in one and "不见了" in one for one in told)


def test_an_edition_that_was_released_may_not_go(released):
    path = released.folder / "cn/repair/publicity-terms.yaml"
    text = path.read_text("utf-8")
    start, end = text.index("  2018-07-25:"), text.index("  2019-07-01:")
    path.write_text(text[:start] + text[end:], "utf-8")

    (told,) = faults(released)

    assert "2018-07-25" in told
    assert "没有了" in told


def test_an_edition_added_now_begins_after_the_release(released):
    path = released.folder / LIST
    body = path.read_text("utf-8").rstrip("\n")
    path.write_text(f"{body}\n  2026-10-01:\n    like: 2025-07-01\n    term: {{years: 2}}\n", "utf-8")
    early = faults(released)
    path.write_text(f"{body}\n  2026-12-01:\n    like: 2025-07-01\n    term: {{years: 2}}\n", "utf-8")

    assert len(early) == 1
    assert "2026-10-01" in early[0]
    assert faults(released) == []


def test_a_norm_that_is_new_may_reach_back(released):
    text = (released.folder / "cn/measures/green-channel.yaml").read_text("utf-8")
    released.write("cn/measures/blue-channel.yaml", text.replace("green-channel", "blue-channel"))

    assert faults(released) == []


def test_a_draft_may_not_change_what_is_in_force_on_its_day_and_may_change_what_is_to_come(draft):
    current, path = draft.load(), draft.folder / LIST
    path.write_text(f"{path.read_text('utf-8')}  2027-01-01: null\n", "utf-8")

    assert draft.load().past_changed(current, date(2026, 11, 26)) == ()
    (fault,) = draft.load().past_changed(current, date(2027, 6, 1))
    assert fault.file == LIST


def test_the_rulebook_that_ships_is_as_it_was_released():
    from xinyun import law

    assert law.rulebook().frozen() == ()
    assert law.rulebook().released_on is not None
