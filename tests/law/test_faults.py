"""A rulebook with one violation does not load: the fault names the file, the line and the remedy."""

from __future__ import annotations

import pytest

from tests.law.conftest import Draft

LIST, ITEM, TABLE = "cn/lists/tax-a.yaml", "cn/catalogue/penalty.yaml", "cn/catalogue/penalty.fields.csv"
SERIOUS, SCENE = "cn/catalogue/serious.yaml", "cn-52/scenes/tender-registration.yaml"

ASSESSMENT = "cn/assessments/dual-publicity.yaml"

# (file, text that is there, what it becomes, words of the problem, words of the remedy, where the fault is
# found when that is not the line changed)
EDITED = {
    "weights that do not add up to a hundred": (
        ASSESSMENT,
        "coverage: {weight: 20,",
        "coverage: {weight: 30,",
        "110",
        "合计须为 100",
        (ASSESSMENT, 12),
    ),
    "a rate that is worth nothing above the one that is worth all": (
        ASSESSMENT,
        "full: 100, zero: 80, attention: 95}",
        "full: 70, zero: 80, attention: 95}",
        "80",
        "低于满分",
        None,
    ),
    "an assessment of an item that does not exist": (
        ASSESSMENT,
        "items: [licence, penalty]",
        "items: [licence, penalties]",
        "penalties",
        "改正名字",
        None,
    ),
    "an unknown key": (
        LIST,
        "english: A-class taxpayers",
        "english: A-class taxpayers\ncolour: red",
        "colour",
        "list.json",
        (LIST, 1),
    ),
    "an unknown key in an edition": (
        LIST,
        "    polarity:",
        "    colour: red\n    polarity:",
        "colour",
        "list.json",
        (LIST, 5),
    ),
    "a duplicate key": (
        LIST,
        "    authority: [tax]",
        "    authority: [tax]\n    authority: [justice]",
        "authority",
        "重复",
        (LIST, 13),
    ),
    "a duplicate day": (LIST, "  2025-07-01:", "  2014-10-01:", "2014-10-01", "重复", None),
    "an unknown source": (
        LIST,
        "[sat-40-2014, 第十八条]",
        "[sat-41-2014, 第十八条]",
        "sat-41-2014",
        "引用",
        None,
    ),
    "an unknown department as authority": (
        LIST,
        "authority: [tax]",
        "authority: [taxes]",
        "taxes",
        "改正名字",
        None,
    ),
    "an unknown department as provider": (
        ITEM,
        "providers: [any]",
        "providers: [everybody]",
        "everybody",
        "改正名字",
        None,
    ),
    "an unknown measure in a list": (
        LIST,
        "      green-channel:",
        "      green-chanel:",
        "green-chanel",
        "改正名字",
        (LIST, None),
    ),
    "an unknown measure in a scene": (SCENE, "bar-tender", "bar-tenders", "bar-tenders", "改正名字", None),
    "an unknown item in a list": (LIST, "item: honour", "item: honours", "honours", "改正名字", None),
    "a key that names no field": (
        ITEM,
        "key: [decision_no]",
        "key: [decision_number]",
        "decision_number",
        "字段名",
        (ITEM, 5),
    ),
    "a display that names no field": (
        ITEM,
        "date: decision_date,",
        "date: decision_day,",
        "decision_day",
        "字段名",
        (ITEM, 5),
    ),
    "an edition without basis": (
        LIST,
        "    basis:\n      - [sat-40-2014, 第十八条]\n      - [sat-40-2014, 第二十三条]\n      - [sat-40-2014, 第二十九条]\n",
        "",
        "basis",
        "list.json",
        (LIST, 5),
    ),
    "a basis without article": (LIST, "[sat-40-2014, 第十八条]", "[sat-40-2014]", "basis", "list.json", None),
    "a day that is written otherwise": (
        ITEM,
        "2018-07-25:",
        "2018/07/25:",
        "2018/07/25",
        "item.json",
        (ITEM, 4),
    ),
    "a day that does not exist": (
        "cn/limits/forbidden-about-persons.yaml",
        "2013-03-15:",
        "2013-02-30:",
        "2013-02-30",
        "",
        None,
    ),
    "a word outside its vocabulary": (
        LIST,
        "polarity: favourable",
        "polarity: nice",
        "nice",
        "list.json",
        None,
    ),
    "an id that is not the file's name": (LIST, "id: tax-a", "id: tax-b", "tax-a", "同一个名字", None),
    "a fields table that is not there": (
        ITEM,
        "penalty.fields.csv",
        "penalties.fields.csv",
        "penalties.fields.csv",
        "字段表",
        None,
    ),
    "an item that may not be collected about persons": (
        TABLE,
        "备注,remark",
        "指纹,remark",
        "指纹",
        "persons",
        (ITEM, 24),
    ),
    "a field of no known type": (
        TABLE,
        ",text,128,yes,,,,has-digit",
        ",words,128,yes,,,,has-digit",
        "words",
        "field.json",
        None,
    ),
    "a field with an unknown check": (TABLE, "has-digit", "has-digits", "has-digits", "field.json", None),
    "a field with an unknown code list": (
        TABLE,
        ",penalty-class,,public",
        ",penalty-classes,,public",
        "penalty-classes",
        "代码表",
        (ITEM, 24),
    ),
    "a field that is required when another is that does not exist": (
        TABLE,
        "when,penalty_class=罚款",
        "when,penalty_clas=罚款",
        "penalty_clas",
        "",
        (None, None),
    ),
    "a field that is empty when another is that does not exist": (
        TABLE,
        "no,,counterparty_class=自然人,,registration-no",
        "no,,counter_class=自然人,,registration-no",
        "counter_class",
        "",
        (None, None),
    ),
    "a day that is compared with a field that does not exist": (
        TABLE,
        "before publicity_end",
        "before publicity_ends",
        "publicity_ends",
        "",
        (None, None),
    ),
    "two fields of one name": (
        TABLE,
        "fine_10k_yuan,CF_NR_FK",
        "content,CF_NR_FK",
        "content",
        "",
        (None, None),
    ),
    "a publicity term that does not exist": (
        ITEM,
        "{norm: publicity-terms,",
        "{norm: publicity-term,",
        "publicity-term",
        "",
        None,
    ),
    "a publicity term of a field that does not exist": (
        SERIOUS,
        "publicity_term: {field: until}",
        "publicity_term: {field: till}",
        "till",
        "",
        (SERIOUS, None),
    ),
    "a word of YAML's that begins like a truth value": (
        LIST,
        "confidence: memory",
        "confidence: trueish",
        "trueish",
        "list.json",
        None,
    ),
}


