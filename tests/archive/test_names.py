"""Search by name: any two characters find a company, as people type them; persons are never found."""

from __future__ import annotations

import shutil
import string
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import DAY
from tests.factories import a_code, a_penalty, a_registration, collected
from xinyun.archive import operations, queries
from xinyun.archive.folding import fold, pairs
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def names(text: str, **given_) -> list[str]:
    return [hit.name for hit in queries.search(text, limit=given_.pop("limit", 50), **given_).hits]


def test_any_two_consecutive_characters_of_a_name_find_it_and_one_does_not(register):
    register("贵州黔山茶业有限公司", "贵阳云岩饮食店")

    assert names("黔山") == names("山茶业") == names("贵州黔山茶业有限公司") == ["贵州黔山茶业有限公司"]
    assert names("黔茶") == []
    assert names("黔") == names("") == names(" （ ") == []


def test_width_case_brackets_and_blanks_do_not_matter(register):
    register("贵州Ａｂｃ（演示）集团 有限公司")

    for text in (
        "abc",
        "ＡＢＣ演示",
        "（演示）集团",
        "(演示)",
        "演示】集团有限",
        "集 团",
        "贵州ABC(演示)集团有限公司",
    ):
        assert names(text) == ["贵州Ａｂｃ（演示）集团 有限公司"], text


def test_a_code_is_found_by_four_or_more_of_its_first_characters(register):
    code, other = register("贵州演示一公司", "贵州演示二公司")

    assert {hit.code for hit in queries.search(code[:4], limit=9).hits} == {code, other}
    assert [hit.code for hit in queries.search(code, limit=9).hits] == [code]
    assert [hit.code for hit in queries.search(f" {code.lower()} ", limit=9).hits] == [code]
    assert queries.search(code[:3], limit=9).total == 0
    assert queries.search(code[4:], limit=9).total == 0


def test_a_hit_says_whom_it_found(register):
    (code,) = register(a_registration(a_code("92", "520102"), 名称="演示小吃店"))

    (hit,) = queries.search("小吃", limit=5).hits

    assert (hit.code, hit.kind, hit.category, hit.division) == (
        code,
        "individual-business",
        "个体工商户",
        "520102",
    )
    assert (hit.status, hit.established_on, hit.id) == ("存续", "2015-06-01", queries.subject(code).id)


def test_the_exact_name_comes_first_then_names_that_begin_so_then_shorter_ones(register):
    register("大演示百货中心", "演示百货连锁公司", "小演示百货", "演示百货", "演示百货商店")

    assert names("演示百货") == [
        "演示百货",
        "演示百货商店",
        "演示百货连锁公司",
        "小演示百货",
        "大演示百货中心",
    ]
    assert names("（演示百货）")[0] == "演示百货"


def test_marks_that_mean_something_to_a_database_mean_nothing_here(register):
    register("贵州演示公司", "演示*公司")

    for text in (
        '"',
        '演示" OR "x',
        "演示*",
        "演示%",
        "演示?",
        "'; DROP",
        "NEAR(演示)",
        "演示:公司",
        "\0\0",
        "😀😀",
        "[演示]",
    ):
        part = fold(text)
        holding = {name for name in ("贵州演示公司", "演示*公司") if len(part) > 1 and part in fold(name)}
        assert set(names(text)) == holding, text


def test_several_parts_set_off_by_blanks_are_found_together(register):
    register("贵州黔山旅行社", "贵阳黔山茶业", "云岩旅行社")

    assert names("贵州 旅行社") == names("旅行社　贵州") == ["贵州黔山旅行社"]
    assert names("黔山旅 行社") == ["贵州黔山旅行社"]
    assert names("贵州 茶业") == []


def test_many_hits_are_ranked_before_they_are_cut_and_pages_neither_overlap_nor_skip(register):
    shops = [f"黔演示茶业{'好' * (n * 7 % 5)}{n}号店" for n in range(450)]
    register(*shops, "演示茶业")

    first = queries.search("演示茶业", limit=3)
    paged = [
        hit.name
        for offset in range(0, 460, 50)
        for hit in queries.search("演示茶业", limit=50, offset=offset).hits
    ]

    assert first.total == 451
    assert first.hits[0].name == "演示茶业"
    assert sorted(paged) == sorted([*shops, "演示茶业"])
    assert paged == [hit.name for hit in queries.search("演示茶业", limit=500).hits]
    assert [len(fold(name)) for name in paged[1:]] == sorted(len(fold(name)) for name in paged[1:])


