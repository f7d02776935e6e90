"""How a fields table writes its checks, and the greatest fines of articles."""

from __future__ import annotations

from datetime import date

import pytest

from tests.law.conftest import Draft
from xinyun import law
from xinyun.law import Ceiling, Check
from xinyun.law.fines import Named, ceilings, named

TABLE, FINES = "cn/catalogue/penalty.fields.csv", "cn/fines/fines-work-safety.yaml"
CHECKS = "ask:not-before-birth id_no;ask:since-established"


def test_a_check_may_say_what_becomes_of_a_row_that_fails():
    text = "has-digit; ask:at-most 100000;warn:document-number office ;organisation-name class=a|b;"

    assert Check.parse(text) == (
        Check("has-digit"),
        Check("at-most", "100000", "ask"),
        Check("document-number", "office", "warn"),
        Check("organisation-name", "class=a|b"),
    )
    assert Check.parse("") == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (CHECKS, "tell:since-established", "tell:since-established"),
        (CHECKS, "ask:ask:since-established", "ask:ask"),
        (CHECKS, "ask:since-established;", "since-established;"),
        (CHECKS, "ask:since-founded", "since-founded"),
        (CHECKS, "ask:not-before-birth idno", "idno"),
        ("ask:at-most 100000;", "ask:at-most 十万;", "十万"),
        ("ask:at-most 100000;", "ask:at-most;", "不是数"),
        ("ask:within-article legal_basis", "ask:within-article basis", "basis"),
        ("warn:document-number office", "warn:document-number letter", "letter"),
        ("resident-id legal_rep_id_type=身份证;", "since-established;", "display.date"),
    ],
    ids=[
        "an unknown severity",
        "two severities",
        "a check without a name",
        "an unknown check",
        "a field that does not exist",
        "an amount in words",
        "an amount that is missing",
        "a basis that does not exist",
        "an unknown form",
        "a founding asked of another day than the decision's",
    ],
)
def test_a_check_is_refused_for(draft: Draft, old, new, problem):
    draft.mend(TABLE, old, new)

    assert any(problem in fault.problem and fault.remedy for fault in draft.faults())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("第九十四条: {person: 10}", "第九十四条: {anybody: 10}", "anybody"),
        ("第九十四条: {person: 10}", "第九十四条: {person: -10}", "-10"),
        ("第九十四条: {person: 10}", "第九十四条: {}", "ceilings/第九十四条"),
        ("      第九十四条: {person: 10}\n", "", "第九十四条"),
        ("[law-work-safety, 第九十四条]", "[law-water, 第九十四条]", "不止一份"),
        ("[law-work-safety, 第九十四条]", "[law-work-safety, 第九十三条]", "第九十三条"),
    ],
)
def test_fines_are_refused_for(draft: Draft, old, new, problem):
    draft.mend(FINES, old, new)

    assert any(problem in fault.problem for fault in draft.faults())


def test_what_is_said_of_one_kind_of_subject_alone_holds_for_both():
    fines = law.rulebook().on(date(2026, 5, 10)).fine("fines-work-safety")

    assert fines.instrument == "law-work-safety"
    assert fines.ceilings["第九十四条"] == Ceiling(10, 10)
    assert fines.ceilings["第九十九条"] == Ceiling(20, 2)
    assert fines.ceilings["第一百一十二条"] == Ceiling(None, None)


def test_every_instrument_with_fines_is_known_by_one_title():
    titles = [
        law.rulebook().sources[one.instrument].title for one in law.rulebook().on(date(2026, 5, 10)).fines()
    ]

    assert len(titles) == len(set(titles)) >= 15


def test_articles_are_read_in_numerals_digits_and_ranges():
    text = "《中华人民共和国水法》（2016年修正）第六十九条第（一）项、第70条；《价格法》第四十条至第四十二条，第一百二十条之一"

    assert list(named(text)) == [Named("水法", 2016, (69, 70)), Named("价格法", None, (40, 41, 42))]


def test_a_rulebook_without_fines_knows_of_no_ceiling(draft: Draft):
    for path in (draft.folder / "cn/fines").glob("*.yaml"):
        path.unlink()
    known = ceilings(draft.load())

    assert known.days == ()
    assert known.greatest(named("《水法》第六十九条"), 0, person=False) is None
