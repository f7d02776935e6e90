"""No measure beyond its article, no item beyond what may be said of anybody: planted, refused, place named."""

from __future__ import annotations

import pytest

from tests.law.conftest import Draft

WAGES, DEFAULTER = "cn/lists/wage-arrears.yaml", "cn/lists/judgment-defaulter.yaml"
SCENE = "cn-52/scenes/licence-approval.yaml"
PENALTY, LICENCE, HONOUR = (f"cn/catalogue/{name}.yaml" for name in ("penalty", "licence", "honour"))
TABLE, ELEMENTS = "cn/catalogue/penalty.fields.csv", "cn/codes/data-elements.csv"
WAGE_LAW = "cn/sources/reg-wage-payment.yaml"

# (file, text that is there, what it becomes, words of the problem, words of the remedy, the file of the fault)
BEYOND = {
    "a measure by law without an article of the list's own": (
        WAGES,
        "bar-market-entry: [[reg-wage-payment, 第四十八条]]",
        "bar-market-entry: []",
        "没有自己的条款",
        "article",
        WAGES,
    ),
    "a measure on nobody who may be on the list": (
        DEFAULTER,
        "kinds: [organisation]",
        "kinds: [person]",
        "不能列入",
        "targets",
        DEFAULTER,
    ),
    "a measure on persons by an article that speaks of organisations": (
        WAGE_LAW,
        "  第四十八条: ",
        "  第四十八条:\n    targets: [organisation]\n    says: ",
        "及于 person，超出所引条款",
        "targets",
        WAGES,
    ),
    "an article that has ended before its instrument": (
        WAGE_LAW,
        "  第四十八条: ",
        "  第四十八条:\n    until: 2025-01-01\n    says: ",
        "reg-wage-payment 到 2025-01-01 失效",
        "自 2025-01-01 起加一版",
        WAGES,
    ),
    "a scene's measure that touches none of its subjects": (
        SCENE,
        "subjects: [organisation, individual-business, person]",
        "subjects: [person]",
        "不针对本场景",
        "subjects",
        SCENE,
    ),
    "an adverse item that does not say how grave": (
        PENALTY,
        "tier: by-record",
        "tier: none",
        "tier",
        "轻重",
        PENALTY,
    ),
    "a licence that is called serious": (LICENCE, "tier: none", "tier: serious", "tier", "none", LICENCE),
    "a chapter that the catalogue does not have": (
        LICENCE,
        "chapter: 行政管理信息",
        "chapter: 行政信息",
        "catalogue-chapter",
        "标签",
        LICENCE,
    ),
    "a class of subjects that is none": (
        LICENCE,
        "    publicity: public",
        "    classes: [公司]\n    publicity: public",
        "subject-kind",
        "标签",
        LICENCE,
    ),
    "a class of subjects that the item is not about": (
        HONOUR,
        "    publicity: public",
        "    classes: [自然人]\n    publicity: public",
        "不在 subjects",
        "one of the two",
        HONOUR,
    ),
    "an evaluation of natural persons": (
        LICENCE,
        "category: administration",
        "category: evaluation",
        "自然人不作信用评价",
        "person",
        LICENCE,
    ),
    "a score in a record about persons": (
        TABLE,
        "备注,remark",
        "信用评分,remark",
        "信用评分",
        "persons",
        PENALTY,
    ),
    "a data element that is none": (
        TABLE,
        "remark,BZ,备注,remark,,",
        "remark,BZ,备注,remark,notes,",
        "notes",
        "",
        TABLE,
    ),
    "a type that is not the data element's": (
        TABLE,
        "remark,BZ,备注,remark,,text",
        "remark,BZ,备注,remark,year,integer",
        "integer",
        "element",
        TABLE,
    ),
    "a data element twice": (ELEMENTS, "uscc,统一", "subject_name,统一", "subject_name 重复", "", ELEMENTS),
    "a data element without a source": (ELEMENTS, "gbt-39445-2020", "", "source 为空", "", ELEMENTS),
    "an edition like one that there is not": (
        HONOUR,
        "like: 2021-12-16",
        "like: 2021-12-17",
        "2021-12-17",
        "earlier",
        HONOUR,
    ),
    "an edition like a later one": (
        HONOUR,
        "like: 2021-12-16",
        "like: 2024-03-04",
        "2024-03-04",
        "earlier",
        HONOUR,
    ),
    "editions out of order": (
        "cn/repair/publicity-terms.yaml",
        "  2019-07-01:",
        "  2017-07-01:",
        "排在 2018-07-25 之后",
        "从早到晚",
        "cn/repair/publicity-terms.yaml",
    ),
    "an instrument that ends before it begins": (
        "cn/sources/sat-40-2014.yaml",
        "until: 2025-07-01",
        "until: 2013-07-01",
        "早于",
        "后失效",
        "cn/sources/sat-40-2014.yaml",
    ),
    "an instrument replaced by one that is not there": (
        "cn/sources/sat-40-2014.yaml",
        "replaced_by: sat-12-2025",
        "replaced_by: sat-13-2025",
        "sat-13-2025",
        "补上",
        "cn/sources/sat-40-2014.yaml",
    ),
}


@pytest.mark.parametrize("edit", BEYOND.values(), ids=BEYOND.keys())
def test_a_rulebook_is_refused_for(draft: Draft, edit):
    file, old, new, problem, remedy, place = edit
    draft.mend(file, old, new)

    faults = draft.faults()

    named = [fault for fault in faults if problem in fault.problem and remedy in fault.problem + fault.remedy]
    assert named, [str(fault) for fault in faults]
    assert place in {fault.file for fault in named}
    assert all(fault.line > 0 for fault in named)
