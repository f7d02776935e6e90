"""Articles, as people cite them."""

from __future__ import annotations

import pytest

from tests.conftest import DAY
from xinyun import law
from xinyun.base import Basis
from xinyun.law.citing import article_english, cite, number

pytestmark = pytest.mark.one_store


def test_articles_of_one_instrument_stand_together() -> None:
    basis = (
        Basis("mohrss-45-2021", "第二条"),
        Basis("reg-wage-payment", "第四十八条"),
        Basis("mohrss-45-2021", "第六条"),
    )

    first, second = cite(basis, law.rulebook().on(DAY))

    assert first.zh.endswith("》第二条、第六条")
    assert first.en.endswith(", Art. 2, Art. 6")
    assert second.zh.endswith("》第四十八条")


def test_an_instrument_that_the_rulebook_does_not_know_is_named_by_its_id() -> None:
    (cited,) = cite((Basis("no-such-source", "第一条"),), law.rulebook().on(DAY))

    assert cited.zh == cited.en == "no-such-source 第一条"


@pytest.mark.parametrize(
    ("article", "english"),
    [
        ("第二条", "Art. 2"),
        ("第二十五条", "Art. 25"),
        ("第十一条（条次待核）", "Art. 11 (to be verified)"),
        ("第三十条至第三十三条", "Art. 30 to 33"),
        ("第二部分（四）", "Part 2 (4)"),
        ("公示原则", "公示原则"),
    ],
)
def test_a_place_is_told_in_english_where_it_is_numbered(article: str, english: str) -> None:
    assert article_english(article) == english


@pytest.mark.parametrize(
    ("numeral", "value"),
    [("一", 1), ("十", 10), ("二十", 20), ("一百零八", 108), ("一百二十三", 123), ("一百", 100)],
)
def test_chinese_numerals(numeral: str, value: int) -> None:
    assert number(numeral) == value
