"""Names by pinyin and initials, as people type them; what heteronyms do; what is marked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import DAY
from tests.factories import a_registration
from xinyun.archive import operations, queries
from xinyun.archive.folding import fold, matched, pieces
from xinyun.archive.names import speller
from xinyun.archive.spelling import marked, spellings

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def found(text: str) -> list[str]:
    """The names that a search finds, each with what is marked in brackets."""
    hits = queries.search(text, limit=20).hits
    return [
        "".join(f"[{part}]" if on else part for part, on in queries.pieces(hit.name, hit.marks))
        for hit in hits
    ]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("qs", "贵州[黔山]茶业有限公司"),
        ("QSCY", "贵州[黔山茶业]有限公司"),
        ("qianshan", "贵州[黔山]茶业有限公司"),
        ("qian shan cha", "贵州[黔山茶]业有限公司"),
        ("qiansh", "贵州[黔山]茶业有限公司"),
        ("gzqs", "[贵州黔山]茶业有限公司"),
        ("gzq", "[贵州黔]山茶业有限公司"),
        ("guizhouqianshan", "[贵州黔山]茶业有限公司"),
    ],
)
def test_a_name_is_found_by_letters_from_its_core_or_from_the_division_before_it(register, typed, shown):
    register("贵州黔山茶业有限公司", "遵义市海龙酒业店")

    assert found(typed) == [shown]


def test_a_word_that_is_read_otherwise_is_found_by_either_reading(register):
    register("贵阳重庆小面馆", "贵州长顺茶业公司", "贵阳音乐厅管理处")

    assert found("chongqing") == found("zhongqing") == ["贵阳[重庆]小面馆"]
    assert found("yinyue") == found("yinle") == ["贵阳[音乐]厅管理处"]


def test_what_is_written_comes_before_what_is_only_spelt_so(register):
    register("贵州黔山茶业有限公司", "贵州QS电子公司")

    assert found("qs") == ["贵州[QS]电子公司", "贵州[黔山]茶业有限公司"]


def test_the_order_is_exact_begins_core_holds_former_spelt(register):
    row = a_registration(名称="旧安华店")
    register(row)
    register(row | {"名称": "贵阳新店"}, "安华店", "安华店铺", "贵阳安华店铺", "贵阳大安华店")

    assert [hit.name for hit in queries.search("安华店", limit=9).hits] == [
        "安华店", "安华店铺", "贵阳安华店铺", "贵阳大安华店", "贵阳新店",
    ]  # fmt: skip


def test_the_core_begins_after_the_divisions_that_a_name_names_first():
    core = speller().core

    assert [
        core(text)
        for text in ("贵州省贵阳市云岩区黔山店", "贵阳黔山店", "黔东南山店", "黔山店", "贵阳重庆店")
    ] == [
        9,
        2,
        3,
        0,
        2,
    ]
    assert core("贵阳") == core("贵阳店") == 0


def test_a_name_withdrawn_by_its_registry_is_not_a_former_name(register):
    row = a_registration(名称="贵州误登演示公司")
    register(row)
    register(row | {"名称": "贵州正登演示公司"})
    (hit,) = queries.search("正登", limit=1).hits
    (record,) = queries.records_of(hit.id)
    operations.withdraw(
        records=[record.id], reason="登记的不是它", office="52.market-regulation", actor="test", on=DAY
    )
    operations.follow_names(actor="test", on=DAY)

    assert found("误登") == []
    operations.rebuild_names(actor="test", on=DAY)
    assert found("误登") == []


def test_places_in_the_order_do_not_shift_when_more_is_collected(register):
    register(*(f"演示茶业{n}号店" for n in range(30)))
    first = queries.match("演示茶业").part(0, 10)
    register(*(f"演示茶业{n}店" for n in range(5)))

    later = queries.match("演示茶业").part()
    assert len(later) == 35
    rest = [place for place in later if place > first[-1]]
    assert {place.id for place in rest}.isdisjoint(place.id for place in first)
    assert len(rest) == 20
    assert queries.Place.read(str(first[3])) == first[3]
    assert [queries.Place.read(text) for text in ("", "1.2", "1.2.x", "-1.2.3", "1.2.3.4")] == [None] * 5


def test_finds_are_counted_by_division_and_category_each_respecting_the_other(register):
    register("演示一公司", "演示二公司", division="520102")
    register("演示三公司", division="520302")
    register("演示四铺", division="520102", prefix="92")

    found = queries.match("演示", division="5201")
    assert len(found.keys) == 3
    assert dict(found.divisions) == {"5201": 3, "5203": 1}
    assert dict(found.categories) == {"企业": 2, "个体工商户": 1}
    assert dict(queries.match("演示", kind="企业").divisions) == {"5201": 2, "5203": 1}


@settings(max_examples=80, deadline=None, database=None)
@given(st.text(alphabet="贵州黔山重庆银行长ABab1（）() ·ﬁé𠮷", max_size=14), st.text(max_size=6))
def test_pieces_are_the_name_whatever_is_marked(name: str, asked: str):
    assert "".join(part for part, _ in matched(name, asked)) == name
    assert "".join(part for part, _ in pieces(name, [(1, 3), (9, 40)])) == name


@settings(max_examples=80, deadline=None, database=None)
@given(
    st.lists(st.text(alphabet="黔山重庆银行长顺茶业店A1𠮷", min_size=0, max_size=16), min_size=1, max_size=6)
)
def test_whatever_spells_a_core_marks_its_characters(cores: list[str]):
    cores = [fold(core) for core in cores]

    for core, texts in zip(cores, spellings(cores), strict=True):
        assert len(texts) in (2, 4) or len(set(texts)) == len(texts)
        assert all(marked(core, text) > 0 for text in texts if text)
