"""What rests on no article, or on one that was not in force, does not load: the fault names place and remedy."""

from __future__ import annotations

import pytest

from tests.law.conftest import Draft
from tests.law.test_faults import ITEM, LIST, TABLE

# (file, text that is there, what it becomes, words of the problem, words of the remedy, where the fault is
# found when that is not the line changed)
GROUNDS = {
    "a measure that follows from a list by no article": (
        "cn/measures/incomplete-papers.yaml",
        "    basis:\n      - [gov-33-2016, 第二部分（五）]\n",
        "",
        "incomplete-papers 没有依据",
        "common",
        (LIST, None),
    ),
    "an unknown source of a list's own for a measure": (
        LIST,
        "fewer-inspections: [[ndrc-1467-2016,",
        "fewer-inspections: [[ndrc-1468-2016,",
        "ndrc-1468-2016",
        "引用",
        None,
    ),
    "an edition of before its source was in force": (
        "cn/lists/judgment-defaulter.yaml",
        "2017-05-01:",
        "2017-04-30:",
        "spc-7-2017 自 2017-05-01 起才施行",
        "加一版",
        ("cn/lists/judgment-defaulter.yaml", 7),
    ),
    "an edition of after its source had ended": (
        LIST,
        "[sat-12-2025, A级激励条款（条次待核）]",
        "[sat-40-2014, 第十八条]",
        "sat-40-2014 已于 2025-07-01 失效",
        "当时有效",
        None,
    ),
    "an edition that outlives its source": (
        "cn/repair/publicity-terms.yaml",
        "2026-04-01:",
        "2026-05-01:",
        "ndrc-58-2023 到 2026-04-01 失效",
        "自 2026-04-01 起加一版",
        ("cn/repair/publicity-terms.yaml", None),
    ),
    "an item that needs consent, about persons": (
        TABLE,
        "备注,remark",
        "家庭收入,remark",
        "收入",
        "consent",
        (ITEM, 24),
    ),
    "adverse information about persons that is kept without end": (
        ITEM,
        "    retention_of_persons: {years: 5, counted_from: end-of-conduct, basis: [[reg-credit-reporting, 第十六条]]}\n",
        "",
        "保存年限",
        "retention_of_persons",
        (ITEM, 5),
    ),
    "an extension that is no span": (
        "cn/lists/judgment-defaulter.yaml",
        "extension: {years: 3}",
        "extension: {years: 0}",
        "extension",
        "list.json",
        None,
    ),
}


@pytest.mark.parametrize("edit", GROUNDS.values(), ids=GROUNDS.keys())
def test_a_rulebook_is_refused_for(draft: Draft, edit):
    file, old, new, problem, remedy, place = edit
    line = draft.mend(file, old, new)

    faults = draft.faults()

    named = [fault for fault in faults if problem in fault.problem and remedy in fault.remedy]
    assert named, [str(fault) for fault in faults]
    where_file, where_line = place or (file, line)
    assert named[0].file == where_file
    assert where_line in (None, named[0].line)


def test_an_item_of_consent_may_hold_what_needs_consent(draft: Draft):
    draft.mend(TABLE, "备注,remark", "家庭收入,remark")
    draft.mend(ITEM, "    publicity: public", "    publicity: consent")

    assert draft.load().hash