def test_hits_are_narrowed_to_a_division_or_a_category(register):
    register("演示一公司", division="520102")
    register("演示二公司", division="520302")
    register("演示三铺", division="520102", prefix="92")

    assert names("演示", division="5201") == ["演示三铺", "演示一公司"]
    assert names("演示", division="520302") == ["演示二公司"]
    assert names("演示", kind="个体工商户") == ["演示三铺"]
    assert queries.search("演示", limit=1, division="5201").total == 2


def test_a_renamed_company_is_found_by_its_former_name_too_and_told_so(register):
    row = a_registration(名称="贵州旧称演示公司")
    register(row)
    register(row | {"名称": "贵州新称演示公司"}, "贵阳旧称饮食店")

    assert names("新称") == ["贵州新称演示公司"]
    assert [(hit.name, hit.former) for hit in queries.search("旧称", limit=9).hits] == [
        ("贵阳旧称饮食店", ""),
        ("贵州新称演示公司", "贵州旧称演示公司"),
    ]
    assert names("旧称", broad=False) == ["贵阳旧称饮食店"]


def test_persons_are_never_found(register, write_csv: Callable[..., Path]):
    person = {"CF_XDR_MC": "欧阳演示", "CF_XDR_LB": "自然人", "CF_XDR_SHXYM": "", "CF_FRDB": ""}
    document = {"CF_XDR_ZJLX": "身份证", "CF_XDR_ZJHM": "11010519491231002X"}
    collected(write_csv([a_penalty() | person | document]), "penalty")
    register("欧阳演示馆")

    for rebuilt in (False, True):
        if rebuilt:
            operations.rebuild_names(actor="test", on=DAY)
        assert names("欧阳") == names("欧阳演示") == ["欧阳演示馆"]
        assert queries.search("110105", limit=5).total == 0


def test_an_index_built_anew_answers_as_the_one_that_followed(register, settings):
    rows = [a_registration(名称=f"贵州演示{n}号公司") for n in range(30)]
    for start in range(0, 30, 10):
        register(*rows[start : start + 10])
    register(*(row | {"名称": row["名称"].replace("演示", "改称")} for row in rows[5:9]))
    questions = ("贵州", "演示", "改称", "号公司", "9152")

    followed = [queries.search(text, limit=99) for text in questions]
    seq = operations.rebuild_names(actor="test", on=DAY)
    rebuilt = [queries.search(text, limit=99) for text in questions]
    shutil.rmtree(settings.XINYUN.derived)
    operations.follow_names(actor="test", on=DAY)

    assert rebuilt == followed == [queries.search(text, limit=99) for text in questions]
    assert seq == feed.head() == operations.follow_names(actor="test", on=DAY)
    assert [found.total for found in followed] == [30, 30, 4, 30, 30]


def test_a_subject_known_from_a_decision_only_is_found_too(register):
    code = a_code()
    operations.register_subject(code=code, name="贵州演示待登记公司", actor="test", on=DAY)
    operations.follow_names(actor="test", on=DAY)

    assert names("待登记") == ["贵州演示待登记公司"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(st.text(min_size=1, max_size=12))
def test_folding_twice_is_folding_once_and_pairs_hold_no_mark_that_separates_words(text):
    folded = fold(text)

    assert fold(folded) == folded
    assert not set(pairs(folded)) & set(string.punctuation)
    assert len(pairs(folded).split(" ")) == max(1, len(folded) - 1)


def test_whatever_is_typed_is_answered(register):
    register("贵州演示公司")

    @settings(max_examples=40, deadline=None, database=None)
    @given(st.text(max_size=20))
    def typed(text: str) -> None:
        found = queries.search(text, limit=5)
        assert len(found.hits) == min(found.total, 5)

    typed()