@pytest.mark.parametrize("edit", EDITED.values(), ids=EDITED.keys())
def test_a_rulebook_is_refused_for(draft: Draft, edit):
    file, old, new, problem, remedy, place = edit
    line = draft.mend(file, old, new)

    faults = draft.faults()

    named = [fault for fault in faults if problem in fault.problem and remedy in fault.problem + fault.remedy]
    assert named, [str(fault) for fault in faults]
    assert all(fault.remedy for fault in faults)
    where_file, where_line = place or (file, line)
    assert not where_file or named[0].file == where_file
    assert not where_line or named[0].line == where_line


def test_a_broken_reference_to_a_planted_fault_names_its_place_in_one_line(draft: Draft):
    line = draft.mend(LIST, "item: honour", "item: honours")

    fault = draft.faults()[0]

    assert str(fault).startswith(f"{LIST}:{line}: ")
    assert fault.remedy in str(fault)


def test_a_row_with_too_few_cells_is_found_by_its_line_in_the_table(draft: Draft):
    draft.mend(TABLE, "remark,BZ,备注,remark,,text,512,no,,,,,hidden,no,CF_BZ,seen", "remark,BZ,备注,remark")

    faults = draft.faults()

    assert {(fault.file, fault.line) for fault in faults} == {(TABLE, 31)}


@pytest.mark.parametrize(
    "content", ["", "- a\n- b\n", "id: [", "id:\ttax\n\t- x\n", "? [a, b]\n: c\n", "id: tax-a\x07\n"]
)
def test_a_file_that_is_no_norm_is_a_fault_of_that_file(draft: Draft, content):
    draft.write(LIST, content)

    assert LIST in {fault.file for fault in draft.faults()}


def test_a_norm_in_an_unknown_folder_is_a_fault(draft: Draft):
    draft.write("cn/ideas/better.yaml", "id: better\n")

    (fault,) = draft.faults()

    assert fault.file == "cn/ideas/better.yaml"
    assert "lists" in fault.remedy


def test_an_id_taken_by_the_nation_cannot_be_taken_by_the_province(draft: Draft):
    draft.write("cn-52/lists/tax-a.yaml", (draft.folder / LIST).read_text("utf-8"))

    fault = draft.faults()[0]

    assert fault.file == "cn-52/lists/tax-a.yaml"
    assert LIST in fault.problem


@pytest.mark.parametrize("file", [LIST, TABLE, "cn-52/offices/departments.csv", "cn-52/codes/divisions.csv"])
def test_a_file_saved_in_another_encoding_is_a_fault_of_that_file(draft: Draft, file):
    draft.mend(file, "", "", encoding="gb18030")

    faults = draft.faults()

    assert file in {fault.file for fault in faults}
    assert any("UTF-8" in fault.problem + fault.remedy for fault in faults)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("cn-52/codes/divisions.csv", "520103,云岩区", "520102,云岩区"),
        ("cn-52/codes/divisions.csv", "2012-11-15", "2012-13-15"),
        ("cn-52/codes/divisions.csv", "520103,云岩区,520100", "520103,云岩区,529999"),
        ("cn-52/offices/departments.csv", ",province+city,", ",provincial+city,"),
        ("cn-52/offices/departments.csv", "slug,title,english,levels,", "slug,title,english,level,"),
        ("cn-52/offices/departments.csv", "tax,税务,", "market-regulation,税务,"),
    ],
    ids=[
        "a division twice",
        "a day that does not exist",
        "a parent that does not exist",
        "an unknown level",
        "a column that is missing",
        "a department twice",
    ],
)
def test_a_table_of_offices_or_divisions_is_refused_for(draft: Draft, file, old, new):
    draft.mend(file, old, new)

    assert {fault.file for fault in draft.faults()} == {file}
