"""Spellings that mean nothing fold away; numbers that count come in figures."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinyun.naming.folding import fold, fold_many

pytestmark = pytest.mark.one_store
WORDS = st.text(
    st.sampled_from("贵州遵義义恒信商貿贸有限公司第一二十百分店（）() \u3000ＡaB１·-"), max_size=24
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("贵州 恒信\u3000商贸有限公司", "贵州恒信商贸有限公司"),
        ("貴州恒信商貿有限公司", "贵州恒信商贸有限公司"),
        ("贵州ＡＢＣ（集团）有限公司", "贵州abc(集团)有限公司"),
        ("贵阳第壹百零二门市部", "贵阳第102门市部"),
        ("中鐵二十局", "中铁20局"),
        ("第八十一综合服务站", "第81综合服务站"),
    ],
)
def test_spellings_of_one_name_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_numeral_within_a_proper_name_stays() -> None:
    assert fold("千百度文化") == "千百度文化"
    assert fold("三门县三联商贸") == "三门县三联商贸"


@given(WORDS | st.text(max_size=20))
@settings(max_examples=300, deadline=None)
def test_folding_twice_is_folding_once(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(st.lists(WORDS, min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_many_fold_as_one_does(names: list[str]) -> None:
    assert fold_many(names) == [fold(name) for name in names]
