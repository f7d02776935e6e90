"""How words are read: groups, states, places, industries."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import DAY
from xinyun.base import Text
from xinyun.law import rulebook
from xinyun.subjects import rules
from xinyun.subjects.facts import Said, Span, Told
from xinyun.subjects.places import places

NOW = rulebook().on(DAY)
TABLE = places(NOW.book)
SAID = Said(1, "registration", "52.market-regulation", "b", DAY)


@pytest.mark.parametrize(
    ("prefix", "group"),
    [
        ("91", "企业"), ("92", "个体工商户"), ("93", "农民专业合作社"), ("11", "机关、群团"), ("13", "机关、群团"),
        ("12", "事业单位"), ("51", "社会组织"), ("52", "社会组织"), ("53", "社会组织"), ("81", "基层工会"),
        ("N2", "农村集体经济组织"), ("54", "基层群众性自治组织"), ("55", "基层群众性自治组织"),
        ("71", "宗教活动场所和院校"), ("31", "律师事务所"), ("32", "公证、司法鉴定等机构"), ("G1", "其他组织"),
    ],
)  # fmt: skip
def test_the_first_two_characters_tell_the_group(prefix, group):
    found = rules.group_of(f"{prefix}520100MA00000000", ["registration"], NOW)

    assert found.label == group
    assert prefix in found.reason.text.zh
    assert found.reason.basis


def test_every_category_of_the_code_table_and_every_registering_item_belongs_to_one_group():
    groups, categories = NOW.codes("subject-group"), NOW.codes("subject-kind")

    assert set(categories.prefixes) == set(groups.prefixes)
    registering = {item for item in NOW.book.describing_items if NOW.item(item).subjects != ("person",)}
    assert registering == set(groups.registering)
    for item in registering:  # an item's classes lie in the group that it registers
        for label in NOW.item(item).classes:
            prefixes = [prefix for prefix, named in categories.prefixes.items() if named == label]
            assert {groups.prefixes[prefix] for prefix in prefixes} == {groups.registering[item]}


def test_an_unknown_beginning_is_told_by_the_registering_item_and_else_left_open():
    by_item = rules.group_of("97520100MA00000000", ["registration-union"], NOW)
    nobody = rules.group_of("97520100MA00000000", [], NOW)
    differing = rules.group_of("91520100MA00000000", ["registration-union"], NOW)

    assert (by_item.label, nobody.label, nobody.title.zh) == ("基层工会", "", "未归类")
    assert "不在表中" in nobody.reason.text.zh
    assert (differing.label, "基层工会" in differing.reason.text.zh) == ("企业", True)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("存续（在营、开业、在册）", "存续"), ("开业", "存续"), ("迁出中", "存续"), ("吊销", "吊销未注销"), ("吊销，已注销", "注销"),
        ("清算中", "清算中"), ("注销中", "注销办理中"), ("Q", "迁出"), ("停业", "歇业"), ("撤消", "撤销"), ("其他-待定", ""),
    ],
)  # fmt: skip
def test_a_registrys_word_means_one_state_and_an_unknown_one_is_kept(word, state):
    label, title = rules.state_of(word, NOW)

    assert label == state
    assert title.zh == (state or word)


def test_every_label_of_the_registration_states_has_a_meaning():
    assert [word for word in NOW.codes("enterprise-status").labels if not rules.state_of(word, NOW)[0]] == []


@pytest.mark.parametrize(
    ("address", "division"),
    [
        ("贵州省贵阳市南明区演示路1号", "520102"), ("贵阳市南明区演示路1号", "520102"), ("南明区演示路1号", "520102"),
        ("贵州省黔东南苗族侗族自治州黎平县德凤镇", "522631"), ("贵州省贵阳市高新区演示路", "520100"),
        ("贵州省毕节地区大方县演示镇", "522422"), ("贵州省毕节市大方县", "520521"), ("贵州省遵义市遵义县演示镇", "520321"),
        ("贵州省黎平县德凤镇", "522631"), ("贵州省", "520000"), ("演示路1号", ""), ("", ""),
    ],
)  # fmt: skip
def test_an_address_names_the_smallest_division_that_it_begins_with(address, division):
    assert TABLE.named_in(address) == division


def test_a_division_lies_in_another_also_where_one_of_them_is_retired():
    assert TABLE.lies_in("522422", "520500")  # 大方县 of before lies in what 毕节 is today
    assert TABLE.heir("522121") == "520304"
    assert not TABLE.lies_in("520102", "520300")
    assert TABLE.city("黔东南") == "522600"


@pytest.mark.parametrize(
    ("words", "code", "title"),
    [
        ("1521", "1521", "制造业 · 酒、饮料和精制茶制造业"), ("C1521", "1521", "制造业 · 酒、饮料和精制茶制造业"),
        ("C15", "15", "制造业 · 酒、饮料和精制茶制造业"), ("C", "C", "制造业"), ("制造业", "C", "制造业"),
    ],
)  # fmt: skip
def test_an_industry_is_known_by_code_or_title(words, code, title):
    found = rules.industry_of(words, NOW)

    assert found
    assert (found[0], found[1].zh) == (code, title)
    assert rules.industry_of("没有这个行业", NOW) is None
    assert rules.industry_of("9999", NOW) is None


def test_a_retired_division_is_followed_by_its_successor_from_the_day_of_the_table():
    span = Span("522422", "522422", Text("大方县", "大方县"), None, None, SAID)

    first, then = rules.with_heirs((span,), NOW)

    assert (first.value, first.until) == ("522422", date(2011, 10, 22))
    assert (then.value, then.since, then.until) == ("520521", date(2011, 10, 22), None)


WORDS = st.lists(
    st.tuples(st.integers(0, 3000), st.sampled_from(["甲", "乙", "丙", ""])), min_size=1, max_size=8
)


@given(WORDS)
def test_spans_follow_each_other_without_gap_and_say_on_each_day_what_the_words_say(told):
    first = date(2015, 1, 1)
    words = [
        Told({"name": name}, SAID, first + timedelta(days=day)) for day, name in sorted(dict(told).items())
    ]

    found = rules.spans(words, rules.reading_names)

    for one, after in itertools.pairwise(found):
        assert one.until == after.since
        assert one.value != after.value
    for number in range(0, 3001, 100):
        day = first + timedelta(days=number)
        spoken = [one.content["name"] for one in words if one.since <= day and one.content["name"]]
        assert [one.value for one in found if one.held_on(day)] == spoken[-1:]


def test_a_tax_number_that_holds_an_identity_number_is_masked():
    told = Told({"tax_no": "52999919900101001901", "old_code": "520100000000014"}, SAID)

    found = {one.kind: one.number for one in rules.numbers([told], "92520100MA00000000")}

    assert found["tax-number"] == "529***************01"
